//! Each rule that is no limit, broken once.
use super::examples::{example, mrkdwn, plain};
use super::{Surface, check_blocks, faults, told, with, without};
use serde_json::{Value, json};

/// The only fault of an example with something else at a pointer.
fn check(name: &str, pointer: &str, new: Value, sentence: &str, at: &str) {
    let (surface, block) = example(name);
    assert_eq!(faults(surface, &with(block, pointer, new)), [told(sentence, at)], "{name} {pointer}");
}

/// The only fault of an example without a field.
fn check_without(name: &str, pointer: &str, sentence: &str, at: &str) {
    let (surface, block) = example(name);
    assert_eq!(faults(surface, &without(block, pointer)), [told(sentence, at)], "{name} {pointer}");
}

/// Examples and their required fields.
const NEEDED: &[&str] = &[
    "header /text",
    "header /text/text",
    "header /text/type",
    "context /elements",
    "markdown /text",
    "alert /text",
    "image /alt_text",
    "file /external_id",
    "file /source",
    "video /alt_text",
    "video /title",
    "video /thumbnail_url",
    "video /video_url",
    "rich_text /elements",
    "rich_text /elements/0/elements",
    "rich_text /elements/1/style",
    "rich_text /elements/1/elements",
    "rich_text /elements/0/elements/0/text",
    "rich_text /elements/0/elements/1/url",
    "rich_text /elements/0/elements/2/name",
    "rich_text /elements/0/elements/3/user_id",
    "rich_text /elements/0/elements/4/usergroup_id",
    "rich_text /elements/0/elements/5/channel_id",
    "rich_text /elements/0/elements/6/team_id",
    "rich_text /elements/0/elements/7/range",
    "rich_text /elements/0/elements/8/timestamp",
    "rich_text /elements/0/elements/8/format",
    "rich_text /elements/0/elements/9/value",
    "carousel /elements",
    "container /child_blocks",
    "layout /label",
    "layout /rows",
    "layout /rows/0/items",
    "layout /rows/0/items/0/block",
    "task_card /task_id",
    "task_card /title",
    "task_card /status",
    "task_card /sources/0/url",
    "task_card /sources/0/text",
    "task_card /icon/name",
    "plan /title",
    "plan /tasks/0/task_id",
    "plan /tasks/0/status",
    "table /rows",
    "table /rows/0/0/text",
    "table /rows/0/1/value",
    "data_table /rows",
    "data_table /caption",
    "data_table /rows/1/2/element",
    "bar /title",
    "bar /chart",
    "bar /chart/type",
    "bar /chart/axis_config/categories",
    "bar /chart/series/0/name",
    "bar /chart/series/0/data/0/value",
    "pie /chart/segments",
    "pie /chart/segments/0/label",
    "pie /chart/segments/0/value",
    "button /elements",
    "button /elements/0/text",
    "button /elements/0/confirm/text",
    "workflow_button /elements/0/text",
    "workflow_button /elements/0/workflow",
    "workflow_button /elements/0/workflow/trigger",
    "workflow_button /elements/0/workflow/trigger/url",
    "workflow_button /elements/0/workflow/trigger/customizable_input_parameters/0/value",
    "icon_button /elements/0/icon",
    "icon_button /elements/0/text",
    "feedback_buttons /elements/0/positive_button",
    "feedback_buttons /elements/0/negative_button",
    "feedback_buttons /elements/0/positive_button/value",
    "overflow /accessory/options",
    "overflow /accessory/options/0/value",
    "checkboxes /label",
    "checkboxes /element",
    "checkboxes /element/options/0/text",
    "static_select grouped /accessory/option_groups/0/label",
    "number_input /element/is_decimal_allowed",
];

