import { h } from "../dom.js";
import { button } from "../parts.js";
import { pong, readMe, say } from "../session.js";
import { T, fill } from "../texts.js";
import { reload } from "../view.js";

/** @param {ProfilePictureInstance[]} all */
const draw = (all) =>
  h(
    "ul",
    { class: "pictures" },
    all.map(({ id, name, medium, unlock, unlock_reason: reason, is_equiped: used }) =>
      h(
        "li",
        { key: id, class: unlock ? "" : "locked" },
        h("img", { src: medium, alt: "", width: 96, height: 96, loading: "lazy" }),
        h("b", {}, name),
        h("small", {}, unlock ? "" : reason),
        used && h("small", { class: "won" }, T.pictures.used),
        unlock &&
          !used &&
          button(T.pictures.use, () => use(id, name), { "aria-label": fill(T.pictures.useThis, name) }),
      ),
    ),
  );

/** @param {number} id @param {string} name */
async function use(id, name) {
  await pong.put("/users/profile-picture/{id}/", { path: { id } });
  say(fill(T.pictures.using, name));
  await Promise.all([readMe(), reload()]);
}

/** @type {View} */
export const pictures = {
  title: T.pictures.title,
  load: () => pong.get("/users/profile-pictures/"),
  draw,
  events: { "profile-picture-unlocked": true },
};
