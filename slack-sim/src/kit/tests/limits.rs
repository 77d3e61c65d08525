//! Each limit at both edges: exactly at it passes, one beyond fails.
use super::examples::example;
use super::{Surface, check_blocks, faults, told, with, without};
use serde_json::{Value, json};

/// Characters of a string, from and to.
const CHARS: &[(&str, &str, usize, usize)] = &[
    ("section", "/block_id", 1, 255),
    ("section", "/text/text", 1, 3000),
    ("section", "/fields/1/text", 1, 2000),
    ("section", "/accessory/alt_text", 1, 2000),
    ("header", "/text/text", 1, 150),
    ("context", "/elements/1/text", 1, 3000),
    ("context", "/elements/2/text", 1, 3000),
    ("markdown", "/text", 1, 12_000),
    ("alert", "/text/text", 1, 200),
    ("image", "/alt_text", 1, 2000),
    ("image", "/title/text", 1, 2000),
    ("file", "/external_id", 1, 255),
    ("video", "/alt_text", 1, 2000),
    ("video", "/title/text", 1, 199),
    ("video", "/author_name", 0, 49),
    ("video", "/provider_name", 0, 49),
    ("video", "/description/text", 1, 200),
    ("image by id", "/slack_file/id", 1, usize::MAX),
    ("rich_text", "/elements/0/elements/0/text", 1, usize::MAX),
    ("rich_text", "/elements/0/elements/1/url", 1, usize::MAX),
    ("rich_text", "/elements/0/elements/2/name", 1, usize::MAX),
    ("rich_text", "/elements/0/elements/3/user_id", 1, usize::MAX),
    ("rich_text", "/elements/0/elements/4/usergroup_id", 1, usize::MAX),
    ("rich_text", "/elements/0/elements/5/channel_id", 1, usize::MAX),
    ("rich_text", "/elements/0/elements/6/team_id", 1, usize::MAX),
    ("rich_text", "/elements/0/elements/8/format", 1, usize::MAX),
    ("task_card", "/task_id", 1, usize::MAX),
    ("task_card", "/icon/name", 1, usize::MAX),
    ("plan", "/tasks/0/block_id", 1, 255),
    ("card", "/title/text", 1, 150),
    ("card", "/subtitle/text", 1, 150),
    ("card", "/body/text", 1, 200),
    ("card", "/subtext/text", 1, 200),
    ("container", "/title/text", 1, 150),
    ("container", "/subtitle/text", 1, 150),
    ("layout", "/label", 1, 150),
    ("table", "/rows/0/0/text", 1, usize::MAX),
    ("table", "/rows/0/1/text", 1, usize::MAX),
    ("bar", "/title", 1, 50),
    ("bar", "/chart/series/0/name", 1, 20),
    ("bar", "/chart/series/0/data/0/label", 1, 20),
    ("bar", "/chart/axis_config/categories/0", 1, 20),
    ("bar", "/chart/axis_config/x_label", 1, 50),
    ("bar", "/chart/axis_config/y_label", 1, 50),
    ("pie", "/chart/segments/0/label", 1, 20),
    ("button", "/elements/0/action_id", 1, 255),
    ("button", "/elements/0/text/text", 1, 75),
    ("button", "/elements/0/value", 0, 2000),
    ("button", "/elements/0/accessibility_label", 1, 75),
    ("button", "/elements/0/agent_prompt", 1, 4000),
    ("button", "/elements/0/confirm/title/text", 1, 100),
    ("button", "/elements/0/confirm/text/text", 1, 300),
    ("button", "/elements/0/confirm/confirm/text", 1, 30),
    ("button", "/elements/0/confirm/deny/text", 1, 30),
    ("workflow_button", "/elements/0/text/text", 1, 75),
    ("icon_button", "/elements/0/text/text", 1, 75),
    ("icon_button", "/elements/0/value", 0, 2000),
    ("feedback_buttons", "/elements/0/positive_button/text/text", 1, 75),
    ("feedback_buttons", "/elements/0/negative_button/value", 1, 2000),
    ("feedback_buttons", "/elements/0/negative_button/accessibility_label", 1, 75),
    ("overflow", "/accessory/options/0/text/text", 1, 75),
    ("overflow", "/accessory/options/0/value", 1, 150),
    ("overflow", "/accessory/options/1/description/text", 1, 75),
    ("checkboxes", "/element/options/0/text/text", 1, 75),
    ("checkboxes", "/element/options/0/value", 1, 150),
    ("checkboxes", "/element/options/0/description/text", 1, 75),
    ("checkboxes", "/label/text", 1, 2000),
    ("checkboxes", "/hint/text", 1, 2000),
    ("static_select", "/accessory/options/0/text/text", 1, 75),
    ("static_select", "/accessory/options/0/value", 1, 150),
    ("static_select", "/accessory/options/0/description/text", 1, 75),
    ("static_select", "/accessory/placeholder/text", 1, 150),
    ("static_select grouped", "/accessory/option_groups/0/label/text", 1, 75),
    ("plain_text_input", "/element/initial_value", 0, 3000),
    ("plain_text_input", "/element/placeholder/text", 1, 150),
    ("timepicker", "/element/placeholder/text", 1, 150),
];