#[test]
fn required_fields_are_missed() {
    for entry in NEEDED {
        let (name, pointer) = entry.split_once(" /").map(|(name, rest)| (name, format!("/{rest}"))).unwrap();
        let (parent, field) = pointer.rsplit_once('/').unwrap();
        let (surface, block) = example(name);
        let told_of = faults(surface, &without(block, &pointer));
        assert!(told_of.contains(&told(&format!("missing required field: {field}"), parent)), "{entry}: {told_of:?}");
    }
}

#[test]
fn one_of_several_fields_is_needed() {
    let (_, section) = example("section");
    let bare = without(without(section, "/text"), "/fields");
    assert_eq!(faults(Surface::Message, &bare), [told("must define either `text` or `fields`", "")]);
    check_without("image", "/image_url", "must define either `image_url` or `slack_file`", "");
    check_without("image by id", "/slack_file/id", "must define either `id` or `url`", "/slack_file");
    check_without("static_select grouped", "/accessory/option_groups", "must define either `options` or `option_groups`", "/accessory");
}

#[test]
fn some_fields_exclude_each_other() {
    let both = "must define only one of";
    let file = json!({"id": "F0123456789"});
    check("image", "/slack_file", file.clone(), &format!("{both} `image_url` or `slack_file`"), "");
    check("section", "/accessory/slack_file", file, &format!("{both} `image_url` or `slack_file`"), "/accessory");
    check("image by id", "/slack_file/url", json!("https://example.com"), &format!("{both} `id` or `url`"), "/slack_file");
    check("card", "/slack_icon", json!({"type": "icon", "name": "bot"}), &format!("{both} `icon` or `slack_icon`"), "");
    let groups = json!([{"label": plain("Group"), "options": [{"text": plain("a"), "value": "a"}]}]);
    check("static_select", "/accessory/option_groups", groups, &format!("{both} `options` or `option_groups`"), "/accessory");
}

#[test]
fn types_are_known_and_in_their_place() {
    let unknown = |name: &str, pointer: &str, kind: &str| {
        let at = format!("{pointer}/type");
        check(name, &at, json!(kind), &format!("unsupported type: {kind}"), &at);
    };
    unknown("section", "", "sectoin");
    unknown("header", "/text", "mrkdwn");
    unknown("section", "/text", "markdown");
    unknown("section", "/accessory", "plain_text_input");
    unknown("context", "/elements/0", "button");
    unknown("button", "/elements/0", "plain_text_input");
    unknown("checkboxes", "/element", "button");
    unknown("icon_button", "/elements/0", "button");
    unknown("card", "/actions/0", "overflow");
    unknown("carousel", "/elements/0", "section");
    unknown("container", "/child_blocks/1", "card");
    unknown("layout", "/rows/0/items/1/block", "layout");
    unknown("layout", "/fallback/0", "actions");
    unknown("rich_text", "/elements/0", "section");
    unknown("rich_text", "/elements/0/elements/0", "mention");
    unknown("table", "/rows/0/0", "action_cell");
    unknown("bar", "/chart", "scatter");
    unknown("static_select", "/accessory/options/0/text", "mrkdwn");
    check("section", "/type", json!(7), "must provide a string", "/type");
}

#[test]
fn values_have_their_kind() {
    assert_eq!(faults(Surface::Message, &Value::Null), [told("must provide an object", "")]);
    check("section", "/text", json!("Hello"), "must provide an object", "/text");
    check("section", "/accessory", Value::Null, "must provide an object", "/accessory");
    check("section", "/fields", Value::Null, "must provide an array", "/fields");
    check("section", "/block_id", Value::Null, "must provide a string", "/block_id");
    check("section", "/expand", json!("true"), "must provide a boolean", "/expand");
    check("table", "/rows/0/1/value", json!("42"), "must provide a number", "/rows/0/1/value");
    check("header", "/level", json!(1.5), "must provide an integer", "/level");
    for (name, pointer) in [
        ("alert", "/level"),
        ("file", "/source"),
        ("container", "/width"),
        ("layout", "/grid_lines"),
        ("layout", "/rows/0/items/0/width"),
        ("layout", "/rows/0/items/0/horizontal_alignment"),
        ("task_card", "/status"),
        ("table", "/column_settings/0/align"),
        ("rich_text", "/elements/1/style"),
        ("rich_text", "/elements/0/elements/7/range"),
        ("button", "/elements/0/style"),
        ("button", "/elements/0/confirm/style"),
        ("icon_button", "/elements/0/icon"),
        ("conversations_select", "/accessory/filter/include/0"),
        ("plain_text_input", "/element/dispatch_action_config/trigger_actions_on/0"),
        ("plan", "/tasks/1/type"),
    ] {
        check(name, pointer, json!("other"), "must be a valid enum value", pointer);
    }
}

