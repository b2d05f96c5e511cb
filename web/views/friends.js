// Friends, requests in both directions, blocks.
/** @import { View } from "../view.js" */
import { h } from "../dom.js";
import { button, card, form, list, pager, person } from "../parts.js";
import { pong, readMe, say, session } from "../session.js";
import { T } from "../texts.js";
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

/** @typedef {Exclude<Awaited<ReturnType<typeof load>>, null>} Data */

/** Do it, then show what has become of it. @param {() => Promise<unknown>} run */
const then = (run) => async () => {
  await run();
  await reload();
};

/** @param {Data} data @param {Record<string, any>} local */
function draw({ friends, received, sent, blocked }, local) {
  const requests = "/users/me/friend_requests/{friend_request_id}/";
  /** @param {string} name */
  const go = (name) => (/** @type {number} */ offset) => {
    local[name] = offset;
    return reload();
  };
  const asking = received.results.map(({ id, sender }) => {
    const path = { friend_request_id: id };
    return {
      key: id,
      row: person(
        sender,
        button(T.friends.accept, then(() => pong.post(requests, { path })), { class: "main", "aria-label": `${T.friends.accept}: ${sender.username}` }),
        button(T.friends.decline, then(() => pong.delete(requests, { path })), { "aria-label": `${T.friends.decline}: ${sender.username}` }),
      ),
    };
  });
  const asked = sent.results.map(({ id, receiver }) => ({
    key: id,
    row: person(receiver, button(T.friends.cancel, then(() => pong.delete(requests, { path: { friend_request_id: id } })), { "aria-label": `${T.friends.cancel}: ${receiver.username}` })),
  }));
  const mine = friends.results.map(({ id, friend }) => ({ key: id, row: person(friend, button(T.friends.end, then(() => pong.delete("/users/me/friends/{friendship_id}/", { path: { friendship_id: id } })), { "aria-label": `${T.friends.end}: ${friend.username}` })) }));
  const away = blocked.results.map(({ id, blocked: user }) => ({
    key: id,
    row: person(user, button(T.friends.unblock, then(() => pong.delete("/users/me/blocked/{blocked_id}/", { path: { blocked_id: id } })), { "aria-label": `${T.friends.unblock}: ${user.username}` })),
  }));
  return h(
    "div",
    { class: "wide" },
    h("div", {}, card(`${T.friends.title} (${friends.count})`, list(mine, T.friends.none), pager(friends, local.friendsFrom ?? 0, go("friendsFrom")))),
    h(
      "div",
      {},
      card(T.friends.add, form("add", [{ name: "username", label: T.friends.username, autocomplete: "off" }], [["", T.friends.ask]], ask)),
      card(T.friends.received, list(asking, T.friends.noneReceived), pager(received, local.requestsFrom ?? 0, go("requestsFrom"))),
      asked.length > 0 && card(T.friends.sentTitle, list(asked, "")),
      card(T.friends.blocks, list(away, T.friends.noBlocks)),
    ),
  );
}

/** @param {Record<string, string>} values */
async function ask(values) {
  await pong.post("/users/me/friend_requests/", { body: { username: values.username } });
  say(T.friends.sent(values.username));
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
