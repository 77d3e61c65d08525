//! One example of each block and element, with every field that it may have.
use super::faults;
use crate::kit::Surface::{self, Home, Message, Modal};
use serde_json::{Map, Value, json};
use std::sync::LazyLock;

type Example = (&'static str, Surface, Value);

static ALL: LazyLock<Vec<Example>> = LazyLock::new(|| [words(), boxes(), data(), buttons(), fields(), menus()].concat());

/// An example by its name, and a surface where it may stand.
pub(super) fn example(name: &str) -> (Surface, Value) {
    let found = ALL.iter().find(|(known, ..)| *known == name);
    found.map_or_else(|| panic!("no {name}"), |(_, surface, block)| (*surface, block.clone()))
}

pub(super) fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text, "emoji": true})
}

pub(super) fn mrkdwn(text: &str) -> Value {
    json!({"type": "mrkdwn", "text": text, "verbatim": false})
}

fn confirm() -> Value {
    json!({"title": plain("Sure?"), "text": mrkdwn("*Really?*"), "confirm": plain("Yes"), "deny": plain("No"), "style": "danger"})
}

fn option(value: &str) -> Value {
    json!({"text": plain(value), "value": value, "description": plain("More")})
}

fn image() -> Value {
    json!({"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A chart"})
}

fn rich() -> Value {
    json!({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "Heard"}]}]})
}

fn input(element: &Value) -> Value {
    json!({"type": "input", "block_id": "in", "label": plain("Name"), "hint": plain("As you like"), "optional": true,
        "dispatch_action": true, "element": element})
}

fn actions(element: &Value) -> Value {
    json!({"type": "actions", "block_id": "act", "elements": [element]})
}

fn words() -> Vec<Example> {
    let section = json!({"type": "section", "block_id": "s", "text": mrkdwn("Hello"), "fields": [plain("One"), mrkdwn("Two")],
        "accessory": image(), "expand": true});
    let styled = json!({"bold": true, "italic": true, "strike": false, "code": true, "underline": true});
    let lit = json!({"bold": true, "italic": true, "strike": true, "highlight": true, "client_highlight": true, "unlink": true});
    let inline = json!([
        {"type": "text", "text": "Heard", "style": styled},
        {"type": "link", "url": "https://example.com", "text": "here", "unsafe": false, "style": {"bold": true}},
        {"type": "emoji", "name": "wave", "unicode": "1f44b", "skin_tone": 2},
        {"type": "user", "user_id": "U1", "style": lit},
        {"type": "usergroup", "usergroup_id": "S1", "style": lit},
        {"type": "channel", "channel_id": "C1", "style": lit},
        {"type": "team", "team_id": "T1"},
        {"type": "broadcast", "range": "here"},
        {"type": "date", "timestamp": 1_720_710_212, "format": "{date_num}", "url": "https://example.com", "fallback": "then"},
        {"type": "color", "value": "#ff00aa"},
    ]);
    let rich = json!({"type": "rich_text", "block_id": "r", "elements": [
        {"type": "rich_text_section", "elements": inline},
        {"type": "rich_text_list", "style": "ordered", "indent": 1, "offset": 2, "border": 1,
            "elements": [{"type": "rich_text_section", "elements": []}]},
        {"type": "rich_text_quote", "border": 0, "elements": [{"type": "text", "text": "said"}]},
        {"type": "rich_text_preformatted", "border": 0, "language": "rust", "elements": [{"type": "text", "text": "let x;"}]},
    ]});
    vec![
        ("section", Message, section),
        ("section fields", Message, json!({"type": "section", "fields": [plain("One")]})),
        ("header", Modal, json!({"type": "header", "block_id": "h", "text": plain("Weekly"), "level": 2})),
        ("divider", Home, json!({"type": "divider", "block_id": "d"})),
        ("context", Message, json!({"type": "context", "block_id": "c", "elements": [image(), plain("One"), mrkdwn("Two")]})),
        ("markdown", Message, json!({"type": "markdown", "block_id": "m", "text": "**Bold**"})),
        ("alert", Modal, json!({"type": "alert", "block_id": "a", "text": mrkdwn("Careful"), "level": "warning"})),
        ("rich_text", Message, rich),
        (
            "image",
            Message,
            json!({"type": "image", "block_id": "i", "image_url": "https://example.com/a.png", "alt_text": "A chart",
            "title": plain("Chart")}),
        ),
        ("image by id", Modal, json!({"type": "image", "slack_file": {"id": "F0123456789"}, "alt_text": "A chart"})),
        ("image by url", Home, json!({"type": "image", "slack_file": {"url": "https://files.slack.com/a.png"}, "alt_text": "A chart"})),
        ("file", Message, json!({"type": "file", "block_id": "f", "external_id": "ABCD1", "source": "remote"})),
        (
            "video",
            Message,
            json!({"type": "video", "block_id": "v", "alt_text": "How to", "title": plain("How"),
            "thumbnail_url": "https://example.com/a.png", "video_url": "https://example.com/embed", "title_url": "https://example.com",
            "author_name": "Lee", "provider_name": "Tube", "provider_icon_url": "https://example.com/i.png",
            "description": plain("Why")}),
        ),
    ]
}

