// A pie and its legend, which is a list of the figures too.
import { html, useState } from "./vendor/preact.js";
import { numberText, shareText, slicePath } from "./kit-chart-sums.js";

const RADIUS = 84;

export function Pie({ title, slices }) {
  const [at, setAt] = useState(null);
  const name = (index) => `kit-slice kit-fill kit-c${index + 1}${at === null || at === index ? "" : " kit-faint"}`;
  const total = slices.reduce((sum, { value }) => sum + value, 0);
  return html`<div class="kit-pie">
    <svg viewBox="-92 -92 184 184" role="img" aria-label=${`${title}. Pie chart; the list that follows has its figures.`} onpointerleave=${() => setAt(null)}>
      ${slices.map(({ from, to }, index) => html`<path class=${name(index)} d=${slicePath(RADIUS, from, to)} onpointerenter=${() => setAt(index)} />`)}
      ${slices.map(({ share, from, to }) => share >= 0.07 && html`<text class="kit-slice-text" ...${middle(from, to)} dy="0.35em" text-anchor="middle" aria-hidden="true">${shareText(Math.round(share * 100) / 100)}</text>`)}
    </svg>
    <ul class="kit-pie-list" aria-label=${`Figures of ${title}`}>
      ${slices.map(({ label, value, share }, index) => html`<li class=${at === index ? "kit-chosen-row" : ""} onpointerenter=${() => setAt(index)} onpointerleave=${() => setAt(null)}>
        <span class=${`kit-swatch kit-bg-c${index + 1}`} aria-hidden="true"></span><span class="kit-pie-label" dir="auto">${label}</span><b>${numberText(value)}</b><span class="kit-soft">${shareText(share)}</span>
      </li>`)}
      ${slices.length > 1 && html`<li class="kit-pie-total"><span class="kit-pie-label">Total</span><b>${numberText(total)}</b></li>`}
    </ul>
  </div>`;
}

function middle(from, to) {
  const turn = 2 * Math.PI * ((from + to) / 2);
  const far = RADIUS * 0.66;
  return { x: (far * Math.sin(turn)).toFixed(1), y: (-far * Math.cos(turn)).toFixed(1) };
}
