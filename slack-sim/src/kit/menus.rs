//! The ten select menus: <https://docs.slack.dev/reference/block-kit/block-elements/select-menu-element> and
//! <https://docs.slack.dev/reference/block-kit/block-elements/multi-select-menu-element>.
use super::inputs::{chosen_exist, one_focus};
use super::parts::{ANY_CHARS, CONFIRMED, FILTER, FOCUSED, OPTION, OPTION_GROUP, PLACEHOLDER};
use super::shape::Check::{Bare, Flag, List, Whole};
use super::shape::{Field, Object, Rule, element, may};

/// All of them.
pub(super) static MENUS: &[&Object] = &[
    &STATIC_SELECT,
    &EXTERNAL_SELECT,
    &USERS_SELECT,
    &CONVERSATIONS_SELECT,
    &CHANNELS_SELECT,
    &MULTI_STATIC_SELECT,
    &MULTI_EXTERNAL_SELECT,
    &MULTI_USERS_SELECT,
    &MULTI_CONVERSATIONS_SELECT,
    &MULTI_CHANNELS_SELECT,
];

pub(super) static STATIC_SELECT: Object =
    element("static_select", &[OPTIONS, GROUPS, may("initial_option", Bare(&OPTION)), CONFIRMED, FOCUSED, PLACEHOLDER])
        .rules(&WITH_OPTIONS);

pub(super) static MULTI_STATIC_SELECT: Object =
    element("multi_static_select", &[OPTIONS, GROUPS, INITIAL_OPTIONS, MOST_CHOSEN, CONFIRMED, FOCUSED, PLACEHOLDER]).rules(&WITH_OPTIONS);

pub(super) static EXTERNAL_SELECT: Object =
    element("external_select", &[may("initial_option", Bare(&OPTION)), LEAST_TYPED, CONFIRMED, FOCUSED, PLACEHOLDER]).rules(&FOCUS);

pub(super) static MULTI_EXTERNAL_SELECT: Object =
    element("multi_external_select", &[INITIAL_OPTIONS, LEAST_TYPED, MOST_CHOSEN, CONFIRMED, FOCUSED, PLACEHOLDER]).rules(&FOCUS);

pub(super) static USERS_SELECT: Object =
    element("users_select", &[may("initial_user", ANY_CHARS), CONFIRMED, FOCUSED, PLACEHOLDER]).rules(&FOCUS);

pub(super) static MULTI_USERS_SELECT: Object =
    element("multi_users_select", &[may("initial_users", IDS), MOST_CHOSEN, CONFIRMED, FOCUSED, PLACEHOLDER]).rules(&FOCUS);

pub(super) static CONVERSATIONS_SELECT: Object = element(
    "conversations_select",
    &[may("initial_conversation", ANY_CHARS), CURRENT, FILTERED, RESPONSE_URL, CONFIRMED, FOCUSED, PLACEHOLDER],
)
.rules(&FOCUS);

pub(super) static MULTI_CONVERSATIONS_SELECT: Object = element(
    "multi_conversations_select",
    &[may("initial_conversations", IDS), CURRENT, FILTERED, MOST_CHOSEN, CONFIRMED, FOCUSED, PLACEHOLDER],
)
.rules(&FOCUS);

pub(super) static CHANNELS_SELECT: Object =
    element("channels_select", &[may("initial_channel", ANY_CHARS), RESPONSE_URL, CONFIRMED, FOCUSED, PLACEHOLDER]).rules(&FOCUS);

pub(super) static MULTI_CHANNELS_SELECT: Object =
    element("multi_channels_select", &[may("initial_channels", IDS), MOST_CHOSEN, CONFIRMED, FOCUSED, PLACEHOLDER]).rules(&FOCUS);

static OPTIONS: Field = may("options", List(1, 100, &Bare(&OPTION)));
static GROUPS: Field = may("option_groups", List(1, 100, &Bare(&OPTION_GROUP)));
static INITIAL_OPTIONS: Field = may("initial_options", List(1, 100, &Bare(&OPTION)));
const MOST_CHOSEN: Field = may("max_selected_items", Whole(1, i64::MAX));
const LEAST_TYPED: Field = may("min_query_length", Whole(0, i64::MAX));
const CURRENT: Field = may("default_to_current_conversation", Flag);
const FILTERED: Field = may("filter", Bare(&FILTER));
const RESPONSE_URL: Field = may("response_url_enabled", Flag);
const IDS: super::shape::Check = List(0, usize::MAX, &ANY_CHARS);

const FOCUS: [Rule; 1] = [Rule::Also(one_focus)];
const WITH_OPTIONS: [Rule; 4] = [
    Rule::Either(&["options", "option_groups"]),
    Rule::NotBoth("options", "option_groups"),
    Rule::Also(chosen_exist),
    Rule::Also(one_focus),
];
