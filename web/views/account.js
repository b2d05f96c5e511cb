// Name, password, who may write, sessions, the download of all data, the end of the account.
import { h } from "../dom.js";
import { button, card, form, list, when } from "../parts.js";
import { changed, left, logOut, pong, say, session } from "../session.js";
import { T, fill } from "../texts.js";
import { reload } from "../view.js";
import { registerFirst } from "./sign-in.js";

/** @param {any} body */
async function change(body) {
  session.me = await pong.patch("/users/me/", { body });
  say(T.account.changed);
  changed();
}

/** @param {SessionInstance[]} sessions */
function draw(sessions) {
  const isGuest = session.me?.is_guest;
  return [
    isGuest && registerFirst(),
    names(),
    !isGuest && [passwords(), contacts()],
    devices(sessions),
    data(),
    !isGuest && deletion(),
  ];
}

const names = () =>
  card(
    T.account.name,
    form(
      "name",
      [{ name: "username", label: T.account.newName, autocomplete: "username", maxlength: 30 }],
      [["", T.account.rename]],
      change,
    ),
  );

const passwords = () =>
  card(
    T.account.password,
    form(
      "password",
      [
        { name: "old_password", label: T.account.oldPassword, type: "password", autocomplete: "current-password" },
        {
          name: "password",
          label: T.account.newPassword,
          type: "password",
          autocomplete: "new-password",
          hint: T.registerFirst.hints[1],
        },
      ],
      [["", T.account.changePassword]],
      async (values) => {
        await change(values);
        await reload();
      },
    ),
  );

/** @type {["none" | "friends_only" | "everyone", string][]} */
const FROM = [
  ["friends_only", T.account.fromFriends],
  ["everyone", T.account.fromEveryone],
  ["none", T.account.fromNone],
];

function contacts() {
  const { accept_friend_request: friends, accept_chat_from: from } = session.me ?? {};
  return card(
    T.account.contacts,
    button(friends ? T.account.refuseRequests : T.account.takeRequests, () =>
      change({ accept_friend_request: !friends }),
    ),
    h(
      "fieldset",
      {},
      h("legend", {}, T.account.chatFrom),
      h(
        "p",
        { class: "row" },
        FROM.map(([value, label]) =>
          button(label, () => change({ accept_chat_from: value }), { "aria-pressed": String(value === from) }),
        ),
      ),
    ),
  );
}

/** @param {SessionInstance[]} sessions */
const devices = (sessions) =>
  card(
    T.account.sessions,
    list(
      sessions.map(({ id, client, last_used: at, current }) => ({
        key: id,
        row: h(
          "div",
          { class: "person" },
          h(
            "span",
            { class: "who" },
            h("b", {}, current ? T.account.thisOne : T.account.session),
            h("small", {}, client),
            h("small", {}, T.account.lastUsed, " ", when(at)),
          ),
          !current && button(T.account.end, () => end(id), { "aria-label": fill(T.account.endThis, client) }),
        ),
      })),
      "",
    ),
    h("p", { class: "row" }, sessions.length > 1 && button(T.account.endOthers, endOthers), button(T.logOut, logOut)),
  );

/** @param {string} session_id */
async function end(session_id) {
  await pong.delete("/users/me/sessions/{session_id}/", { path: { session_id } });
  say(T.account.ended);
  await reload();
}

async function endOthers() {
  await pong.delete("/users/me/sessions/");
  say(T.account.ended);
  await reload();
}

const data = () => card(T.account.data, h("p", {}, T.account.dataText), button(T.account.download, download));

async function download() {
  const everything = await pong.get("/users/me/download-data/");
  const url = URL.createObjectURL(new Blob([JSON.stringify(everything, null, 2)], { type: "application/json" }));
  const anchor = Object.assign(document.createElement("a"), { href: url, download: "pong-data.json" });
  anchor.click();
  URL.revokeObjectURL(url);
  say(T.account.downloaded);
}

const deletion = () =>
  card(
    T.account.deletion,
    h("p", {}, T.account.deletionText),
    form(
      "delete",
      [{ name: "password", label: T.account.confirm, type: "password", autocomplete: "current-password" }],
      [["", T.account.delete]],
      async (values) => {
        await pong.delete("/users/me/", { body: /** @type {any} */ (values) });
        left(T.account.deleted);
      },
    ),
  );

/** @type {View} */
export const account = { title: T.account.title, load: () => pong.get("/users/me/sessions/"), draw };
