// data_visualization: charts in SVG. Colour never stands alone: shapes, a legend and the figures say the same.
import { html, useEffect, useMemo, useRef, useState } from "./vendor/preact.js";
import { Pie } from "./kit-chart-pie.js";
import { areaPath, barPath, cut, linePath, numberText, scale, seriesOf, slicesOf, tickText } from "./kit-chart-sums.js";
import { Note, object, string } from "./kit-shape.js";

const KINDS = ["bar", "line", "area"];

export function DataVisualization({ block }) {
  const chart = object(block.chart);
  const title = string(block.title) || "Chart";
  const kind = string(chart.type);
  if (kind === "pie") {
    const slices = slicesOf(chart);
    return slices.length ? html`<${Frame} title=${title}><${Pie} title=${title} slices=${slices} /><//>` : html`<${Note}>A pie without parts.<//>`;
  }
  const data = KINDS.includes(kind) ? seriesOf(chart) : null;
  if (!data) return html`<${Note}>${KINDS.includes(kind) ? "A chart without figures." : `A chart of the type “${kind.slice(0, 60) || "unknown"}” is not drawn here.`}<//>`;
  return html`<${Frame} title=${title} table=${html`<${Figures} title=${title} data=${data} />`}><${Plot} title=${title} kind=${kind} data=${data} /><//>`;
}

function Frame({ title, table, children }) {
  const [shown, setShown] = useState(false);
  return html`<figure class="kit-chart">
    <figcaption class="kit-chart-head"><span class="kit-chart-title" dir="auto">${title}</span>
      ${table && html`<button type="button" class="kit-plain" aria-pressed=${String(shown)} onclick=${() => setShown(!shown)}>${shown ? "Hide figures" : "Show figures"}</button>`}
    </figcaption>
    ${children}
    ${table && html`<div class=${shown ? "kit-table-box" : "kit-hidden"}>${table}</div>`}
  </figure>`;
}

/** The same as a table: for screen readers always, for all others when asked. */
function Figures({ title, data }) {
  return html`<table class="kit-table">
    <caption class="kit-hidden">Figures of ${title}</caption>
    <thead><tr><th scope="col">${data.x || "Category"}</th>${data.series.map(({ name }) => html`<th scope="col" class="kit-right">${name}</th>`)}</tr></thead>
    <tbody>${data.categories.map((category, at) => html`<tr><th scope="row">${category}</th>${data.series.map(({ values }) => html`<td class="kit-right">${numberText(values[at])}</td>`)}</tr>`)}</tbody>
  </table>`;
}

/** The width that there is, for lines and letters must not be stretched. */
function useWidth() {
  const ref = useRef(null);
  const [width, setWidth] = useState(560);
  useEffect(() => {
    const watch = new ResizeObserver(([entry]) => setWidth(Math.max(Math.round(entry.contentRect.width), 200)));
    watch.observe(ref.current);
    return () => watch.disconnect();
  }, []);
  return [ref, width];
}

const HIGH = 240;
const TOP = 10;

function layout(data, kind, width) {
  const values = data.series.flatMap((one) => one.values).filter((value) => value !== null);
  const { low, high, ticks } = scale(values, 4, kind !== "line" || Math.min(...values) >= 0);
  const left = Math.max(...ticks.map((tick) => tickText(tick).length)) * 6.6 + 14 + (data.y ? 18 : 0);
  const bottom = HIGH - (data.x ? 42 : 24);
  const band = (width - left - 8) / data.categories.length;
  const y = (value) => TOP + (bottom - TOP) * (1 - (value - low) / (high - low));
  const x = (at) => left + band * (at + 0.5);
  return { ticks, left, right: width - 8, bottom, band, x, y, zero: y(Math.min(Math.max(0, low), high)), width };
}

function Plot({ title, kind, data }) {
  const [box, width] = useWidth();
  const [at, setAt] = useState(null);
  const plot = useMemo(() => layout(data, kind, width), [data, kind, width]);
  const last = data.categories.length - 1;
  const summary = `${title}. ${kind[0].toUpperCase() + kind.slice(1)} chart of ${data.series.map(({ name }) => name).join(", ")} by ${data.x || "category"}, ${last + 1} categories. Arrow keys read the figures.`;
  const keys = (event) => {
    const to = { ArrowRight: at === null ? 0 : Math.min(at + 1, last), ArrowLeft: at === null ? last : Math.max(at - 1, 0), Home: 0, End: last }[event.key];
    if (to === undefined) return;
    event.preventDefault();
    setAt(to);
  };
  const hover = (event) => {
    const { left } = box.current.getBoundingClientRect();
    const near = Math.floor((event.clientX - left - plot.left) / plot.band);
    setAt(near >= 0 && near <= last ? near : null);
  };
  return html`<div class="kit-plot" ref=${box}>
    <svg width=${width} height=${HIGH} role="img" aria-label=${summary} tabindex="0" onkeydown=${keys} onpointermove=${hover} onpointerdown=${hover} onpointerleave=${() => setAt(null)} onblur=${() => setAt(null)}>
      <${Axes} plot=${plot} data=${data} />
      ${at !== null && html`<rect class="kit-chart-band" x=${plot.left + plot.band * at} y=${TOP} width=${plot.band} height=${plot.bottom - TOP} />`}
      ${kind === "bar" ? html`<${Bars} plot=${plot} data=${data} />` : data.series.map((one, index) => html`<${Line} plot=${plot} values=${one.values} index=${index} filled=${kind === "area"} at=${at} />`)}
      <line class="kit-chart-zero" x1=${plot.left} x2=${plot.right} y1=${plot.zero} y2=${plot.zero} />
    </svg>
    ${at !== null && html`<${Tip} plot=${plot} data=${data} at=${at} />`}
    <div class="kit-hidden" role="status">${at !== null && `${data.categories[at]}: ${data.series.map(({ name, values }) => `${name} ${numberText(values[at])}`).join(", ")}`}</div>
    ${data.series.length > 1 && html`<${Legend} names=${data.series.map(({ name }) => name)} />`}
  </div>`;
}