#[test]
fn strings_have_their_form() {
    for (name, pointer) in [
        ("section", "/accessory/image_url"),
        ("button", "/elements/0/url"),
        ("overflow", "/accessory/options/0/url"),
        ("task_card", "/sources/0/url"),
    ] {
        check(name, pointer, json!("example.com/a b"), "invalid url", pointer);
        check(name, pointer, json!(format!("https://{}", "x".repeat(2993))), "invalid url", pointer);
        let (surface, block) = example(name);
        assert_eq!(faults(surface, &with(block, pointer, json!(format!("https://{}", "x".repeat(2992))))), [""; 0], "{name}");
    }
    check("video", "/video_url", json!("http://example.com"), "invalid url", "/video_url");
    let long = |length| faults(Surface::Message, &with(example("video").1, "/video_url", json!(format!("https://{}", "x".repeat(length)))));
    assert_eq!(long(2992), [""; 0]);
    assert_eq!(long(2993), [told("invalid url", "/video_url")]);
    for color in ["#abc", "#ABCDEF"] {
        let (surface, block) = example("rich_text");
        assert_eq!(faults(surface, &with(block, "/elements/0/elements/9/value", json!(color))), [""; 0], "{color}");
    }
    check("datepicker", "/element/initial_date", json!("2026-02-30"), "must be a date as YYYY-MM-DD", "/element/initial_date");
    check("datepicker", "/element/initial_date", json!("20260228"), "must be a date as YYYY-MM-DD", "/element/initial_date");
    check("timepicker", "/element/initial_time", json!("24:00"), "must be a time as HH:mm", "/element/initial_time");
    check("timepicker", "/element/initial_time", json!("9:30"), "must be a time as HH:mm", "/element/initial_time");
    check("timepicker", "/element/timezone", json!("Mars/North"), "must be a valid timezone", "/element/timezone");
    check("number_input", "/element/initial_value", json!("many"), "must be a number in a string", "/element/initial_value");
    check("rich_text", "/elements/0/elements/9/value", json!("red"), "must be a hex color", "/elements/0/elements/9/value");
}

#[test]
fn fields_are_known() {
    for (name, at) in [
        ("section", ""),
        ("section", "/text"),
        ("section", "/accessory"),
        ("button", "/elements/0"),
        ("button", "/elements/0/confirm"),
        ("static_select", "/accessory/options/0"),
        ("rich_text", "/elements/0"),
        ("rich_text", "/elements/0/elements/0/style"),
        ("data_table", ""),
        ("bar", "/chart"),
        ("layout", "/rows/0"),
        ("divider", ""),
    ] {
        check(name, &format!("{at}/colour"), json!("red"), "invalid additional property: colour", at);
    }
    check("section", "/text/emoji", json!(true), "invalid additional property: emoji", "/text");
    check("header", "/text/verbatim", json!(true), "invalid additional property: verbatim", "/text");
    check(
        "static_select",
        "/accessory/options/0/url",
        json!("https://example.com"),
        "invalid additional property: url",
        "/accessory/options/0",
    );
    check(
        "rich_text",
        "/elements/0/elements/0/style/unlink",
        json!(true),
        "invalid additional property: unlink",
        "/elements/0/elements/0/style",
    );
}

