//! Elements that people act on: <https://docs.slack.dev/reference/block-kit/block-elements>. Menus are next door.
use super::parts::{ANY_CHARS, CONFIRMED, DISPATCHED, FOCUSED, LABELLED, LINKED_OPTION, MARKED_OPTION, PLACEHOLDER, STYLE, URL, WORKFLOW};
use super::rich::RICH_TEXT;
use super::scene::{Scene, Surface};
use super::shape::Check::{Among, Bare, Chars, Flag, Form, Kind, List, Plain, Whole};
use super::shape::{Fields, Object, Rule, bare, element, list, may, need, string};
use serde_json::Value;

/// All of them.
pub(super) static INPUTS: &[&Object] = &[
    &BUTTON,
    &WORKFLOW_BUTTON,
    &ICON_BUTTON,
    &FEEDBACK_BUTTONS,
    &CHECKBOXES,
    &RADIO_BUTTONS,
    &OVERFLOW,
    &DATEPICKER,
    &TIMEPICKER,
    &DATETIMEPICKER,
    &PLAIN_TEXT_INPUT,
    &EMAIL_INPUT,
    &URL_INPUT,
    &NUMBER_INPUT,
    &RICH_TEXT_INPUT,
    &FILE_INPUT,
];

/// <https://docs.slack.dev/reference/block-kit/block-elements/button-element>
pub(super) static BUTTON: Object = element(
    "button",
    &[
        need("text", Plain(75)),
        may("value", Chars(0, 2000)),
        may("url", URL),
        may("style", STYLE),
        CONFIRMED,
        LABELLED,
        may("agent_prompt", Chars(1, 4000)),
        may("agent_prompt_display", ANY_CHARS),
    ],
)
.rules(&[Rule::Needs("agent_prompt_display", "agent_prompt")]);

/// <https://docs.slack.dev/reference/block-kit/block-elements/workflow-button-element>
pub(super) static WORKFLOW_BUTTON: Object =
    element("workflow_button", &[need("text", Plain(75)), need("workflow", Bare(&WORKFLOW)), may("style", STYLE), CONFIRMED, LABELLED]);

/// <https://docs.slack.dev/reference/block-kit/block-elements/icon-button-element>
pub(super) static ICON_BUTTON: Object = element(
    "icon_button",
    &[
        need("icon", Among(&["trash"])),
        need("text", Plain(75)),
        may("value", Chars(0, 2000)),
        CONFIRMED,
        LABELLED,
        may("visible_to_user_ids", List(0, 10, &ANY_CHARS)),
    ],
);

/// <https://docs.slack.dev/reference/block-kit/block-elements/feedback-buttons-element>
pub(super) static FEEDBACK_BUTTONS: Object =
    element("feedback_buttons", &[need("positive_button", Bare(&FEEDBACK)), need("negative_button", Bare(&FEEDBACK))]);

static FEEDBACK: Object = bare(&[need("text", Plain(75)), need("value", Chars(1, 2000)), LABELLED]);

/// <https://docs.slack.dev/reference/block-kit/block-elements/checkboxes-element>
pub(super) static CHECKBOXES: Object = element(
    "checkboxes",
    &[need("options", List(1, 10, &Bare(&MARKED_OPTION))), may("initial_options", List(1, 10, &Bare(&MARKED_OPTION))), CONFIRMED, FOCUSED],
)
.rules(&[Rule::Also(chosen_exist), Rule::Also(one_focus)]);

/// <https://docs.slack.dev/reference/block-kit/block-elements/radio-button-group-element>
pub(super) static RADIO_BUTTONS: Object = element(
    "radio_buttons",
    &[need("options", List(1, 10, &Bare(&MARKED_OPTION))), may("initial_option", Bare(&MARKED_OPTION)), CONFIRMED, FOCUSED],
)
.rules(&[Rule::Also(chosen_exist), Rule::Also(one_focus)]);

/// <https://docs.slack.dev/reference/block-kit/block-elements/overflow-menu-element>
pub(super) static OVERFLOW: Object = element("overflow", &[need("options", List(1, 5, &Bare(&LINKED_OPTION))), CONFIRMED]);

/// <https://docs.slack.dev/reference/block-kit/block-elements/date-picker-element>
pub(super) static DATEPICKER: Object =
    element("datepicker", &[may("initial_date", Form(is_date, "must be a date as YYYY-MM-DD")), CONFIRMED, FOCUSED, PLACEHOLDER])
        .rules(&[Rule::Also(one_focus)]);

/// <https://docs.slack.dev/reference/block-kit/block-elements/time-picker-element>
pub(super) static TIMEPICKER: Object = element(
    "timepicker",
    &[
        may("initial_time", Form(is_time, "must be a time as HH:mm")),
        may("timezone", Form(is_zone, "must be a valid timezone")),
        CONFIRMED,
        FOCUSED,
        PLACEHOLDER,
    ],
)
.rules(&[Rule::Also(one_focus)]);

/// <https://docs.slack.dev/reference/block-kit/block-elements/datetime-picker-element>: seconds of ten digits.
pub(super) static DATETIMEPICKER: Object =
    element("datetimepicker", &[may("initial_date_time", Whole(1_000_000_000, 9_999_999_999)), CONFIRMED, FOCUSED])
        .rules(&[Rule::Also(one_focus)]);

