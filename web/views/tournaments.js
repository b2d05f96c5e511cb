// Tournaments: search, make one, be in one, watch one that has been played.
import { h } from "../dom.js";
import { button, card, clock, form, joinByCode, link, list, pager, person } from "../parts.js";
import { forgetQueue, ignoreCode, pong, say, session } from "../session.js";
import { T, fill } from "../texts.js";
import { current, reload } from "../view.js";
import { bracket, tell } from "./bracket.js";
import { invitations, room } from "./room.js";

async function search() {
  const { q = "", offset = 0 } = current?.local ?? {};
  const [mine, found] = await Promise.all([
    pong.get("/play/tournament/").catch(ignoreCode("in_no_tournament")),
    pong.get("/play/tournament/search/", { query: { q, offset } }),
  ]);
  return { mine, found };
}

/** @param {{ mine: TournamentInstance | undefined, found: any }} data @param {Local} local */
function drawSearch({ mine, found }, local) {
  const rows = found.results.map((/** @type {FoundTournament} */ one) => ({ key: one.id, row: summary(one) }));
  const find = (/** @type {Values} */ { q }) => {
    Object.assign(local, { q, offset: 0 });
    return reload();
  };
  return h(
    "div",
    { class: "wide" },
    h(
      "div",
      {},
      mine && card(T.play.yourTournament, link(`/tournament/${mine.code}`, mine.name)),
      card(
        T.tournaments.open,
        form("find", [{ name: "q", label: T.tournaments.name, type: "search" }], [["", T.chats.find]], find),
        list(rows, T.tournaments.none),
        pager(found, local.offset ?? 0, (offset) => {
          local.offset = offset;
          return reload();
        }),
      ),
    ),
    h(
      "div",
      {},
      !session.me?.is_guest && card(T.tournaments.make, form("make", FIELDS, [["", T.tournaments.makeIt]], make)),
      joinByCode(join),
    ),
  );
}

/** @type {Field[]} */
const FIELDS = [
  { name: "name", label: T.tournaments.name, maxlength: 50, autocomplete: "off" },
  {
    name: "size",
    label: T.tournaments.size,
    options: [
      [4, "4"],
      [8, "8"],
      [16, "16"],
    ],
  },
  { name: "private", label: T.tournaments.private, type: "checkbox" },
];

/** @param {Values} values */
async function make({ name, size, private: hidden }) {
  const body = { name, size: /** @type {4} */ (Number(size)), private: hidden === "on" };
  const { code } = await pong.post("/play/tournament/", { body });
  forgetQueue();
  location.hash = `#/tournament/${code}`;
}

/** @param {string} code */
async function join(code) {
  await pong.post("/play/tournament/{code}/", { path: { code } });
  forgetQueue();
  location.hash = `#/tournament/${code}`;
}

/** @param {FoundTournament} found */
const summary = ({ code, name, size, n_participants: n, created_by: by }) =>
  h(
    "div",
    { class: "person" },
    h("span", { class: "who" }, h("b", {}, name), h("small", {}, fill(T.tournaments.facts, n, size, by))),
    button(T.play.joinIt, () => join(code), { about: name }),
  );

/**
 * A short number is the code of a living one, a long one the id of one that has started.
 *
 * @param {string[]} params
 * @returns {Promise<TournamentData>}
 */
async function load([number]) {
  const live = await pong.get("/play/tournament/").catch(ignoreCode("in_no_tournament"));
  if (live && (live.code === number || String(live.id) === number)) return { live, played: undefined };
  if (number.length > 9) return { live: undefined, played: await played(Number(number)) };
  // The end of a tournament takes its code away: what was shown here stays, by its id.
  const shown = current?.data?.live;
  if (shown?.is_started) return { live: undefined, played: await played(shown.id) };
  await pong.post("/play/tournament/{code}/", { path: { code: number } });
  return { live: await pong.get("/play/tournament/"), played: undefined };
}

/** @param {number} tournament_id */
const played = (tournament_id) => pong.get("/game/tournaments/{tournament_id}/", { path: { tournament_id } });

/** @param {TournamentData} data @param {Local} local */
function draw({ live, played: over }, local) {
  const { matches, size } = /** @type {TournamentInstance} */ (live ?? over);
  if (!live)
    return [h("p", {}, over?.finish_at ? T.tournaments.over : T.tournaments.runs), matches && bracket(matches, false)];
  const me = live.participants.find(({ id }) => id === pong.userId);
  const leave = async () => {
    await pong.delete("/play/tournament/{code}/", { path: { code: live.code } });
    location.hash = "#/tournament";
  };
  const left = live.start_at && !live.is_started ? Math.max(0, (Date.parse(live.start_at) - Date.now()) / 1000) : null;
  const starts = left !== null && [T.tournaments.starts, h("b", { class: "clock" }, clock(left))];
  const waits = fill(T.tournaments.waits, live.participants.length, size);
  const canInvite = !live.is_started && !session.me?.is_guest && (me?.creator || !live.private);
  return [
    card(
      "",
      h("p", { class: "figures" }, `${T.play.code} `, h("b", {}, live.code)),
      h("p", {}, live.is_started ? T.tournaments.runs : starts || waits),
      button(T.lobby.leave, leave),
    ),
    matches && bracket(matches, true),
    h(
      "div",
      { class: "wide" },
      card(T.tournaments.players, participants(live, me?.creator)),
      h("div", {}, room("tournament", live.code, local), canInvite && invitations("tournament", live, local)),
    ),
  ];
}

/** @param {TournamentInstance} live @param {boolean} [isCreator] */
function participants(live, isCreator) {
  const ban = (/** @type {number} */ user_id) => async () => {
    await pong.delete("/play/tournament/{code}/ban/{user_id}/", { path: { code: live.code, user_id } });
    await reload();
  };
  const rows = live.participants.map((user) => {
    const canBan = isCreator && user.id !== pong.userId && !live.is_started;
    return {
      key: user.id,
      row: person(
        user,
        user.id === live.created_by && h("small", {}, T.lobby.creator),
        live.is_started && !user.still_in && h("small", {}, T.tournaments.out),
        canBan && button(T.lobby.ban, ban(user.id), { class: "danger", about: user.username }),
      ),
    };
  });
  return list(rows, "");
}

/** The event has the whole tournament. @param {TournamentData} before @param {any} event */
function renewed(before, { data, message }) {
  if (before.live?.id !== data.id) return before;
  say(tell(before.live?.matches, data.matches) || message);
  return { live: data, played: undefined };
}

/** @type {View} */
export const tournaments = { title: T.tournaments.title, load: search, draw: drawSearch };

/** @type {View} */
export const tournament = {
  title: ({ live, played: over }) => (live ?? over).name,
  load,
  draw,
  ticks: true,
  events: {
    "tournament-join": true,
    "tournament-leave": true,
    "tournament-start-at": true,
    "tournament-start-cancel": true,
    "tournament-start": renewed,
    "tournament-match-finish": renewed,
    "tournament-available-spectate-matches": true,
    "tournament-finish": true,
    "game-start": true,
  },
};
