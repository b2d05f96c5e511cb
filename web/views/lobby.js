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
  const leave = async () => {
    await pong.delete("/play/lobby/{code}/", { path: { code: lobby.code } });
    location.hash = "#/";
  };
  const size = async (/** @type {"1v1" | "3v3"} */ type) => {
    await pong.patch("/play/lobby/", { body: { match_type: type } });
    await reload();
  };
  return h(
    "div",
    { class: "wide" },
    h(
      "div",
      {},
      card(
        "",
        h("p", { class: "figures" }, `${T.play.code} `, h("b", {}, lobby.code)),
        h("p", {}, lobby.game_playing ? T.match.runs : lobby.is_ready ? T.lobby.waits : T.lobby.notReady),
        h(
          "p",
          { class: "row" },
          me.team !== "spectator" &&
            button(me.is_ready ? T.lobby.unready : T.lobby.ready, () => change(lobby, { is_ready: !me.is_ready }), {
              class: me.is_ready ? "" : "main",
            }),
          lobby.game_playing && link(`/match/${lobby.game_playing}`, T.lobby.watch),
          button(T.lobby.leave, leave),
        ),
        isCustom &&
          me.creator &&
          h(
            "p",
            { class: "row" },
            [
              ["1v1", T.play.oneOnOne],
              ["3v3", T.play.threeOnThree],
            ].map(([type, label]) =>
              button(label, () => size(/** @type {"1v1"} */ (type)), {
                "aria-pressed": String(type === lobby.match_type),
              }),
            ),
          ),
      ),
      isCustom
        ? h(
            "div",
            { class: "grid" },
            /** @type {const} */ (["a", "b", "spectator"]).map((team) => side(lobby, me, team)),
          )
        : card(T.lobby.team, members(lobby, me, lobby.participants)),
    ),
    h("div", {}, room("lobby", lobby.code, local), me.creator && invitations("lobby", lobby, local)),
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
