/**
 * Wait; throws the signal's reason as soon as it is aborted.
 *
 * @param {Clock} clock
 * @param {number} milliseconds
 * @param {AbortSignal} [signal]
 * @returns {Promise<void>}
 */
export function wait(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void>;
/** @import { Clock } from "../types/options.js" */
/** @type {Clock} */
export const realClock: Clock;
export function backOff(clock: Clock, failures: number, first?: number): number;
import type { Clock } from "../types/options.js";
