// Where the options of a select come from: the app's list, the app when asked, people, conversations.
import { useContext, useEffect, useRef, useState } from "./vendor/preact.js";
import { Kit, Place } from "./kit-act.js";
import { isObject, object, objects, optionsOf, tidy, within } from "./kit-shape.js";
import { book, fullName } from "./text.js";

const person = ({ id, name, is_bot }) => ({ value: id, label: fullName(id), hint: is_bot ? `@${name} · app` : `@${name}` });

function people() {
  return [...book.people.values()].filter((one) => !one.deleted).map(person);
}

function channel(one) {
  const sign = one.is_private ? "🔒 " : "# ";
  return { value: one.id, label: one.is_im ? fullName(partner(one)) : `${sign}${one.name}`, hint: one.is_im ? "Direct message" : "" };
}

// A direct message names its partner by name or by id.
function partner({ user, name }) {
  const known = [...book.people.values()].find((one) => one.id === user || one.name === user);
  return known?.id ?? user ?? name;
}

const sort = ({ is_im, is_mpim, is_private }) => (is_im ? "im" : is_mpim ? "mpim" : is_private ? "private" : "public");

function conversations(element) {
  const filter = object(element.filter);
  const include = Array.isArray(filter.include) ? filter.include : null;
  return [...book.channels.values()]
    .filter((one) => !one.is_archived && (!include || include.includes(sort(one))))
    .filter((one) => !(filter.exclude_external_shared_channels === true && one.is_ext_shared))
    .filter((one) => !(filter.exclude_bot_users === true && one.is_im && book.people.get(partner(one))?.is_bot))
    .map(channel);
}

const publicChannels = () => [...book.channels.values()].filter((one) => !one.is_archived && sort(one) === "public").map(channel);

const OWN = { users: people, conversations, channels: publicChannels, static: optionsOf };

/**
 * {options, note} for what was typed; `wanted` is false while the list is closed.
 * The app is asked a moment after the last letter, and answers to older questions are dropped.
 */
export function useOptions(element, source, typed, wanted) {
  const asked = useSuggestions(element, source === "external" && wanted, typed);
  if (source === "external") return asked;
  const all = wanted ? OWN[source](element) : [];
  const options = all.filter((option) => matches(option, typed));
  return { options, note: options.length ? "" : all.length ? "No matches" : "No options" };
}

function matches({ label, hint }, typed) {
  const text = `${label} ${hint}`.toLowerCase();
  return typed.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

const PAUSE = 250;

function useSuggestions(element, wanted, typed) {
  const kit = useContext(Kit);
  const place = useContext(Place);
  const [state, setState] = useState({ options: [], note: "" });
  const round = useRef(0);
  const least = within(element.min_query_length, 0, 1000, 3);
  useEffect(() => {
    const mine = (round.current += 1);
    if (!wanted) return undefined;
    if (typed.length < least) return setState({ options: [], note: `Type ${least - typed.length} more ${least - typed.length === 1 ? "letter" : "letters"}` });
    setState((before) => ({ options: before.options, note: "Looking …" }));
    const timer = setTimeout(async () => {
      const next = await suggest(kit, place, typed);
      if (mine === round.current) setState(next);
    }, PAUSE);
    return () => clearTimeout(timer);
  }, [wanted, typed]);
  return state;
}

async function suggest(kit, place, typed) {
  try {
    const answer = await kit.onSuggest?.({ block_id: place.block, action_id: place.action, value: typed });
    if (!isObject(answer) || answer.ok === false) return { options: [], note: answer?.message || "The app did not respond." };
    const options = optionsOf(answer);
    return { options, note: options.length ? "" : "No matches" };
  } catch (error) {
    return { options: [], note: error?.message || "The app did not respond." };
  }
}

/** The words for a value that is chosen already. */
export function labelOf(element, source, value, seen) {
  const initial = [...objects(element.initial_options), object(element.initial_option)].map((option) => tidy(option));
  const known = seen.get(value) ?? [...(source === "static" ? optionsOf(element) : initial)].find((option) => option.value === value)?.label;
  if (known) return known;
  if (source === "users") return fullName(value);
  const place = book.channels.get(value);
  return place ? channel(place).label : String(value);
}
