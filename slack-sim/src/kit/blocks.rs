//! The blocks: <https://docs.slack.dev/reference/block-kit/blocks>. Tables and charts stand in `data`.
use super::data::{DATA_TABLE, DATA_VISUALIZATION, TABLE};
use super::inputs::{
    BUTTON, CHECKBOXES, DATEPICKER, DATETIMEPICKER, EMAIL_INPUT, FEEDBACK_BUTTONS, FILE_INPUT, ICON_BUTTON, NUMBER_INPUT, OVERFLOW,
    PLAIN_TEXT_INPUT, RADIO_BUTTONS, RICH_TEXT_INPUT, TIMEPICKER, URL_INPUT, WORKFLOW_BUTTON,
};
use super::menus::{
    CHANNELS_SELECT, CONVERSATIONS_SELECT, EXTERNAL_SELECT, MULTI_CHANNELS_SELECT, MULTI_CONVERSATIONS_SELECT, MULTI_EXTERNAL_SELECT,
    MULTI_STATIC_SELECT, MULTI_USERS_SELECT, STATIC_SELECT, USERS_SELECT,
};
use super::parts::{AN_IMAGE, ANY_CHARS, ICON, IMAGE, IMAGE_URL, ONE_SOURCE, SLACK_IMAGE, SOME_CHARS, URL};
use super::rich::RICH_TEXT;
use super::scene::{Scene, Surface};
use super::shape::Check::{Among, Bare, Chars, Flag, Form, Kind, List, Plain, Text, Whole};
use super::shape::{Check, Field, Fields, Object, Rule, bare, block, list, may, need, part, string};
use serde_json::Value;
use std::collections::BTreeSet;

/// Characters of all markdown blocks of a message together.
const MOST_MARKDOWN: usize = 12_000;

/// All blocks, in the order of Slack's reference.
pub(super) static BLOCKS: &[&Object] = &[
    &ACTIONS,
    &ALERT,
    &CARD,
    &CAROUSEL,
    &CONTAINER,
    &CONTEXT,
    &CONTEXT_ACTIONS,
    &DATA_TABLE,
    &DATA_VISUALIZATION,
    &DIVIDER,
    &FILE,
    &HEADER,
    &IMAGE_BLOCK,
    &INPUT,
    &LAYOUT,
    &MARKDOWN,
    &PLAN,
    &RICH_TEXT,
    &SECTION,
    &TABLE,
    &TASK_CARD,
    &VIDEO,
];

const MESSAGE: &[Surface] = &[Surface::Message];
const MODAL: &[Surface] = &[Surface::Modal];
const SHOWN: &[Surface] = &[Surface::Message, Surface::Home];

/// <https://docs.slack.dev/reference/block-kit/blocks/actions-block>
static ACTIONS: Object = block("actions", &[need("elements", List(1, 25, &Kind(ACTED_ON)))]);

static ACTED_ON: &[&Object] = &[
    &BUTTON,
    &CHANNELS_SELECT,
    &CHECKBOXES,
    &CONVERSATIONS_SELECT,
    &DATEPICKER,
    &DATETIMEPICKER,
    &EXTERNAL_SELECT,
    &MULTI_CHANNELS_SELECT,
    &MULTI_CONVERSATIONS_SELECT,
    &MULTI_EXTERNAL_SELECT,
    &MULTI_STATIC_SELECT,
    &MULTI_USERS_SELECT,
    &OVERFLOW,
    &RADIO_BUTTONS,
    &RICH_TEXT_INPUT,
    &STATIC_SELECT,
    &TIMEPICKER,
    &USERS_SELECT,
    &WORKFLOW_BUTTON,
];

/// <https://docs.slack.dev/reference/block-kit/blocks/alert-block>
static ALERT: Object =
    block("alert", &[need("text", Text(200)), may("level", Among(&["default", "info", "warning", "error", "success"]))]).on(MODAL);

