import assert from "node:assert/strict";
import { test } from "node:test";
import { SseParser } from "./node_modules/pong-client/src/sse.js";

const TEXT = `: a comment

id: 1
event: game-start
data: one
data:two

retry: 2500
data

id
data: three:3

id: 2

data: not ended`;
const BLOCKS = [
  { id: "1", type: "game-start", data: "one\ntwo" },
  { type: "", data: "" },
  { id: "", type: "", data: "three:3" },
  { id: "2", type: "", data: "" },
];

for (const [name, end] of Object.entries({ LF: "\n", "CR LF": "\r\n", CR: "\r" })) {
  test(`lines that end with ${name} are read, wherever the text is split`, () => {
    const text = TEXT.replaceAll("\n", end);
    for (let size = 1; size <= text.length; size++) {
      const parser = new SseParser();
      const blocks = [];
      for (let at = 0; at < text.length; at += size) blocks.push(...parser.feed(text.slice(at, at + size)));
      assert.deepEqual(blocks, BLOCKS);
      assert.equal(parser.retry, 2500);
    }
  });
}