fn boxes() -> Vec<Example> {
    let button = json!({"type": "button", "text": plain("Open"), "action_id": "open"});
    let card = json!({"type": "card", "block_id": "card", "hero_image": image(), "icon": image(), "title": mrkdwn("Title"),
        "subtitle": mrkdwn("More"), "body": mrkdwn("Most"), "subtext": plain("Small"), "actions": [button]});
    let container = json!({"type": "container", "block_id": "box", "title": plain("Title"), "rich_text_title": rich(),
        "subtitle": mrkdwn("More"), "width": "wide", "icon": image(), "is_collapsible": true, "default_collapsed": true,
        "has_header_divider": false, "child_blocks": [actions(&button), {"type": "divider"}]});
    let layout = json!({"type": "layout", "block_id": "grid", "label": "Numbers", "is_label_visible": true, "grid_lines": "rows",
        "fallback": [{"type": "divider"}], "rows": [{"items": [
            {"block": actions(&button), "width": "narrow", "horizontal_alignment": "end"}, {"block": {"type": "divider"}}]}]});
    let source = json!({"type": "url", "url": "https://example.com", "text": "Source"});
    let task = json!({"type": "task_card", "block_id": "task", "task_id": "t1", "title": "Reading", "status": "in_progress",
        "details": rich(), "output": rich(), "sources": [source], "icon": {"type": "icon", "name": "book"}, "hide_title": false});
    vec![
        ("card", Message, card.clone()),
        ("card with Slack's icon", Modal, json!({"type": "card", "title": plain("T"), "slack_icon": {"type": "icon", "name": "bot"}})),
        ("carousel", Home, json!({"type": "carousel", "block_id": "car", "elements": [card]})),
        ("container", Message, container),
        ("layout", Modal, layout),
        ("task_card", Message, task),
        (
            "plan",
            Message,
            json!({"type": "plan", "block_id": "p", "title": "Plan", "tasks": [
            {"task_id": "t1", "title": "Reading", "status": "complete", "output": rich()},
            {"type": "task_card", "task_id": "t2", "title": "Writing", "status": "pending"}]}),
        ),
    ]
}

fn data() -> Vec<Example> {
    let cell = |text: &str| json!({"type": "raw_text", "text": text});
    let number = json!({"type": "raw_number", "value": 42.5, "text": "42.5"});
    let pressed = json!({"type": "action_cell", "element": {"type": "button", "text": plain("Open")}, "fallback": cell("Open")});
    let rows = json!([[cell("Name"), cell("Score"), cell("More")], [number, rich(), pressed]]);
    let chart = |kind: &str| {
        json!({"type": "data_visualization", "block_id": "viz", "title": "Voices", "chart": {"type": kind,
            "series": [{"name": "Sales", "data": [{"label": "Mon", "value": 1}, {"label": "Tue", "value": -2.5}]}],
            "axis_config": {"categories": ["Mon", "Tue"], "x_label": "Day", "y_label": "Voices"}}})
    };
    vec![
        (
            "table",
            Message,
            json!({"type": "table", "block_id": "t", "rows": [[cell("A"), number], [rich(), cell("B")]],
            "column_settings": [{"align": "right", "is_wrapped": true}]}),
        ),
        (
            "data_table",
            Message,
            json!({"type": "data_table", "block_id": "dt", "rows": rows, "caption": "Scores", "page_size": 5,
            "row_header_column_index": 1}),
        ),
        ("bar", Message, chart("bar")),
        ("area", Home, chart("area")),
        ("line", Message, chart("line")),
        (
            "pie",
            Message,
            json!({"type": "data_visualization", "title": "Share", "chart": {"type": "pie",
            "segments": [{"label": "Sales", "value": 45}]}}),
        ),
    ]
}

