/** @import { Block, Connection, Context, StreamOptions, TokenSource } from "../types/options.js" */
import { backOff, wait } from "./clock.js";
import { ApiError, SignedOut, bodyOf } from "./errors.js";
import { SseParser } from "./sse.js";

/** 2.5 heartbeats of 15 s: a connection that is silent for so long is dead. Milliseconds, as all times here. */
const SILENCE = 37_500;
/** How often to look for silence. The first look after a sleep of the machine finds it. */
const LOOK = 5_000;
/** Ids to know repeats by. The server repeats 512 events at most. */
const REMEMBERED = 1024;

/**
 * Events as an async iterator. It connects at once, and again after every end, until it is closed or refused: then it
 * throws SignedOut or ApiError.
 *
 * @template Event
 */
export class EventStream {
  /** @type {Event[]} */
  #queue = [];
  /** Called when the queue or `closed` changes. @type {Array<(_?: any) => void>} */
  #waiting = [];
  /** The open connection, and one on its way. @type {Set<Connection>} */
  #connections = new Set();
  /** The connection with a new token that will take the place of the open one. @type {Promise<any> | undefined} */
  #successor;
  #seen = new Set();
  #failures = 0;
  #firstWait = 500;
  #pause = new AbortController();
  /** @type {any} */
  #looking;
  /** @type {unknown} */
  #error;
  #isOpen = () => {};
  #lastId;
  #url;
  #tokens;
  #context;
  #options;
  #state;

  closed = false;

  /** @param {string} url @param {TokenSource} tokens @param {Context} context @param {StreamOptions<any>} options */
  constructor(url, tokens, context, options) {
    this.#url = url;
    this.#tokens = tokens;
    this.#context = context;
    this.#options = options;
    this.#state = options.onState ?? (() => {});
    this.#lastId = options.lastEventId;
    context.streams.add(this);
    options.signal?.addEventListener("abort", this.close);
    globalThis.addEventListener?.("online", this.#online);
    /** Fulfilled when the first connection is open: from then on the user is online. @type {Promise<void>} */
    this.opened = new Promise((resolve, reject) => {
      this.#isOpen = resolve;
      this.#run().then(
        () => reject(new Error("the stream was closed")),
        (error) => {
          this.#end(error);
          reject(error);
        },
      );
    });
    this.opened.catch(() => {}); // The iterator throws it, too.
  }

  [Symbol.asyncIterator]() {
    return this;
  }

