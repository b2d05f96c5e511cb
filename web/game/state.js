// What the page knows of a running game, from the server's messages (docs/game-protocol.md). Lengths and steps are the
// server's; `now` is in milliseconds.

const STEP = 1000 / 60;
/** Other paddles are drawn so many steps late, between two states. */
const LATE = 3;
/** The own paddle follows the server's only if it has had so many steps to get where it is to be. */
const REST = 30;

export class Game {
  /** @type {Court | undefined} */
  field;
  /** @type {Player[]} */
  players = [];
  /** @type {You} */
  you = { role: "spectator", paddle: null, side: null };
  score = [0, 0];
  /** @type {number | null} */
  serveAt = null;
  /** @type {Ball} */
  ball = { t: 0, x: 0, y: 0, vx: 0, vy: 0 };
  /** The last three. @type {Heights[]} */
  states = [];
  /** @type {End | undefined} */
  end;
  /** Where the own paddle is shown, at which step, and since when its aim stands. */
  own = { y: 0, aim: 0, step: 0, since: 0 };
  /** When step 0 was, as far as the fastest message tells. */
  #zero = Infinity;

  /** The present step, with a fraction. @param {number} now */
  step(now) {
    return Math.max(0, (now - this.#zero) / STEP);
  }

  /**
   * Take a message; gives what people should be told of it.
   *
   * @param {any[]} message
   * @param {number} now
   * @returns {any[] | undefined}
   */
  take([name, ...rest], now) {
    if (name === "welcome") return this.#welcome(rest[0], now);
    if (name === "end") {
      const [winner, reason, a, b] = rest;
      this.end = { winner, reason };
      this.score = [a, b];
      return ["end"];
    }
    if (name === "pong") return undefined;
    const t = rest[0];
    this.#zero = Math.min(this.#zero, now - t * STEP);
    if (name === "s" || name === "b" || name === "serve") {
      const [, x, y, vx, vy, ...heights] = rest;
      if (t >= this.ball.t) this.ball = { t, x, y, vx, vy };
      if (name === "s") this.states = [...this.states.slice(-2), { t, heights }];
      if (name === "serve") this.serveAt = null;
    } else if (name === "countdown") {
      this.serveAt = rest[1];
    } else if (name === "point") {
      const [, side, paddle, own, a, b] = rest;
      this.score = [a, b];
      this.ball = { t, x: 0, y: 0, vx: 0, vy: 0 };
      return ["point", side, paddle, own];
    } else if (name === "player") {
      const [, paddle, present, until] = rest;
      Object.assign(this.players[paddle], { present, until });
      return ["player", paddle, present];
    }
    return undefined;
  }

  /** @param {any} all @param {number} now */
  #welcome({ field, players, you, score, serve_at: serveAt, state }, now) {
    Object.assign(this, { field, players, you, score, serveAt });
    const [t, x, y, vx, vy, ...heights] = state;
    // The server may have begun anew, with step 0.
    this.#zero = now - t * STEP;
    this.ball = { t, x, y, vx, vy };
    this.states = [{ t, heights }];
    const height = heights[you.paddle] ?? 0;
    this.own = { y: height, aim: height, step: t, since: t };
    return ["welcome"];
  }

  /** The ball is a line since its last message, folded at the walls. @param {number} now */
  ballAt(now) {
    const { t, x, y, vx, vy } = this.ball;
    const wall = (this.field?.half_height ?? 0) - (this.field?.ball ?? 0);
    const steps = Math.max(0, this.step(now) - t);
    const height = y + vy * steps;
    const folded = height > wall ? 2 * wall - height : height < -wall ? -2 * wall - height : height;
    return { x: x + vx * steps, y: folded };
  }

  /** Where each paddle is drawn. @param {number} now */
  heights(now) {
    const last = this.states[this.states.length - 1];
    const shown = this.step(now) - LATE;
    const after = this.states.find(({ t }) => t >= shown) ?? last;
    const before = this.states[this.states.indexOf(after) - 1] ?? after;
    const part = after.t > before.t ? Math.max(0, Math.min(1, (shown - before.t) / (after.t - before.t))) : 1;
    const heights = after.heights.map((height, n) => before.heights[n] + (height - before.heights[n]) * part);
    if (this.you.paddle !== null) heights[this.you.paddle] = this.#ownHeight(now, last.heights[this.you.paddle]);
    return heights;
  }

  /** The own paddle moves at once, as the server will move it. @param {number} now @param {number} servers */
  #ownHeight(now, servers) {
    const { own } = this;
    const step = this.step(now);
    const most = (this.field?.paddle_speed ?? 0) * Math.max(0, step - own.step);
    own.y += Math.max(-most, Math.min(most, own.aim - own.y));
    own.step = step;
    const rests =
      this.states.length > 1 && this.states.slice(-2).every(({ heights }) => heights[this.you.paddle ?? 0] === servers);
    if (rests && step - own.since > REST && own.y === own.aim) own.y = own.aim = servers;
    return own.y;
  }

  /** Aim at a height; gives it as it is within the field. @param {number} y @param {number} now */
  aim(y, now) {
    const most = (this.field?.half_height ?? 0) - (this.field?.half_paddle ?? 0);
    Object.assign(this.own, { aim: Math.round(Math.max(-most, Math.min(most, y))), since: this.step(now) });
    return this.own.aim;
  }
}
