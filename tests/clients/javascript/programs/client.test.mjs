import assert from "node:assert/strict";
import { test } from "node:test";
import { ApiError, Pong, SignedOut, browserStore } from "pong-client";
import { isRefresh, json, refused, signedIn, token } from "./fakes.mjs";

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

test("a tab waits for the one that renews, and takes its token", async () => {
  let last = Promise.resolve();
  const locks = { request: (_, work) => (last = last.then(work)) };
  const kept = new Map();
  const localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value) };
  for (const [name, value] of Object.entries({ navigator: { locks }, localStorage })) {
    Object.defineProperty(globalThis, name, { value, configurable: true });
  }
  const { settings, requests, clock, store } = signedIn((request) =>
    isRefresh(request) ? json(200, { access: token(clock, 1800, "1", 1), refresh: "r1" }) : json(200, {}),
  );
  assert.equal(browserStore().load(), null);
  browserStore().save(store.load());
  const tabs = [1, 2].map(() => new Pong({ ...settings, store: browserStore() }));
  clock.time += 1_790_000;
  await Promise.all(tabs.map((pong) => pong.get("/users/me/")));
  assert.equal(requests.filter(isRefresh).length, 1);
  assert.equal(browserStore().load().refresh, "r1");
  assert.equal(new Pong({ ...settings, store: browserStore() }).userId, 1);
  delete globalThis.navigator;
  delete globalThis.localStorage;
});

test("a service's refused token is asked for anew, once", async () => {
  const tokens = ["s1", "s2", "s3"];
  const { pong, requests } = signedIn((_, n) => (n === 1 ? refused() : json(200, {})), { token: () => tokens.shift() });
  await pong.get("/private/info/");
  assert.deepEqual(requests.map(({ headers }) => headers.Authorization), ["Bearer s1", "Bearer s2"]);
});

test("a service with one token gets the API's refusal", async () => {
  const { pong, requests, ended, store } = signedIn(refused, { token: "s1" });
  await assert.rejects(pong.get("/private/info/"), { name: "ApiError", status: 401 });
  assert.equal(requests.length, 1);
  assert.equal(requests[0].headers.Authorization, "Bearer s1");
  assert.deepEqual([ended.length, store.load().refresh], [0, "r0"]);
});
