// Pictures. Nothing is loaded from elsewhere: a foreign one is shown as its description and where it lies.
import { html, useState } from "./vendor/preact.js";
import { Icon } from "./kit-icons.js";
import { object, string } from "./kit-shape.js";

const DATA = /^data:image\/(?:png|jpeg|gif|webp|avif|svg\+xml)[;,]/i;

/** The address of a picture that this page may show; null when it lies elsewhere. */
export function ownImage(of) {
  const file = string(object(of.slack_file).id);
  if (/^[A-Za-z0-9]+$/.test(file)) return `/sim/files/${file}`;
  const url = string(of.image_url) || string(object(of.slack_file).url);
  if (DATA.test(url)) return url;
  const here = URL.canParse(url, location.href) ? new URL(url, location.href) : null;
  return here && here.origin === location.origin && here.pathname.startsWith("/sim/files/") ? here.pathname : null;
}

function host(of) {
  const url = string(of.image_url) || string(object(of.slack_file).url);
  return URL.canParse(url) && /^https?:/i.test(url) ? new URL(url).host : "";
}

/** An image element or block: the picture, or its description. */
export function Picture({ of, class: name = "kit-image" }) {
  const [broken, setBroken] = useState("");
  const alt = string(of.alt_text);
  const src = ownImage(of);
  if (src && broken !== src) return html`<img class=${name} src=${src} alt=${alt} loading="lazy" onerror=${() => setBroken(src)} />`;
  const from = host(of);
  const label = alt || "An image without a description";
  return html`<span class=${`${name} kit-placeholder`} role="img" aria-label=${label} title=${from ? `${label} (${from})` : label}>
    <${Icon} name="image" />
    <span class="kit-placeholder-alt" dir="auto">${alt || "Image"}</span>
    ${from && html`<span class="kit-placeholder-host">${from}</span>`}
  </span>`;
}
