/** @import { Streams } from "../types/api.js" */
/** @import { CallOptions, Context, Method, PongOptions, Received, StreamOptions } from "../types/options.js" */
import { call } from "./calls.js";
import { realClock } from "./clock.js";
import { EventStream } from "./stream.js";
import { ServiceToken, UserTokens, memoryStore } from "./tokens.js";

/** Calls that take no token, and answer with tokens. */
const SIGN_IN = /^POST \/auth\/(guest|login|register)\/$/;
const SIGN_OUT = /^(POST \/auth\/logout|DELETE \/users\/me)\/$/;

/** A user of the API, or a service. */
export class Pong {
  #context;
  #user;
  #tokens;

  /** @param {PongOptions} options */
  constructor({ url = "", store = memoryStore(), rotate, token, onSignedOut = () => {}, ...options } = {}) {
    if (url && !/^https?:\/\//.test(url)) throw new TypeError(`${url} must begin with https:// or http://`);
    /** @type {Context} */
    this.#context = {
      url: url.replace(/\/$/, ""),
      retries: 3,
      maxRetryAfter: 10,
      timeout: 30,
      fetch: globalThis.fetch.bind(globalThis),
      clock: realClock,
      streams: new Set(),
      ...options,
    };
    /** @param {string} refresh */
    const renewed = (refresh) => this.#open("/auth/refresh/", { body: { refresh, rotate }, retries: 0 });
    this.#user = new UserTokens(renewed, store, this.#context.clock, onSignedOut);
    this.#tokens = token === undefined ? this.#user : new ServiceToken(token);
  }

  /** The id of the user who is signed in. */
  get userId() {
    return this.#user.userId;
  }

  /** @type {Method<"get">} */
  get = (path, ...[options]) => this.#call("GET", path, options);
  /** @type {Method<"post">} */
  post = (path, ...[options]) => this.#call("POST", path, options);
  /** @type {Method<"put">} */
  put = (path, ...[options]) => this.#call("PUT", path, options);
  /** @type {Method<"patch">} */
  patch = (path, ...[options]) => this.#call("PATCH", path, options);
  /** @type {Method<"delete">} */
  delete = (path, ...[options]) => this.#call("DELETE", path, options);

  /**
   * Events as they come, without gaps and repeats: `for await (const event of pong.events())`.
   *
   * @template {keyof Streams} [Path="/sse/users/"]
   * @param {StreamOptions<Path>} options
   * @returns {EventStream<Received<Path>>}
   */
  events(options = {}) {
    return new EventStream(this.#context.url + (options.path ?? "/sse/users/"), this.#tokens, this.#context, options);
  }

  /** @param {string} method @param {string} path @param {CallOptions} [options] */
  async #call(method, path, options = {}) {
    const name = `${method} ${path}`;
    const isSignIn = SIGN_IN.test(name);
    const isSignOut = SIGN_OUT.test(name);
    const answer = isSignIn
      ? await this.#open(path, options)
      : await call(this.#context, (send) => this.#tokens.use(send), method, path, options);
    if (isSignIn || path === "/auth/register/guest/") this.#user.take(answer);
    if (isSignOut) this.#user.forget();
    // The streams of the user before end without an error.
    if (isSignIn || isSignOut) for (const stream of this.#context.streams) stream.close();
    return answer;
  }

  /** A POST without a token. @param {string} path @param {CallOptions & { body?: any }} options */
  #open(path, options) {
    return call(this.#context, (send) => send(), "POST", path, options);
  }
}
