import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, Pong, SignedOut } from "pong-client";
import { FakeClock, FakeStream, json, refused, server, settled, token } from "./fakes.mjs";

function signedIn(answer, options = {}, seconds = 1800) {
  const clock = new FakeClock();
  const made = server(answer);
  let kept = { access: token(clock, seconds), refresh: "r0" };
  const store = { load: () => kept, save: (tokens) => (kept = tokens) };
  const ended = [];
  const settings = { url: "https://pong", fetch: made.fetch, clock, store, onSignedOut: (error) => ended.push(error) };
  return { clock, store, ended, ...made, settings, pong: new Pong({ ...settings, ...options }) };
}

const isRefresh = ({ path }) => path === "/api/auth/refresh/";

test("a call has the token, its path's parts and its query", async () => {
  const { pong, requests, store } = signedIn(() => json(200, { count: 0 }));
  await pong.get("/game/matches/{user_id}/", { path: { user_id: 7 }, query: { limit: 5, offset: undefined } });
  assert.equal(requests[0].url, "https://pong/api/game/matches/7/?limit=5");
  assert.equal(requests[0].headers.Authorization, `Bearer ${store.load().access}`);
});

test("an error has status, code, fields and the time to wait", async () => {
  const { pong } = signedIn(() => json(400, { username: ["This username is taken."] }));
  await assert.rejects(pong.patch("/users/me/"), (error) => {
    assert(error instanceof ApiError);
    assert.deepEqual([error.status, error.code, error.fields], [400, undefined, { username: ["This username is taken."] }]);
    return true;
  });
  const far = signedIn(() => json(429, { code: "throttled", detail: "Request was throttled." }, { "retry-after": "300" }));
  await assert.rejects(far.pong.get("/users/me/"), { code: "throttled", retryAfter: 300 });
  assert.equal(far.requests.length, 1);
});

test("many calls renew an old token by one request", async () => {
  const { pong, requests, clock } = signedIn((request) =>
    isRefresh(request) ? json(200, { access: token(clock, 1800, "1", 1) }) : json(200, {}),
  );
  clock.time += 1_790_000;
  await Promise.all([pong.get("/users/me/"), pong.get("/users/me/"), pong.get("/users/me/")]);
  assert.equal(requests.filter(isRefresh).length, 1);
  assert.equal(new Set(requests.filter((r) => !isRefresh(r)).map((r) => r.headers.Authorization)).size, 1);
});

test("an early renewal that fails keeps the valid token", async () => {
  const { pong, requests, clock } = signedIn((request) =>
    isRefresh(request) ? json(503, { code: "unavailable" }) : json(200, { id: 1 }),
  );
  clock.time += 1_790_000;
  assert.deepEqual(await pong.get("/users/me/"), { id: 1 });
  await pong.get("/users/me/");
  assert.equal(requests.filter(isRefresh).length, 1);
});

test("a refused token is renewed once and the call repeated", async () => {
  const { pong, requests, clock } = signedIn((request, n) =>
    isRefresh(request) ? json(200, { access: token(clock, 1800, "1", 1) }) : n === 1 ? refused() : json(200, { id: 1 }),
  );
  assert.deepEqual(await pong.get("/users/me/"), { id: 1 });
  assert.deepEqual(requests.map(({ path }) => path), ["/api/users/me/", "/api/auth/refresh/", "/api/users/me/"]);
});

test("a refused renewal says that the user is signed out", async () => {
  const { pong, store, ended } = signedIn(refused);
  await assert.rejects(pong.get("/users/me/"), SignedOut);
  assert.equal(ended.length, 1);
  assert.equal(store.load(), null);
  assert.equal(pong.userId, undefined);
});

test("a tab takes the token that another tab has renewed", async () => {
  const { pong, requests, store, clock } = signedIn((_, n) => (n === 1 ? refused() : json(200, {})));
  const renewed = { access: token(clock, 1800, "1", 1), refresh: "r1" };
  store.save(renewed);
  await pong.get("/users/me/");
  assert.equal(requests.filter(isRefresh).length, 0);
  assert.equal(requests[1].headers.Authorization, `Bearer ${renewed.access}`);
});

test("a tab whose user has signed out in another one leaves the other one's tokens alone", async () => {
  const { pong, store, ended, clock } = signedIn(refused);
  const others = { access: token(clock, 1800, "2"), refresh: "other" };
  store.save(others);
  await assert.rejects(pong.get("/users/me/"), SignedOut);
  assert.equal(ended.length, 1);
  assert.equal(store.load(), others);
});

test("a change is repeated with the same key after a broken connection, a sign-in is not", async () => {
  const { pong, requests, clock } = signedIn((_, n) => {
    if (n < 3) throw new TypeError("fetch failed");
    return json(201, {});
  });
  const made = pong.post("/play/duel/");
  await clock.pass(10_000);
  await made;
  assert.equal(requests.length, 3);
  assert.equal(new Set(requests.map(({ headers }) => headers["Idempotency-Key"])).size, 1);
  const other = signedIn(() => {
    throw new TypeError("fetch failed");
  });
  await assert.rejects(other.pong.post("/auth/guest/"), TypeError);
  assert.equal(other.requests.length, 1);
});

