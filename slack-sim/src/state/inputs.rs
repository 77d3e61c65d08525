//! What people put into the elements of a message or a view: from the simple values of the control API (an option's value, a
//! text, an id or name, a date) to the fields that Slack sends, checked as Slack's client checks them.
//! Source: <https://docs.slack.dev/reference/block-kit/block-elements>.
use crate::fields::text;
use crate::kit;
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;

/// What an input looks names up in.
pub(crate) trait Known {
    /// A person's id, by name or id.
    fn person_id(&self, name: &str) -> Option<String>;
    /// A channel's id, by name or id.
    fn channel_id(&self, name: &str) -> Option<String>;
    /// An option that the app suggested for this element, by its value.
    fn suggested(&self, block_id: &str, action_id: &str, value: &str) -> Option<Value>;
}

/// An element that takes something, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Element<'a> {
    pub(crate) block_id: &'a str,
    pub(crate) action_id: &'a str,
    pub(crate) shape: &'a Value,
    /// The input block around it, where there is one.
    pub(crate) input: Option<&'a Value>,
}

/// By block and action: the simple value of an input.
pub(crate) type Typed = BTreeMap<String, BTreeMap<String, Value>>;

/// Every element that people act on, in order, wherever it stands.
pub(crate) fn elements(blocks: &Value) -> Vec<Element<'_>> {
    let inputs: BTreeMap<&str, &Value> = blocks
        .as_array()
        .into_iter()
        .flatten()
        .filter(|block| text(block, "type") == "input")
        .map(|block| (text(block, "block_id"), block))
        .collect();
    let element =
        |(block_id, shape)| Element { block_id, action_id: text(shape, "action_id"), shape, input: inputs.get(block_id).copied() };
    kit::elements(blocks).into_iter().map(element).collect()
}

/// One element, by its ids.
pub(crate) fn element<'a>(blocks: &'a Value, block_id: &str, action_id: &str) -> Option<Element<'a>> {
    elements(blocks).into_iter().find(|element| element.action_id == action_id && (block_id.is_empty() || element.block_id == block_id))
}

/// What all inputs hold, as `state.values`; and for each block that cannot be submitted like this, a sentence.
pub(crate) fn state(blocks: &Value, typed: &Typed, known: &dyn Known) -> (Value, BTreeMap<String, String>) {
    let mut values = Map::new();
    let mut errors = BTreeMap::new();
    for element in elements(blocks).iter().filter(|element| holds_a_value(element.kind())) {
        let simple = typed.get(element.block_id).and_then(|block| block.get(element.action_id));
        let held = element.held(simple, known);
        let fault = match &held {
            Err(sentence) => Some(sentence.clone()),
            Ok(fields) => element.refusal(fields),
        };
        if let Some(sentence) = fault {
            errors.insert(element.block_id.to_owned(), sentence);
        }
        let mut fields = held.unwrap_or_default();
        fields.insert("type".to_owned(), json!(element.kind()));
        let block = values.entry(element.block_id).or_insert_with(|| json!({}));
        if let Some(block) = block.as_object_mut() {
            block.insert(element.action_id.to_owned(), Value::Object(fields));
        }
    }
    (Value::Object(values), errors)
}

fn holds_a_value(kind: &str) -> bool {
    !matches!(kind, "button" | "overflow" | "icon_button" | "feedback_buttons" | "workflow_button" | "image")
}