#[test]
fn ids_are_used_once() {
    let divider = |id: &str| json!({"type": "divider", "block_id": id});
    let told = |blocks: Value| check_blocks(&blocks, Surface::Message);
    assert_eq!(told(json!([divider("a"), divider("b")])), [""; 0]);
    assert_eq!(told(json!([divider("a"), divider("a")])), ["[ERROR] `block_id` \"a\" already exists [json-pointer:/blocks/1/block_id]"]);
    let inside = json!({"type": "container", "title": plain("T"), "child_blocks": [divider("a")]});
    assert_eq!(
        told(json!([divider("a"), inside])),
        ["[ERROR] `block_id` \"a\" already exists [json-pointer:/blocks/1/child_blocks/0/block_id]"]
    );

    let button = |id: &str| json!({"type": "button", "text": plain("Go"), "action_id": id});
    let row = |first: &str, second: &str| json!({"type": "actions", "elements": [button(first), button(second)]});
    assert_eq!(told(json!([row("a", "b"), row("a", "b")])), [""; 0]);
    assert_eq!(told(json!([row("a", "a")])), ["[ERROR] `action_id` \"a\" already exists [json-pointer:/blocks/0/elements/1/action_id]"]);
    // The rich text in it is a block of its own, and the row goes on after it.
    let filled = json!({"type": "rich_text_input", "action_id": "a", "initial_value": {"type": "rich_text", "elements": []}});
    assert_eq!(
        told(json!([{"type": "actions", "elements": [filled, button("a")]}])),
        ["[ERROR] `action_id` \"a\" already exists [json-pointer:/blocks/0/elements/1/action_id]"]
    );
    let card = json!({"type": "card", "title": plain("T"), "actions": [button("a")]});
    assert_eq!(told(json!([{"type": "carousel", "elements": [card, card]}])), [""; 0]);
}

#[test]
fn what_is_chosen_at_first_is_among_the_options() {
    let other = || json!({"text": plain("c"), "value": "c"});
    let sentence = "must match one of the options";
    check("static_select", "/accessory/initial_option", other(), sentence, "/accessory/initial_option");
    check("static_select grouped", "/accessory/initial_option", other(), sentence, "/accessory/initial_option");
    check("static_select", "/accessory/initial_option/value", json!("a"), sentence, "/accessory/initial_option");
    check("static_select", "/accessory/initial_option/text/text", json!("a"), sentence, "/accessory/initial_option");
    check("multi_static_select", "/accessory/initial_options/0", other(), sentence, "/accessory/initial_options/0");
    check("checkboxes", "/element/initial_options/0", other(), sentence, "/element/initial_options/0");
    check("radio_buttons", "/elements/0/initial_option", other(), sentence, "/elements/0/initial_option");
}

#[test]
fn numbers_are_in_order() {
    check("plain_text_input", "/element/min_length", json!(11), "must not be more than `max_length`", "/element/min_length");
    let (surface, block) = example("plain_text_input");
    let least = |number: i64| faults(surface, &with(without(block.clone(), "/element/max_length"), "/element/min_length", json!(number)));
    assert_eq!(least(3000), [""; 0]);
    assert_eq!(least(3001), [told("must be less than 3001", "/element/min_length")]);
    check("number_input", "/element/min_value", json!("10.5"), "must not be more than `max_value`", "/element/min_value");
    check("pie", "/chart/segments/0/value", json!(0), "must be more than 0", "/chart/segments/0/value");
}

#[test]
fn rows_of_a_data_table_are_even_and_its_header_is_plain() {
    let (surface, block) = example("data_table");
    let cell = json!({"type": "raw_text", "text": "x"});
    let ragged = with(block, "/rows/1", json!([cell]));
    assert_eq!(faults(surface, &ragged), [told("all rows must have the same number of cells", "/rows/1")]);
    check("data_table", "/row_header_column_index", json!(3), "must be the index of a column", "/row_header_column_index");
    let rich = json!({"type": "rich_text", "elements": []});
    check("data_table", "/rows/0/1", rich, "unsupported type: rich_text", "/rows/0/1/type");
}

