// What events with the type `notification` say, with the actions of their targets.
import { h } from "../dom.js";
import { button, card, empty, link, when } from "../parts.js";
import { changed, pong, say, session } from "../session.js";
import { T, fill } from "../texts.js";

/** @param {Notice} notice */
function drop(notice) {
  session.notices = session.notices.filter((other) => other !== notice);
  changed();
}

/**
 * A target's address is a path of the page, or a call of the API under /api.
 *
 * @param {Target} target
 * @param {Notice} notice
 */
function action({ type, url, method, display_name: name, display_icon: icon }, notice) {
  const label = name ?? T.notices.open;
  const image = icon && h("img", { src: icon, alt: "", width: 18, height: 18 });
  if (type === "url") return link(url, image, label);
  const run = async () => {
    const call = /** @type {any} */ (pong)[(method ?? "").toLowerCase()];
    await call(url.replace(/^\/api/, ""));
    say(fill(T.notices.done, label));
    drop(notice);
  };
  return button(label, run, { about: notice.event.message });
}

/** @param {Notice} notice */
export const notice = (notice) =>
  h(
    "li",
    { key: notice.id },
    h("p", {}, notice.event.message, " ", h("small", {}, when(notice.at))),
    h(
      "p",
      { class: "row" },
      (notice.event.target ?? []).map((/** @type {Target} */ target) => action(target, notice)),
      button(T.notices.dismiss, () => drop(notice), {
        class: "quiet",
        about: notice.event.message,
      }),
    ),
  );

const draw = () =>
  card("", session.notices.length ? h("ul", { class: "list" }, session.notices.map(notice)) : empty(T.notices.none));

/** @type {View} */
export const notices = { title: T.notices.title, draw };
