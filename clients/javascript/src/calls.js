/** @import { CallOptions, Context, TokenSource } from "../types/options.js" */
import { backOff, wait } from "./clock.js";
import { ApiError, SignedOut, bodyOf } from "./errors.js";

/**
 * Whether a call may be repeated when its answer was lost: it changes nothing, or the API reads its idempotency key.
 *
 * @param {string} method
 * @param {string} path
 */
export const isRepeatable = (method, path) =>
  method === "GET" || !(path.startsWith("/auth/") || `${method} ${path}` === "DELETE /users/me/");

/**
 * Make a call, repeat it where that is safe, and return its answer.
 *
 * @param {Context} context
 * @param {TokenSource["use"]} useToken
 * @param {string} method
 * @param {string} path
 * @param {CallOptions & { path?: any, query?: any, body?: any }} options
 */
export async function call(context, useToken, method, path, options) {
  const { signal, retries = context.retries } = options;
  const repeatable = isRepeatable(method, path);
  const url = `${context.url}/api${addressOf(path, options.path, options.query)}`;
  const headers = /** @type {Record<string, string>} */ ({});
  if (options.body) headers["Content-Type"] = "application/json";
  if (method !== "GET" && repeatable) headers["Idempotency-Key"] = options.idempotencyKey ?? randomKey();
  const request = { method, headers, body: JSON.stringify(options.body) };
  for (let failures = 0; ; failures++) {
    try {
      return await useToken((token) => send(context, `${method} ${path}`, url, request, token, signal));
    } catch (error) {
      signal?.throwIfAborted();
      const seconds = retryAfter(error, repeatable);
      if (failures >= retries || !(seconds <= context.maxRetryAfter)) throw error;
      await wait(context.clock, seconds * 1000 + backOff(context.clock, failures), signal);
    }
  }
}

/** Seconds after which a failed call may be repeated; NaN: never. @param {unknown} error @param {boolean} repeatable */
function retryAfter(error, repeatable) {
  if (error instanceof SignedOut) return NaN;
  if (error instanceof ApiError) {
    // These two say that nothing was changed.
    if (error.status === 429 || error.status === 503) return error.retryAfter ?? 0;
    if (error.status !== 502 && error.status !== 504) return NaN;
  }
  // The answer was lost: the change may have been made.
  return repeatable ? 0 : NaN;
}

/** @param {string} path @param {Record<string, any>} parts @param {Record<string, any>} query */
function addressOf(path, parts = {}, query = {}) {
  const filled = path.replace(/{(\w+)}/g, (_, name) => {
    if (parts[name] === undefined) throw new TypeError(`${path} needs ${name}`);
    return encodeURIComponent(parts[name]);
  });
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return given.length ? `${filled}?${new URLSearchParams(given)}` : filled;
}

/** crypto.randomUUID isn't there in pages without HTTPS. */
const randomKey = () => crypto.getRandomValues(new Uint8Array(16)).join("-");

/**
 * @param {Context} context
 * @param {string} name
 * @param {string} url
 * @param {RequestInit} request
 * @param {string} [token]
 * @param {AbortSignal} [signal]
 */
async function send({ fetch, clock, timeout }, name, url, request, token, signal) {
  const abort = new AbortController();
  const stop = () => abort.abort(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener("abort", stop);
  const timer = clock.setTimeout(() => abort.abort(new Error(`${name}: no answer in ${timeout} s`)), timeout * 1000);
  try {
    const headers = { ...request.headers, ...(token && { Authorization: `Bearer ${token}` }) };
    return await bodyOf(name, await fetch(url, { ...request, headers, signal: abort.signal }));
  } finally {
    clock.clearTimeout(timer);
    signal?.removeEventListener("abort", stop);
  }
}
