// The picture of the game.

/** Draw until the signal. @param {HTMLCanvasElement} canvas @param {Game} game @param {AbortSignal} signal */
export function animate(canvas, game, signal) {
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
  const style = getComputedStyle(document.documentElement);
  const colours = ["--court", "--court-line", "--ball", "--paddle"].map((name) => style.getPropertyValue(name));
  const frame = () => {
    if (signal.aborted || !canvas.isConnected) return;
    fit(canvas);
    draw(pen, game, colours, performance.now());
    requestAnimationFrame(frame);
  };
  requestAnimationFrame(frame);
}

/** As many pixels as the screen has there. @param {HTMLCanvasElement} canvas */
function fit(canvas) {
  const width = Math.round(canvas.clientWidth * devicePixelRatio);
  if (canvas.width === width) return;
  canvas.width = width;
  canvas.height = Math.round((width * 9) / 16);
}

/** @param {CanvasRenderingContext2D} pen @param {Game} game @param {string[]} colours @param {number} now */
function draw(pen, game, [court, line, accent, paddle], now) {
  const { width, height } = pen.canvas;
  pen.setTransform(1, 0, 0, 1, 0, 0);
  pen.fillStyle = court;
  pen.fillRect(0, 0, width, height);
  const { field, you } = game;
  if (!field) return;
  const scale = width / (2 * field.half_width);
  pen.setTransform(scale, 0, 0, scale, width / 2, height / 2);
  pen.fillStyle = line;
  for (let y = -field.half_height; y < field.half_height; y += 800) pen.fillRect(-40, y, 80, 400);
  pen.font = "bold 2400px system-ui, sans-serif";
  pen.textBaseline = "middle";
  pen.textAlign = "right";
  pen.fillText(String(game.score[0]), -800, -4800);
  pen.textAlign = "left";
  pen.fillText(String(game.score[1]), 800, -4800);
  game.heights(now).forEach((y, n) => {
    pen.fillStyle = n === you.paddle ? accent : paddle;
    pen.globalAlpha = game.players[n].present ? 1 : 0.35;
    box(pen, field.columns[n], y, field.paddle_depth, field.half_paddle);
  });
  pen.globalAlpha = 1;
  pen.fillStyle = accent;
  const ball = game.ballAt(now);
  box(pen, ball.x, ball.y, field.ball, field.ball);
  const left = game.serveAt === null ? 0 : Math.ceil((game.serveAt - game.step(now)) / 60);
  if (left < 1 || game.end) return;
  pen.textAlign = "center";
  pen.fillText(String(left), 0, 2400);
}

/**
 * @param {CanvasRenderingContext2D} pen
 * @param {number} x
 * @param {number} y
 * @param {number} halfWidth
 * @param {number} halfHeight
 */
const box = (pen, x, y, halfWidth, halfHeight) =>
  pen.fillRect(x - halfWidth, y - halfHeight, 2 * halfWidth, 2 * halfHeight);
