/**
 * What names and times in a text are looked up in; the page fills it.
 * people: id -> {id, name, real_name, is_bot, deleted}; channels: id -> {id, name, is_private, is_im, is_archived, is_ext_shared, user};
 * tz: the reader's time zone; me: the reader's id; now(): seconds; open(channel, ts?, thread?): shows a place.
 */
export const book = { people: new Map(), channels: new Map(), tz: undefined, me: undefined, now: () => Date.now() / 1000, open: () => {} };

export function personName(id) {
  return book.people.get(id)?.name ?? id;
}

export function fullName(id) {
  const person = book.people.get(id);
  return person?.real_name || person?.name || id;
}
