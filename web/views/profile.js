// A user: figures and history; of oneself also the plots, of others what one can do with them.
import { h } from "../dom.js";
import { button, card, empty, link, list, pager, picture, when } from "../parts.js";
import { bars, line } from "../plots.js";
import { pong, say, session } from "../session.js";
import { T, fill } from "../texts.js";
import { current, reload } from "../view.js";

const LINES = 100;

/** @param {string[]} params @returns {Promise<ProfileData>} */
async function load([id]) {
  const user_id = Number(id);
  const offset = current?.local.offset ?? 0;
  const isMe = user_id === pong.userId;
  const [user, matches, stats, trophies] = await Promise.all([
    pong.get("/users/{user_id}/", { path: { user_id } }),
    pong.get("/game/matches/{user_id}/", { path: { user_id }, query: { offset, limit: 10 } }),
    isMe ? pong.get("/users/me/stats/") : null,
    isMe ? latestTrophies() : null,
  ]);
  return { user, matches, stats, trophies, offset };
}

/** The last 100 changes: the list begins with the oldest. */
async function latestTrophies() {
  const page = await pong.get("/users/me/stats/ranked/", { query: { limit: LINES } });
  if (!page.next) return page.results;
  return (await pong.get("/users/me/stats/ranked/", { query: { limit: LINES, offset: page.count - LINES } })).results;
}

/** @param {ProfileData} data @param {Local} local */
function draw({ user, matches, stats, trophies, offset }, local) {
  const isMe = user.id === pong.userId;
  /** @param {number} to */
  const go = (to) => {
    local.offset = to;
    return reload();
  };
  return [
    h(
      "section",
      { class: "card hero" },
      picture(user, 96),
      h(
        "div",
        {},
        h(
          "p",
          { class: "figures" },
          h("b", {}, String(isMe ? session.me?.trophies : user.trophies)),
          ` ${T.people.trophiesWord}`,
        ),
        h(
          "p",
          { class: "soft" },
          user.is_guest ? T.people.guest : T.profile.lastSeen,
          user.is_guest ? null : [" ", when(user.status.last_online)],
        ),
        isMe
          ? h("p", { class: "row" }, link("/profile-pictures", T.pictures.title), link("/account", T.account.title))
          : others(user),
      ),
    ),
    user.friends && figures(T.profile.together, together(user.friends)),
    stats && statistics(stats),
    trophies &&
      trophies.length > 0 &&
      card(T.profile.trophies, line(trophies.map(({ at, total_trophies: y }) => ({ x: Date.parse(at), y })))),
    card(
      T.profile.history,
      list(
        matches.results.map((/** @type {MatchInstance} */ match) => ({ key: match.id, row: result(match, user.id) })),
        T.profile.noMatches,
      ),
      pager(matches, offset, go, 10),
    ),
  ];
}

/** @param {UserInstance} user */
function others({ id, username, friends, is_guest: isGuest }) {
  if (isGuest || session.me?.is_guest) return null;
  const askFriend = async () => {
    await pong.post("/users/me/friend_requests/", { body: { username } });
    say(fill(T.friends.sent, username));
  };
  const talk = async () => {
    const found = await pong.get("/chat/", { query: { q: username, limit: 100 } });
    const chat =
      found.results.find(({ chat_with: other }) => other.id === id) ??
      (await pong.post("/chat/", { body: { username } }));
    location.hash = `#/chat/${chat.id}`;
  };
  const block = async () => {
    await pong.post("/users/me/blocked/", { body: { user_id: id } });
    say(fill(T.friends.blocked, username));
    await reload();
  };
  return h(
    "p",
    { class: "row" },
    !friends && button(T.friends.ask, askFriend),
    button(T.chats.talk, talk),
    button(T.friends.block, block, { class: "danger" }),
  );
}

/** @param {FriendInstance} friend @returns {[string, number][]} */
const together = (friend) => [
  [T.profile.won, friend.me_win],
  [T.profile.lost, friend.friend_win],
  [T.profile.sameSide, friend.matches_played_together],
];

/** @param {string} title @param {[string, number][]} rows */
const figures = (title, rows) =>
  card(
    title,
    h(
      "dl",
      { class: "row" },
      rows.map(([name, value]) => h("div", {}, h("dt", {}, name), h("dd", {}, String(value)))),
    ),
  );

/** @param {StatsInstance[]} stats */
function statistics(stats) {
  const [all, ...modes] = stats;
  const rows = modes.map(({ game_mode: mode, wins, game_played: played }) => ({
    name: T.modes[mode],
    value: wins,
    of: played,
  }));
  const { game_played: played, wins, scored, longest_win_streak: streak } = all;
  return [
    figures(T.profile.figures, [
      [T.profile.played, played],
      [T.profile.wins, wins],
      [T.profile.scored, scored],
      [T.profile.streak, streak],
    ]),
    card(T.profile.byMode, played ? bars(rows) : empty(T.profile.noMatches)),
  ];
}

/** A finished match, seen by one of its players. @param {MatchInstance} match @param {number} userId */
function result({ teams, winner, game_mode: mode, created_at: at, tournament_id: tournament }, userId) {
  const mine = teams.a.players.some(({ id }) => id === userId) ? "a" : "b";
  const theirs = mine === "a" ? "b" : "a";
  const names = teams[theirs].players.flatMap((player, n) => [n ? ", " : "", name(player)]);
  return h(
    "div",
    { class: "result" },
    h("b", { class: winner === mine ? "won" : "lost" }, winner === mine ? T.profile.win : T.profile.defeat),
    h("span", {}, h("b", {}, `${teams[mine].score} : ${teams[theirs].score}`), ` ${T.profile.against} `, ...names),
    h("small", {}, tournament ? link(`/tournament/${tournament}`, T.modes[mode]) : T.modes[mode], " · ", when(at)),
  );
}

/** @param {any} player */
const name = (player) => (player.profile_picture ? link(`/user/${player.id}`, player.username) : player.username);

/** @type {View} */
export const profile = {
  title: ({ user }) => user.username,
  load,
  draw,
  events: { "accept-friend-request": true, "delete-friend": true, "profile-picture-unlocked": true },
};
