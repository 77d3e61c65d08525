//! Forms as views: <https://docs.slack.dev/surfaces/modals>. What a form is about travels in it as ids, without words.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::app::InForce;
use crate::domain::account::AccountId;
use crate::domain::care::MOST_OF_REASON;
use crate::domain::feedback::{Customer, Origin};
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, FeedbackNo};
use crate::domain::letter::{Reach, Spot};
use crate::slack::blocks::content;
use crate::slack::web::{CallError, Slack};
use crate::texts::en::forms;
use crate::texts::page::Page;

/// The forms, by what Slack calls them when they are sent.
pub(super) const TELL: &str = "tell";
pub(super) const EDIT: &str = "edit";
pub(super) const TEAMS: &str = "teams";
pub(super) const CLOSE: &str = "close";
pub(super) const REOPEN: &str = "reopen";
pub(super) const CONTRADICT: &str = "contradict";
pub(super) const NOT_YET: &str = "not_yet";
pub(super) const DECIDE: &str = "decide";
pub(super) const LIFT: &str = "lift";

/// Fields, as Slack names them in values and errors.
pub(super) const VERBATIM: &str = "verbatim";
pub(super) const CUSTOMER: &str = "customer";
pub(super) const FUNCTIONS: &str = "functions";
pub(super) const NAME: &str = "name";
pub(super) const URGENT: &str = "urgent";
pub(super) const PRIVATE: &str = "private";
pub(super) const OUTCOME: &str = "outcome";
pub(super) const REASON: &str = "reason";
pub(super) const DAY: &str = "day";
pub(super) const WHO: &str = "who";

/// The outcomes that can be chosen.
pub(super) const DONE: &str = "done";
pub(super) const PLANNED: &str = "planned";
pub(super) const INTENDED: &str = "intended";
pub(super) const DECLINED: &str = "declined";

/// The value of the one choice of a field that has but one.
pub(super) const YES: &str = "yes";
/// The most characters that a field of Slack's takes.
pub(super) const MOST_TYPED: usize = 3_000;
/// The most characters of an option's text, and of its value.
const MOST_OF_OPTION: usize = 75;
/// The most options of a menu.
const MOST_OPTIONS: usize = 100;

/// What a form is about.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct About {
    /// Where it was opened; empty: nowhere in particular.
    pub(super) channel: String,
    /// In which thread.
    pub(super) thread: Option<String>,
    /// Who may read there.
    pub(super) origin: Origin,
    /// The message that is passed on.
    pub(super) message: Option<String>,
    /// Its author.
    pub(super) author: Option<String>,
    /// Whether its whole thread is.
    pub(super) whole: bool,
    /// The record that is changed.
    pub(super) no: Option<FeedbackNo>,
}

impl About {
    pub(super) fn new(channel: &str, thread: Option<String>, origin: Origin) -> Self {
        Self { channel: channel.to_owned(), thread, origin, message: None, author: None, whole: false, no: None }
    }

    /// Where whoever filled the form in reads what became of it.
    pub(super) fn reach(&self) -> Reach {
        if self.channel.is_empty() || self.origin == Origin::Direct {
            return Reach::Direct;
        }
        Reach::Only(Spot { channel: ChannelId::new(&self.channel), thread: self.thread.clone() })
    }

    /// Whether the words may leave where they stand only if somebody says so.
    pub(super) fn asks(&self) -> bool {
        self.message.is_some() && matches!(self.origin, Origin::Private | Origin::Direct)
    }
}

/// What stands in a form before anything is typed.
#[derive(Debug, Clone, Default)]
pub(super) struct Prefilled {
    pub(super) verbatim: String,
    /// How many messages the words are made of.
    pub(super) messages: usize,
    pub(super) customer: Option<Customer>,
    pub(super) functions: Vec<FunctionId>,
    /// Something to know, on top.
    pub(super) note: Option<&'static str>,
}

