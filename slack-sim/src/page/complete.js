// What can be typed on: commands, people, channels and emoji, by what stands before the caret.
import { searchEmoji, book } from "/text.js";
import { state, bot, humans, visible, appName } from "/store.js";

const MOST = 8;

/** Commands of the workspace itself, as far as they are simulated. */
export const BUILT_IN = [
  { command: "/invite", usage_hint: "@someone", description: "Bring somebody, or the app, into this channel" },
  { command: "/join", usage_hint: "[#channel]", description: "Join a channel" },
  { command: "/leave", usage_hint: "", description: "Leave this channel" },
];

/** All commands: the app's first. */
export const commands = () => [...state.workspace.commands.map((one) => ({ ...one, app: true })), ...BUILT_IN];

/** The command that a text runs, as far as it is known, with what it takes. */
export function commandOf(text) {
  const name = /^(\/\S+)/.exec(text)?.[1];
  return name && commands().find((one) => one.command === name);
}

const fits = (query, ...names) => names.some((name) => name?.toLowerCase().split(/[\s._-]+/).concat(name.toLowerCase()).some((word) => word.startsWith(query)));

function commandItems(query) {
  const found = commands().filter((one) => one.command.slice(1).toLowerCase().startsWith(query));
  return found.map((one) => ({ key: one.command, insert: `${one.command} `, title: one.command, hint: one.usage_hint, note: one.description, tag: one.app ? appName() : "Workspace", icon: "bolt" }));
}

const LOUD = [
  { key: "!channel", insert: "@channel ", title: "@channel", note: "Everybody in this channel", icon: "people" },
  { key: "!here", insert: "@here ", title: "@here", note: "Everybody here who is online", icon: "people" },
];

function peopleItems(query) {
  const members = new Set(book.channels.get(state.place)?.members ?? []);
  const app = { key: bot().user_id, insert: `@${bot().name} `, title: appName(), note: `@${bot().name}`, tag: "App", who: { id: bot().user_id, name: appName(), app: true } };
  const people = humans()
    .filter((person) => fits(query, person.name, person.real_name))
    .sort((a, b) => members.has(b.name) - members.has(a.name))
    .map((person) => ({
      key: person.id,
      insert: `@${person.name} `,
      title: person.real_name || person.name,
      note: `@${person.name}${members.has(person.name) ? "" : ", not in this channel"}`,
      tag: person.id === state.me ? "You" : "",
      who: { id: person.id, name: person.real_name },
    }));
  const loud = query ? LOUD.filter((one) => fits(query, one.title.slice(1))) : [];
  return [...(fits(query, bot().name, appName()) ? [app] : []), ...people, ...loud];
}

function channelItems(query) {
  const found = state.channels.filter((one) => !one.is_im && visible(one) && fits(query, one.name));
  return found.map((one) => ({ key: one.id, insert: `#${one.name} `, title: one.name, note: one.topic, icon: one.is_private ? "lock" : "hash" }));
}

const emojiItems = (query) => searchEmoji(query, MOST).map(({ name, char }) => ({ key: name, insert: `:${name}: `, title: `:${name}:`, char }));

const KINDS = [
  { at: /^\/(\S*)$/, items: commandItems, label: "Commands" },
  { at: /(?:^|[\s(])@([\p{L}\p{N}._-]*)$/u, items: peopleItems, label: "People" },
  { at: /(?:^|[\s(])#([\p{L}\p{N}_-]*)$/u, items: channelItems, label: "Channels" },
  { at: /(?:^|[\s(]):([a-z0-9_+-]{2,})$/i, items: emojiItems, label: "Emoji" },
];

/** What can stand at the caret: {label, from, items}, `from` where the typed beginning starts; or nothing. */
export function completion(text, caret) {
  const before = text.slice(0, caret);
  for (const kind of KINDS) {
    const found = kind.at.exec(before);
    if (!found) continue;
    const query = found[1].toLowerCase();
    const items = kind.items(query).slice(0, MOST);
    // What is typed to its end needs no list.
    if (!items.length || (items.length === 1 && items[0].insert.trim() === before.slice(caret - query.length - 1))) return null;
    return { label: kind.label, from: caret - query.length - 1, items };
  }
  return null;
}
