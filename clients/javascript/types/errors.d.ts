/**
 * The body of an answer; throws it as an ApiError if it is one.
 *
 * @param {string} call
 * @param {Response} response
 */
export function bodyOf(call: string, response: Response): Promise<any>;
/** @import { ErrorCode } from "../types/api.js" */
/** The API refused a call. Decide by `code`, or by `status` for a code that you don't know. */
export class ApiError extends Error {
    /** @param {string} call @param {number} status @param {any} body @param {number} [retryAfter] */
    constructor(call: string, status: number, body: any, retryAfter?: number);
    status: number;
    /** Undefined if the error is about fields. @type {ErrorCode | undefined} */
    code: ErrorCode | undefined;
    /** A sentence for people. @type {string} */
    detail: string;
    /** Sentences by field of the body; empty for other errors. @type {Record<string, string[]>} */
    fields: Record<string, string[]>;
    /** Seconds after which the call may be repeated. */
    retryAfter: number | undefined;
}
/** There is no session any more: sign in again. `cause` is the API's answer, if it refused. */
export class SignedOut extends Error {
    /** @param {unknown} [cause] */
    constructor(cause?: unknown);
}
import type { ErrorCode } from "../types/api.js";