/// <https://docs.slack.dev/reference/block-kit/blocks/card-block>
static CARD: Object = block(
    "card",
    &[
        may("hero_image", AN_IMAGE),
        may("icon", AN_IMAGE),
        may("slack_icon", Kind(&[&ICON])),
        may("title", Text(150)),
        may("subtitle", Text(150)),
        may("body", Text(200)),
        may("subtext", Text(200)),
        may("actions", List(1, 3, &Kind(&[&BUTTON]))),
    ],
)
.rules(&[Rule::Either(&["hero_image", "title", "actions", "body"]), Rule::NotBoth("icon", "slack_icon")]);

/// <https://docs.slack.dev/reference/block-kit/blocks/carousel-block>
static CAROUSEL: Object = block("carousel", &[need("elements", List(1, 10, &Kind(&[&CARD])))]).on(SHOWN);

/// <https://docs.slack.dev/reference/block-kit/blocks/container-block>
static CONTAINER: Object = block(
    "container",
    &[
        may("title", Plain(150)),
        may("rich_text_title", Kind(&[&RICH_TEXT])),
        may("subtitle", Text(150)),
        need("child_blocks", List(1, 10, &Kind(CONTAINED))),
        may("width", Among(&["narrow", "standard", "wide", "full"])),
        may("icon", AN_IMAGE),
        may("is_collapsible", Flag),
        may("default_collapsed", Flag),
        may("has_header_divider", Flag),
    ],
)
.on(SHOWN)
.rules(&[Rule::Either(&["title", "rich_text_title"]), Rule::Also(collapsible), Rule::Also(two_deep)]);

static CONTAINED: &[&Object] =
    &[&ACTIONS, &CONTEXT, &DIVIDER, &FILE, &HEADER, &IMAGE_BLOCK, &INPUT, &LAYOUT, &RICH_TEXT, &SECTION, &TABLE, &VIDEO];

/// <https://docs.slack.dev/reference/block-kit/blocks/context-block>
static CONTEXT: Object = block("context", &[need("elements", List(1, 10, &Kind(&[&IMAGE, &PLAIN_TEXT, &MRKDWN])))]);

static PLAIN_TEXT: Object = part("plain_text", &[need("text", Chars(1, 3000)), may("emoji", Flag)]);
static MRKDWN: Object = part("mrkdwn", &[need("text", Chars(1, 3000)), may("verbatim", Flag)]);

/// <https://docs.slack.dev/reference/block-kit/blocks/context-actions-block>
static CONTEXT_ACTIONS: Object =
    block("context_actions", &[need("elements", List(1, 5, &Kind(&[&FEEDBACK_BUTTONS, &ICON_BUTTON])))]).on(MESSAGE);

/// <https://docs.slack.dev/reference/block-kit/blocks/divider-block>
static DIVIDER: Object = block("divider", &[]);

/// <https://docs.slack.dev/reference/block-kit/blocks/file-block>
static FILE: Object = block("file", &[need("external_id", Chars(1, 255)), need("source", Among(&["remote"]))]).on(MESSAGE);

/// <https://docs.slack.dev/reference/block-kit/blocks/header-block>
static HEADER: Object = block("header", &[need("text", Plain(150)), may("level", Whole(1, 4))]);

/// <https://docs.slack.dev/reference/block-kit/blocks/image-block>
static IMAGE_BLOCK: Object =
    block("image", &[need("alt_text", Chars(1, 2000)), IMAGE_URL, SLACK_IMAGE, may("title", Plain(2000))]).rules(&ONE_SOURCE);

/// <https://docs.slack.dev/reference/block-kit/blocks/input-block>: in messages too.
static INPUT: Object = block(
    "input",
    &[
        need("label", Plain(2000)),
        need("element", Kind(FILLED_IN)),
        may("hint", Plain(2000)),
        may("optional", Flag),
        may("dispatch_action", Flag),
    ],
)
.rules(&[Rule::Also(can_submit)]);

