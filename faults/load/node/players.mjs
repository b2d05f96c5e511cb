// Players with the JavaScript client: pairs who talk and who make friends and end it, custom games in which all talk,
// and queues for matches, which they leave. Writes the history's lines to standard output. Reads lines: "stop" ends what the players do, "end" closes their streams.
//
// node players.mjs <url> <number of players> <pace> <seed>
import { AsyncLocalStorage } from "node:async_hooks";
import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import { createInterface } from "node:readline";
import { ApiError, Pong, SignedOut } from "../../../clients/javascript/src/index.js";

const [url, count, pace, seed] = process.argv.slice(2);
const now = () => Date.now() / 1000;
const statuses = new AsyncLocalStorage();
const stopping = new AbortController();
const ending = new AbortController();
setMaxListeners(0, stopping.signal);
let serial = 0;
const tag = (what) => `${what}-js${seed}-${++serial}`;
const write = (record) => process.stdout.write(`${JSON.stringify(record)}\n`);

/** A fetch that notes the status of every request of an operation; null without an answer. */
const watchedFetch = async (address, options) => {
  const found = String(address).endsWith("/auth/refresh/") ? undefined : statuses.getStore();
  const index = found ? found.push(null) - 1 : -1;
  const response = await fetch(address, options);
  if (found) found[index] = response.status;
  return response;
};

/** A player's pause; it ends with the run. */
const pause = (seconds) =>
  new Promise((resolve) => {
    if (stopping.signal.aborted) return resolve();
    const done = () => (clearTimeout(timer), stopping.signal.removeEventListener("abort", done), resolve());
    const timer = setTimeout(done, seconds * pace * 1000 * (0.5 + Math.random()));
    stopping.signal.addEventListener("abort", done);
  });

/** The parts of an answer or an event by which the checker knows things. */
const kept = (body) => {
  if (!body) return {};
  const names = ["id", "chat_id", "content", "code", "finished", "username", "n"];
  return Object.fromEntries(names.filter((name) => name in body).map((name) => [name, body[name]]));
};

class Player {
  pong = new Pong({ url, fetch: watchedFetch });
  id = 0;
  username = "";

  /** A change, written down as the Python players do. */
  async do(chapter, name, method, path, options = {}) {
    const key = path.startsWith("/auth/") ? null : randomUUID();
    const found = [];
    const record = { kind: "op", caller: this.id, chapter, name, key, start: now(), outcome: "unknown" };
    Object.assign(record, { status: null, code: null, result: {}, client: "javascript" });
    const { password, ...intent } = options.body ?? {};
    record.intent = options.path ? { args: Object.values(options.path), ...intent } : intent;
    let body;
    try {
      body = await statuses.run(found, () => this.pong[method](path, { ...options, ...(key && { idempotencyKey: key }) }));
      Object.assign(record, { outcome: "acknowledged", status: found.at(-1), result: { ...kept(body), ...(name === "register_user" && { user: this.pong.userId }) } });
    } catch (error) {
      const refusal = error instanceof SignedOut ? error.cause : error;
      if (refusal instanceof ApiError) {
        const certain = refusal.status < 500 && found.every((status) => status !== null && status < 500);
        Object.assign(record, { status: refusal.status, code: refusal.code ?? null });
        if (certain) record.outcome = "refused";
      }
    }
    write({ ...record, attempts: found.length, end: now() });
    return { ok: record.outcome === "acknowledged", body, code: record.code };
  }

  /** A reading; undefined if it failed. */
  read(path, options) {
    return this.pong.get(path, options).catch(() => undefined);
  }

  async register() {
    for (;;) {
      const body = { username: `js${seed}x${++serial}`, password: "correct-horse-7" };
      const made = await this.do("accounts", "register_user", "post", "/auth/register/", { body });
      const me = made.ok && (await this.read("/users/me/"));
      if (me) {
        this.id = me.id;
        this.username = me.username;
        return;
      }
      await pause(0.5);
    }
  }

  /** Note all events until the end of the run. */
  async listen() {
    let connections = 0;
    const onState = (state) => (connections += state === "open");
    const stream = this.pong.events({ onState });
    await stream.opened;
    const name = `${this.id}/js`;
    const opened = now();
    ending.signal.addEventListener("abort", stream.close);
    this.listening = (async () => {
      let closed = null;
      let why = "";
      try {
        for await (const event of stream) {
          const { event_code: code, id, data } = event;
          write({ kind: "event", stream: name, id: id ?? "", code, at: now(), data: kept(data) });
        }
      } catch (error) {
        [closed, why] = [now(), error.constructor.name];
      }
      write({ kind: "stream", stream: name, user: this.id, opened, closed, connections, repeats: -1, client: "javascript", why });
    })();
  }
}

