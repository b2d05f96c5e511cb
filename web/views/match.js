// A match: the picture, the same in words, and the controls.
import { h } from "../dom.js";
import { animate } from "../game/canvas.js";
import { connect } from "../game/socket.js";
import { Game } from "../game/state.js";
import { alert, button, card, link } from "../parts.js";
import { changed, joinQueue, matchOver, pong, readMatch, say, session } from "../session.js";
import { T, fill } from "../texts.js";
import { current } from "../view.js";

/** How often the game in words is renewed, in milliseconds. */
const WORDS = 500;
const UP = "ArrowUp";
const KEYS = [UP, "ArrowDown"];

/** @param {string[]} params @param {AbortSignal} signal @returns {Promise<MatchData>} */
async function load([code], signal) {
  // The game goes on when the view reads again.
  if (current?.data) return current.data;
  const match = await pong.get("/play/match/{code}/", { path: { code } }).catch(async (error) => {
    await readMatch();
    throw error;
  });
  const game = new Game();
  /** @type {MatchData} */
  const data = { match, game, send: () => {}, steer: () => {}, connection: "connecting", code: 0, signal };
  data.send = connect(match.url, signal, {
    message: (message) => take(data, game.take(message, performance.now())),
    state: (connection, closed) => {
      Object.assign(data, { connection, code: closed });
      if (connection === "closed") readMatch();
      changed();
    },
  });
  const words = setInterval(changed, WORDS);
  signal.addEventListener("abort", () => clearInterval(words));
  keyboard(data);
  return data;
}

/** Tell what has happened. @param {MatchData} data @param {any[]} [news] */
function take({ game, steer }, news) {
  if (!news) return;
  const [what, ...rest] = news;
  if (what === "welcome") steer();
  const names = game.players.map(({ username }) => username);
  if (what === "point") say(fill(rest[2] ? T.match.ownGoal : T.match.point, names[rest[1]], ...game.score));
  if (what === "player") say(rest[1] ? fill(T.match.came, names[rest[0]]) : fill(T.match.went, names[rest[0]]));
  if (what === "end") {
    say(result(game));
    if (game.you.role === "player") matchOver();
  }
  changed();
}

/** @param {MatchData} data @param {number} y */
const aim = ({ game, send }, y) => send(["aim", game.aim(y, performance.now())]);

/** A key held moves the paddle, also after a broken connection; a key let go stops it. @param {MatchData} data */
function keyboard(data) {
  const { game, signal } = data;
  /** @type {string[]} */
  let held = [];
  const steer = () => {
    const key = held[held.length - 1];
    const far = game.field?.half_height ?? 0;
    game.heights(performance.now());
    aim(data, key === undefined ? game.own.y : key === UP ? -far : far);
  };
  /** @param {KeyboardEvent} event @param {boolean} isDown */
  const press = (event, isDown) => {
    const { key, repeat, target } = event;
    const isOurs = KEYS.includes(key) && !(target instanceof HTMLInputElement);
    if (
      !isOurs ||
      !game.field ||
      game.you.paddle === null ||
      game.end ||
      event.ctrlKey ||
      event.metaKey ||
      event.altKey
    )
      return;
    event.preventDefault();
    if (repeat) return;
    held = held.filter((other) => other !== key);
    if (isDown) held.push(key);
    steer();
  };
  data.steer = () => held.length && steer();
  addEventListener("keydown", (event) => press(event, true), { signal });
  addEventListener("keyup", (event) => press(event, false), { signal });
  addEventListener("blur", () => (held = []), { signal });
}

/** A finger or the mouse says where the paddle is to go. @param {MatchData} data */
function pointer(data) {
  const move = (/** @type {PointerEvent} */ event) => {
    const { game } = data;
    if (event.buttons === 0 || !game.field || game.you.paddle === null) return;
    const { top, height } = /** @type {HTMLElement} */ (event.currentTarget).getBoundingClientRect();
    aim(data, ((event.clientY - top) / height - 0.5) * 2 * game.field.half_height);
  };
  return { onpointerdown: move, onpointermove: move };
}

