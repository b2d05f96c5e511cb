import assert from "node:assert/strict";
import { test } from "node:test";
import { SignedOut } from "pong-client";
import { FakeStream, isRefresh, json, refused, settled, signedIn, token } from "./fakes.mjs";

/** A user whose streams the test writes to; `answer` may give another answer to the n-th request for a stream. */
function streaming(options, answer = () => undefined) {
  const streams = [];
  let asked = 0;
  const made = signedIn((request) => {
    if (isRefresh(request)) return json(200, { access: token(made.clock, 1800, "1", 1) });
    if (request.path === "/api/auth/logout/") return json(204);
    const other = answer((asked += 1));
    if (other) return other;
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
  // The client looks every 5 s: at 40 s the first time after 37.5 s. Then it waits for 0.25 s.
  await clock.pass(40_249);
  assert.equal(streams.length, 1);
  await clock.pass(1);
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

test("an edge that answers 200 and breaks off at once is asked less and less often", async () => {
  const { events, streams, clock } = streaming();
  await events.opened;
  // It names a second as the first wait; half of 1, 2, 4, 8, 16 and 20 s.
  for (const wait of [500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]) {
    const before = streams.length;
    streams.at(-1).write("retry: 1000\n\n");
    await settled();
    streams.at(-1).break();
    await clock.pass(wait - 1);
    assert.equal(streams.length, before);
    await clock.pass(1);
    assert.equal(streams.length, before + 1);
  }
  events.close();
});

test("a stream waits as long as Retry-After says", async () => {
  for (const status of [429, 503]) {
    const answer = (n) => n === 1 && json(status, { code: "throttled" }, { "retry-after": "60" });
    const { events, streams, clock } = streaming({}, answer);
    await clock.pass(60_249);
    assert.equal(streams.length, 0);
    await clock.pass(1);
    assert.equal(streams.length, 1);
    events.close();
  }
});

test("a stream that is refused in the middle renews its token once, and loses nothing", async () => {
  const states = [];
  const { events, streams, requests, clock } = streaming(
    { onState: (state) => states.push(state) },
    (n) => n === 2 && refused(),
  );
  await events.opened;
  streams[0].event("1");
  await settled();
  streams[0].break();
  await clock.pass(250);
  assert.deepEqual(requests.slice(1).map(({ path }) => path), ["/sse/users/", "/api/auth/refresh/", "/sse/users/"]);
  assert.notEqual(requests[3].headers.Authorization, requests[1].headers.Authorization);
  assert.equal(requests[3].headers["Last-Event-ID"], "1");
  streams[1].event("2");
  assert.deepEqual([(await events.next()).value.id, (await events.next()).value.id], ["1", "2"]);
  assert.deepEqual(states, ["connecting", "open", "waiting", "connecting", "open"]);
  events.close();
});

test("a stream that is refused again after a renewal throws SignedOut", async () => {
  const { events, ended, requests } = streaming({}, refused);
  await assert.rejects(events.next(), SignedOut);
  assert.equal(requests.filter(isRefresh).length, 1);
  assert.equal(ended.length, 1);
});

test("the user's own logout ends streams without an error", async () => {
  const { events, pong, requests, ended, store } = streaming();
  await events.opened;
  const next = events.next();
  await pong.post("/auth/logout/");
  assert.deepEqual(await next, { value: undefined, done: true });
  await settled();
  assert.equal(requests[0].signal.aborted, true);
  assert.deepEqual([ended.length, store.load()], [0, null]);
});

test("characters and lines may be split anywhere", async () => {
  const { events, streams } = streaming();
  await events.opened;
  const data = { event_code: "message", text: "é € 🏓 \u2028" };
  for (const byte of new TextEncoder().encode(`id: 1\r\ndata: ${JSON.stringify(data)}\r\n\r\n`)) {
    streams[0].controller.enqueue(Uint8Array.of(byte));
  }
  assert.deepEqual((await events.next()).value, { ...data, id: "1" });
  events.close();
});
