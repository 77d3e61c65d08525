// Files of messages, as cards; pictures as pictures.
import { html } from "/vendor/preact.js";
import { path } from "/api.js";
import { Icon } from "/icons.js";

// What a browser draws by itself, and can run nothing.
const PICTURES = /^image\/(png|jpe?g|gif|webp|avif|bmp|svg\+xml)$/;

export function size(bytes) {
  if (!Number.isFinite(bytes)) return "";
  if (bytes < 1024) return `${bytes} bytes`;
  return bytes < 1024 ** 2 ? `${Math.round(bytes / 1024)} KB` : `${(bytes / 1024 ** 2).toFixed(1)} MB`;
}

function FileCard({ file }) {
  const name = file.title || file.name || "File";
  if (file.mode === "tombstone") return html`<div class="file"><${Icon} name="file" /><span class="soft">This file was deleted.</span></div>`;
  const address = path`/sim/files/${file.id}`;
  const card = html`
    <a class="file" href=${address} download=${name} title=${`Download ${name}`}>
      <${Icon} name="file" size="24" /><span class="file-name"><b dir="auto">${name}</b><span class="soft">${[file.mimetype, size(file.size)].filter(Boolean).join(", ")}</span></span>
    </a>
  `;
  if (!PICTURES.test(file.mimetype ?? "")) return card;
  return html`<figure class="picture"><figcaption dir="auto">${name}</figcaption><a href=${address} download=${name}><img src=${address} alt=${file.alt_txt || name} loading="lazy" /></a></figure>`;
}

export const Files = ({ files }) => html`<div class="files">${files.map((file) => html`<${FileCard} key=${file.id} file=${file} />`)}</div>`;
