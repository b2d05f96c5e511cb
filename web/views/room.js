// What lobbies and tournaments have in common: their talk, and invitations.
import { h } from "../dom.js";
import { button, card, empty, form, list, person } from "../parts.js";
import { changed, onEvent, pong, say, session } from "../session.js";
import { T, fill } from "../texts.js";
import { current } from "../view.js";

/**
 * Messages are kept nowhere but here, as long as the view is open.
 *
 * @param {"lobby" | "tournament"} kind
 * @param {string} code
 * @param {Local} local
 */
export function room(kind, code, local) {
  if (!local.talk) {
    local.talk = [];
    onEvent(
      ({ event_code: what, data, kwargs }) => {
        if (what === `${kind}-message`) local.talk.push([kwargs.username, data.content]);
      },
      /** @type {AbortController} */ (current?.abort).signal,
    );
  }
  const send = async (/** @type {Values} */ { content }) => {
    await pong.post(/** @type {"/play/lobby/{code}/message/"} */ (`/play/${kind}/{code}/message/`), {
      path: { code },
      body: { content },
    });
    local.talk.push([session.me?.username, content]);
  };
  const said = local.talk
    .slice(-30)
    .map((/** @type {string[]} */ [name, text]) => h("li", {}, h("p", {}, h("b", {}, `${name}: `), text)));
  return card(
    T.room.talk,
    said.length ? h("ol", { class: "talk" }, said) : empty(T.room.silence),
    form(
      "room",
      [{ name: "content", label: T.chats.message, autocomplete: "off", maxlength: 1000 }],
      [["", T.chats.send]],
      send,
    ),
  );
}

/**
 * Friends who are online and not there.
 *
 * @param {"lobby" | "tournament"} kind
 * @param {{ code: string, participants: { id: number }[] }} place
 * @param {Local} local
 */
export function invitations(kind, { code, participants }, local) {
  const find = async () => {
    local.friends = (await pong.get("/users/me/friends/", { query: { online: true, limit: 100 } })).results;
    changed();
  };
  const invite = (/** @type {number} */ user_id, /** @type {string} */ name) => async () => {
    await pong.post(/** @type {"/play/lobby/{code}/invite/{user_id}/"} */ (`/play/${kind}/{code}/invite/{user_id}/`), {
      path: { code, user_id },
    });
    say(fill(T.room.invited, name));
  };
  const there = new Set(participants.map(({ id }) => id));
  const free = (local.friends ?? []).filter((/** @type {any} */ { friend }) => !there.has(friend.id));
  const rows = free.map((/** @type {any} */ { friend }) => ({
    key: friend.id,
    row: person(
      friend,
      button(T.room.invite, invite(friend.id, friend.username), {
        about: friend.username,
      }),
    ),
  }));
  return card(T.room.invitations, local.friends && list(rows, T.room.noFriends), button(T.room.find, find));
}
