// The start: queues, lobbies, tournaments.
/** @import { View } from "../view.js" */
import { h } from "../dom.js";
import { button, card } from "../parts.js";
import { joinQueue, readMatch, session } from "../session.js";
import { T } from "../texts.js";

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

const draw = () => [
  h("div", { class: "grid" }, queue("duel", T.play.duelText), !session.me?.is_guest && queue("ranked", T.play.rankedText)),
];

/** @type {View} */
export const play = { title: T.play.title, load: readMatch, draw };
