// What is shown before somebody is signed in; and to guests where only registered users may do something.
import { h } from "../dom.js";
import { button, card, form } from "../parts.js";
import { begin, pong, readMe } from "../session.js";
import { T } from "../texts.js";
import { reload } from "../view.js";

/** @type {Field[]} */
export const NAME_AND_PASSWORD = [
  { name: "username", label: T.signIn.username, autocomplete: "username", maxlength: 30, required: true },
  {
    name: "password",
    label: T.signIn.password,
    type: "password",
    autocomplete: "current-password",
    maxlength: 50,
    required: true,
  },
];

/** @param {string[]} hints Of name and password. @returns {Field[]} */
const newAccount = ([name, password]) => [
  { ...NAME_AND_PASSWORD[0], hint: name },
  { ...NAME_AND_PASSWORD[1], hint: password, autocomplete: "new-password" },
];

export const signIn = () => [
  h("p", { class: "lead" }, T.signIn.lead),
  card(
    T.signIn.guestTitle,
    h("p", {}, T.signIn.guestText),
    button(T.signIn.guest, () => enter("/auth/guest/"), { class: "main" }),
  ),
  card(
    T.signIn.accountTitle,
    form(
      "sign-in",
      NAME_AND_PASSWORD,
      [
        ["login", T.signIn.logIn],
        ["register", T.signIn.register],
      ],
      (values, pressed) => enter(pressed === "login" ? "/auth/login/" : "/auth/register/", values),
    ),
    h("small", {}, T.signIn.rules),
  ),
];

/** @param {"/auth/guest/" | "/auth/login/" | "/auth/register/"} path @param {any} [body] */
async function enter(path, body) {
  await pong.post(/** @type {"/auth/login/"} */ (path), { body });
  await begin();
}

export const registerFirst = () =>
  card(
    T.registerFirst.title,
    h("p", {}, T.registerFirst.text),
    form("register-guest", newAccount(T.registerFirst.hints), [["register", T.signIn.register]], async (values) => {
      await pong.put("/auth/register/guest/", { body: /** @type {any} */ (values) });
      await readMe();
      await reload();
    }),
  );
