// A clock that runs when told, a server of prepared answers, and a user who has signed in there.

import { Pong } from "pong-client";

export class FakeClock {
  time = 1_700_000_000_000;
  timers = new Set();
  random = () => 0.5;
  now = () => this.time;
  setTimeout = (action, milliseconds) => {
    const timer = { action, at: this.time + milliseconds };
    this.timers.add(timer);
    return timer;
  };
  clearTimeout = (timer) => this.timers.delete(timer);

  /** Let time pass; each timer runs at its moment, and what follows from it is done. */
  async pass(milliseconds) {
    const end = this.time + milliseconds;
    await settled();
    for (;;) {
      const due = [...this.timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!due) break;
      this.timers.delete(due);
      this.time = Math.max(this.time, due.at);
      due.action();
      await settled();
    }
    this.time = end;
  }
}

/** What is ready to run has run. */
export async function settled() {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

export function token(clock, seconds = 1800, sub = "1", n = 0) {
  const iat = Math.floor(clock.now() / 1000);
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return `${part({})}.${part({ sub, iat, exp: iat + seconds, n })}.signature`;
}

export const json = (status, body, headers = {}) =>
  new Response(status === 204 ? null : JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", ...headers },
  });

export const refused = () => json(401, { code: "token_not_valid", detail: "The token is invalid or has expired." });

/** A stream that the test writes to. */
export class FakeStream {
  constructor() {
    this.body = new ReadableStream({ start: (controller) => (this.controller = controller) });
    this.response = new Response(this.body, { headers: { "content-type": "text/event-stream" } });
  }
  write = (text) => this.controller.enqueue(new TextEncoder().encode(text));
  event = (id, code = "lobby-update") =>
    this.write(`${id ? `id: ${id}\n` : ""}event: ${code}\ndata: ${JSON.stringify({ event_code: code, data: id })}\n\n`);
  end = () => this.controller.close();
  break = () => this.controller.error(new TypeError("terminated"));
}

/** `answer` gets each request and returns a Response, or throws. */
export function server(answer) {
  const requests = [];
  const fetch = async (url, options) => {
    const request = { url, ...options, path: url.replace(/^https?:\/\/[^/]+/, "") };
    requests.push(request);
    options.signal?.throwIfAborted();
    const response = await answer(request, requests.length);
    if (response instanceof FakeStream) {
      options.signal.addEventListener("abort", () => {
        try {
          response.controller.error(options.signal.reason);
        } catch {
          // It has ended before.
        }
      });
      return response.response;
    }
    return response;
  };
  return { fetch, requests };
}

/** A client with a token for 30 minutes; `ended` has the errors of onSignedOut. */
export function signedIn(answer, options = {}) {
  const clock = new FakeClock();
  const made = server(answer);
  let kept = { access: token(clock), refresh: "r0" };
  const store = { load: () => kept, save: (tokens) => (kept = tokens) };
  const ended = [];
  const settings = { url: "https://pong", fetch: made.fetch, clock, store, onSignedOut: (error) => ended.push(error) };
  return { clock, store, ended, ...made, settings, pong: new Pong({ ...settings, ...options }) };
}

export const isRefresh = ({ path }) => path === "/api/auth/refresh/";
