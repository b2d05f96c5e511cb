// The view that is open: what it has read, and when it reads again.
import { sayOf } from "./problems.js";
import { changed, onEvent, say, session } from "./session.js";
import { T } from "./texts.js";

/** @type {Open | undefined} */
export let current;

/** Open a view in the place of the one before. @param {View} view @param {string[]} params */
export function open(view, params) {
  current?.abort.abort();
  const abort = new AbortController();
  const isRead = !view.load;
  const opened = {
    view,
    params,
    data: undefined,
    problem: null,
    isRead,
    local: {},
    abort,
    reading: false,
    again: false,
  };
  current = opened;
  session.problem = null;
  onEvent((event) => take(opened, event), abort.signal);
  changed();
  return reload();
}

/** The user has left: nothing is open. */
export function close() {
  current?.abort.abort();
  current = undefined;
}

/** Read the open view's data again. */
export async function reload() {
  const opened = current;
  if (!opened?.view.load) return;
  opened.again = true;
  if (opened.reading) return;
  opened.reading = true;
  while (opened.again && !opened.abort.signal.aborted) {
    opened.again = false;
    try {
      opened.data = await opened.view.load(opened.params, opened.abort.signal);
      Object.assign(opened, { problem: null, isRead: true });
    } catch (error) {
      if (!opened.abort.signal.aborted) opened.problem = sayOf(error);
    }
  }
  opened.reading = false;
  changed();
}

/** @param {Open} opened @param {any} event */
function take(opened, event) {
  const change = opened.view.events?.[event.event_code];
  if (event.event_code === "resync") {
    say(T.resync);
    reload();
  } else if (change === true) {
    reload();
  } else if (change && opened.data) {
    opened.data = change(opened.data, event);
  }
}

/** The other tab was in front: what has no event may have changed. */
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && reload());
