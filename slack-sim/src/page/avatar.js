// Faces: two letters on a colour that belongs to the person.
import { html } from "/vendor/preact.js";
import { book } from "/text.js";
import { state, bot, appName } from "/store.js";
import { Icon } from "/icons.js";

const COLOURS = 10;

function colourOf(id) {
  let sum = 0;
  for (const letter of String(id)) sum = (sum * 31 + letter.codePointAt(0)) % 9973;
  return sum % COLOURS;
}

function initials(name) {
  const words = String(name || "?").trim().split(/\s+/);
  const letter = (word) => [...(word ?? "")][0] ?? "";
  return (letter(words[0]) + (words.length > 1 ? letter(words.at(-1)) : "")).toUpperCase();
}

/** The picture of {id, name, app}. */
export function Avatar({ who, size = "" }) {
  if (who.app) return html`<span class=${`avatar app ${size}`} aria-hidden="true"><${Icon} name="app" size=${size ? 14 : 22} /></span>`;
  return html`<span class=${`avatar c${colourOf(who.id)} ${size}`} aria-hidden="true">${initials(who.name)}</span>`;
}

export const asWho = (person) => ({ id: person?.id, name: person?.real_name || person?.name, app: person?.is_bot });

/** Who wrote a message: {id, name, app}. */
export function author(message) {
  if (message.username === "Slackbot" || message.user === "USLACKBOT") return { id: "slackbot", name: "Slackbot", app: true };
  if (message.bot_id && message.bot_id === bot().bot_id) return { id: bot().user_id, name: ownName(message), app: true };
  const person = book.people.get(message.user);
  if (person) return asWho(person);
  return { id: message.user ?? message.bot_id, name: message.username ?? message.user ?? "Somebody", app: Boolean(message.bot_id) };
}

// The app's handle as a name says no more than its name does.
const ownName = ({ username }) => (username && username !== bot().name ? username : appName());

/** The app's own face. */
export const appWho = () => ({ id: state.workspace.bot.user_id, name: appName(), app: true });
