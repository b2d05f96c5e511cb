// Plots as SVG. Each has its numbers in words for those who don't see it.
import { h } from "./dom.js";
import { T, fill } from "./texts.js";

const WIDTH = 600;
const HEIGHT = 180;
const LEFT = 64;
const BOTTOM = 32;

const day = new Intl.DateTimeFormat("en", { day: "numeric", month: "short" });

/** Values over time, as steps: each holds until the next. @param {{ x: number, y: number }[]} points */
export function line(points) {
  const ys = points.map(({ y }) => y);
  const [first, last] = [points[0], points[points.length - 1]];
  const most = Math.max(...ys);
  const top = Math.max(10, most);
  const span = Math.max(1, last.x - first.x);
  /** @param {number} x */
  const px = (x) => LEFT + ((x - first.x) / span) * (WIDTH - LEFT - 12);
  /** @param {number} y */
  const py = (y) => 10 + (1 - y / top) * (HEIGHT - BOTTOM - 10);
  const steps = points
    .map(({ x, y }, n) => (n ? `H${px(x).toFixed(1)}V${py(y).toFixed(1)}` : `M${px(x)} ${py(y)}`))
    .join("");
  const grid = [0, Math.round(top / 2), top].map((y) => [
    h("line", { class: "grid", x1: LEFT, x2: WIDTH - 12, y1: py(y), y2: py(y) }),
    h("text", { x: LEFT - 8, y: py(y) + 4, "text-anchor": "end" }, String(y)),
  ]);
  return h(
    "svg",
    {
      class: "plot",
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: "img",
      "aria-label": fill(T.profile.trophiesPlot, first.y, last.y, most),
    },
    ...grid,
    h("path", { d: `${steps}H${WIDTH - 12}` }),
    h("circle", { cx: points.length > 1 ? px(last.x) : LEFT, cy: py(last.y), r: 4 }),
    h("text", { x: LEFT, y: HEIGHT - 6 }, day.format(first.x)),
    h("text", { x: WIDTH - 12, y: HEIGHT - 6, "text-anchor": "end" }, day.format(last.x)),
  );
}

/** Parts of wholes: `value` of `of`. @param {Part[]} rows */
export function bars(rows) {
  const most = Math.max(1, ...rows.map(({ of }) => of));
  const start = 140;
  /** @param {number} value */
  const wide = (value) => (value / most) * (WIDTH - start - 100);
  return h(
    "svg",
    {
      class: "plot",
      viewBox: `0 0 ${WIDTH} ${rows.length * 36 + 4}`,
      role: "img",
      "aria-label": T.profile.byModePlot(rows),
    },
    ...rows.map(({ name, value, of }, n) => [
      h("text", { x: start - 10, y: n * 36 + 24, "text-anchor": "end" }, name),
      h("rect", { class: "whole", x: start, y: n * 36 + 8, width: Math.max(2, wide(of)), height: 20, rx: 4 }),
      h("rect", { x: start, y: n * 36 + 8, width: wide(value), height: 20, rx: 4 }),
      h("text", { x: start + Math.max(2, wide(of)) + 8, y: n * 36 + 24 }, `${value} / ${of}`),
    ]),
  );
}
