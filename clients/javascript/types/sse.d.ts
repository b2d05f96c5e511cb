/** @import { Block } from "../types/options.js" */
/** Reads `text/event-stream` (WHATWG HTML, 9.2) from pieces that may end anywhere. */
export class SseParser {
    /** How many milliseconds to wait before the next connection, if the server said so. */
    retry: number;
    /** @param {string} text @returns {Generator<Block>} */
    feed(text: string): Generator<Block>;
    #private;
}
import type { Block } from "../types/options.js";
