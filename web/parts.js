// What views are made of.
import { h } from "./dom.js";
import { fieldsOf, sayOf } from "./problems.js";
import { attempt, changed } from "./session.js";
import { T } from "./texts.js";

/** @param {Child} title @param {...Child} children */
export const card = (title, ...children) => h("section", { class: "card" }, title && h("h2", {}, title), ...children);

/** @param {string} path @param {...Child} children */
export const link = (path, ...children) => h("a", { href: `#${path}` }, ...children);

/**
 * A button; `about` tells apart those with the same label.
 *
 * @param {string} label
 * @param {() => unknown} run
 * @param {Props} [props]
 */
export const button = (label, run, { about, ...props } = {}) => {
  const onclick = (/** @type {any} */ event) => busy(event.currentTarget, run);
  return h("button", { type: "button", "aria-label": about && `${label}: ${about}`, ...props, onclick }, label);
};

/** One press is one action. @param {HTMLElement} node @param {() => unknown} run */
async function busy(node, run) {
  if (node.ariaBusy === "true") return;
  node.ariaBusy = "true";
  await attempt(run);
  node.ariaBusy = null;
}

/**
 * The errors of forms, by their keys.
 *
 * @type {Map<string, { fields: Record<string, string>, says?: string, hint?: string }>}
 */
const refused = new Map();
window.addEventListener("hashchange", () => refused.clear());

/**
 * A form whose fields show what is wrong with them. `run` gets the values by the fields' names and the button's value.
 *
 * @param {string} key
 * @param {Field[]} fields
 * @param {[string, string][]} buttons Values and labels; the first one is what Enter does.
 * @param {(values: Record<string, string>, pressed: string) => unknown} run
 */
export function form(key, fields, buttons, run) {
  const problem = refused.get(key);
  const submit = async (/** @type {any} */ event) => {
    event.preventDefault();
    const node = event.currentTarget;
    if (node.ariaBusy === "true") return;
    node.ariaBusy = "true";
    const pressed = event.submitter?.value ?? buttons[0][0];
    try {
      await run(/** @type {any} */ (Object.fromEntries(new FormData(node))), pressed);
      refused.delete(key);
      if (node.isConnected) node.reset();
    } catch (error) {
      const wrong = fieldsOf(error);
      refused.set(key, { fields: wrong, ...(fields.some(({ name }) => wrong[name]) ? {} : sayOf(error)) });
    }
    node.ariaBusy = null;
    changed();
    await null; // It is drawn by then.
    node.querySelector("[aria-invalid]")?.focus();
  };
  const others = problem?.says && alert(problem.says, problem.hint);
  const controls = buttons.map(([value, label], n) => h("button", { value, class: n ? "" : "main" }, label));
  const made = fields.map((field) => fieldOf(key, field, problem?.fields[field.name]));
  return h("form", { key, novalidate: true, onsubmit: submit }, ...made, others, h("p", { class: "row" }, ...controls));
}

/** The form for the code of a lobby or tournament. @param {(code: string) => unknown} join */
export const joinByCode = (join) =>
  card(
    T.play.join,
    form(
      "code",
      [{ name: "code", label: T.play.code, autocomplete: "off", maxlength: 8 }],
      [["", T.play.joinIt]],
      ({ code }) => join(code),
    ),
  );

/** @param {string} key @param {Field} field @param {string} [wrong] */
function fieldOf(key, { name, label, type = "text", hint, options, ...rest }, wrong) {
  const id = `${key}-${name}`;
  const described = wrong || hint ? `${id}-note` : undefined;
  const props = { id, name, ...rest, "aria-describedby": described, "aria-invalid": wrong ? "true" : undefined };
  const choices = options?.map(([value, text]) => h("option", { value: String(value) }, text));
  const control = choices ? h("select", props, ...choices) : h("input", { type, ...props });
  if (type === "checkbox") return h("p", { class: "check" }, control, h("label", { for: id }, label));
  const note = described && h("small", { id: described, class: wrong ? "wrong" : "" }, wrong ?? hint);
  return h("p", { class: "field" }, h("label", { for: id }, label), control, note);
}

/** @param {string} says @param {string} [hint] */
export const alert = (says, hint) =>
  h("p", { class: "alert", role: "alert" }, h("strong", {}, says), hint && ` ${hint}`);

/** @param {string} text */
export const empty = (text) => h("p", { class: "soft" }, text);

/** @param {Person} person @param {number} [size] */
export const picture = (person, size = 40) =>
  h("img", {
    class: "picture",
    src: person.profile_picture?.[size > 64 ? "medium" : "small"] ?? "/web/icon.svg",
    alt: "",
    width: size,
    height: size,
  });

/** Picture, name and state of a user. @param {Person} user @param {...Child} more */
export function person(user, ...more) {
  const { status, is_guest: isGuest, trophies } = user;
  const state = status?.game_playing ? T.people.playing : status?.is_online ? T.people.online : T.people.offline;
  const name = user.profile_picture ? link(`/user/${user.id}`, user.username) : user.username;
  const facts = [
    isGuest ? T.people.guest : null,
    status && state,
    trophies === undefined ? null : T.people.trophies(trophies),
  ];
  return h(
    "div",
    { class: "person" },
    h("span", { class: status?.is_online ? "online dot" : "dot" }, picture(user)),
    h("span", { class: "who" }, h("b", {}, name), h("small", {}, facts.filter(Boolean).join(" · "))),
    more.length > 0 && h("span", { class: "row" }, ...more),
  );
}

/** @param {{ key: any, row: Child }[]} rows @param {string} none */
export const list = (rows, none) =>
  rows.length
    ? h(
        "ul",
        { class: "list" },
        rows.map(({ key, row }) => h("li", { key }, row)),
      )
    : empty(none);

const day = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeStyle: "short" });
/** @param {string | number} at */
export const when = (at) => h("time", { datetime: new Date(at).toISOString() }, day.format(new Date(at)));

/** @param {number} seconds */
export const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(Math.floor(seconds % 60)).padStart(2, "0")}`;

/**
 * A page of a list, and the way to the others.
 *
 * @param {{ next: string | null, previous: string | null }} page
 * @param {number} offset
 * @param {(offset: number) => unknown} go
 */
export const pager = (page, offset, go, size = 20) =>
  (page.next || page.previous) &&
  h(
    "p",
    { class: "row" },
    button(T.newer, () => go(Math.max(0, offset - size)), { disabled: !page.previous }),
    button(T.older, () => go(offset + size), { disabled: !page.next }),
  );
