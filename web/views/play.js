// The start: queues, lobbies, tournaments.
import { h } from "../dom.js";
import { button, card, joinByCode, link } from "../parts.js";
import { forgetQueue, ignoreCode, joinQueue, pong, readMatch, session } from "../session.js";
import { T } from "../texts.js";

async function load() {
  const [lobby, tournament] = await Promise.all([
    pong.get("/play/lobby/").catch(ignoreCode("in_no_lobby")),
    pong.get("/play/tournament/").catch(ignoreCode("in_no_tournament")),
    readMatch(),
  ]);
  return { lobby, tournament };
}

/** @param {"duel" | "ranked"} mode @param {string} text */
const queue = (mode, text) =>
  card(
    T.modes[mode],
    h("p", {}, text),
    button(T.play.queue, () => joinQueue(mode), {
      class: "main",
      "aria-label": `${T.modes[mode]}: ${T.play.queue}`,
      disabled: session.queue?.mode === mode || session.match !== null,
    }),
  );

/** @param {"clash" | "custom_game"} game_mode @param {"1v1" | "3v3"} [match_type] */
async function make(game_mode, match_type) {
  await pong.post("/play/lobby/", { body: { game_mode, match_type } });
  forgetQueue();
  location.hash = "#/lobby";
}

/** @param {{ lobby: LobbyInstance | undefined, tournament: TournamentInstance | undefined }} data */
function draw({ lobby, tournament }) {
  const isGuest = session.me?.is_guest;
  return [
    lobby && h("p", { class: "note" }, T.play.yours, ": ", link("/lobby", T.modes[lobby.game_mode])),
    tournament &&
      h("p", { class: "note" }, T.play.yourTournament, ": ", link(`/tournament/${tournament.code}`, tournament.name)),
    h(
      "div",
      { class: "grid", key: "grid" },
      queue("duel", T.play.duelText),
      !isGuest && queue("ranked", T.play.rankedText),
      !isGuest &&
        card(
          T.modes.clash,
          h("p", {}, T.play.clashText),
          button(T.play.make, () => make("clash"), { about: T.play.make }),
        ),
      !isGuest &&
        card(
          T.modes.custom_game,
          h("p", {}, T.play.customText),
          h(
            "p",
            { class: "row" },
            button(T.play.oneOnOne, () => make("custom_game", "1v1")),
            button(T.play.threeOnThree, () => make("custom_game", "3v3")),
          ),
        ),
      card(T.play.tournaments, h("p", {}, T.play.tournamentsText), link("/tournament", T.play.look)),
      joinByCode((code) => {
        location.hash = `#/lobby/${code}`;
      }),
    ),
  ];
}

/** @type {View} */
export const play = { title: T.play.title, load, draw };
