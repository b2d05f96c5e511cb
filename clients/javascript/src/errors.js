/** @import { ErrorCode } from "../types/api.js" */

/** The API refused a call. Decide by `code`, or by `status` for a code that you don't know. */
export class ApiError extends Error {
  /** @param {string} call @param {number} status @param {any} body @param {number} [retryAfter] */
  constructor(call, status, body, retryAfter) {
    const { detail, code, ...fields } = body;
    if (Array.isArray(detail)) fields.detail = detail;
    const sentences = Object.entries(fields).map(([field, found]) => `${field}: ${[found].flat().join(" ")}`);
    const sentence = typeof detail === "string" ? detail : sentences.join(" ");
    super(`${call}: ${[status, code, sentence].filter(Boolean).join(" ")}`);
    this.name = "ApiError";
    this.status = status;
    /** Undefined if the error is about fields. @type {ErrorCode | undefined} */
    this.code = code;
    /** A sentence for people. @type {string} */
    this.detail = sentence;
    /** Sentences by field of the body; empty for other errors. @type {Record<string, string[]>} */
    this.fields = fields;
    /** Seconds after which the call may be repeated. */
    this.retryAfter = retryAfter;
  }
}

/** There is no session any more: sign in again. `cause` is the API's answer, if it refused. */
export class SignedOut extends Error {
  /** @param {unknown} [cause] */
  constructor(cause) {
    super("signed out: there is no session", { cause });
    this.name = "SignedOut";
  }
}

/**
 * The body of an answer; throws it as an ApiError if it is one.
 *
 * @param {string} call
 * @param {Response} response
 */
export async function bodyOf(call, response) {
  if (response.status === 204) return undefined;
  const isJson = response.headers.get("content-type")?.startsWith("application/json");
  const body = isJson ? await response.json() : await response.text();
  if (response.ok) return body;
  // What isn't JSON comes from a server in between.
  const error = isJson ? body : { detail: body.slice(0, 200) };
  throw new ApiError(call, response.status, error, Number(response.headers.get("retry-after")) || undefined);
}