  /** @returns {Promise<IteratorResult<Event, undefined>>} */
  async next() {
    while (!this.#queue.length && !this.closed) await this.#change();
    const [value] = this.#queue.splice(0, 1);
    this.#changed();
    if (value) return { value };
    const error = this.#error;
    this.#error = undefined;
    if (error) throw error;
    return { value: undefined, done: true };
  }

  /** `break` calls it. @returns {Promise<IteratorResult<Event, undefined>>} */
  async return() {
    this.close();
    return { value: undefined, done: true };
  }

  close = () => {
    this.#queue = [];
    this.#end();
  };

  /** @param {unknown} [error] */
  #end(error) {
    if (this.closed) return;
    this.closed = true;
    this.#error = error;
    this.#context.streams.delete(this);
    this.#context.clock.clearTimeout(this.#looking);
    this.#options.signal?.removeEventListener("abort", this.close);
    globalThis.removeEventListener?.("online", this.#online);
    this.#online();
    this.#changed();
    this.#state("closed", error);
  }

  async #run() {
    if (this.#options.signal?.aborted) this.close();
    else this.#look();
    /** @type {Connection | undefined} */
    let connection;
    while (!this.closed) {
      /** @type {any} */
      let failure;
      try {
        connection ??= await this.#connect();
        await this.#read(connection);
      } catch (error) {
        const isFinal = error instanceof ApiError && error.status < 500 && error.status !== 429;
        if (isFinal || error instanceof SignedOut) throw error;
        failure = error;
      }
      connection = await this.#successor;
      this.#successor = undefined;
      if (!connection && !this.closed) await this.#waitAfter(failure);
    }
    for (const { abort } of this.#connections) abort.abort();
  }

  /** @returns {Promise<Connection>} */
  #connect() {
    this.#state("connecting");
    return this.#tokens.use(async (token) => {
      if (!token) throw new SignedOut();
      const { fetch, clock } = this.#context;
      /** @type {Connection} */
      const connection = { abort: new AbortController(), heard: clock.now() };
      const { signal } = connection.abort;
      /** @type {Record<string, string>} */
      const headers = { Accept: "text/event-stream", Authorization: `Bearer ${token}` };
      if (this.#lastId) headers["Last-Event-ID"] = this.#lastId;
      this.#connections.add(connection);
      try {
        const response = await fetch(this.#url, { headers, signal, cache: "no-store" });
        if (!response.ok) await bodyOf(this.#url, response);
        const type = response.headers.get("content-type");
        if (!type?.startsWith("text/event-stream")) {
          throw new ApiError(this.#url, response.status, { detail: `${type} is no event stream` });
        }
        connection.reader = response.body?.getReader();
      } catch (error) {
        this.#connections.delete(connection);
        throw error;
      }
      this.#state("open");
      this.#isOpen();
      return connection;
    });
  }

  /** @param {Connection} connection */
  async #read(connection) {
    const { clock } = this.#context;
    const parser = new SseParser();
    const decoder = new TextDecoder();
    try {
      for (;;) {
        const { value, done } = await /** @type {ReadableStreamDefaultReader} */ (connection.reader).read();
        if (done) return;
        for (const block of parser.feed(decoder.decode(value, { stream: true }))) {
          this.#take(block, connection);
          connection.heard = Infinity; // It may be silent while it isn't read.
          while (this.#queue.length >= (this.#options.queue ?? 256)) await this.#change();
          connection.heard = clock.now();
          // What came after the end, or after a handover, comes again.
          if (connection.abort.signal.aborted) return;
        }
        if (parser.retry) this.#firstWait = parser.retry;
      }
    } finally {
      this.#connections.delete(connection);
      connection.abort.abort();
    }
  }

  /** @param {Block} block @param {Connection} connection */
  #take({ id, type, data }, connection) {
    if (id !== undefined) this.#lastId = id;
    if (!data || this.#seen.has(id)) return;
    this.#failures = 0;
    if (type === "token-expiring") this.#handOver(connection);
    if (type === "token-expiring" || type === "ping") return;
    if (id !== undefined) this.#seen.add(id);
    if (this.#seen.size > REMEMBERED) this.#seen.delete(this.#seen.values().next().value);
    this.#queue.push({ ...JSON.parse(data), id });
    this.#changed();
  }

  /**
   * Connect with a new token before the old connection ends: the user stays online. If that fails, the old one stays.
   *
   * @param {Connection} connection
   */
  async #handOver(connection) {
    const connect = async () => {
      await this.#tokens.renew();
      const successor = await this.#connect();
      connection.abort.abort();
      return successor;
    };
    this.#successor ??= connect().catch((error) => this.#state("open", error));
  }

  /** @param {any} failure */
  async #waitAfter(failure) {
    const { clock } = this.#context;
    this.#state("waiting", failure);
    const milliseconds = (failure?.retryAfter ?? 0) * 1000 + backOff(clock, this.#failures++, this.#firstWait);
    this.#pause = new AbortController();
    await wait(clock, milliseconds, this.#pause.signal).catch(() => {});
  }

  #look() {
    const { clock } = this.#context;
    for (const { heard, abort } of this.#connections) {
      if (clock.now() - heard > SILENCE) abort.abort(new Error("the event stream is silent"));
    }
    this.#looking = clock.setTimeout(() => this.#look(), LOOK);
  }

  /** The network is back: connections from before are dead, and there is no reason to wait. */
  #online = () => {
    this.#failures = 0;
    for (const { abort } of this.#connections) abort.abort();
    this.#pause.abort();
  };

  /** @returns {Promise<void>} */
  #change() {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  #changed() {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