fn buttons() -> Vec<Example> {
    let good = json!({"text": plain("Good"), "value": "1", "accessibility_label": "It was good"});
    let workflow = json!({"trigger": {"url": "https://slack.com/shortcuts/Ft1/abc",
        "customizable_input_parameters": [{"name": "input", "value": "x"}]}});
    vec![
        (
            "button",
            Message,
            actions(&json!({"type": "button", "action_id": "b", "text": plain("Go"), "value": "v",
            "url": "https://example.com", "style": "primary", "confirm": confirm(), "accessibility_label": "Go there",
            "agent_prompt": "Do it", "agent_prompt_display": "Doing it"})),
        ),
        (
            "workflow_button",
            Message,
            actions(&json!({"type": "workflow_button", "action_id": "w", "text": plain("Run"),
            "workflow": workflow, "style": "danger", "confirm": confirm(), "accessibility_label": "Run it"})),
        ),
        (
            "icon_button",
            Message,
            json!({"type": "context_actions", "elements": [{"type": "icon_button", "action_id": "i",
            "icon": "trash", "text": plain("Delete"), "value": "v", "confirm": confirm(), "accessibility_label": "Delete it",
            "visible_to_user_ids": ["U1"]}]}),
        ),
        (
            "feedback_buttons",
            Message,
            json!({"type": "context_actions", "block_id": "fb", "elements": [{"type": "feedback_buttons",
            "action_id": "f", "positive_button": good, "negative_button": good}]}),
        ),
        (
            "overflow",
            Home,
            json!({"type": "section", "text": plain("More"), "accessory": {"type": "overflow", "action_id": "o",
            "confirm": confirm(), "options": [{"text": plain("Docs"), "value": "d", "url": "https://example.com"}, option("b")]}}),
        ),
        (
            "checkboxes",
            Modal,
            input(&json!({"type": "checkboxes", "action_id": "c", "confirm": confirm(), "focus_on_load": true,
            "options": [{"text": mrkdwn("*A*"), "value": "a", "description": mrkdwn("_a_")}, option("b")],
            "initial_options": [option("b")]})),
        ),
        (
            "radio_buttons",
            Message,
            actions(&json!({"type": "radio_buttons", "action_id": "r", "confirm": confirm(),
            "focus_on_load": false, "options": [option("a"), option("b")], "initial_option": option("a")})),
        ),
    ]
}

fn fields() -> Vec<Example> {
    let asked = |name: &'static str, surface: Surface, own: &Value| {
        let common = json!({"type": name, "action_id": "e", "focus_on_load": true});
        (name, surface, input(&joined(&common, own)))
    };
    let dispatch = json!({"trigger_actions_on": ["on_enter_pressed", "on_character_entered"]});
    let typed = |name: &'static str, own: &Value| {
        let common = json!({"dispatch_action_config": dispatch, "placeholder": plain("Say")});
        asked(name, Modal, &joined(&common, own))
    };
    let picked = |name: &'static str, own: &Value| asked(name, Message, &joined(&json!({"confirm": confirm()}), own));
    vec![
        typed("plain_text_input", &json!({"initial_value": "x", "multiline": true, "min_length": 0, "max_length": 10})),
        typed("email_text_input", &json!({"initial_value": "a@example.com"})),
        typed("url_text_input", &json!({"initial_value": "https://example.com"})),
        typed("number_input", &json!({"is_decimal_allowed": true, "initial_value": "7.5", "min_value": "-1", "max_value": "10"})),
        typed("rich_text_input", &json!({"initial_value": rich(), "min_lines": 1, "max_lines": 8})),
        picked("datepicker", &json!({"initial_date": "2026-02-28", "placeholder": plain("Day")})),
        picked("timepicker", &json!({"initial_time": "23:59", "timezone": "Europe/Berlin", "placeholder": plain("Hour")})),
        picked("datetimepicker", &json!({"initial_date_time": 1_628_633_820})),
        ("file_input", Modal, input(&json!({"type": "file_input", "action_id": "f", "filetypes": ["jpg"], "max_files": 5}))),
    ]
}

/// The fields of both.
fn joined(one: &Value, other: &Value) -> Value {
    [one, other].into_iter().filter_map(Value::as_object).flat_map(Clone::clone).collect::<Map<_, _>>().into()
}