/// Items of a list, from and to.
const ITEMS: &[(&str, &str, usize, usize)] = &[
    ("section", "/fields", 1, 10),
    ("context", "/elements", 1, 10),
    ("button", "/elements", 1, 25),
    ("icon_button", "/elements", 1, 5),
    ("icon_button", "/elements/0/visible_to_user_ids", 0, 10),
    ("card", "/actions", 1, 3),
    ("carousel", "/elements", 1, 10),
    ("container", "/child_blocks", 1, 10),
    ("layout", "/rows", 1, 5),
    ("layout", "/rows/0/items", 1, 3),
    ("layout", "/fallback", 0, usize::MAX),
    ("rich_text", "/elements", 0, usize::MAX),
    ("rich_text", "/elements/0/elements", 0, usize::MAX),
    ("rich_text", "/elements/1/elements", 0, usize::MAX),
    ("task_card", "/sources", 0, usize::MAX),
    ("plan", "/tasks", 0, 50),
    ("table", "/rows", 1, 100),
    ("table", "/rows/0", 1, 20),
    ("table", "/column_settings", 0, 20),
    ("data_table", "/rows", 2, 101),
    ("data_table", "/rows/0", 1, 20),
    ("pie", "/chart/segments", 1, 6),
    ("bar", "/chart/series", 1, 6),
    ("line", "/chart/series/0/data", 1, 20),
    ("area", "/chart/axis_config/categories", 1, 20),
    ("overflow", "/accessory/options", 1, 5),
    ("workflow_button", "/elements/0/workflow/trigger/customizable_input_parameters", 0, usize::MAX),
    ("file_input", "/element/filetypes", 0, usize::MAX),
    ("checkboxes", "/element/options", 1, 10),
    ("checkboxes", "/element/initial_options", 1, 10),
    ("radio_buttons", "/elements/0/options", 1, 10),
    ("static_select", "/accessory/options", 1, 100),
    ("multi_static_select", "/accessory/options", 1, 100),
    ("multi_external_select", "/accessory/initial_options", 1, 100),
    ("multi_users_select", "/accessory/initial_users", 0, usize::MAX),
    ("static_select grouped", "/accessory/option_groups", 1, 100),
    ("static_select grouped", "/accessory/option_groups/0/options", 1, 100),
    ("conversations_select", "/accessory/filter/include", 1, 4),
    ("plain_text_input", "/element/dispatch_action_config/trigger_actions_on", 1, 2),
];

/// Whole numbers, from and to.
const WHOLE: &[(&str, &str, i64, i64)] = &[
    ("header", "/level", 1, 4),
    ("rich_text", "/elements/1/indent", 0, 8),
    ("rich_text", "/elements/1/offset", 0, i64::MAX),
    ("rich_text", "/elements/1/border", 0, 1),
    ("rich_text", "/elements/2/border", 0, 1),
    ("rich_text", "/elements/3/border", 0, 1),
    ("rich_text", "/elements/0/elements/2/skin_tone", 1, 6),
    ("rich_text", "/elements/0/elements/8/timestamp", 0, i64::MAX),
    ("data_table", "/page_size", 1, 100),
    ("data_table", "/row_header_column_index", 0, 2),
    ("multi_static_select", "/accessory/max_selected_items", 1, i64::MAX),
    ("external_select", "/accessory/min_query_length", 0, i64::MAX),
    ("plain_text_input", "/element/min_length", 0, 10),
    ("plain_text_input", "/element/max_length", 1, 3000),
    ("rich_text_input", "/element/min_lines", 1, 100),
    ("rich_text_input", "/element/max_lines", 1, 100),
    ("datetimepicker", "/element/initial_date_time", 1_000_000_000, 9_999_999_999),
    ("file_input", "/element/max_files", 1, 10),
];