impl Element<'_> {
    pub(crate) fn kind(&self) -> &str {
        text(self.shape, "type")
    }

    /// What it holds when nothing was put into it: its initial value, else nothing in the form that Slack gives nothing.
    fn held(&self, simple: Option<&Value>, known: &dyn Known) -> Result<Map<String, Value>, String> {
        if let Some(simple) = simple {
            return self.chosen(simple, known);
        }
        let (field, many) = field_of(self.kind());
        let initial = self.shape.get(initial_of(field)).cloned();
        let empty = if many { json!([]) } else { Value::Null };
        Ok(Map::from_iter([(field.to_owned(), initial.unwrap_or(empty))]))
    }

    /// The fields of an action for what was chosen. Errors: a sentence.
    pub(crate) fn chosen(&self, simple: &Value, known: &dyn Known) -> Result<Map<String, Value>, String> {
        let (field, many) = field_of(self.kind());
        let one = |value: &Value| self.one(field, value, known);
        let value = match simple {
            Value::Null => return Ok(Map::from_iter([(field.to_owned(), if many { json!([]) } else { Value::Null })])),
            Value::Array(values) if many => values.iter().map(one).collect::<Result<Value, _>>()?,
            Value::Array(_) => return Err("Only one can be chosen.".to_owned()),
            value if many => json!([one(value)?]),
            value => one(value)?,
        };
        Ok(Map::from_iter([(field.to_owned(), value)]))
    }

    fn one(&self, field: &str, value: &Value, known: &dyn Known) -> Result<Value, String> {
        match field {
            "selected_option" | "selected_options" => self.option(&plain(value), known),
            "selected_user" | "selected_users" => {
                let name = plain(value);
                known.person_id(&name).map(Value::String).ok_or_else(|| format!("Nobody here is called {name:?}."))
            }
            "selected_channel" | "selected_channels" | "selected_conversation" | "selected_conversations" => {
                let name = plain(value);
                let id = known.channel_id(&name).or_else(|| known.person_id(&name).filter(|_| field.contains("conversation")));
                id.map(Value::String).ok_or_else(|| format!("There is no channel {name:?}."))
            }
            "selected_date" => parsed::<jiff::civil::Date>(value, "A date looks like 2026-11-25."),
            "selected_time" => {
                let time = plain(value);
                let fits = time.len() == 5 && time.parse::<jiff::civil::Time>().is_ok();
                if fits { Ok(json!(time)) } else { Err("A time looks like 09:30.".to_owned()) }
            }
            "selected_date_time" => value.as_i64().map(Value::from).ok_or_else(|| "A moment is given in seconds since 1970.".to_owned()),
            "rich_text_value" if value.get("type").and_then(Value::as_str) == Some("rich_text") => Ok(value.clone()),
            "rich_text_value" => Ok(rich_text(&plain(value))),
            "files" => Ok(value.clone()),
            _ => Ok(json!(plain(value))),
        }
    }

    fn option(&self, wanted: &str, known: &dyn Known) -> Result<Value, String> {
        let own = |holder: &Value| holder.get("options").and_then(Value::as_array).cloned().unwrap_or_default();
        let groups = self.shape.get("option_groups").and_then(Value::as_array).into_iter().flatten().flat_map(own);
        let initial = ["initial_option", "initial_options"].map(|name| self.shape.get(name).cloned().unwrap_or_default());
        let initial = initial.into_iter().flat_map(|value| if let Value::Array(all) = value { all } else { vec![value] });
        let mut all = own(self.shape).into_iter().chain(groups).chain(initial);
        all.find(|option| text(option, "value") == wanted && option.is_object())
            .or_else(|| known.suggested(self.block_id, self.action_id, wanted))
            .ok_or_else(|| format!("{wanted:?} is none of the options."))
    }

    /// Why this cannot be submitted, as Slack's client would say.
    fn refusal(&self, held: &Map<String, Value>) -> Option<String> {
        let input = self.input?;
        let value = held.values().next().unwrap_or(&Value::Null);
        let empty =
            value.is_null() || value.as_str().is_some_and(|text| text.trim().is_empty()) || value.as_array().is_some_and(Vec::is_empty);
        if empty {
            let optional = input.get("optional").and_then(Value::as_bool).unwrap_or_default();
            return (!optional).then(|| "This field is required.".to_owned());
        }
        let typed = value.as_str().unwrap_or_default();
        match self.kind() {
            "plain_text_input" => self.length_refusal(typed.chars().count()),
            "number_input" => self.number_refusal(typed),
            "email_text_input" if !is_email(typed) => Some("This is no e-mail address.".to_owned()),
            "url_text_input" if !(typed.starts_with("http://") || typed.starts_with("https://")) => {
                Some("A link begins with http:// or https://.".to_owned())
            }
            _ => {
                let most = self.shape.get("max_selected_items").and_then(Value::as_u64)?;
                let chosen = u64::try_from(value.as_array()?.len()).unwrap_or(u64::MAX);
                (chosen > most).then(|| format!("At most {most} can be chosen."))
            }
        }
    }

    fn length_refusal(&self, length: usize) -> Option<String> {
        let bound = |name: &str| self.shape.get(name).and_then(Value::as_u64).and_then(|bound| usize::try_from(bound).ok());
        let (least, most) = (bound("min_length").unwrap_or(0), bound("max_length").unwrap_or(3000));
        if length < least {
            return Some(format!("At least {least} characters are needed."));
        }
        (length > most).then(|| format!("At most {most} characters fit."))
    }

    fn number_refusal(&self, typed: &str) -> Option<String> {
        let Ok(number) = typed.trim().parse::<f64>() else { return Some("This is no number.".to_owned()) };
        let decimals = self.shape.get("is_decimal_allowed").and_then(Value::as_bool).unwrap_or_default();
        if !decimals && number.fract() != 0.0 {
            return Some("Only whole numbers fit.".to_owned());
        }
        let bound = |name: &str| self.shape.get(name).and_then(|bound| plain(bound).parse::<f64>().ok());
        if let Some(least) = bound("min_value").filter(|least| number < *least) {
            return Some(format!("The least is {least}."));
        }
        bound("max_value").filter(|most| number > *most).map(|most| format!("The most is {most}."))
    }
}