function Axes({ plot, data }) {
  const widest = Math.max(...data.categories.map((category) => Math.min([...category].length, 12))) * 6.4 + 6;
  // Where there is room for few words only, every so many categories is named.
  const every = Math.max(1, Math.ceil(Math.min(widest, 48) / plot.band));
  return html`<g class="kit-axes">
    ${plot.ticks.map((tick) => html`<line class="kit-chart-line" x1=${plot.left} x2=${plot.right} y1=${plot.y(tick)} y2=${plot.y(tick)} /><text x=${plot.left - 8} y=${plot.y(tick)} dy="0.35em" text-anchor="end">${tickText(tick)}</text>`)}
    ${data.categories.map((category, at) => at % every === 0 && html`<text x=${plot.x(at)} y=${plot.bottom + 16} text-anchor="middle">${cut(category, plot.band * every - 4)}</text>`)}
    ${data.x && html`<text class="kit-axis-name" x=${(plot.left + plot.right) / 2} y=${HIGH - 6} text-anchor="middle">${cut(data.x, plot.right - plot.left)}</text>`}
    ${data.y && html`<text class="kit-axis-name" transform=${`translate(12 ${(TOP + plot.bottom) / 2}) rotate(-90)`} text-anchor="middle">${cut(data.y, plot.bottom - TOP)}</text>`}
  </g>`;
}

function Bars({ plot, data }) {
  const count = data.series.length;
  const gap = count > 1 ? Math.min(2, plot.band / 20) : 0;
  const width = Math.max(Math.min((plot.band * 0.72) / count - gap, 56), 1);
  const start = -((width + gap) * count - gap) / 2;
  return data.series.map(({ values }, index) =>
    values.map((value, at) => value !== null && html`<path class=${`kit-fill kit-c${index + 1}`} d=${barPath(plot.x(at) + start + index * (width + gap), width, plot.zero, plot.y(value))} />`),
  );
}

function Line({ plot, values, index, filled, at }) {
  const points = values.map((value, category) => (value === null ? null : [plot.x(category), plot.y(value)]));
  const crowded = plot.band < 14;
  return html`<g class=${`kit-c${index + 1}`}>
    ${filled && html`<path class="kit-area" d=${areaPath(points, plot.zero)} />`}
    <path class="kit-stroke" d=${linePath(points)} />
    ${points.map((one, category) => one && (!crowded || category === at) && html`<path class="kit-mark" d=${MARKS[index % MARKS.length]} transform=${`translate(${one[0]} ${one[1]})`} />`)}
  </g>`;
}

/** Marks of equal weight that differ in shape. */
const MARKS = ["M-4 0a4 4 0 1 0 8 0a4 4 0 1 0-8 0Z", "M-3.6-3.6h7.2v7.2h-7.2Z", "M0-4.8L4.6 3.4h-9.2Z", "M0-5L5 0 0 5-5 0Z", "M0 4.8L-4.6-3.4h9.2Z", "M-1.5-4.5h3v3h3v3h-3v3h-3v-3h-3v-3h3Z"];

export function Legend({ names }) {
  return html`<ul class="kit-legend" aria-hidden="true">${names.map((name, index) => html`<li><${Mark} index=${index} /><span dir="auto">${name}</span></li>`)}</ul>`;
}

function Mark({ index }) {
  return html`<svg class=${`kit-legend-mark kit-c${index + 1}`} width="15" height="15" viewBox="-6 -6 12 12" aria-hidden="true"><path class="kit-mark" d=${MARKS[index % MARKS.length]} /></svg>`;
}

function Tip({ plot, data, at }) {
  const right = plot.x(at) > plot.width / 2;
  const style = right ? { right: `${plot.width - plot.x(at) + plot.band / 2 + 6}px` } : { left: `${plot.x(at) + plot.band / 2 + 6}px` };
  return html`<div class="kit-tip" style=${{ ...style, top: `${TOP}px` }} aria-hidden="true">
    <div class="kit-tip-head">${data.categories[at]}</div>
    ${data.series.map(({ name, values }, index) => html`<div class="kit-tip-row"><${Mark} index=${index} /><span>${name}</span><b>${numberText(values[at])}</b></div>`)}
  </div>`;
}
