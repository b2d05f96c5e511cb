// The lobby that the user is in: teams, readiness, invitations, talk. An address with a code joins it first.
import { h } from "../dom.js";
import { button, card, empty, link, list, person } from "../parts.js";
import { forgetQueue, ignoreCode, pong, say } from "../session.js";
import { T } from "../texts.js";
import { current, reload } from "../view.js";
import { invitations, room } from "./room.js";

/** @param {string[]} params @returns {Promise<LobbyInstance | undefined>} */
async function load([code]) {
  if (code) await join(code);
  return pong.get("/play/lobby/").catch(ignoreCode("in_no_lobby"));
}

/** @param {string} code */
async function join(code) {
  await pong.post("/play/lobby/{code}/", { path: { code } });
  forgetQueue();
  // From now on it is the current one: leaving it, and reading again, doesn't join it again.
  history.replaceState(null, "", "#/lobby");
  if (current) current.params = [];
}

/** @param {LobbyInstance} lobby @param {any} body */
async function change(lobby, body) {
  await pong.patch("/play/lobby/{code}/", { path: { code: lobby.code }, body });
  await reload();
}

/** @param {LobbyInstance | undefined} lobby @param {Local} local */
function draw(lobby, local) {
  if (!lobby) return [empty(T.lobby.none), link("/", T.notFound.home)];
  const me = lobby.participants.find(({ id }) => id === pong.userId);
  if (!me) return [empty(T.lobby.none), link("/", T.notFound.home)];
  const isCustom = lobby.game_mode === "custom_game";
  const teams = /** @type {const} */ (["a", "b", "spectator"]);
  return h(
    "div",
    { class: "wide" },
    h(
      "div",
      {},
      state(lobby, me),
      isCustom
        ? h(
            "div",
            { class: "grid" },
            teams.map((team) => side(lobby, me, team)),
          )
        : card(T.lobby.team, members(lobby, me, lobby.participants)),
    ),
    h("div", {}, room("lobby", lobby.code, local), me.creator && invitations("lobby", lobby, local)),
  );
}

/**
 * The code, what is waited for, and what oneself can do.
 *
 * @param {LobbyInstance} lobby
 * @param {LobbyParticipantInstance} me
 */
function state(lobby, me) {
  const { code, game_mode: mode, match_type: type, game_playing: playing, is_ready: isReady } = lobby;
  const leave = async () => {
    await pong.delete("/play/lobby/{code}/", { path: { code } });
    location.hash = "#/";
  };
  const size = (/** @type {"1v1" | "3v3"} */ other, /** @type {string} */ label) => {
    const change = async () => {
      await pong.patch("/play/lobby/", { body: { match_type: other } });
      await reload();
    };
    return button(label, change, { "aria-pressed": String(type === other) });
  };
  const readiness = () => change(lobby, { is_ready: !me.is_ready });
  return card(
    "",
    h("p", { class: "figures" }, `${T.play.code} `, h("b", {}, code)),
    h("p", {}, playing ? T.match.runs : isReady ? T.lobby.waits : T.lobby.notReady),
    h(
      "p",
      { class: "row" },
      me.team !== "spectator" &&
        button(me.is_ready ? T.lobby.unready : T.lobby.ready, readiness, { class: me.is_ready ? "" : "main" }),
      playing && link(`/match/${playing}`, T.lobby.watch),
      button(T.lobby.leave, leave),
    ),
    mode === "custom_game" &&
      me.creator &&
      h("p", { class: "row" }, size("1v1", T.play.oneOnOne), size("3v3", T.play.threeOnThree)),
  );
}

/** @param {LobbyInstance} lobby @param {LobbyParticipantInstance} me @param {"a" | "b" | "spectator"} team */
const side = (lobby, me, team) =>
  card(
    T.lobby.teams[team],
    members(
      lobby,
      me,
      lobby.participants.filter((other) => other.team === team),
    ),
    me.team !== team &&
      button(T.lobby.change, () => change(lobby, { team }), {
        "aria-label": `${T.lobby.change}: ${T.lobby.teams[team]}`,
      }),
  );

/** @param {LobbyInstance} lobby @param {LobbyParticipantInstance} me @param {LobbyParticipantInstance[]} users */
function members(lobby, me, users) {
  const ban = (/** @type {LobbyParticipantInstance} */ user) => async () => {
    await pong.delete("/play/lobby/{code}/ban/{user_id}/", { path: { code: lobby.code, user_id: user.id } });
    await reload();
  };
  return list(
    users.map((user) => ({
      key: user.id,
      row: person(
        user,
        user.is_ready && h("span", { class: "won" }, T.lobby.isReady),
        user.creator && h("small", {}, T.lobby.creator),
        me.creator && user !== me && button(T.lobby.ban, ban(user), { class: "danger", about: user.username }),
      ),
    })),
    T.lobby.nobody,
  );
}

/** The lobby is over for this user. @param {any} _ @param {any} event */
function gone(_, { message }) {
  say(message);
  return undefined;
}

/** @type {View} */
export const lobby = {
  title: (data) => (data ? T.modes[/** @type {"clash"} */ (data.game_mode)] : T.lobby.title),
  load,
  draw,
  events: {
    "lobby-join": true,
    "lobby-leave": true,
    "lobby-update": true,
    "lobby-update-participant": true,
    "lobby-spectate-game": true,
    "lobby-banned": gone,
    "lobby-destroy": gone,
  },
};
