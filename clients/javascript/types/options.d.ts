// What programs give to the client and get from it, beside what the API defines (api.d.ts).

import type { Calls, Streams } from "./api.js";

export interface PongOptions {
  /** Where the API is, such as `https://localhost:4443`. A page's own origin if it isn't given. */
  url?: string;
  /** Keeps the user's tokens; in memory if it isn't given. */
  store?: Store;
  /**
   * Get a new refresh token with each renewal, so that a session lives for up to 90 days instead of 30. The tabs of a
   * browser must share a store then.
   */
  rotate?: boolean;
  /** Called when the session has ended, other than by a call of this client. */
  onSignedOut?: (error: Error) => void;
  /** The token of a service, instead of a user's. A function is called before each request, and after a refusal. */
  token?: string | (() => string | Promise<string>);
  /** How often to repeat a failed call: 3. */
  retries?: number;
  /** A call is repeated if the API asks to wait for so many seconds at most: 10. Longer waits are left to the program. */
  maxRetryAfter?: number;
  /** How many seconds to wait for an answer: 30. */
  timeout?: number;
  fetch?: typeof globalThis.fetch;
  clock?: Clock;
}

export interface Tokens {
  access: string;
  refresh: string;
}

/** Keeps a user's tokens. */
export interface Store {
  /** What `save` was given last, also by another tab. */
  load(): Tokens | null | undefined;
  /** Null means that the user is signed out. */
  save(tokens: Tokens | null): void;
}

export interface CallOptions {
  /** Ends the call. */
  signal?: AbortSignal;
  /** A name for the change, which is made once however often the call is repeated. A random one if it isn't given. */
  idempotencyKey?: string;
  /** How often to repeat the call if it fails: as the client's option. */
  retries?: number;
}

/** The arguments after the path: left out if the call needs none. */
export type Rest<Call> = {} extends Omit<Call, "answer">
  ? [options?: CallOptions & Omit<Call, "answer">]
  : [options: CallOptions & Omit<Call, "answer">];

/** Makes a call, by its path, and gives its answer. Throws ApiError, SignedOut, and what `fetch` throws. */
export type Method<Name extends keyof Calls> = <Path extends keyof Calls[Name]>(
  path: Path,
  ...options: Rest<Calls[Name][Path]>
) => Promise<Calls[Name][Path] extends { answer: infer Answer } ? Answer : never>;

export interface StreamOptions<Path extends keyof Streams = "/sse/users/"> {
  /** Which stream: `/sse/users/` if it isn't given. */
  path?: Path;
  /** The `id` of the event to go on after. */
  lastEventId?: string;
  /** Ends the stream, without an error. */
  signal?: AbortSignal;
  /**
   * How many events may wait for the program: 256. When so many wait, the client stops reading. The server keeps what
   * comes then, and ends a stream that isn't read for long. The client resumes it; `resync` comes if the server has
   * forgotten events meanwhile.
   */
  queue?: number;
  /** Called when the state changes; with the error that makes the stream wait or end. */
  onState?: (state: "connecting" | "open" | "waiting" | "closed", error?: unknown) => void;
}

/** An event, and the id to go on after. */
export type Received<Path extends keyof Streams> = Streams[Path] & { id?: string };

/** Time and chance, which tests replace. Times are in milliseconds. */
export interface Clock {
  now(): number;
  /** From 0 to 1. */
  random(): number;
  setTimeout(action: () => void, milliseconds: number): any;
  clearTimeout(timer: any): void;
}

// ── between the modules of the client ──────────────────────────────────────────────────────────────────────

/** Sends a request with a token, once more with another one if it is refused. */
export interface TokenSource {
  use<Answer>(send: (token?: string) => Promise<Answer>): Promise<Answer>;
  renew(): Promise<void>;
}

export interface Context extends Required<Pick<PongOptions, "url" | "retries" | "maxRetryAfter" | "timeout" | "clock" | "fetch">> {
  /** The open streams. */
  streams: Set<{ close(): void }>;
}

/** A block of an event stream. `id` is undefined, `data` empty, if the block has none. */
export interface Block {
  id?: string;
  type: string;
  data: string;
}

export interface Connection {
  abort: AbortController;
  /** When something came last. */
  heard: number;
  reader?: ReadableStreamDefaultReader<Uint8Array>;
}
