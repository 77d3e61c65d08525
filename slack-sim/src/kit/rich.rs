//! Rich text: <https://docs.slack.dev/reference/block-kit/blocks/rich-text-block>.
use super::parts::{ANY_CHARS, SOME_CHARS, URL};
use super::shape::Check::{Among, Bare, Flag, Form, Kind, List, Whole};
use super::shape::{Check, Field, Object, bare, block, may, need, part};

pub(super) static RICH_TEXT: Object =
    block("rich_text", &[need("elements", List(0, usize::MAX, &Kind(&[&SECTION, &LIST, &PREFORMATTED, &QUOTE])))]);

static SECTION: Object = part("rich_text_section", &[need("elements", INLINE)]);

static QUOTE: Object = part("rich_text_quote", &[need("elements", INLINE), BORDER]);

static PREFORMATTED: Object = part("rich_text_preformatted", &[need("elements", INLINE), BORDER, may("language", ANY_CHARS)]);

static LIST: Object = part(
    "rich_text_list",
    &[
        need("style", Among(&["bullet", "ordered"])),
        need("elements", List(0, usize::MAX, &Kind(&[&SECTION]))),
        may("indent", Whole(0, 8)),
        may("offset", Whole(0, i64::MAX)),
        BORDER,
    ],
);

const BORDER: Field = may("border", Whole(0, 1));

/// What stands in a line.
const INLINE: Check = List(0, usize::MAX, &Kind(&[&TEXT, &LINK, &EMOJI, &USER, &USERGROUP, &CHANNEL, &TEAM, &BROADCAST, &DATE, &COLOR]));

static TEXT: Object = part("text", &[need("text", SOME_CHARS), STYLED]);
/// People type links that are no whole URL, so any text will do.
static LINK: Object = part("link", &[need("url", SOME_CHARS), may("text", ANY_CHARS), may("unsafe", Flag), STYLED]);
static EMOJI: Object =
    part("emoji", &[need("name", SOME_CHARS), may("unicode", ANY_CHARS), may("url", URL), may("skin_tone", Whole(1, 6)), STYLED]);
static USER: Object = part("user", &[need("user_id", SOME_CHARS), MARKED]);
static USERGROUP: Object = part("usergroup", &[need("usergroup_id", SOME_CHARS), MARKED]);
static CHANNEL: Object = part("channel", &[need("channel_id", SOME_CHARS), MARKED]);
static TEAM: Object = part("team", &[need("team_id", SOME_CHARS), MARKED]);
static BROADCAST: Object = part("broadcast", &[need("range", Among(&["here", "channel", "everyone"])), MARKED]);
static DATE: Object =
    part("date", &[need("timestamp", Whole(0, i64::MAX)), need("format", SOME_CHARS), may("url", URL), may("fallback", ANY_CHARS), STYLED]);
static COLOR: Object = part("color", &[need("value", Form(is_color, "must be a hex color")), STYLED]);

const STYLED: Field = may("style", Bare(&LOOK));
static LOOK: Object = bare(&[may("bold", Flag), may("italic", Flag), may("strike", Flag), may("code", Flag), may("underline", Flag)]);

/// Mentions can be lit up as well.
const MARKED: Field = may("style", Bare(&MENTION_LOOK));
static MENTION_LOOK: Object = bare(&[
    may("bold", Flag),
    may("italic", Flag),
    may("strike", Flag),
    may("code", Flag),
    may("underline", Flag),
    may("highlight", Flag),
    may("client_highlight", Flag),
    may("unlink", Flag),
]);

fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| matches!(digits.len(), 3 | 6) && digits.chars().all(|digit| digit.is_ascii_hexdigit()))
}
