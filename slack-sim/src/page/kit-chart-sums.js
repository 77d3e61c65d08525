// The arithmetic of charts, without a page: ticks, shapes of data, paths.
import { finite, object, objects, string } from "./kit-shape.js";

/** Round steps of 1, 2, 2.5 or 5 that cover the values: {low, high, ticks}; about `wanted` of them. */
export function scale(values, wanted = 5, fromZero = true) {
  let low = Math.min(...values, ...(fromZero ? [0] : []));
  let high = Math.max(...values, ...(fromZero ? [0] : []));
  // A line far from zero shows its ups and downs better without it.
  if (low === high) [low, high] = low === 0 ? [0, 1] : [Math.min(low, 0), Math.max(high, 0)];
  const step = niceStep((high - low) / wanted);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  const ticks = Array.from({ length: last - first + 1 }, (_, at) => Number(((first + at) * step).toPrecision(12)));
  return { low: ticks[0], high: ticks.at(-1), ticks };
}

function niceStep(rough) {
  const power = 10 ** Math.floor(Math.log10(rough));
  return power * ([1, 2, 2.5, 5].find((nice) => nice * power >= rough * 0.999) ?? 10);
}

const short = new Intl.NumberFormat("en-US", { notation: "compact", maximumFractionDigits: 2 });
const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 2 });
const part = new Intl.NumberFormat("en-US", { style: "percent", maximumFractionDigits: 1 });
export const tickText = (value) => (Math.abs(value) >= 10_000 ? short : whole).format(value);
export const numberText = (value) => (value === null ? "none" : whole.format(value));
export const shareText = (share) => part.format(share);

/** A bar, area or line chart as {categories, series: [{name, values}], x, y}; null when there is nothing to draw. */
export function seriesOf(chart) {
  const axis = object(chart.axis_config);
  const series = objects(chart.series).slice(0, 6).map((one, at) => ({ name: string(one.name) || `Series ${at + 1}`, points: objects(one.data) }));
  const named = Array.isArray(axis.categories) ? axis.categories.map(string) : [];
  const categories = named.length ? named : [...new Set(series.flatMap(({ points }) => points.map(({ label }) => string(label))))];
  const valued = series.map(({ name, points }) => ({ name, values: categories.map((category) => finite(points.find(({ label }) => string(label) === category)?.value)) }));
  if (!categories.length || !valued.some(({ values }) => values.some((value) => value !== null))) return null;
  return { categories, series: valued, x: string(axis.x_label), y: string(axis.y_label) };
}

/** A pie's parts as [{label, value, share, from, to}] in turns of the circle; parts of nothing or less are left out. */
export function slicesOf(chart) {
  const parts = objects(chart.segments).slice(0, 6).map(({ label, value }) => ({ label: string(label), value: finite(value) ?? 0 })).filter(({ value }) => value > 0);
  const total = parts.reduce((sum, { value }) => sum + value, 0);
  let from = 0;
  return parts.map((one) => {
    const share = one.value / total;
    const slice = { ...one, share, from, to: from + share };
    from += share;
    return slice;
  });
}

const point = (x, y) => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** Runs of neighbours that have a value, so that a gap in the data is a gap in the line. */
function runs(points) {
  const out = [[]];
  for (const one of points) {
    if (one) out.at(-1).push(one);
    else out.push([]);
  }
  return out.filter((run) => run.length);
}

/** points: [[x, y] | null] */
export const linePath = (points) => runs(points).map((run) => `M${run.map(([x, y]) => point(x, y)).join("L")}`).join("");

export const areaPath = (points, floor) => runs(points).map((run) => `M${point(run[0][0], floor)}L${run.map(([x, y]) => point(x, y)).join("L")}L${point(run.at(-1)[0], floor)}Z`).join("");

/** A bar with round shoulders on the side away from zero. */
export function barPath(x, width, zero, end) {
  const up = end <= zero;
  const round = Math.min(3, width / 2, Math.abs(zero - end));
  const shoulder = up ? end + round : end - round;
  return `M${point(x, zero)}L${point(x, shoulder)}Q${point(x, end)} ${point(x + round, end)}L${point(x + width - round, end)}Q${point(x + width, end)} ${point(x + width, shoulder)}L${point(x + width, zero)}Z`;
}

export function slicePath(radius, from, to) {
  if (to - from > 0.9999) return `M0 ${-radius}A${radius} ${radius} 0 1 1 -0.01 ${-radius}Z`;
  const at = (turn) => point(radius * Math.sin(2 * Math.PI * turn), -radius * Math.cos(2 * Math.PI * turn));
  return `M0 0L${at(from)}A${radius} ${radius} 0 ${to - from > 0.5 ? 1 : 0} 1 ${at(to)}Z`;
}

/** Text cut to about so many pixels of a small type. */
export function cut(text, pixels) {
  const most = Math.max(Math.floor(pixels / 6.4), 1);
  const chars = [...text];
  return chars.length > most ? `${chars.slice(0, Math.max(most - 1, 1)).join("")}…` : text;
}