#[test]
fn a_chart_has_a_point_for_each_category() {
    let points = "must have one point for each category";
    check("bar", "/chart/series/0/data/1/label", json!("Mon"), points, "/chart/series/0/data");
    check("area", "/chart/axis_config/categories", json!(["Mon", "Tue", "Wed"]), points, "/chart/series/0/data");
    let point = json!([{"label": "Mon", "value": 1}, {"label": "Tue", "value": 1}, {"label": "Wed", "value": 1}]);
    check("line", "/chart/series/0/data", point, points, "/chart/series/0/data");
    let (surface, block) = example("bar");
    let series = block.pointer("/chart/series/0").cloned().unwrap();
    let twice = with(block, "/chart/series", json!([series, series]));
    assert_eq!(faults(surface, &twice), [told("must be unique", "/chart/series/1/name")]);
    let (surface, block) = example("bar");
    let again = with(block, "/chart/axis_config/categories", json!(["Mon", "Mon", "Tue"]));
    assert!(faults(surface, &again).contains(&told("must be unique", "/chart/axis_config/categories")));
}

#[test]
fn containers_and_layouts_hold_together() {
    let (surface, block) = example("container");
    let untitled = without(without(block, "/title"), "/rich_text_title");
    assert_eq!(faults(surface, &untitled), [told("must define either `title` or `rich_text_title`", "")]);
    let sentence = "must define `is_collapsible` to use `default_collapsed`";
    check("container", "/is_collapsible", json!(false), sentence, "/default_collapsed");
    let (_, inner) = example("container");
    let layout = |block: Value| json!({"type": "layout", "label": "L", "rows": [{"items": [{"block": block}]}]});
    let container = |child: Value| json!({"type": "container", "title": plain("T"), "child_blocks": [child]});
    let divider = || json!({"type": "divider"});
    assert_eq!(faults(surface, &layout(without(inner, "/block_id"))), [""; 0]);
    assert_eq!(faults(surface, &container(layout(divider()))), [""; 0]);
    let empty = json!({"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [
        {"type": "text", "text": "x", "style": {}}]}, {"type": "rich_text_section", "elements": []}]});
    assert_eq!(faults(surface, &layout(container(empty))), [""; 0]);
    let deep = "no more than 2 levels of nested blocks allowed";
    assert_eq!(faults(surface, &layout(container(layout(divider())))), [told(deep, "")]);
    assert_eq!(faults(surface, &container(layout(container(divider())))), [told(deep, "")]);
    check_without(
        "button",
        "/elements/0/agent_prompt",
        "must define `agent_prompt` to use `agent_prompt_display`",
        "/elements/0/agent_prompt_display",
    );
    check("plan", "/tasks/1/task_id", json!("t1"), "`task_id` \"t1\" already exists", "/tasks/1/task_id");
    let (surface, card) = example("card");
    let empty = ["/hero_image", "/title", "/body", "/actions"].into_iter().fold(card, without);
    assert_eq!(faults(surface, &empty), [told("must define either `hero_image` or `title` or `actions` or `body`", "")]);
}

#[test]
fn every_fault_of_a_message_is_told() {
    let blocks = json!([
        {"type": "header", "text": plain(&"x".repeat(151))},
        {"type": "section", "text": mrkdwn(""), "color": 1},
        {"type": "nothing"},
        {},
    ]);
    let expected = [
        "[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]",
        "[ERROR] must be more than 0 characters [json-pointer:/blocks/1/text/text]",
        "[ERROR] invalid additional property: color [json-pointer:/blocks/1]",
        "[ERROR] unsupported type: nothing [json-pointer:/blocks/2/type]",
        "[ERROR] missing required field: type [json-pointer:/blocks/3]",
    ];
    assert_eq!(check_blocks(&blocks, Surface::Message), expected);
}
