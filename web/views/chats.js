// Conversations, and one of them.
import { h } from "../dom.js";
import { button, card, empty, form, link, list, pager, person, when } from "../parts.js";
import { pong, readMe, say, session } from "../session.js";
import { T, fill } from "../texts.js";
import { current, reload } from "../view.js";

async function loadAll() {
  if (session.me?.is_guest) return null;
  const { q = "", offset = 0 } = current?.local ?? {};
  return pong.get("/chat/", { query: { q, offset } });
}

/** @param {any} page @param {Local} local */
function drawAll(page, local) {
  const search = (/** @type {Values} */ { q }) => {
    Object.assign(local, { q, offset: 0 });
    return reload();
  };
  const start = async (/** @type {Values} */ { username }) => {
    const { id } = await pong.post("/chat/", { body: { username } });
    location.hash = `#/chat/${id}`;
  };
  return h(
    "div",
    { class: "wide" },
    card(
      T.chats.title,
      list(
        page.results.map((/** @type {ChatInstance} */ chat) => ({ key: chat.id, row: summary(chat) })),
        T.chats.none,
      ),
      pager(page, local.offset ?? 0, (offset) => {
        local.offset = offset;
        return reload();
      }),
    ),
    h(
      "div",
      {},
      card("", form("search", [{ name: "q", label: T.chats.search, type: "search" }], [["", T.chats.find]], search)),
      card(
        "",
        form("start", [{ name: "username", label: T.chats.with, autocomplete: "off" }], [["", T.chats.start]], start),
      ),
    ),
  );
}

/** @param {ChatInstance} chat */
function summary({ id, chat_with: other, last_message: last }) {
  const isNew = last && !last.is_read && last.author.id === other.id;
  const text = last ? last.content.slice(0, 80) : T.chats.noMessages;
  return [
    person(other, link(`/chat/${id}`, T.chats.open, h("span", { class: "unseen" }, ` ${other.username}`))),
    h(
      "p",
      { class: isNew ? "last new" : "last soft" },
      isNew && h("span", { class: "count" }, T.nav.waiting),
      ` ${text}`,
    ),
  ];
}

/** @param {string[]} params @returns {Promise<{ chat: ChatDetailInstance, messages: any }>} */
async function load([id]) {
  const path = { chat_id: Number(id) };
  const query = { offset: current?.local.offset ?? 0 };
  const [chat, messages] = await Promise.all([
    pong.get("/chat/{chat_id}/", { path }),
    pong.get("/chat/{chat_id}/messages/", { path, query }),
  ]);
  session.notices = session.notices.filter(({ event }) => event.data?.chat_id !== path.chat_id);
  // Reading them makes them read.
  if (chat.unread_messages) await readMe();
  return { chat, messages };
}

/** @param {{ chat: ChatDetailInstance, messages: any }} data @param {Local} local */
function draw({ chat, messages }, local) {
  const { id, chat_with: other } = chat;
  const path = { chat_id: id };
  const send = async (/** @type {Values} */ { content }) => {
    await pong.post("/chat/{chat_id}/messages/", { path, body: { content } });
    local.offset = 0;
    await reload();
  };
  const hide = async () => {
    await pong.delete("/chat/{chat_id}/", { path });
    location.hash = "#/chat";
    say(fill(T.chats.hidden, other.username));
  };
  const lines = [...messages.results].reverse();
  return [
    link("/chat", T.chats.back),
    card(
      "",
      person(other, button(T.chats.hide, hide)),
      pager(messages, local.offset ?? 0, (offset) => {
        local.offset = offset;
        return reload();
      }),
      lines.length
        ? h(
            "ol",
            { class: "talk" },
            lines.map((line) => message(line, other.id)),
          )
        : empty(T.chats.noMessages),
      form(
        "message",
        [{ name: "content", label: T.chats.message, autocomplete: "off", maxlength: 1000 }],
        [["", T.chats.send]],
        send,
      ),
    ),
  ];
}

/** @param {MessageInstance} message @param {number} otherId */
const message = ({ id, author, content, sent_at: at, is_read: isRead }, otherId) =>
  h(
    "li",
    { key: id, class: author.id === otherId ? "" : "mine" },
    h("b", { class: "unseen" }, author.username),
    h("p", {}, content),
    h("small", {}, when(at), author.id !== otherId && isRead && ` · ${T.chats.read}`),
  );

/** @type {View} */
export const chats = {
  title: T.chats.title,
  registered: true,
  load: loadAll,
  draw: drawAll,
  events: { "receive-message": true },
};

/** @type {View} */
export const chat = {
  title: ({ chat: { chat_with: other } }) => other.username,
  registered: true,
  load,
  draw,
  events: { "receive-message": true },
};