/// <https://docs.slack.dev/reference/block-kit/block-elements/plain-text-input-element>
pub(super) static PLAIN_TEXT_INPUT: Object = element(
    "plain_text_input",
    &[
        may("initial_value", Chars(0, 3000)),
        may("multiline", Flag),
        may("min_length", Whole(0, 3000)),
        may("max_length", Whole(1, 3000)),
        DISPATCHED,
        FOCUSED,
        PLACEHOLDER,
    ],
)
.rules(&[Rule::Also(lengths_in_order), Rule::Also(one_focus)]);

/// <https://docs.slack.dev/reference/block-kit/block-elements/email-input-element>
pub(super) static EMAIL_INPUT: Object =
    element("email_text_input", &[may("initial_value", ANY_CHARS), DISPATCHED, FOCUSED, PLACEHOLDER]).rules(&[Rule::Also(one_focus)]);

/// <https://docs.slack.dev/reference/block-kit/block-elements/url-input-element>
pub(super) static URL_INPUT: Object =
    element("url_text_input", &[may("initial_value", ANY_CHARS), DISPATCHED, FOCUSED, PLACEHOLDER]).rules(&[Rule::Also(one_focus)]);

/// <https://docs.slack.dev/reference/block-kit/block-elements/number-input-element>: numbers as strings.
pub(super) static NUMBER_INPUT: Object = element(
    "number_input",
    &[
        need("is_decimal_allowed", Flag),
        may("initial_value", DECIMAL),
        may("min_value", DECIMAL),
        may("max_value", DECIMAL),
        DISPATCHED,
        FOCUSED,
        PLACEHOLDER,
    ],
)
.rules(&[Rule::Also(values_in_order), Rule::Also(one_focus)]);

const DECIMAL: super::shape::Check = Form(is_decimal, "must be a number in a string");

/// <https://docs.slack.dev/reference/block-kit/block-elements/rich-text-input-element>
pub(super) static RICH_TEXT_INPUT: Object = element(
    "rich_text_input",
    &[
        may("initial_value", Kind(&[&RICH_TEXT])),
        may("min_lines", Whole(1, 100)),
        may("max_lines", Whole(1, 100)),
        DISPATCHED,
        FOCUSED,
        PLACEHOLDER,
    ],
)
.rules(&[Rule::Also(one_focus)]);

/// <https://docs.slack.dev/reference/block-kit/block-elements/file-input-element>
pub(super) static FILE_INPUT: Object =
    element("file_input", &[may("filetypes", List(0, usize::MAX, &ANY_CHARS)), may("max_files", Whole(1, 10))]);

/// At most one element of a view takes the focus when it opens.
pub(super) fn one_focus(fields: &Fields, scene: &mut Scene<'_>) {
    if scene.surface != Surface::Message && fields.get("focus_on_load") == Some(&Value::Bool(true)) {
        if scene.focused {
            scene.fault_in("focus_on_load", "only one element can be focused on load");
        }
        scene.focused = true;
    }
}

/// What is chosen at first is among the options, in a group or not.
pub(super) fn chosen_exist(fields: &Fields, scene: &mut Scene<'_>) {
    if !fields.contains_key("options") && !fields.contains_key("option_groups") {
        return;
    }
    let offered = |chosen: &Value| {
        let grouped = list(fields, "option_groups").iter().filter_map(Value::as_object).flat_map(|group| list(group, "options"));
        list(fields, "options").iter().chain(grouped).any(|option| same_option(option, chosen))
    };
    let sentence = "must match one of the options";
    if fields.get("initial_option").is_some_and(|chosen| chosen.is_object() && !offered(chosen)) {
        scene.fault_in("initial_option", sentence);
    }
    scene.within("initial_options", |scene| {
        scene.each(list(fields, "initial_options"), |scene, chosen| {
            if chosen.is_object() && !offered(chosen) {
                scene.fault(sentence);
            }
        });
    });
}

/// Slack fills in `emoji` by itself, so the words and the value decide.
fn same_option(one: &Value, other: &Value) -> bool {
    one.get("value") == other.get("value") && one.pointer("/text/text") == other.pointer("/text/text")
}

fn lengths_in_order(fields: &Fields, scene: &mut Scene<'_>) {
    let length = |name| fields.get(name).and_then(Value::as_i64);
    if let (Some(least), Some(most)) = (length("min_length"), length("max_length"))
        && least > most
    {
        scene.fault_in("min_length", "must not be more than `max_length`");
    }
}

fn values_in_order(fields: &Fields, scene: &mut Scene<'_>) {
    let value = |name| string(fields, name).and_then(|text| text.parse::<f64>().ok());
    if let (Some(least), Some(most)) = (value("min_value"), value("max_value"))
        && least > most
    {
        scene.fault_in("min_value", "must not be more than `max_value`");
    }
}

fn is_decimal(text: &str) -> bool {
    text.parse::<f64>().is_ok_and(f64::is_finite) && text.chars().all(|each| each.is_ascii_digit() || "+-.".contains(each))
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}

fn is_time(text: &str) -> bool {
    text.len() == 5 && text.parse::<jiff::civil::Time>().is_ok()
}

fn is_zone(text: &str) -> bool {
    jiff::tz::TimeZone::get(text).is_ok()
}
