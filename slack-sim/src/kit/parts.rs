//! Composition objects, the parts of which elements are made:
//! <https://docs.slack.dev/reference/block-kit/composition-objects>.
use super::shape::Check::{Among, Bare, Chars, Flag, Form, Kind, List, Plain, Text};
use super::shape::{Check, Field, Object, Rule, bare, may, need, part};

/// <https://docs.slack.dev/reference/block-kit/composition-objects/option-object>: in menus, plain text only.
pub(super) static OPTION: Object = bare(&[need("text", Plain(75)), need("value", Chars(1, 150)), may("description", Plain(75))]);

/// The same in radio buttons and checkboxes, which show mrkdwn too.
pub(super) static MARKED_OPTION: Object = bare(&[need("text", Text(75)), need("value", Chars(1, 150)), may("description", Text(75))]);

/// The same in overflow menus, the only ones whose options open a page.
pub(super) static LINKED_OPTION: Object =
    bare(&[need("text", Plain(75)), need("value", Chars(1, 150)), may("description", Plain(75)), may("url", URL)]);

/// <https://docs.slack.dev/reference/block-kit/composition-objects/option-group-object>
pub(super) static OPTION_GROUP: Object = bare(&[need("label", Plain(75)), need("options", List(1, 100, &Bare(&OPTION)))]);

/// <https://docs.slack.dev/reference/block-kit/composition-objects/confirmation-dialog-object>: of the texts only the
/// question is required, as Slack's own types have it.
static CONFIRM: Object =
    bare(&[may("title", Plain(100)), need("text", Text(300)), may("confirm", Plain(30)), may("deny", Plain(30)), may("style", STYLE)]);

/// <https://docs.slack.dev/reference/block-kit/composition-objects/dispatch-action-configuration-object>
static DISPATCH: Object = bare(&[may("trigger_actions_on", List(1, 2, &Among(&["on_enter_pressed", "on_character_entered"])))]);

/// <https://docs.slack.dev/reference/block-kit/composition-objects/conversation-filter-object>
pub(super) static FILTER: Object = bare(&[
    may("include", List(1, 4, &Among(&["im", "mpim", "private", "public"]))),
    may("exclude_external_shared_channels", Flag),
    may("exclude_bot_users", Flag),
])
.rules(&[Rule::Either(&["include", "exclude_external_shared_channels", "exclude_bot_users"])]);

/// <https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object>: by one of the two.
pub(super) static SLACK_FILE: Object =
    bare(&[may("id", SOME_CHARS), may("url", URL)]).rules(&[Rule::Either(&["id", "url"]), Rule::NotBoth("id", "url")]);

/// <https://docs.slack.dev/reference/block-kit/composition-objects/workflow-object>
pub(super) static WORKFLOW: Object = bare(&[need("trigger", Bare(&TRIGGER))]);

/// <https://docs.slack.dev/reference/block-kit/composition-objects/trigger-object>
static TRIGGER: Object = bare(&[need("url", URL), may("customizable_input_parameters", List(0, usize::MAX, &Bare(&PARAMETER)))]);

/// <https://docs.slack.dev/reference/block-kit/composition-objects/input-parameter-object>
static PARAMETER: Object = bare(&[need("name", ANY_CHARS), need("value", ANY_CHARS)]);

/// <https://docs.slack.dev/reference/block-kit/block-elements/image-element>: from a URL or from a file in Slack.
pub(super) static IMAGE: Object = part("image", &[need("alt_text", Chars(1, 2000)), IMAGE_URL, SLACK_IMAGE]).rules(&ONE_SOURCE);

pub(super) const IMAGE_URL: Field = may("image_url", URL);
pub(super) const SLACK_IMAGE: Field = may("slack_file", Bare(&SLACK_FILE));
pub(super) const ONE_SOURCE: [Rule; 2] = [Rule::Either(&["image_url", "slack_file"]), Rule::NotBoth("image_url", "slack_file")];

/// An icon of Slack's own, by its name.
pub(super) static ICON: Object = part("icon", &[need("name", SOME_CHARS)]);

pub(super) const ANY_CHARS: Check = Chars(0, usize::MAX);
pub(super) const SOME_CHARS: Check = Chars(1, usize::MAX);
pub(super) const STYLE: Check = Among(&["primary", "danger"]);
pub(super) const URL: Check = Form(is_url, "invalid url");
pub(super) const AN_IMAGE: Check = Kind(&[&IMAGE]);

// Fields that many elements share.
pub(super) const CONFIRMED: Field = may("confirm", Bare(&CONFIRM));
pub(super) const DISPATCHED: Field = may("dispatch_action_config", Bare(&DISPATCH));
pub(super) const FOCUSED: Field = may("focus_on_load", Flag);
pub(super) const LABELLED: Field = may("accessibility_label", Chars(1, 75));
pub(super) const PLACEHOLDER: Field = may("placeholder", Plain(150));

/// A scheme, a colon and something after it, in at most 3000 characters.
fn is_url(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let named = scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.chars().all(|each| each.is_ascii_alphanumeric() || "+-.".contains(each));
    named && !rest.trim_start_matches('/').is_empty() && !text.contains(char::is_whitespace) && text.chars().count() <= 3000
}
