// The user of this page: tokens, profile, the stream of events, and what the events tell.
import { Pong, SignedOut, browserStore } from "../clients/javascript/src/index.js";
import { sayOf } from "./problems.js";
import { T } from "./texts.js";

const store = browserStore("pong");
export const pong = new Pong({ store, rotate: true, onSignedOut: () => left(T.signIn.ended) });

export const session = {
  /** @type {UserMeInstance | null} */
  me: null,
  /** Of the event stream: online is open. @type {"connecting" | "open" | "waiting" | "closed"} */
  connection: "closed",
  /** What the person should see, newest first; kept as long as the page. @type {Notice[]} */
  notices: [],
  /** The queue that the user waits in; `since` is this machine's time. @type {Queue | null} */
  queue: null,
  /** The code of the match that the user plays. @type {string | null} */
  match: null,
  /** Whether the game server has a player of its own, asked once. @type {boolean | undefined} */
  house: undefined,
  /** What went wrong last, and what to do about it. @type {Problem | null} */
  problem: null,
};

/** Events after which the profile has other counts or trophies. */
const CHANGES_ME = /^(resync|receive-|cancel-friend|profile-picture|tournament-finish|game-void)/;

const YES = 1000;
const PLAYING = 4409;

/** @type {Set<(event: any) => void>} */
const listeners = new Set();
/** @type {Set<() => void>} */
const watchers = new Set();

/** Called with each event, until the signal. @param {(event: any) => void} listener @param {AbortSignal} signal */
export function onEvent(listener, signal) {
  listeners.add(listener);
  signal.addEventListener("abort", () => listeners.delete(listener));
}

/** Called after each change of `session`. @param {() => void} watcher */
export const onChange = (watcher) => watchers.add(watcher);
export const changed = () => watchers.forEach((watcher) => watcher());

/** Tell it to those who can't see it, politely. @param {string} sentence */
export function say(sentence) {
  const said = /** @type {HTMLElement} */ (document.getElementById("said"));
  const line = document.createElement("p");
  line.textContent = sentence;
  said.append(line);
  if (said.childElementCount > 5) said.firstElementChild?.remove();
}

/**
 * Do something for the user: an error is shown. Tells whether it worked.
 *
 * @param {() => Promise<unknown> | unknown} run
 */
export async function attempt(run) {
  try {
    session.problem = null;
    await run();
    return true;
  } catch (error) {
    if (!(error instanceof SignedOut)) session.problem = sayOf(error);
    return false;
  } finally {
    changed();
  }
}

/** Read the profile; begin to listen. */
export async function begin() {
  session.me = await pong.get("/users/me/");
  const stream = pong.events({ onState: moved });
  follow(stream);
  changed();
  await stream.opened;
  // What changed before the stream was open has no event.
  await Promise.all([readMe(), readMatch()]);
  await resumeQueue();
}

/** Which match the user plays: its end has no event. */
export async function readMatch() {
  const { status } = await pong.get("/users/{user_id}/", { path: { user_id: pong.userId ?? 0 } });
  session.match = status.game_playing;
  changed();
}

/** Read the own profile again: its counts and trophies. */
export async function readMe() {
  session.me = await pong.get("/users/me/");
  changed();
}

/** @param {"duel" | "ranked"} mode */
export async function joinQueue(mode) {
  const ticket = await pong.post(`/play/${mode}/`);
  const stays = session.queue?.joined === ticket.join_at;
  if (session.match === null)
    session.queue = { mode, joined: ticket.join_at, since: stays ? (session.queue?.since ?? 0) : Date.now() };
  keepQueue();
  if (session.house !== undefined) return;
  session.house = false;
  askHouse().then((code) => (session.house = code === YES));
}

/** Ask the game server for a match against the house; without a token, whether there is one. Gives its close code. */
const askHouse = (/** @type {string} */ token = "") =>
  new Promise((resolve) => {
    const socket = new WebSocket(`${location.origin.replace("http", "ws")}/ws/game/house/`, "pong.1");
    socket.onopen = () => (token ? socket.send(JSON.stringify(["play", token])) : socket.close(YES));
    socket.onclose = ({ code }) => resolve(code);
  });

/** `game-start` leads to the match. */
export async function playHouse() {
  await readMatch(); // It renews the token.
  const code = await askHouse(store.load()?.access);
  if (code !== YES && code !== PLAYING) session.problem = { says: T.queue.noHouse, hint: T.problems.soon };
}

export async function leaveQueue() {
  const { queue } = session;
  session.queue = null;
  keepQueue();
  if (queue) await pong.delete(`/play/${queue.mode}/`).catch(ignoreCode("not_in_queue"));
}

/** @param {string} code */
export const ignoreCode = (code) => (/** @type {any} */ error) => {
  if (error.code !== code) throw error;
  return undefined;
};

/** Another place takes the user out of the queue. */
export function forgetQueue() {
  session.queue = null;
  keepQueue();
}

function keepQueue() {
  sessionStorage.setItem("queue", JSON.stringify(session.queue));
  changed();
}

/**
 * After a reload or a broken connection: a user who was away for more than 3 s has lost the place, and gets a new one.
 */
async function resumeQueue() {
  session.queue ??= JSON.parse(sessionStorage.getItem("queue") ?? "null");
  if (!session.queue) return;
  const { joined, mode } = session.queue;
  if (!(await attempt(() => joinQueue(mode)))) session.queue = null;
  else if (session.queue?.joined !== joined) say(T.queue.again);
  keepQueue();
}

/** @param {"connecting" | "open" | "waiting" | "closed"} state */
function moved(state) {
  const back = state === "open" && session.connection === "waiting";
  if (state !== "connecting" || session.connection === "closed") session.connection = state;
  if (back && session.queue) resumeQueue();
  changed();
}

/** @param {EventStream} stream */
async function follow(stream) {
  try {
    for await (const event of stream) take(event);
  } catch (error) {
    if (!(error instanceof SignedOut)) session.problem = sayOf(error);
    changed();
  }
}

/** @param {any} event */
function take(event) {
  const { event_code: code, data, id } = event;
  if (code === "game-start") {
    session.match = data.code;
    forgetQueue();
    location.hash = `#/match/${data.code}`;
  }
  if (code === "game-void" && session.match === data.code) session.match = null;
  if (event.type === "notification") {
    session.notices = [{ id, event, at: Date.now() }, ...session.notices].slice(0, 30);
    say(event.message);
  }
  if (CHANGES_ME.test(code)) attempt(readMe);
  for (const listener of listeners) listener(event);
  changed();
}

/** A match of ours is over. */
export function matchOver() {
  session.match = null;
  attempt(readMe);
}

/** The user is signed out. @param {string} [why] */
export function left(why) {
  Object.assign(session, {
    me: null,
    connection: "closed",
    notices: [],
    queue: null,
    match: null,
    problem: why ? { says: why } : null,
  });
  sessionStorage.clear();
  location.hash = "#/";
  changed();
}

export async function logOut() {
  await pong.post("/auth/logout/").catch((error) => {
    if (!(error instanceof SignedOut)) throw error;
  });
  left();
}
