/** @import { Clock } from "../types/options.js" */

/** @type {Clock} */
export const realClock = {
  now: () => Date.now(),
  random: () => Math.random(),
  setTimeout: (action, milliseconds) => setTimeout(action, milliseconds),
  clearTimeout: (timer) => clearTimeout(timer),
};

/**
 * How long to wait after so many failures: full jitter, so that clients don't come back all at once. Milliseconds.
 *
 * @param {Clock} clock
 * @param {number} failures
 */
export const backOff = (clock, failures, first = 500) => clock.random() * Math.min(20_000, first * 2 ** failures);

/**
 * Wait; throws the signal's reason as soon as it is aborted.
 *
 * @param {Clock} clock
 * @param {number} milliseconds
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function wait(clock, milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const stop = () => {
      clock.clearTimeout(timer);
      signal?.removeEventListener("abort", stop);
      signal?.aborted ? reject(signal.reason) : resolve();
    };
    const timer = clock.setTimeout(stop, milliseconds);
    signal?.addEventListener("abort", stop);
    if (signal?.aborted) stop();
  });
}