fn menus() -> Vec<Example> {
    let menu = |name: &'static str, own: &Value| {
        let kind = name.split(' ').next();
        let common = json!({"type": kind, "action_id": "m", "confirm": confirm(), "focus_on_load": true, "placeholder": plain("Pick")});
        (name, Message, json!({"type": "section", "text": plain("Pick"), "accessory": joined(&common, own)}))
    };
    let several = |name: &'static str, own: &Value| menu(name, &joined(&json!({"max_selected_items": 2}), own));
    let options = json!([option("a"), option("b")]);
    let groups = json!([{"label": plain("Group"), "options": options}]);
    let filter = json!({"include": ["im", "mpim", "private", "public"], "exclude_external_shared_channels": true,
        "exclude_bot_users": true});
    let filtered = json!({"default_to_current_conversation": true, "filter": filter});
    vec![
        menu("static_select", &json!({"options": options, "initial_option": option("b")})),
        menu("static_select grouped", &json!({"option_groups": groups, "initial_option": option("b")})),
        several("multi_static_select", &json!({"options": options, "initial_options": [option("a")]})),
        several("multi_static_select grouped", &json!({"option_groups": groups, "initial_options": [option("a"), option("b")]})),
        menu("external_select", &json!({"initial_option": option("z"), "min_query_length": 0})),
        several("multi_external_select", &json!({"initial_options": [option("z")], "min_query_length": 3})),
        menu("users_select", &json!({"initial_user": "U1"})),
        several("multi_users_select", &json!({"initial_users": ["U1"]})),
        menu("conversations_select", &joined(&filtered, &json!({"initial_conversation": "C1", "response_url_enabled": true}))),
        several("multi_conversations_select", &joined(&filtered, &json!({"initial_conversations": ["C1"]}))),
        menu("channels_select", &json!({"initial_channel": "C1", "response_url_enabled": true})),
        several("multi_channels_select", &json!({"initial_channels": ["C1"]})),
    ]
}

#[test]
fn every_example_is_valid() {
    for (name, surface, block) in ALL.iter() {
        assert_eq!(faults(*surface, block), Vec::<String>::new(), "{name}");
    }
}

#[test]
fn every_element_stands_in_each_block_that_takes_it() {
    let elements: Vec<Value> = [buttons(), fields(), menus()]
        .concat()
        .iter()
        .filter_map(|(_, _, block)| ["/element", "/accessory", "/elements/0"].iter().find_map(|at| block.pointer(at)).cloned())
        .collect();
    let kinds = |wrap: fn(&Value) -> Value| -> Vec<String> {
        let kind = |element: &Value| element["type"].as_str().unwrap().to_owned();
        let mut taken: Vec<String> = elements.iter().filter(|element| faults(Message, &wrap(element)).is_empty()).map(kind).collect();
        taken.dedup();
        taken
    };
    let choosers = "static_select multi_static_select external_select multi_external_select users_select multi_users_select \
        conversations_select multi_conversations_select channels_select multi_channels_select";
    let listed = |own: &str| -> Vec<String> { format!("{own} {choosers}").split_whitespace().map(str::to_owned).collect() };
    let beside = "button workflow_button overflow checkboxes radio_buttons datepicker timepicker";
    assert_eq!(kinds(|accessory| json!({"type": "section", "text": plain("x"), "accessory": accessory})), listed(beside));
    let acted = "button workflow_button overflow checkboxes radio_buttons rich_text_input datepicker timepicker datetimepicker";
    assert_eq!(kinds(actions), listed(acted));
    let filled = "checkboxes radio_buttons plain_text_input email_text_input url_text_input number_input rich_text_input datepicker \
        timepicker datetimepicker file_input";
    assert_eq!(kinds(input), listed(filled));
}

#[test]
fn blocks_stand_where_slack_shows_them() {
    let on = |surface| -> Vec<&str> {
        let shown = |name: &&str| faults(surface, &example(name).1).is_empty();
        let kinds = "section header divider context markdown alert rich_text image file video card carousel container layout \
            task_card plan table data_table bar button icon_button datepicker";
        kinds.split_whitespace().filter(shown).collect()
    };
    assert_eq!(
        on(Message).join(" "),
        "section header divider context markdown rich_text image file video card carousel container layout \
        task_card plan table data_table bar button icon_button datepicker"
    );
    assert_eq!(on(Modal).join(" "), "section header divider context alert rich_text image video card layout button datepicker");
    assert_eq!(
        on(Home).join(" "),
        "section header divider context rich_text image video card carousel container layout table \
        data_table bar button datepicker"
    );
}