static FILLED_IN: &[&Object] = &[
    &CHANNELS_SELECT,
    &CHECKBOXES,
    &CONVERSATIONS_SELECT,
    &DATEPICKER,
    &DATETIMEPICKER,
    &EMAIL_INPUT,
    &EXTERNAL_SELECT,
    &FILE_INPUT,
    &MULTI_CHANNELS_SELECT,
    &MULTI_CONVERSATIONS_SELECT,
    &MULTI_EXTERNAL_SELECT,
    &MULTI_STATIC_SELECT,
    &MULTI_USERS_SELECT,
    &NUMBER_INPUT,
    &PLAIN_TEXT_INPUT,
    &RADIO_BUTTONS,
    &RICH_TEXT_INPUT,
    &STATIC_SELECT,
    &TIMEPICKER,
    &URL_INPUT,
    &USERS_SELECT,
];

/// <https://docs.slack.dev/reference/block-kit/blocks/layout-block>
static LAYOUT: Object = block(
    "layout",
    &[
        need("label", Chars(1, 150)),
        need("rows", List(1, 5, &Bare(&LAYOUT_ROW))),
        may("is_label_visible", Flag),
        may("grid_lines", Among(&["none", "rows", "outer"])),
        may("fallback", List(0, usize::MAX, &Kind(FALLBACK))),
    ],
)
.rules(&[Rule::Also(two_deep)]);

static LAYOUT_ROW: Object = bare(&[need("items", List(1, 3, &Bare(&LAYOUT_ITEM)))]);
static LAYOUT_ITEM: Object = bare(&[
    need("block", Kind(LAID_OUT)),
    may("width", Among(&["narrow", "standard", "wide"])),
    may("horizontal_alignment", Among(&["start", "center", "end"])),
]);

static LAID_OUT: &[&Object] = &[
    &ACTIONS,
    &ALERT,
    &CARD,
    &CAROUSEL,
    &CONTAINER,
    &CONTEXT,
    &DATA_TABLE,
    &DATA_VISUALIZATION,
    &DIVIDER,
    &FILE,
    &HEADER,
    &IMAGE_BLOCK,
    &INPUT,
    &RICH_TEXT,
    &SECTION,
    &TABLE,
    &VIDEO,
];

static FALLBACK: &[&Object] = &[&CONTEXT, &DIVIDER, &HEADER, &IMAGE_BLOCK, &RICH_TEXT, &SECTION, &TABLE, &VIDEO];

/// <https://docs.slack.dev/reference/block-kit/blocks/markdown-block>
static MARKDOWN: Object = block("markdown", &[need("text", Chars(1, MOST_MARKDOWN))]).on(MESSAGE).rules(&[Rule::Also(little_markdown)]);

/// <https://docs.slack.dev/reference/block-kit/blocks/plan-block>
static PLAN: Object =
    block("plan", &[need("title", ANY_CHARS), may("tasks", List(0, 50, &Bare(&PLANNED_TASK)))]).on(MESSAGE).rules(&[Rule::Also(own_tasks)]);

/// <https://docs.slack.dev/reference/block-kit/blocks/task-card-block>
static TASK_CARD: Object = block("task_card", &[TASK_ID, TITLE, STATUS, DETAILS, OUTPUT, SOURCES, TASK_ICON, HIDE_TITLE]).on(MESSAGE);

/// A task in a plan, which need not say that it is one.
static PLANNED_TASK: Object = bare(&[
    may("type", Among(&["task_card"])),
    may("block_id", Chars(1, 255)),
    TASK_ID,
    TITLE,
    STATUS,
    DETAILS,
    OUTPUT,
    SOURCES,
    TASK_ICON,
    HIDE_TITLE,
]);

const TASK_ID: Field = need("task_id", SOME_CHARS);
const TITLE: Field = need("title", ANY_CHARS);
const STATUS: Field = need("status", Among(&["pending", "in_progress", "complete", "error"]));
static DETAILS: Field = may("details", Kind(&[&RICH_TEXT]));
static OUTPUT: Field = may("output", Kind(&[&RICH_TEXT]));
static SOURCES: Field = may("sources", List(0, usize::MAX, &Kind(&[&SOURCE])));
static TASK_ICON: Field = may("icon", Kind(&[&ICON]));
const HIDE_TITLE: Field = may("hide_title", Flag);

