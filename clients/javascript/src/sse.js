/** @import { Block } from "../types/options.js" */

/** Reads `text/event-stream` (WHATWG HTML, 9.2) from pieces that may end anywhere. */
export class SseParser {
  #rest = "";
  /** @type {Block} */
  #block = { type: "", data: "" };
  /** How many milliseconds to wait before the next connection, if the server said so. */
  retry = 0;

  /** @param {string} text @returns {Generator<Block>} */
  *feed(text) {
    // A CR at the end may be half of a CR LF.
    const lines = (this.#rest + text).split(/\r\n|\n|\r(?=[^])/);
    this.#rest = lines.pop() ?? "";
    for (const line of lines) {
      const [, field, value] = /^([^:]*):? ?(.*)/s.exec(line) ?? [];
      const block = this.#block;
      if (field === "data") block.data += `${value}\n`;
      if (field === "event") block.type = value;
      if (field === "id") block.id = value;
      if (field === "retry" && /^\d+$/.test(value)) this.retry = Number(value);
      if (line) continue;
      this.#block = { type: "", data: "" };
      if (block.data || block.id !== undefined) yield { ...block, data: block.data.slice(0, -1) };
    }
  }
}
