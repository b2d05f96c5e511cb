// Friends, requests in both directions, blocks.
import { h } from "../dom.js";
import { button, card, form, list, pager, person } from "../parts.js";
import { pong, readMe, say, session } from "../session.js";
import { T, fill } from "../texts.js";
import { current, reload } from "../view.js";

/** More than anyone has blocked or asks; friends and received requests come in pages. */
const ALL = { limit: 100 };

async function load() {
  if (session.me?.is_guest) return null;
  const { friendsFrom = 0, requestsFrom = 0 } = current?.local ?? {};
  const [friends, received, sent, blocked] = await Promise.all([
    pong.get("/users/me/friends/", { query: { offset: friendsFrom } }),
    pong.get("/users/me/friend_requests/received/", { query: { offset: requestsFrom } }),
    pong.get("/users/me/friend_requests/", { query: ALL }),
    pong.get("/users/me/blocked/", { query: ALL }),
  ]);
  // These requests aren't new any more.
  if (received.results.some((request) => request.new)) await readMe();
  return { friends, received, sent, blocked };
}

/**
 * Rows of users, with what can be done: labels and calls.
 *
 * @param {any} page
 * @param {string} who
 * @param {...[string, (id: number) => Promise<unknown>, Props?]} actions
 */
const rows = (page, who, ...actions) =>
  page.results.map((/** @type {any} */ entry) => {
    const user = entry[who];
    const buttons = actions.map(([label, run, props]) => {
      const then = async () => {
        await run(entry.id);
        await reload();
      };
      return button(label, then, { about: user.username, ...props });
    });
    return { key: entry.id, row: person(user, buttons) };
  });

const REQUEST = "/users/me/friend_requests/{friend_request_id}/";
/** @param {number} id */
const accept = (id) => pong.post(REQUEST, { path: { friend_request_id: id } });
/** @param {number} id */
const decline = (id) => pong.delete(REQUEST, { path: { friend_request_id: id } });
/** @param {number} id */
const end = (id) => pong.delete("/users/me/friends/{friendship_id}/", { path: { friendship_id: id } });
/** @param {number} id */
const unblock = (id) => pong.delete("/users/me/blocked/{blocked_id}/", { path: { blocked_id: id } });

/** @param {any} data @param {Local} local */
function draw({ friends, received, sent, blocked }, local) {
  /** @param {string} name */
  const go = (name) => (/** @type {number} */ offset) => {
    local[name] = offset;
    return reload();
  };
  const asking = rows(received, "sender", [T.friends.accept, accept, { class: "main" }], [T.friends.decline, decline]);
  const mine = rows(friends, "friend", [T.friends.end, end]);
  return h(
    "div",
    { class: "wide" },
    card(
      `${T.friends.title} (${friends.count})`,
      list(mine, T.friends.none),
      pager(friends, local.friendsFrom ?? 0, go("friendsFrom")),
    ),
    h(
      "div",
      {},
      card(
        T.friends.add,
        form("add", [{ name: "username", label: T.friends.username, autocomplete: "off" }], [["", T.friends.ask]], ask),
      ),
      card(
        T.friends.received,
        list(asking, T.friends.noneReceived),
        pager(received, local.requestsFrom ?? 0, go("requestsFrom")),
      ),
      sent.count > 0 && card(T.friends.sentTitle, list(rows(sent, "receiver", [T.friends.cancel, decline]), "")),
      card(T.friends.blocks, list(rows(blocked, "blocked", [T.friends.unblock, unblock]), T.friends.noBlocks)),
    ),
  );
}

/** @param {Values} values */
async function ask(values) {
  await pong.post("/users/me/friend_requests/", { body: { username: values.username } });
  say(fill(T.friends.sent, values.username));
  await reload();
}

/** @type {View} */
export const friends = {
  title: T.friends.title,
  registered: true,
  load,
  draw,
  events: {
    "receive-friend-request": true,
    "accept-friend-request": true,
    "reject-friend-request": true,
    "cancel-friend-request": true,
    "delete-friend": true,
  },
};