#[test]
fn a_text_has_so_many_characters() {
    for &(name, pointer, least, most) in CHARS {
        let told_of = |length: usize, sentence: String| {
            let (surface, block) = example(name);
            // Two bytes each: characters count, not bytes.
            faults(surface, &with(block, pointer, json!("é".repeat(length)))).contains(&told(&sentence, pointer))
        };
        let short = format!("must be more than {} characters", least.saturating_sub(1));
        assert!(!told_of(least, short.clone()), "{name} {pointer} {least}");
        assert!(least == 0 || told_of(least - 1, short), "{name} {pointer} {least}");
        if most < usize::MAX {
            let long = format!("must be less than {} characters", most + 1);
            assert!(!told_of(most, long.clone()) && told_of(most + 1, long), "{name} {pointer} {most}");
        }
    }
}

#[test]
fn a_list_has_so_many_items() {
    for &(name, pointer, least, most) in ITEMS {
        let told_of = |length: usize| -> Vec<String> {
            let (surface, block) = example(name);
            let item = block.pointer(pointer).and_then(|list| list.get(0)).cloned().expect("an item");
            let many = with(block, pointer, Value::Array(vec![item; length]));
            faults(surface, &many).into_iter().filter(|fault| fault.ends_with(&told("", pointer)[8..]) && fault.contains("items")).collect()
        };
        assert_eq!(told_of(least), [""; 0], "{name} {pointer} {least}");
        if least > 0 {
            assert_eq!(told_of(least - 1), [told(&format!("must provide at least {least} items"), pointer)], "{name}");
        }
        if most < usize::MAX {
            assert_eq!(told_of(most), [""; 0], "{name} {pointer} {most}");
            assert_eq!(told_of(most + 1), [told(&format!("no more than {most} items allowed"), pointer)], "{name}");
        }
    }
}

#[test]
fn a_number_lies_between() {
    for &(name, pointer, least, most) in WHOLE {
        let wrong_at = |number: i64| {
            let (surface, block) = example(name);
            faults(surface, &with(block, pointer, json!(number))).iter().any(|fault| fault.contains(&told("", pointer)[9..]))
        };
        assert!(!wrong_at(least) && wrong_at(least - 1), "{name} {pointer} {least}");
        assert!(!wrong_at(most) && (most == i64::MAX || wrong_at(most + 1)), "{name} {pointer} {most}");
    }
}

#[test]
fn a_surface_has_so_many_blocks() {
    let many = |surface, count: usize| check_blocks(&Value::Array(vec![json!({"type": "divider"}); count]), surface);
    assert_eq!(many(Surface::Message, 0), [""; 0]);
    assert_eq!(many(Surface::Message, 50), [""; 0]);
    assert_eq!(many(Surface::Message, 51), ["[ERROR] no more than 50 items allowed [json-pointer:/blocks]"]);
    assert_eq!(many(Surface::Home, 100), [""; 0]);
    assert_eq!(many(Surface::Modal, 101), ["[ERROR] no more than 100 items allowed [json-pointer:/blocks]"]);
    assert_eq!(check_blocks(&json!({}), Surface::Message), ["[ERROR] must provide an array [json-pointer:/blocks]"]);
}

#[test]
fn a_message_has_so_much_of_a_kind() {
    let of = |name: &str, count: usize| {
        let (surface, block) = example(name);
        check_blocks(&Value::Array(vec![without(block, "/block_id"); count]), surface)
    };
    assert_eq!(of("table", 1), [""; 0]);
    assert_eq!(of("table", 2), ["[ERROR] only one table block allowed [json-pointer:/blocks/1]"]);
    assert_eq!(of("bar", 2), [""; 0]);
    assert_eq!(of("bar", 3), ["[ERROR] no more than 2 data_visualization blocks allowed [json-pointer:/blocks/2]"]);

    let markdown = |second: usize| {
        let text = |length| json!({"type": "markdown", "text": "x".repeat(length)});
        check_blocks(&json!([text(6000), text(second)]), Surface::Message)
    };
    assert_eq!(markdown(6000), [""; 0]);
    assert_eq!(markdown(6001), ["[ERROR] must be less than 12001 characters in all markdown blocks [json-pointer:/blocks/1/text]"]);

    let cells = |length: usize| {
        let rows = json!([[{"type": "raw_text", "text": "A"}], [{"type": "raw_text", "text": "x".repeat(length)}]]);
        faults(Surface::Message, &json!({"type": "data_table", "caption": "", "rows": rows}))
    };
    assert_eq!(cells(19_999), [""; 0]);
    assert_eq!(cells(20_000), [told("must be less than 20001 characters in all cells", "/rows")]);
}

#[test]
fn no_more_than_twenty_faults_are_told() {
    let blocks = vec![json!({"type": "nothing"}); 30];
    assert_eq!(check_blocks(&Value::Array(blocks), Surface::Message).len(), 20);
}
