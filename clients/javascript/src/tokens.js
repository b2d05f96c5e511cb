/** @import { Clock, Store, Tokens } from "../types/options.js" */
import { ApiError, SignedOut } from "./errors.js";

/** Renew so long before the end, in milliseconds; a token with a short life at half of it. */
const EARLY = 60_000;
/** Try an early renewal that failed again after so many milliseconds. */
const PAUSE = 5_000;

/** @returns {Store} */
export function memoryStore() {
  /** @type {Tokens | null} */
  let kept = null;
  return { load: () => kept, save: (tokens) => (kept = tokens) };
}

/** Keeps the tokens in localStorage: over reloads, and for all tabs. @returns {Store} */
export function browserStore(key = "pong-client") {
  return {
    load: () => JSON.parse(localStorage.getItem(key) ?? "null"),
    save: (tokens) => localStorage.setItem(key, JSON.stringify(tokens)),
  };
}

/** The claims of a token; one that can't be read has ended. @param {any} token */
function claims(token) {
  try {
    return JSON.parse(atob(token.split(".")[1].replace(/-/g, "+").replace(/_/g, "/")));
  } catch {
    return { iat: 0, exp: 0 };
  }
}

/** @param {any} error */
const isRefused = (error) =>
  error instanceof ApiError && error.status === 401 && /^(token_not_valid|user_not_found)$/.test(error.code ?? "");

/** The tokens of a user: renewed before they end, by one request at a time, also among tabs. */
export class UserTokens {
  /** @type {Tokens | null | undefined} */
  #tokens;
  /** When the access token ends, how long before to renew it, and until when not to try. */
  #end = 0;
  #early = 0;
  #pausedUntil = 0;
  /** @type {Promise<void> | undefined} */
  #renewal;
  #refresh;
  #store;
  #clock;
  #onSignedOut;

  /**
   * @param {(refresh: string) => Promise<Partial<Tokens>>} refresh Asks for new tokens.
   * @param {Store} store
   * @param {Clock} clock
   * @param {(error: Error) => void} onSignedOut
   */
  constructor(refresh, store, clock, onSignedOut) {
    this.#refresh = refresh;
    this.#store = store;
    this.#clock = clock;
    this.#onSignedOut = onSignedOut;
    this.#use(store.load());
  }

  get userId() {
    return this.#tokens ? Number(claims(this.#tokens.access).sub) : undefined;
  }

  /** @param {Tokens} tokens They are new. */
  take(tokens) {
    const { iat, exp } = this.#use(tokens);
    // Counted from now on, the token's life doesn't depend on this machine's clock being right.
    this.#end = this.#clock.now() + (exp - iat) * 1000;
    this.#store.save(tokens);
  }

  forget() {
    this.#tokens = null;
    this.#store.save(null);
  }

  /** @template Answer @param {(access?: string) => Promise<Answer>} send @returns {Promise<Answer>} */
  async use(send) {
    let used = await this.#access();
    for (let renewed = false; ; renewed = true) {
      try {
        return await send(used);
      } catch (/** @type {any} */ error) {
        if (!used || !isRefused(error)) throw error;
        if (renewed || error.code === "user_not_found") throw this.#signOut(error, used);
      }
      await this.renew(used);
      used = this.#tokens?.access;
    }
  }

  /** Get new tokens, unless there are others already than the one that was used. */
  async renew(used = this.#tokens?.access) {
    while (this.#renewal) await this.#renewal;
    if (!this.#tokens) throw new SignedOut();
    if (this.#tokens.access !== used) return;
    const work = () => this.#renew(used);
    const { locks } = globalThis.navigator ?? {};
    const renewal = async () => (locks ? locks.request("pong-client", work) : work());
    this.#renewal = renewal().finally(() => (this.#renewal = undefined));
    await this.#renewal;
  }

  /** @param {Tokens | null | undefined} tokens */
  #use(tokens) {
    const { iat, exp } = claims(tokens?.access);
    this.#tokens = tokens;
    this.#end = exp * 1000;
    this.#early = Math.min(EARLY, (exp - iat) * 500);
    this.#pausedUntil = 0;
    return { iat, exp };
  }

  async #access() {
    const now = this.#clock.now();
    if (this.#tokens && now >= Math.max(this.#end - this.#early, this.#pausedUntil)) {
      try {
        await this.renew();
      } catch (error) {
        if (error instanceof SignedOut || now >= this.#end) throw error;
        this.#pausedUntil = now + PAUSE;
      }
    }
    return this.#tokens?.access;
  }

  /** @param {string} used */
  async #renew(used) {
    const stored = this.#store.load();
    if (!stored || claims(stored.access).sub !== claims(used).sub) throw this.#signOut("by another tab", used, stored);
    if (stored.access !== used) {
      // Another tab has renewed.
      this.#use(stored);
      if (this.#clock.now() < this.#end - this.#early) return;
    }
    try {
      const renewed = await this.#refresh(stored.refresh);
      // Meanwhile the user may have signed out, or in again.
      if (this.#tokens?.refresh === stored.refresh) this.take({ ...stored, ...renewed });
    } catch (error) {
      throw isRefused(error) ? this.#signOut(error, stored.access) : error;
    }
  }

  /**
   * @param {unknown} cause
   * @param {string} used The token that was refused: another one stays.
   * @param {Tokens | null} [stored] What the store keeps.
   */
  #signOut(cause, used, stored = null) {
    const error = new SignedOut(cause);
    if (this.#tokens?.access === used) {
      this.#tokens = null;
      this.#store.save(stored);
      this.#onSignedOut(error);
    }
    return error;
  }
}

/** The token of a service; the program's function may give another one after a refusal. */
export class ServiceToken {
  #token;

  /** @param {string | (() => string | Promise<string>)} token */
  constructor(token) {
    this.#token = async () => (typeof token === "string" ? token : token());
  }

  /** @template Answer @param {(token?: string) => Promise<Answer>} send @returns {Promise<Answer>} */
  async use(send) {
    const used = await this.#token();
    try {
      return await send(used);
    } catch (error) {
      const token = isRefused(error) ? await this.#token() : used;
      if (token === used) throw error;
      return send(token);
    }
  }

  async renew() {}
}