/// <https://docs.slack.dev/reference/block-kit/block-elements/url-source-element>
static SOURCE: Object = part("url", &[need("url", URL), need("text", ANY_CHARS)]);

/// <https://docs.slack.dev/reference/block-kit/blocks/section-block>
static SECTION: Object = block(
    "section",
    &[may("text", Text(3000)), may("fields", List(1, 10, &Text(2000))), may("accessory", Kind(BESIDE)), may("expand", Flag)],
)
.rules(&[Rule::Either(&["text", "fields"])]);

static BESIDE: &[&Object] = &[
    &BUTTON,
    &CHANNELS_SELECT,
    &CHECKBOXES,
    &CONVERSATIONS_SELECT,
    &DATEPICKER,
    &EXTERNAL_SELECT,
    &IMAGE,
    &MULTI_CHANNELS_SELECT,
    &MULTI_CONVERSATIONS_SELECT,
    &MULTI_EXTERNAL_SELECT,
    &MULTI_STATIC_SELECT,
    &MULTI_USERS_SELECT,
    &OVERFLOW,
    &RADIO_BUTTONS,
    &STATIC_SELECT,
    &TIMEPICKER,
    &USERS_SELECT,
    &WORKFLOW_BUTTON,
];

/// <https://docs.slack.dev/reference/block-kit/blocks/video-block>: "less than" 200 and 50 characters.
static VIDEO: Object = block(
    "video",
    &[
        need("alt_text", Chars(1, 2000)),
        need("title", Plain(199)),
        need("thumbnail_url", URL),
        need("video_url", HTTPS),
        may("title_url", HTTPS),
        may("author_name", Chars(0, 49)),
        may("provider_name", Chars(0, 49)),
        may("provider_icon_url", URL),
        may("description", Plain(200)),
    ],
);

const HTTPS: Check = Form(is_https, "invalid url");

fn is_https(text: &str) -> bool {
    text.strip_prefix("https://").is_some_and(|rest| !rest.is_empty()) && text.chars().count() <= 3000
}

/// Only what collapses can be collapsed at first.
fn collapsible(fields: &Fields, scene: &mut Scene<'_>) {
    let yes = |name| fields.get(name) == Some(&Value::Bool(true));
    if yes("default_collapsed") && !yes("is_collapsible") {
        scene.fault_in("default_collapsed", "must define `is_collapsible` to use `default_collapsed`");
    }
}

/// A layout may stand in a container or the other way round, and no deeper.
fn two_deep(fields: &Fields, scene: &mut Scene<'_>) {
    let inner = fields.values().map(levels).max().unwrap_or(0);
    if inner > 1 {
        scene.fault("no more than 2 levels of nested blocks allowed");
    }
}

/// Containers and layouts within each other.
fn levels(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(levels).max().unwrap_or(0),
        Value::Object(fields) => {
            let own = usize::from(matches!(string(fields, "type"), Some("container" | "layout")));
            own + fields.values().map(levels).max().unwrap_or(0)
        }
        _ => 0,
    }
}

fn can_submit(_: &Fields, scene: &mut Scene<'_>) {
    if !scene.can_submit {
        scene.fault_in("input", "must define `submit` to use an `input` block in modals");
    }
}

fn little_markdown(fields: &Fields, scene: &mut Scene<'_>) {
    let before = scene.markdown;
    scene.markdown += string(fields, "text").map_or(0, |text| text.chars().count());
    if before > 0 && scene.markdown > MOST_MARKDOWN {
        scene.fault_in("text", &format!("must be less than {} characters in all markdown blocks", MOST_MARKDOWN + 1));
    }
}

fn own_tasks(fields: &Fields, scene: &mut Scene<'_>) {
    let mut seen = BTreeSet::new();
    scene.within("tasks", |scene| {
        scene.each(list(fields, "tasks"), |scene, task| {
            if let Some(id) = task.get("task_id").and_then(Value::as_str)
                && !seen.insert(id)
            {
                scene.fault_in("task_id", &format!("`task_id` \"{id}\" already exists"));
            }
        });
    });
}