/// The form that tells.
pub(super) fn tell(in_force: &InForce, about: &About, prefilled: &Prefilled) -> Value {
    let mut blocks = vec![];
    blocks.extend(prefilled.note.map(section));
    let characters = prefilled.verbatim.chars().count();
    if characters > MOST_TYPED {
        blocks.push(section(&forms::whole_thread(prefilled.messages, characters)));
    } else {
        blocks.push(verbatim(&prefilled.verbatim));
    }
    blocks.push(customer(in_force, prefilled.customer.as_ref()));
    blocks.push(functions(in_force, &prefilled.functions, true));
    blocks.push(choice(URGENT, forms::URGENT, forms::AT_ONCE, Some(forms::URGENT_HINT), true));
    blocks.push(choice(NAME, forms::NAME, forms::HIDE, Some(forms::HIDE_HINT), true));
    if about.asks() {
        blocks.push(choice(PRIVATE, forms::PRIVATE, forms::MAY_LEAVE, Some(forms::PRIVATE_HINT), false));
    }
    view((TELL, forms::TELL), about, &blocks, Some(forms::PASS_ON))
}

/// The form with a record's words.
pub(super) fn edit(in_force: &InForce, about: &About, prefilled: &Prefilled) -> Value {
    view((EDIT, forms::EDIT), about, &[verbatim(&prefilled.verbatim), customer(in_force, prefilled.customer.as_ref())], Some(forms::SAVE))
}

/// The form with a record's functions.
pub(super) fn teams(in_force: &InForce, about: &About, chosen: &[FunctionId]) -> Value {
    view((TEAMS, forms::TEAMS), about, &[functions(in_force, chosen, false)], Some(forms::SAVE))
}

/// The form that closes a record.
pub(super) fn close(no: FeedbackNo, about: &About, verbatim: &str) -> Value {
    let outcomes = [(forms::DONE, DONE), (forms::PLANNED, PLANNED), (forms::INTENDED, INTENDED), (forms::DECLINED, DECLINED)];
    let options: Vec<Value> = outcomes.into_iter().map(|(text, value)| option(text, value)).collect();
    let outcome = json!({"type": "radio_buttons", "action_id": OUTCOME, "options": options});
    let day = json!({"type": "datepicker", "action_id": DAY});
    let blocks = [
        section(&forms::of_record(no, verbatim)),
        input(OUTCOME, forms::OUTCOME, &outcome, None, false),
        reason(forms::REASON, forms::REASON_EXAMPLE, Some(forms::REASON_HINT)),
        input(DAY, forms::DAY, &day, Some(forms::DAY_HINT), true),
    ];
    view((CLOSE, forms::CLOSE_RECORD), about, &blocks, Some(forms::CLOSE_IT))
}

/// The form that brings a record back.
pub(super) fn reopen(no: FeedbackNo, about: &About, verbatim: &str) -> Value {
    let blocks = [section(&forms::of_record(no, verbatim)), reason(forms::NOT_SOLVED, forms::NOT_SOLVED_EXAMPLE, None)];
    view((REOPEN, forms::REOPEN), about, &blocks, Some(forms::OPEN_AGAIN))
}

/// The form that says what a record contradicts.
pub(super) fn contradict(no: FeedbackNo, about: &About, verbatim: &str) -> Value {
    let hint = Some(forms::CONTRADICTS_HINT);
    let blocks = [section(&forms::of_record(no, verbatim)), reason(forms::CONTRADICTS, forms::CONTRADICTS_EXAMPLE, hint)];
    view((CONTRADICT, forms::CONTRADICT), about, &blocks, Some(forms::SAVE))
}

/// The form that says why a record is not to be closed.
pub(super) fn not_yet(no: FeedbackNo, about: &About, verbatim: &str) -> Value {
    let blocks = [section(&forms::of_record(no, verbatim)), reason(forms::WHY_NOT, forms::WHY_NOT_EXAMPLE, None)];
    view((NOT_YET, forms::NOT_YET), about, &blocks, Some(forms::KEEP_OPEN))
}

