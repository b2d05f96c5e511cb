// A recorded match in the page's own code, web/game/state.js: reads what is told, writes the hash after every step.
//
// A page moves its own paddle only, so there is a page per player. Of the state that is hashed the page has no speed of
// a resting ball, no last paddle and no seed: it draws none of them. They are kept here.
import { readFileSync } from "node:fs";
import { Game } from "./state.mjs";

const STEP = 1000 / 60;

const { welcome, seed: first, steps, told, states } = JSON.parse(readFileSync(0, "utf8"));
const half = welcome.field.columns.length / 2;

const pages = welcome.players.map((_, paddle) => {
  const game = new Game();
  const you = { role: "player", paddle, side: paddle < half ? 0 : 1 };
  game.take(["welcome", { ...welcome, you }], 0);
  return game;
});

let seed = first;
let speed = 160;
let last = 0;

/** A message of the server to all, or the aim of a player: at this step. */
function hear([name, ...rest], step) {
  const now = step * STEP;
  if (name === "aim") {
    const [paddle, y] = rest;
    return pages[paddle].aim(y, now);
  }
  if (name === "s" && !states) return;
  pages.forEach((page) => page.take([name, ...rest], now));
  if (name === "serve") {
    seed = (seed * 48271) % (2 ** 31 - 1);
    last = pages[0].ball.vx > 0 ? 0 : half;
  }
  if (name === "b" && rest[5] >= 0) last = rest[5];
  speed = Math.abs(pages[0].ball.vx) || speed;
}

/** The numbers of docs/game-protocol.md#physics, as the pages have them. */
function numbersAt(step) {
  const now = step * STEP;
  const heights = pages.map((page, paddle) => page.heights(now)[paddle]);
  const { x, y } = pages[0].ballAt(now);
  const { vx, vy } = pages[0].ball;
  return [step, x, y, vx, vy, speed, last, seed, ...heights, ...pages.map(({ own }) => own.aim)].map(Math.round);
}

function hashOf(numbers) {
  let value = 2_166_136_261;
  for (const number of numbers)
    for (const shift of [0, 8, 16, 24]) value = Math.imul(value ^ ((number >> shift) & 255), 16_777_619);
  return value >>> 0;
}

const hashes = [];
for (let step = 0; step < steps; step++) {
  for (const message of told[step].before) hear(message, step);
  for (const message of told[step].after) hear(message, step + 1);
  hashes.push(hashOf(numbersAt(step + 1)));
}
process.stdout.write(JSON.stringify(hashes));