async function talk(one, other) {
  await one.do("accounts", "update_me", "patch", "/users/me/", { body: { accept_chat_from: "everyone" } });
  let chat;
  while (!chat && !stopping.signal.aborted) {
    const made = await other.do("chat", "create_chat", "post", "/chat/", { body: { username: one.username } });
    chat = made.ok ? made.body.id : (await other.read("/chat/", { query: { q: one.username } }))?.results[0]?.id;
    await pause(0.5);
  }
  const write_ = async (player) => {
    while (!stopping.signal.aborted) {
      const content = tag("message");
      const options = { path: { chat_id: chat }, body: { content } };
      await player.do("chat", "send_message", "post", "/chat/{chat_id}/messages/", options);
      if (serial % 10 === 0) await player.read("/chat/{chat_id}/messages/", { path: { chat_id: chat } });
      await pause(0.5);
    }
  };
  await Promise.all([one, other, one, other].map(write_));
}

/** A custom game in which all talk. */
async function lobbies(players) {
  const [creator, ...others] = players;
  while (!stopping.signal.aborted) {
    const body = { game_mode: "custom_game" };
    const made = await creator.do("lobbies", "create_lobby", "post", "/play/lobby/", { body });
    if (made.ok) {
      const path = { code: made.body.code };
      await Promise.all(others.map((each) => each.do("lobbies", "join_lobby", "post", "/play/lobby/{code}/", { path })));
      for (let line = 0; line < 20; line++) {
        for (const player of players) {
          if (stopping.signal.aborted) break;
          const options = { path, body: { content: tag("lobby") } };
          await player.do("lobbies", "send_lobby_message", "post", "/play/lobby/{code}/message/", options);
          await pause(0.1);
        }
      }
    }
    for (const player of players) {
      const lobby = await player.read("/play/lobby/");
      const path = lobby && { code: lobby.code };
      if (path) await player.do("lobbies", "leave_lobby", "delete", "/play/lobby/{code}/", { path });
    }
    await pause(1);
  }
}

/** A pair's friend requests and friendships. */
async function befriend(one, other) {
  const [requests, friends] = ["/users/me/friend_requests/", "/users/me/friends/"];
  const request = `${requests}{friend_request_id}/`;
  while (!stopping.signal.aborted) {
    const body = { username: other.username };
    const made = await one.do("friends", "send_friend_request", "post", requests, { body });
    await pause(1);
    const path = { friend_request_id: made.body?.id };
    if (made.ok && Math.random() < 0.7) {
      await other.do("friends", "accept_friend_request", "post", request, { path });
      await pause(2);
    }
    for (const { id } of (await one.read(friends))?.results ?? []) {
      await other.do("friends", "remove_friend", "delete", `${friends}{friendship_id}/`, { path: { friendship_id: id } });
    }
    for (const { id } of (await one.read(requests))?.results ?? []) {
      await one.do("friends", "end_friend_request", "delete", request, { path: { friend_request_id: id } });
    }
    await pause(1);
  }
}

/** A player in the queues of duels and ranked matches; a match that begins meanwhile is left alone. */
async function queue(player) {
  while (!stopping.signal.aborted) {
    for (const name of ["duel", "ranked"]) {
      await player.do(name, `join_${name}`, "post", `/play/${name}/`);
      await pause(0.5);
      await player.do(name, `leave_${name}`, "delete", `/play/${name}/`);
      await pause(5);
    }
  }
}

createInterface({ input: process.stdin })
  .on("line", (line) => (line === "stop" ? stopping : ending).abort())
  .on("close", () => ending.abort());
const players = Array.from({ length: Number(count) }, () => new Player());
for (const player of players) {
  await player.register();
  await player.listen();
}
const pairs = players.flatMap((player, n) => (n % 2 ? [[players[n - 1], player]] : []));
const [, ...inLobbies] = players;
await Promise.all([
  ...pairs.flatMap(([one, other]) => [talk(one, other), befriend(one, other)]),
  lobbies(inLobbies),
  queue(players[0]),
]);
write({ kind: "stopped" });
if (!ending.signal.aborted) await new Promise((resolve) => ending.signal.addEventListener("abort", resolve));
await Promise.all(players.map((player) => player.listening));
process.exit(0);