/** @param {Game} game */
function result({ end, score, you }) {
  const [a, b] = score;
  const reason = /** @type {Record<string, string>} */ (T.match.reasons)[end?.reason ?? ""] ?? "";
  if (!end?.winner) return `${T.match.nobody} ${reason}`;
  const isOurs = you.side === (end.winner === "a" ? 0 : 1);
  const says = you.side === null ? T.match.sideWon[end.winner] : isOurs ? T.match.won : T.match.lost;
  return `${says} ${a} : ${b}. ${reason}`;
}

/** @param {MatchData} data */
function draw(data) {
  const { match, game, connection, code } = data;
  const isPlayer = match.role === "player";
  const sides = /** @type {const} */ (["a", "b"]).map((side) =>
    match.teams[side].players.map(({ username }) => username).join(", "),
  );
  return [
    connection === "broken" && alert(T.match.broken, T.match.again),
    connection === "closed" && !game.end && alert(T.match.closed, code === 4001 ? T.match.elsewhere : T.match.over),
    h(
      "div",
      { class: "score" },
      h("span", {}, sides[0]),
      h("b", {}, `${game.score[0]} : ${game.score[1]}`),
      h("span", {}, sides[1]),
    ),
    h("canvas", {
      key: "court",
      class: "court",
      role: "img",
      "aria-label": T.match.court,
      "aria-describedby": "words",
      created: (/** @type {HTMLCanvasElement} */ canvas) =>
        requestAnimationFrame(() => animate(canvas, game, data.signal)),
      ...pointer(data),
    }),
    game.end ? after(data) : h("p", { class: "soft" }, isPlayer ? T.match.controls : T.match.watching),
    card(
      T.match.inWords,
      h(
        "ul",
        { id: "words" },
        words(data).map((line) => h("li", {}, line)),
      ),
    ),
  ];
}

/** The twin of the picture. @param {MatchData} data @returns {string[]} */
function words({ game }) {
  const { field, players, you, serveAt, end } = game;
  if (!field) return [T.match.connecting];
  if (end) return [result(game)];
  const now = performance.now();
  const step = game.step(now);
  const away = players.filter(({ present }) => !present);
  const lines = away.map(({ username, until }) =>
    until
      ? fill(T.match.away, username, Math.max(0, Math.ceil((until - step) / 60)))
      : fill(T.match.awayLong, username),
  );
  if (serveAt !== null) lines.push(fill(T.match.serve, Math.max(0, Math.ceil((serveAt - step) / 60))));
  else if (game.ball.vx)
    lines.push(fill(T.match.ball, side(game.ball.vx < 0), third(game.ballAt(now).y, field.half_height)));
  if (you.paddle !== null) lines.push(fill(T.match.paddle, side(you.side === 0), third(game.own.y, field.half_height)));
  return lines;
}

/** @param {boolean} isLeft */
const side = (isLeft) => (isLeft ? T.match.left : T.match.right);

/** @param {number} y @param {number} half */
const third = (y, half) => (y < -half / 3 ? T.match.high : y > half / 3 ? T.match.low : T.match.middle);

/** What to do next. @param {MatchData} data */
function after({ match, game }) {
  const { game_mode: mode, tournament_id: tournament } = match;
  const isHouse = game.players.some(({ house }) => house);
  const isQueue = isHouse || mode === "duel" || mode === "ranked";
  return card(
    result(game),
    h(
      "p",
      { class: "row" },
      isQueue &&
        match.role === "player" &&
        !session.queue &&
        button(T.match.another, () => joinQueue(mode === "ranked" ? mode : "duel"), { class: "main" }),
      (mode === "clash" || mode === "custom_game") && !isHouse && link("/lobby", T.match.lobby),
      tournament && link(`/tournament/${tournament}`, T.match.tournament),
      link("/", T.notFound.home),
    ),
  );
}

/** @type {View} */
export const match = { title: ({ match: { game_mode: mode } }) => T.modes[/** @type {"duel"} */ (mode)], load, draw };