/// The form in which the council gives a record to somebody.
pub(super) fn decide(no: FeedbackNo, about: &About, verbatim: &str) -> Value {
    let who = json!({"type": "users_select", "action_id": WHO});
    let day = json!({"type": "datepicker", "action_id": DAY});
    let blocks = [
        section(&forms::of_record(no, verbatim)),
        reason(forms::CHANGES, forms::CHANGES_EXAMPLE, Some(forms::CHANGES_HINT)),
        input(WHO, forms::WHO, &who, None, false),
        input(DAY, forms::UNTIL, &day, None, false),
    ];
    view((DECIDE, forms::DECIDE), about, &blocks, Some(forms::DECIDE_IT))
}

/// The form in which the council says why a record contradicts nothing.
pub(super) fn lift(no: FeedbackNo, about: &About, verbatim: &str) -> Value {
    let blocks = [section(&forms::of_record(no, verbatim)), reason(forms::WHY_LIFT, forms::WHY_LIFT_EXAMPLE, None)];
    view((LIFT, forms::LIFT), about, &blocks, Some(forms::SAVE))
}

fn reason(label: &str, example: &str, hint: Option<&str>) -> Value {
    let element = json!({
        "type": "plain_text_input", "action_id": REASON, "multiline": true, "max_length": MOST_OF_REASON, "placeholder": plain(example),
    });
    input(REASON, label, &element, hint, false)
}

/// A form with nothing to fill in.
pub(super) fn says(title: &str, text: &str) -> Value {
    let about = About::new("", None, Origin::Direct);
    view(("says", title), &about, &[section(text)], None)
}

fn view((callback, title): (&str, &str), about: &About, blocks: &[Value], submit: Option<&str>) -> Value {
    let close = if submit.is_some() { forms::CANCEL } else { forms::CLOSE };
    let mut view = json!({
        "type": "modal", "callback_id": callback, "title": plain(title), "close": plain(close),
        "private_metadata": json!(about).to_string(), "blocks": blocks,
    });
    if let (Some(submit), Some(fields)) = (submit, view.as_object_mut()) {
        fields.insert("submit".to_owned(), plain(submit));
    }
    view
}

fn plain(text: &str) -> Value {
    json!({"type": "plain_text", "text": text, "emoji": false})
}

fn section(text: &str) -> Value {
    json!({"type": "section", "text": plain(text)})
}

fn input(block: &str, label: &str, element: &Value, hint: Option<&str>, optional: bool) -> Value {
    let mut input = json!({"type": "input", "block_id": block, "label": plain(label), "element": element, "optional": optional});
    if let (Some(hint), Some(fields)) = (hint, input.as_object_mut()) {
        fields.insert("hint".to_owned(), plain(hint));
    }
    input
}

fn verbatim(text: &str) -> Value {
    let element = json!({
        "type": "plain_text_input", "action_id": VERBATIM, "multiline": true, "max_length": MOST_TYPED, "initial_value": text,
        "placeholder": plain(forms::VERBATIM_EXAMPLE),
    });
    input(VERBATIM, forms::VERBATIM, &element, Some(forms::VERBATIM_HINT), false)
}

/// With a list of customers a menu that suggests them, else a line to type into.
fn customer(in_force: &InForce, customer: Option<&Customer>) -> Value {
    let known = in_force.has_accounts();
    let mut element = if known {
        json!({"type": "external_select", "action_id": CUSTOMER, "min_query_length": 0, "placeholder": plain(forms::CUSTOMER_EXAMPLE)})
    } else {
        json!({"type": "plain_text_input", "action_id": CUSTOMER, "max_length": MOST_OF_OPTION, "placeholder": plain(forms::CUSTOMER_EXAMPLE)})
    };
    if let (Some(customer), Some(fields)) = (customer, element.as_object_mut()) {
        match customer {
            Customer::Account(id) if known => fields.insert("initial_option".to_owned(), account(id, &in_force.account_name(id))),
            Customer::Named(name) if known => fields.insert("initial_option".to_owned(), as_typed(name)),
            Customer::Account(id) => fields.insert("initial_value".to_owned(), clipped(&in_force.account_name(id)).into()),
            Customer::Named(name) => fields.insert("initial_value".to_owned(), clipped(name).into()),
        };
    }
    input(CUSTOMER, forms::CUSTOMER, &element, None, true)
}