test("a call waits as long as Retry-After says, and is repeated a bounded number of times", async () => {
  const { pong, requests, clock } = signedIn(() => json(503, { code: "unavailable" }, { "retry-after": "2" }));
  const call = assert.rejects(pong.get("/users/me/"), { status: 503 });
  await clock.pass(1_999);
  assert.equal(requests.length, 1);
  await clock.pass(60_000);
  await call;
  assert.equal(requests.length, 4);
});

// ── the event stream ─────────────────────────────────────────────────────────────────────────────────────

function streaming(options) {
  const streams = [];
  const made = signedIn((request) => {
    if (isRefresh(request)) return json(200, { access: token(made.clock, 1800, "1", 1) });
    streams.push(new FakeStream());
    return streams.at(-1);
  });
  return { ...made, streams, events: made.pong.events(options) };
}

test("a stream resumes with its last id, drops repeats, and gives codes it doesn't know", async () => {
  const { events, streams, requests, clock } = streaming();
  await events.opened;
  streams[0].event("1");
  streams[0].event("2", "something-new");
  assert.equal((await events.next()).value.id, "1");
  assert.equal((await events.next()).value.event_code, "something-new");
  streams[0].break();
  await clock.pass(1_000);
  assert.equal(requests[1].headers["Last-Event-ID"], "2");
  streams[1].event("2");
  streams[1].event("3");
  assert.equal((await events.next()).value.id, "3");
  events.close();
});

test("resync reaches the program, pings do not", async () => {
  const { events, streams } = streaming();
  await events.opened;
  streams[0].event("", "ping");
  streams[0].event("a-1", "resync");
  assert.equal((await events.next()).value.event_code, "resync");
  events.close();
});

test("waits double up to 20 s, and an event resets them, not an answer", async () => {
  const { events, streams, clock } = streaming();
  await events.opened;
  // The fake chance is a half: waits are half of 0.5, 1, 2, 4, 8, 16, 20 and 20 s.
  for (const wait of [250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
    const before = streams.length;
    streams.at(-1).end();
    await clock.pass(wait - 1);
    assert.equal(streams.length, before);
    await clock.pass(1);
    assert.equal(streams.length, before + 1);
  }
  const before = streams.length;
  streams.at(-1).event("1");
  await settled();
  streams.at(-1).end();
  await clock.pass(250);
  assert.equal(streams.length, before + 1);
  events.close();
});

test("a silent connection is given up after 2.5 heartbeats, also after a sleep", async () => {
  const { events, streams, clock } = streaming();
  await events.opened;
  await clock.pass(35_000);
  assert.equal(streams.length, 1);
  await clock.pass(10_000);
  assert.equal(streams.length, 2);
  clock.time += 3_600_000;
  await clock.pass(1_000);
  assert.equal(streams.length, 3);
  events.close();
});

test("before its token ends a stream has a successor, and the user stays online", async () => {
  const { events, streams, requests } = streaming();
  await events.opened;
  streams[0].event("1");
  streams[0].event("", "token-expiring");
  await settled();
  assert.deepEqual(requests.map(({ path }) => path), ["/sse/users/", "/api/auth/refresh/", "/sse/users/"]);
  assert.equal(requests[0].signal.aborted, true);
  streams[1].event("2");
  assert.deepEqual([(await events.next()).value.id, (await events.next()).value.id], ["1", "2"]);
  assert.equal(streams.length, 2);
  events.close();
});

test("a stream whose session has ended throws SignedOut", async () => {
  const { pong } = signedIn(refused);
  await assert.rejects(pong.events().next(), SignedOut);
});

test("a program that doesn't take its events makes the client stop reading", async () => {
  const { events, streams, clock } = streaming({ queue: 2 });
  await events.opened;
  for (const id of ["1", "2", "3", "4"]) streams[0].event(id);
  await clock.pass(120_000);
  assert.equal(streams.length, 1);
  const got = [];
  for await (const event of events) {
    got.push(event.id);
    if (got.length === 4) break;
  }
  assert.deepEqual(got, ["1", "2", "3", "4"]);
});

test("break and a signal close the connection", async () => {
  const first = streaming();
  await first.events.opened;
  first.streams[0].event("1");
  for await (const _ of first.events) break;
  await settled();
  assert.equal(first.requests[0].signal.aborted, true);
  assert.equal(first.clock.timers.size, 0);
  const leaving = new AbortController();
  const second = streaming({ signal: leaving.signal });
  await second.events.opened;
  const next = second.events.next();
  leaving.abort();
  assert.deepEqual(await next, { value: undefined, done: true });
  await settled();
  assert.equal(second.requests[0].signal.aborted, true);
});

test("the network's return ends a wait at once", async () => {
  const listeners = new Set();
  globalThis.addEventListener = (name, listener) => listeners.add(listener);
  globalThis.removeEventListener = (name, listener) => listeners.delete(listener);
  const { events, streams, clock } = streaming();
  await events.opened;
  streams[0].break();
  await settled();
  for (const listener of listeners) listener();
  await settled();
  assert.equal(streams.length, 2);
  events.close();
  assert.equal(listeners.size, 0);
});
