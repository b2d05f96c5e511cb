/**
 * Events as an async iterator. It connects at once, and again after every end, until it is closed or refused: then it
 * throws SignedOut or ApiError.
 *
 * @template Event
 */
export class EventStream<Event> {
    /** @param {string} url @param {TokenSource} tokens @param {Context} context @param {StreamOptions<any>} options */
    constructor(url: string, tokens: TokenSource, context: Context, options: StreamOptions<any>);
    closed: boolean;
    /** Fulfilled when the first connection is open: from then on the user is online. @type {Promise<void>} */
    opened: Promise<void>;
    /** @returns {Promise<IteratorResult<Event, undefined>>} */
    next(): Promise<IteratorResult<Event, undefined>>;
    /** `break` calls it. @returns {Promise<IteratorResult<Event, undefined>>} */
    return(): Promise<IteratorResult<Event, undefined>>;
    close: () => void;
    [Symbol.asyncIterator](): this;
    #private;
}
import type { TokenSource } from "../types/options.js";
import type { Context } from "../types/options.js";
import type { StreamOptions } from "../types/options.js";
