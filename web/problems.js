// What went wrong, in a sentence, and what the person can do about it.
import { ApiError } from "../clients/javascript/src/index.js";
import { T, fill } from "./texts.js";

/** @param {unknown} error @returns {Problem} */
export function sayOf(error) {
  if (!(error instanceof ApiError)) {
    // `fetch` throws a TypeError if there is no connection; anything else is an error of ours, for the console.
    if (error instanceof TypeError && /fetch|network/i.test(error.message)) return T.problems.network;
    reportError(error);
    return { says: T.problems.ours, hint: T.problems.reload };
  }
  const { code = "", status, detail, retryAfter } = error;
  const hints = /** @type {Record<string, string>} */ (T.hints);
  if (status === 429) return { says: T.problems.often, hint: fill(T.problems.after, retryAfter ?? 1) };
  if (status >= 500) return { says: T.problems.server, hint: T.problems.soon };
  return { says: detail, hint: hints[code] };
}

/** Sentences by field, if the error is about fields. @param {unknown} error @returns {Record<string, string>} */
export function fieldsOf(error) {
  if (!(error instanceof ApiError)) return {};
  return Object.fromEntries(Object.entries(error.fields).map(([field, found]) => [field, found.join(" ")]));
}