/// The field that holds what was chosen, and whether it may be several.
fn field_of(kind: &str) -> (&'static str, bool) {
    match kind {
        "static_select" | "external_select" | "radio_buttons" | "overflow" => ("selected_option", false),
        "multi_static_select" | "multi_external_select" | "checkboxes" => ("selected_options", true),
        "users_select" => ("selected_user", false),
        "multi_users_select" => ("selected_users", true),
        "channels_select" => ("selected_channel", false),
        "multi_channels_select" => ("selected_channels", true),
        "conversations_select" => ("selected_conversation", false),
        "multi_conversations_select" => ("selected_conversations", true),
        "datepicker" => ("selected_date", false),
        "timepicker" => ("selected_time", false),
        "datetimepicker" => ("selected_date_time", false),
        "rich_text_input" => ("rich_text_value", false),
        "file_input" => ("files", true),
        _ => ("value", false),
    }
}

fn initial_of(field: &str) -> &'static str {
    match field {
        "selected_option" => "initial_option",
        "selected_options" => "initial_options",
        "selected_user" => "initial_user",
        "selected_users" => "initial_users",
        "selected_channel" => "initial_channel",
        "selected_channels" => "initial_channels",
        "selected_conversation" => "initial_conversation",
        "selected_conversations" => "initial_conversations",
        "selected_date" => "initial_date",
        "selected_time" => "initial_time",
        "selected_date_time" => "initial_date_time",
        _ => "initial_value",
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn parsed<T: std::str::FromStr>(value: &Value, sentence: &str) -> Result<Value, String> {
    let typed = plain(value);
    if typed.parse::<T>().is_ok() { Ok(json!(typed)) } else { Err(sentence.to_owned()) }
}

fn rich_text(typed: &str) -> Value {
    let part = json!({"type": "rich_text_section", "elements": [{"type": "text", "text": typed}]});
    json!({"type": "rich_text", "elements": [part]})
}

fn is_email(typed: &str) -> bool {
    let parts = typed.split_once('@').filter(|(name, host)| !name.is_empty() && host.contains('.') && !host.starts_with('.'));
    parts.is_some() && !typed.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Few;

    impl Known for Few {
        fn person_id(&self, name: &str) -> Option<String> {
            (name == "lee").then(|| "U1".to_owned())
        }
        fn channel_id(&self, name: &str) -> Option<String> {
            (name == "sales").then(|| "C1".to_owned())
        }
        fn suggested(&self, _: &str, action_id: &str, value: &str) -> Option<Value> {
            (action_id == "account").then(|| json!({"text": {"type": "plain_text", "text": value}, "value": value}))
        }
    }

    fn input(kind: &str, more: Value) -> Value {
        let mut element = json!({"type": kind, "action_id": "a"});
        element.as_object_mut().unwrap().extend(crate::fields::object(more));
        json!([{"type": "input", "block_id": "b", "label": {"type": "plain_text", "text": "L"}, "element": element}])
    }

    fn held(blocks: &Value, simple: Value) -> (Value, Option<String>) {
        let typed = Typed::from([("b".to_owned(), BTreeMap::from([("a".to_owned(), simple)]))]);
        let (mut values, mut errors) = state(blocks, &typed, &Few);
        (values["b"]["a"].take(), errors.remove("b"))
    }

    fn option(value: &str) -> Value {
        json!({"text": {"type": "plain_text", "text": value}, "value": value})
    }

    #[test]
    fn simple_values_become_slacks() {
        let options = json!({"options": [option("x"), option("y")]});
        for (kind, more, simple, expected) in [
            ("plain_text_input", json!({}), json!("hi"), json!({"value": "hi"})),
            ("number_input", json!({}), json!(7), json!({"value": "7"})),
            ("static_select", options.clone(), json!("y"), json!({"selected_option": option("y")})),
            ("static_select", json!({"option_groups": [options]}), json!("x"), json!({"selected_option": option("x")})),
            (
                "checkboxes",
                json!({"options": [option("x"), option("y")]}),
                json!(["x", "y"]),
                json!({"selected_options": [option("x"), option("y")]}),
            ),
            ("users_select", json!({}), json!("lee"), json!({"selected_user": "U1"})),
            ("multi_users_select", json!({}), json!(["lee"]), json!({"selected_users": ["U1"]})),
            ("conversations_select", json!({}), json!("sales"), json!({"selected_conversation": "C1"})),
            ("datepicker", json!({}), json!("2026-11-25"), json!({"selected_date": "2026-11-25"})),
            ("timepicker", json!({}), json!("09:30"), json!({"selected_time": "09:30"})),
            ("datetimepicker", json!({}), json!(1_700_000_000), json!({"selected_date_time": 1_700_000_000})),
            ("rich_text_input", json!({}), json!("hi"), json!({"rich_text_value": rich_text("hi")})),
        ] {
            let (value, error) = held(&input(kind, more), simple);
            let mut expected = expected;
            expected["type"] = json!(kind);
            assert_eq!((value, error), (expected, None), "{kind}");
        }
    }

    #[test]
    fn what_slacks_client_refuses_is_refused() {
        for (kind, more, simple) in [
            ("plain_text_input", json!({}), json!("  ")),
            ("plain_text_input", json!({"min_length": 3}), json!("ab")),
            ("plain_text_input", json!({"max_length": 3}), json!("abcd")),
            ("number_input", json!({"is_decimal_allowed": false}), json!("1.5")),
            ("number_input", json!({"min_value": "3"}), json!("2")),
            ("number_input", json!({"max_value": "3"}), json!("4")),
            ("number_input", json!({}), json!("four")),
            ("email_text_input", json!({}), json!("lee@")),
            ("url_text_input", json!({}), json!("javascript:alert(1)")),
            ("static_select", json!({"options": [option("x")]}), json!("z")),
            ("multi_static_select", json!({"options": [option("x"), option("y")], "max_selected_items": 1}), json!(["x", "y"])),
            ("users_select", json!({}), json!("nobody")),
            ("datepicker", json!({}), json!("25.11.2026")),
            ("timepicker", json!({}), json!("9:30")),
            ("checkboxes", json!({"options": [option("x")]}), json!([])),
        ] {
            assert!(held(&input(kind, more.clone()), simple.clone()).1.is_some(), "{kind} {more} took {simple}");
        }
    }

    #[test]
    fn untouched_inputs_hold_their_initial_value_or_nothing() {
        let empty = Typed::new();
        let blocks = input("plain_text_input", json!({"initial_value": "was here"}));
        let (values, errors) = state(&blocks, &empty, &Few);
        assert_eq!((&values["b"]["a"]["value"], errors.len()), (&json!("was here"), 0));
        let mut optional = input("multi_users_select", json!({}));
        optional[0]["optional"] = json!(true);
        let (values, errors) = state(&optional, &empty, &Few);
        assert_eq!((&values["b"]["a"]["selected_users"], errors.len()), (&json!([]), 0));
        assert_eq!(state(&input("datepicker", json!({})), &empty, &Few).1.len(), 1);
    }
}
