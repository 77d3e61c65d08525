//! The company: its functions, as they are merged into each other, and what its customers say.

use std::collections::BTreeMap;

use allears::domain::tagging::Language;
use jiff::civil::{Date, date};
use serde::Deserialize;

use crate::world::World;

pub(super) const FUNCTIONS: usize = 12;
pub(super) const PEOPLE: usize = 200;
/// The Monday on which it begins.
pub(super) const BEGINS: Date = date(2026, 11, 23);
/// Days on which nobody works.
const HOLIDAYS: [Date; 4] = [date(2026, 12, 24), date(2026, 12, 25), date(2027, 1, 1), date(2027, 5, 1)];

/// What the first functions are by the rules that ship. The others are the company's own, found by one word.
const SHIPPED: [&str; 10] =
    ["product", "engineering", "design", "marketing", "sales", "finance", "support", "operations", "legal", "people"];
const RULES: &str = include_str!("../../../config/rules.toml");
const RULES_OF: [(Language, &str); 5] = [
    (Language::En, include_str!("../../../config/rules-en.toml")),
    (Language::De, include_str!("../../../config/rules-de.toml")),
    (Language::Fr, include_str!("../../../config/rules-fr.toml")),
    (Language::Es, include_str!("../../../config/rules-es.toml")),
    (Language::Ja, include_str!("../../../config/rules-ja.toml")),
];
/// What colleagues wrote, each with the functions that can act on it.
const VOICES: &str = include_str!("../../data/voices.jsonl");

pub(super) fn person(n: usize) -> String {
    format!("p{n:03}")
}

/// The function that somebody was at home in at first.
pub(super) fn home(n: usize) -> usize {
    n % FUNCTIONS
}

/// What a function is by now, if it was merged into others one after the other.
pub(super) fn now(mergers: &BTreeMap<usize, usize>, mut function: usize) -> usize {
    while let Some(into) = mergers.get(&function) {
        function = *into;
    }
    function
}

pub(super) fn works_on(day: Date) -> bool {
    day.weekday().to_monday_zero_offset() < 5 && !HOLIDAYS.contains(&day)
}

/// The channel of a function.
pub(super) fn channel(function: usize) -> String {
    format!("f{function:02}-voice")
}

/// Rules in which functions are called as they are in the company by now.
fn as_called_now(text: &str, mergers: &BTreeMap<usize, usize>) -> String {
    let called =
        |text: String, (n, shipped): (usize, &&str)| text.replace(&format!("\"{shipped}\""), &format!("\"f{:02}\"", now(mergers, n)));
    let line = |line: &str| {
        let names = line.starts_with("function = ");
        if names { SHIPPED.iter().enumerate().fold(line.to_owned(), called) } else { line.to_owned() }
    };
    text.lines().map(|text| line(text) + "\n").collect()
}

/// The functions as they are by now, with those that were merged into them, and the rules for what each of the first ones answered.
/// Without the examples that ship: in a build without optimisation they take seconds whenever anything is learned.
pub(super) fn configure(world: &mut World, mergers: &BTreeMap<usize, usize>) {
    let holidays: Vec<String> = HOLIDAYS.iter().map(Date::to_string).collect();
    let function = |n: usize| {
        let ids = (0..PEOPLE).filter(|p| now(mergers, home(*p)) == n).map(|p| world.sim.person_id(&person(p)).unwrap());
        let ids: Vec<String> = ids.collect();
        let was: Vec<String> = mergers.keys().filter(|was| now(mergers, **was) == n).map(|was| format!("f{was:02}")).collect();
        format!(
            "[[function]]\nid = \"f{n:02}\"\nname = \"F{n:02}\"\nlead = {:?}\ndeputy = {:?}\nmembers = {ids:?}\nchannel = \"#{}\"\nwas = {was:?}\n",
            ids[0],
            ids[1],
            channel(n)
        )
    };
    let functions: String = (0..FUNCTIONS).filter(|n| !mergers.contains_key(n)).map(function).collect::<Vec<_>>().concat();
    world.company.functions = format!("[defaults]\nzone = \"Europe/Berlin\"\nholidays = [{}]\n{functions}", holidays.join(", "));
    let rule = |n: usize| {
        let answers = now(mergers, n);
        format!("[[rule]]\nid = \"f{n:02}.word\"\nfunction = \"f{answers:02}\"\nphrases = [\"matter{n:02}\"]\nweight = 3.0\n")
    };
    let own: String = (SHIPPED.len()..FUNCTIONS).map(rule).collect();
    world.company.rules = as_called_now(RULES, mergers) + &own;
    world.company.rules_of = RULES_OF.map(|(language, rules)| (language, as_called_now(rules, mergers))).to_vec();
}

/// What a customer said, and the functions that can act on it, by what they were at first; none where nobody has judged that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Saying {
    pub(super) text: String,
    pub(super) functions: Vec<usize>,
}

/// What customers say: posts that no rule was written for, so that what becomes of them is as it would be in a company.
pub(super) struct Voices(Vec<Saying>);

impl Voices {
    pub(super) fn read() -> Self {
        #[derive(Deserialize)]
        struct Line {
            text: String,
            functions: Vec<String>,
            half: String,
        }
        let saying = |line: &str| {
            let Line { text, functions, half } = serde_json::from_str(line).unwrap();
            let known = |name: &String| SHIPPED.iter().position(|shipped| shipped == name).unwrap();
            (half == "held" && !functions.is_empty()).then(|| Saying { text, functions: functions.iter().map(known).collect() })
        };
        Self(VOICES.lines().filter_map(saying).collect())
    }

    /// Something for a function to act on. `drawn` says which; `number` makes it known among all.
    pub(super) fn saying(&self, function: usize, drawn: usize, number: u64) -> Saying {
        let fitting: Vec<&Saying> = self.0.iter().filter(|saying| saying.functions.contains(&function)).collect();
        match fitting.get(drawn % fitting.len().max(1)) {
            Some(saying) => Saying { text: format!("{} ({number})", saying.text), functions: saying.functions.clone() },
            None => Saying { text: format!("matter{function:02} came up once more ({number})"), functions: vec![] },
        }
    }
}