fn functions(in_force: &InForce, chosen: &[FunctionId], optional: bool) -> Value {
    let all: Vec<Value> =
        in_force.routing.functions().iter().take(MOST_OPTIONS).map(|function| option(&function.name, function.id.as_str())).collect();
    let initial: Vec<Value> = chosen
        .iter()
        .filter_map(|id| in_force.routing.functions().iter().take(MOST_OPTIONS).find(|function| function.id == *id))
        .map(|function| option(&function.name, function.id.as_str()))
        .collect();
    let mut element =
        json!({"type": "multi_static_select", "action_id": FUNCTIONS, "options": all, "placeholder": plain(forms::FUNCTIONS_EXAMPLE)});
    if let (false, Some(fields)) = (initial.is_empty(), element.as_object_mut()) {
        fields.insert("initial_options".to_owned(), initial.into());
    }
    input(FUNCTIONS, forms::FUNCTIONS, &element, optional.then_some(forms::FUNCTIONS_HINT), optional)
}

fn choice(block: &str, label: &str, yes: &str, hint: Option<&str>, optional: bool) -> Value {
    let element = json!({"type": "checkboxes", "action_id": block, "options": [option(yes, YES)]});
    input(block, label, &element, hint, optional)
}

fn option(text: &str, value: &str) -> Value {
    json!({"text": plain(&clipped(text)), "value": value})
}

fn clipped(text: &str) -> String {
    text.chars().take(MOST_OF_OPTION).collect()
}

/// A customer of the list, as an option.
pub(super) fn account(id: &AccountId, name: &str) -> Value {
    option(name, &format!("id:{id}"))
}

/// A name as it was typed, as an option.
pub(super) fn as_typed(name: &str) -> Value {
    let name: String = name.trim().chars().take(MOST_OF_OPTION - "as:".len()).collect();
    let shown = forms::as_typed(&name);
    option(if shown.chars().count() > MOST_OF_OPTION { &name } else { &shown }, &format!("as:{name}"))
}

/// The customer of an option, or of what was typed.
pub(super) fn customer_of(in_force: &InForce, value: &str) -> Option<Customer> {
    if let Some(id) = value.strip_prefix("id:") {
        return AccountId::parse(id).ok().map(Customer::Account);
    }
    let name = value.strip_prefix("as:").unwrap_or(value).trim();
    (!name.is_empty()).then(|| in_force.customer_called(name))
}

/// Opens a form. A trigger is good for three seconds, and once.
pub(super) async fn open(slack: &Slack, trigger: &str, view: Value) -> Result<Value, CallError> {
    slack.act("views.open", &json!({"trigger_id": trigger, "view": view})).await
}

/// A page as a form with nothing to fill in.
pub(super) fn shows(page: &Page) -> Value {
    let blocks = json!(content(page)).get("blocks").cloned().unwrap_or_default();
    json!({"type": "modal", "callback_id": "says", "title": plain(forms::RECORD), "close": plain(forms::CLOSE), "blocks": blocks})
}

/// Puts a form on top of the one in which somebody pressed something.
pub(super) async fn push(slack: &Slack, trigger: &str, view: Value) -> Result<(), CallError> {
    slack.ask::<Value>("views.push", &json!({"trigger_id": trigger, "view": view})).await.map(|_| ())
}

/// Shows something else in place of a form.
pub(super) async fn replace(slack: &Slack, id: &str, view: Value) -> Result<(), CallError> {
    slack.ask::<Value>("views.update", &json!({"view_id": id, "view": view})).await.map(|_| ())
}

/// Shows another form in its place.
pub(super) async fn update(slack: &Slack, opened: &Value, view: Value) -> Result<(), CallError> {
    let id = opened.get("view").and_then(|view| view.get("id")).and_then(Value::as_str).unwrap_or_default();
    replace(slack, id, view).await
}
