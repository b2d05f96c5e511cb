/**
 * Make a call, repeat it where that is safe, and return its answer.
 *
 * @param {Context} context
 * @param {TokenSource["use"]} useToken
 * @param {string} method
 * @param {string} path
 * @param {CallOptions & { path?: any, query?: any, body?: any }} options
 */
export function call(context: Context, useToken: TokenSource["use"], method: string, path: string, options: CallOptions & {
    path?: any;
    query?: any;
    body?: any;
}): Promise<any>;
export function isRepeatable(method: string, path: string): boolean;
import type { Context } from "../types/options.js";
import type { TokenSource } from "../types/options.js";
import type { CallOptions } from "../types/options.js";
