//! The tagger: rules in force, asked text by text, with what was learned on top of them.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::domain::function::FunctionId;
use crate::domain::ids::FeedbackNo;

use super::decide::{BASE, HINT, TAGGED, chosen, probability};
use super::evidence::{self, Words};
use super::learn::{Mark, Row, Rows, Text};
use super::lesson::Lesson;
use super::model::Weights;
use super::number::{per_thousand, thousandths, whole};
use super::passage::{Passage, Reader};
use super::patterns::{Heard, Patterns, Wanted};
use super::rule::{Key, Reason, Rule, RuleFault};
use super::tag::{Evidence, Hint, PerMille, Tag};

/// Rules in force. Built once, asked from any thread; the same rules and text give the same tags on every machine.
#[derive(Debug)]
pub struct Tagger {
    /// In the order in which rules first name them.
    functions: Vec<FunctionId>,
    voices: Vec<Voice>,
    patterns: Patterns,
    /// From which probability on functions are tagged that do not go by the usual one.
    thresholds: BTreeMap<FunctionId, PerMille>,
    /// Reads what is learned from.
    reader: Reader,
}

/// What was learned from lessons, beside the rules and the reader of the tagger that learned it. The default is nothing.
///
/// The same rules, reader and lessons, in the same order, give the same to the last bit on every machine.
#[derive(Debug, Default)]
pub struct Learned {
    /// Those of the tagger first, in its order; empty where nothing was learned.
    functions: Vec<FunctionId>,
    weights: Weights,
    /// The record of each lesson, in order; none for examples.
    of: Vec<Option<FeedbackNo>>,
}

impl Learned {
    /// Whether nothing was learned.
    pub fn is_empty(&self) -> bool {
        self.functions.is_empty()
    }

    /// The records whose lessons pull at a function, and how hard: to it, or below 0 from it.
    pub fn pulled(&self, function: &FunctionId) -> Vec<(FeedbackNo, f32)> {
        let Some(place) = self.functions.iter().position(|known| known == function) else { return vec![] };
        let pulled = self.weights.pulled(place).iter();
        pulled.filter_map(|(row, pull)| Some((self.of.get(*row).copied().flatten()?, *pull))).collect()
    }
}

/// A rule that hits a text.
#[derive(Debug)]
pub struct RuleHit<'r> {
    /// Its id.
    pub id: &'r str,
    /// For whom or against whom it speaks; none: against all.
    pub function: Option<&'r FunctionId>,
    /// In thousandths of a log-odd.
    pub weight: i16,
    /// Where, in bytes of the text as rules read it.
    pub places: Vec<Range<usize>>,
}

/// What is left of a rule beside its patterns.
#[derive(Debug)]
struct Voice {
    id: String,
    /// None: all of them.
    function: Option<usize>,
    weight: i16,
}

impl Voice {
    /// Whether it speaks of a function.
    fn is_of(&self, function: usize) -> bool {
        self.function.is_none_or(|of| of == function)
    }
}

/// What speaks for one function in one text, in thousandths of a log-odd.
#[derive(Debug)]
struct Case<'r> {
    log_odds: i32,
    words: Vec<Words<'r>>,
    learned: i16,
}

impl Tagger {
    /// Checks rules and puts them in force, or says everything that is wrong with them, in their order.
    ///
    /// Functions are those that the rules name; no rules are a tagger that tags with nothing but what it learned.
    pub fn new(rules: Vec<Rule>) -> Result<Self, Vec<RuleFault>> {
        let for_all = rules.iter().enumerate().filter(|(_, rule)| rule.function.is_none() && rule.weight.thousandths() > 0);
        let for_all: Vec<RuleFault> = for_all.map(|(index, _)| RuleFault { index, key: Key::Rule, reason: Reason::ForAll }).collect();
        let wanted = rules.iter().map(|rule| Wanted {
            id: &rule.id,
            phrases: &rule.phrases,
            regexes: &rule.regexes,
            unless: &rule.unless,
            language: rule.language,
        });
        let patterns = Patterns::new(wanted);
        let patterns = match patterns {
            Ok(patterns) if for_all.is_empty() => patterns,
            Ok(_) => return Err(for_all),
            Err(faults) => return Err(faults.into_iter().chain(for_all).collect()),
        };
        let mut functions: Vec<FunctionId> = Vec::new();
        let mut voices = Vec::with_capacity(rules.len());
        for rule in rules {
            let function = rule.function.map(|function| {
                functions.iter().position(|known| *known == function).unwrap_or_else(|| {
                    functions.push(function);
                    functions.len() - 1
                })
            });
            voices.push(Voice { id: rule.id, function, weight: rule.weight.thousandths() });
        }
        Ok(Self { functions, voices, patterns, thresholds: BTreeMap::new(), reader: Reader::default() })
    }

    /// Tags these functions from these probabilities on, in place of [`TAGGED`].
    #[must_use]
    pub fn with_thresholds(self, thresholds: BTreeMap<FunctionId, PerMille>) -> Self {
        Self { thresholds, ..self }
    }

    /// Reads texts as others do who judge the same ones.
    #[must_use]
    pub fn with_reader(self, reader: Reader) -> Self {
        Self { reader, ..self }
    }

    /// Reads a text, to be judged.
    pub fn read<'t>(&self, text: &'t str) -> Passage<'t> {
        self.reader.read(text)
    }

    /// Learns from what people said of texts, for these functions and those that the rules name.
    ///
    /// Lessons of other functions say nothing. Takes about a millisecond a lesson at ten functions.
    pub fn learn(&self, functions: &[FunctionId], lessons: &[Lesson<'_>]) -> Learned {
        if lessons.is_empty() {
            return Learned::default();
        }
        let mut all = self.functions.clone();
        all.extend(functions.iter().filter(|function| !self.functions.contains(function)).cloned());
        // Examples may be of languages in which nobody tells anything: what they alone had compiled goes.
        let for_examples = self.patterns.apart();
        let rows = Rows::new(lessons.iter().map(|lesson| {
            let text = self.read(lesson.text);
            let patterns = if lesson.of.is_some() { &self.patterns } else { &for_examples };
            Row::from(self.text(&text, &patterns.heard(&text), all.len()))
        }));
        drop(for_examples);
        let marks: Vec<Vec<Mark>> = all.iter().map(|function| marks(function, lessons)).collect();
        let of = lessons.iter().map(|lesson| lesson.of).collect();
        Learned { weights: Weights::learn(&rows, self.voices.len(), &marks), functions: all, of }
    }

    /// The functions that a text concerns by the rules alone, strongest first; none where the rules are unsure.
    ///
    /// Of equally strong ones that function comes first whose rules do. Evidence is never empty, in the order of the
    /// text, on its character boundaries and without overlaps; where rules share words, the heavier one is named.
    pub fn tag(&self, text: &Passage<'_>) -> Vec<Tag> {
        self.tag_with(&Learned::default(), text)
    }

    /// The same by the rules and by what was learned on top of them.
    pub fn tag_with(&self, learned: &Learned, text: &Passage<'_>) -> Vec<Tag> {
        self.tag_hinted(learned, text, &[])
    }

    /// The same with hints of a language model, each of which says as much as a rule of weight 2.0.
    pub fn tag_hinted(&self, learned: &Learned, text: &Passage<'_>, hints: &[Hint]) -> Vec<Tag> {
        let (as_learned, mut cases) = self.cases(text, learned);
        let functions = self.functions_with(learned);
        let hint_of = |n: usize| functions.get(n).and_then(|function| hints.iter().find(|hint| hint.function == *function));
        for (_, case) in cases.iter_mut().enumerate().filter(|(n, _)| hint_of(*n).is_some()) {
            case.log_odds = case.log_odds.saturating_add(HINT.into());
        }
        let mut cases: Vec<_> = cases.into_iter().enumerate().filter(|(n, case)| case.has_words() || hint_of(*n).is_some()).collect();
        // The log-odds, not p, which no longer tells apart what is nearly sure; the sort keeps the order of equals.
        cases.sort_by_key(|(_, case)| Reverse(case.log_odds));
        let sure: Vec<_> = cases.iter().map(|(n, case)| (probability(case.log_odds), self.threshold(functions.get(*n)))).collect();
        let tags = cases.into_iter().zip(chosen(&sure)).filter(|(_, is_chosen)| *is_chosen).filter_map(|((n, case), _)| {
            let p = probability(case.log_odds);
            let mut words = case.words;
            if let Some(as_learned) = as_learned.as_ref().filter(|_| case.learned > 0) {
                let stretches = learned.weights.stretches(as_learned, text.embeds(), n);
                words.extend(evidence::learned(&stretches, text.folded()));
            }
            let mut evidence = evidence::shown(words, text);
            if let Some(hint) = hint_of(n) {
                evidence = evidence::hinted(evidence, hint.span);
            }
            let function = functions.get(n)?.clone();
            (!evidence.is_empty()).then_some(Tag { function, p, evidence, learned: case.learned })
        });
        tags.collect()
    }

    /// Whether tags are a guess: none reaches what its function asks for.
    pub fn is_unsure(&self, tags: &[Tag]) -> bool {
        tags.iter().all(|tag| tag.p < self.threshold(Some(&tag.function)))
    }

    fn threshold(&self, function: Option<&FunctionId>) -> PerMille {
        function.and_then(|id| self.thresholds.get(id)).copied().unwrap_or(TAGGED)
    }

    /// What speaks for each function by the rules and by what was learned, tagged or not: thousandths of a log-odd, in no order.
    pub fn all_with(&self, learned: &Learned, text: &Passage<'_>) -> Vec<(FunctionId, i32)> {
        let (_, cases) = self.cases(text, learned);
        self.functions_with(learned).iter().cloned().zip(cases.iter().map(|case| case.log_odds)).collect()
    }

    /// All rules, by their ids, with their weights in thousandths of a log-odd, in order.
    pub fn rules(&self) -> impl Iterator<Item = (&str, i16)> {
        self.voices.iter().map(|voice| (voice.id.as_str(), voice.weight))
    }

    /// The rules that hit a text, in order, those that speak against a function too.
    pub fn rules_in(&self, text: &Passage<'_>) -> Vec<RuleHit<'_>> {
        let hits = self.patterns.heard(text).into_iter().filter_map(|Heard { rule, places }| {
            let voice = self.voices.get(rule)?;
            let function = voice.function.and_then(|function| self.functions.get(function));
            Some(RuleHit { id: &voice.id, function, weight: voice.weight, places })
        });
        hits.collect()
    }

    /// The words of a text that speak for a function by the rules, tagged or not.
    pub fn words_for(&self, text: &Passage<'_>, function: &FunctionId) -> Vec<Evidence> {
        let (_, cases) = self.cases(text, &Learned::default());
        let of_it = self.functions.iter().zip(cases).find(|(known, _)| *known == function);
        of_it.map(|(_, case)| evidence::shown(case.words, text)).unwrap_or_default()
    }

    /// What lessons that pull so hard at a function add there to another text, each in thousandths of a log-odd.
    pub fn adds(&self, learned: &Learned, function: &FunctionId, lessons: &[(&str, f32)], text: &Passage<'_>) -> Vec<i16> {
        let functions = self.functions_with(learned);
        let Some(place) = functions.iter().position(|known| known == function) else { return vec![0; lessons.len()] };
        let text = self.text(text, &self.patterns.heard(text), functions.len());
        let adds = |(lesson, pull): &(&str, f32)| {
            let lesson = self.read(lesson);
            let lesson = self.text(&lesson, &self.patterns.heard(&lesson), functions.len());
            thousandths(learned.weights.likeness(&lesson, &text, place) * pull * 1000.0)
        };
        lessons.iter().map(adds).collect()
    }

    /// What was learned adds for a function to what the rules say, in thousandths of a log-odd.
    pub fn learned_of(&self, learned: &Learned, function: &FunctionId, text: &Passage<'_>) -> i16 {
        let (_, cases) = self.cases(text, learned);
        let of_it = self.functions_with(learned).iter().zip(cases).find(|(known, _)| *known == function);
        of_it.map_or(0, |(_, case)| case.learned)
    }

    fn functions_with<'f>(&'f self, learned: &'f Learned) -> &'f [FunctionId] {
        if learned.functions.is_empty() { &self.functions } else { &learned.functions }
    }

    /// A text as it is learned from: what these rules say for so many functions.
    fn text<'r>(&self, text: &'r Passage<'_>, heard: &[Heard], functions: usize) -> Text<'r> {
        let mut sums = vec![0_i32; functions];
        let mut rules = Vec::with_capacity(heard.len());
        for heard in heard {
            let Some(voice) = self.voices.get(heard.rule) else { continue };
            let of_it = sums.iter_mut().enumerate().filter(|(function, _)| voice.is_of(*function));
            of_it.for_each(|(_, sum)| *sum = sum.saturating_add(voice.weight.into()));
            rules.extend(u32::try_from(heard.rule));
        }
        Text { grams: text.grams(), meaning: text.meaning(), rules, said: sums.into_iter().map(per_thousand).collect() }
    }

    /// The text as it is learned from, where anything was, and what speaks for each function, in their order.
    fn cases<'s>(&'s self, text: &'s Passage<'_>, learned: &Learned) -> (Option<Text<'s>>, Vec<Case<'s>>) {
        let heard = self.patterns.heard(text);
        let functions = self.functions_with(learned).len();
        let mut cases: Vec<Case<'s>> = Vec::new();
        cases.resize_with(functions, || Case { log_odds: BASE, words: vec![], learned: 0 });
        for Heard { rule, places } in &heard {
            let Some(voice) = self.voices.get(*rule) else { continue };
            for (_, case) in cases.iter_mut().enumerate().filter(|(function, _)| voice.is_of(*function)) {
                case.log_odds = case.log_odds.saturating_add(voice.weight.into());
            }
            let case = voice.function.and_then(|function| cases.get_mut(function));
            if let (Some(case), true) = (case, voice.weight > 0) {
                case.words.extend(places.iter().map(|place| Words { place: place.clone(), rule: &voice.id, says: voice.weight }));
            }
        }
        if learned.functions.is_empty() {
            return (None, cases);
        }
        let text = self.text(text, &heard, functions);
        let residuals = learned.weights.residuals(&text);
        let sums: Vec<f32> = residuals.iter().zip(&text.said).map(|(residual, said)| residual + said + per_thousand(BASE)).collect();
        for ((function, case), residual) in cases.iter_mut().enumerate().zip(residuals) {
            case.log_odds = whole(learned.weights.mended(&sums, function) * 1000.0);
            case.learned = thousandths(residual * 1000.0);
        }
        (Some(text), cases)
    }
}

impl Case<'_> {
    /// Whether there are words to show for it.
    fn has_words(&self) -> bool {
        !self.words.is_empty() || self.learned > 0
    }
}

/// What lessons say of a function; each is a text of its own.
fn marks(function: &FunctionId, lessons: &[Lesson<'_>]) -> Vec<Mark> {
    let marks = lessons.iter().enumerate().flat_map(|(row, lesson)| {
        let said = lesson.says.iter().filter(|said| said.function == *function && said.weight > 0.0);
        said.map(move |said| Mark { row, is: said.is, weight: said.weight })
    });
    marks.collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use std::sync::Arc;

    use super::super::passage::Names;
    use super::super::rule::{Key, Reason, Weight};
    use super::super::tag::Span;
    use super::*;

    fn id(function: &str) -> FunctionId {
        FunctionId::parse(function).unwrap()
    }

    fn rule(id: &str, function: &str, phrases: &[&str]) -> Rule {
        let mut rule = Rule::new(id, FunctionId::parse(function).unwrap());
        rule.phrases = phrases.iter().map(|&phrase| phrase.to_owned()).collect();
        rule.weight = Weight::from_thousandths(2000).unwrap();
        rule
    }

    fn weighing(rule: Rule, weight: &str) -> Rule {
        Rule { weight: weight.parse().unwrap(), ..rule }
    }

    fn tagger(rules: Vec<Rule>) -> Tagger {
        Tagger::new(rules).unwrap()
    }

    /// Tags as a line: `finance 622 bill[finance.bill] paid[finance.pay]; ...`.
    fn show(tagger: &Tagger, text: &str) -> String {
        let tags = tagger.tag(&tagger.read(text)).into_iter().map(|tag| {
            let words = tag.evidence.iter().map(|evidence| format!(" {}[{}]", &text[evidence.span.range()], evidence.rule));
            format!("{} {}{}", tag.function, tag.p.0, words.collect::<String>())
        });
        tags.collect::<Vec<_>>().join("; ")
    }

    fn check(rules: Vec<Rule>, text: &str, expected: &str) {
        assert_eq!(show(&tagger(rules), text), expected, "{text}");
    }

    #[test]
    fn phrases_are_whole_words_in_any_spelling() {
        let rules = || vec![rule("b", "finance", &["billing address", "can't pay", "refund*", "follow-up", "請求書"])];
        check(rules(), "The BILLING\n *address* is wrong", "finance 622 BILLING\n *address[b]");
        check(rules(), "we can\u{2019}t  pay", "finance 622 can\u{2019}t  pay[b]");
        check(rules(), "we cant pay", "finance 622 cant pay[b]");
        check(rules(), "no follow up, no Follow-Up", "finance 622 follow up[b] Follow-Up[b]");
        check(rules(), "REFUNDED? re-refunding", "finance 622 REFUNDED[b] refunding[b]");
        check(rules(), "この請求書は違う", "finance 622 請求書[b]");
        for text in ["billing addresses", "prebilling address", "nonrefundable", "billing, address", "", " ", "🙃"] {
            check(rules(), text, "");
        }
    }

    #[test]
    fn expressions_hit_beside_phrases() {
        let mut vat = rule("vat", "finance", &["tax"]);
        vat.regexes = vec![r"\bvat (?:id|number)s?\b".to_owned(), r"\bÜber\w+".to_owned()];
        check(vec![vat.clone()], "The VAT Number", "finance 622 VAT Number[vat]");
        check(vec![vat.clone()], "eine Überweisung", "finance 622 Überweisung[vat]");
        check(vec![vat.clone()], "the vat numbering, privat id", "");
        check(vec![vat], "tax, vat id", "finance 622 tax[vat] vat id[vat]");
    }

    #[test]
    fn a_rule_counts_once_and_shows_three_places() {
        let rules = || vec![rule("b", "finance", &["bill"]), rule("t", "support", &["ticket"])];
        check(rules(), "bill bill bill bill", "finance 622 bill[b] bill[b] bill[b]");
        check(rules(), "ticket, bill, ticket", "finance 622 bill[b]; support 622 ticket[t] ticket[t]");
    }

    #[test]
    fn rules_add_up_and_share_words() {
        let rules = vec![
            rule("bill", "finance", &["bill"]),
            weighing(rule("bill.address", "finance", &["bill to address"]), "2.5"),
            weighing(rule("pay", "finance", &["pay*"]), "0.5"),
        ];
        check(rules, "pay the bill to address", "finance 971 pay[pay] bill to address[bill.address]");
        let rules = vec![rule("long", "finance", &["bill to address"]), weighing(rule("to", "finance", &["to"]), "2.5")];
        check(rules, "the bill to address", "finance 953 bill to address[to]");
    }

    #[test]
    fn the_strongest_leads_and_ties_keep_the_rules_order() {
        let rules = |sales: &str| {
            vec![rule("z", "support", &["ticket"]), rule("a", "finance", &["bill"]), weighing(rule("q", "sales", &["quote"]), sales)]
        };
        check(rules("3"), "bill, ticket, quote", "sales 818 quote[q]; support 622 ticket[z]; finance 622 bill[a]");
        check(rules("1.2"), "bill, ticket, quote", "support 622 ticket[z]; finance 622 bill[a]");
        check(rules("1.2"), "quote", "sales 426 quote[q]");
        check(rules("0.5"), "quote", "");
    }

    #[test]
    fn beyond_what_a_probability_tells_apart_the_sum_leads() {
        let rules = vec![weighing(rule("a", "finance", &["bill"]), "9.9"), weighing(rule("b", "legal", &["bill"]), "10")];
        check(rules, "bill", "legal 999 bill[b]; finance 999 bill[a]");
    }

    #[test]
    fn unless_silences_its_sentence_alone() {
        let mut charge = rule("c", "finance", &["charge*"]);
        charge.unless = vec!["battery".to_owned(), "in charge".to_owned()];
        let rules = || vec![charge.clone()];
        check(rules(), "The battery holds no charge. We were charged twice", "finance 622 charged[c]");
        check(rules(), "who is in charge", "");
        check(rules(), "charge.\nthe battery", "finance 622 charge[c]");
    }

    #[test]
    fn a_rule_below_zero_speaks_against() {
        let rules = vec![rule("b", "finance", &["bill"]), weighing(rule("g", "finance", &["gates"]), "-1.5")];
        check(rules.clone(), "bill gates", "");
        check(rules.clone(), "gates", "");
        check(rules, "bill", "finance 622 bill[b]");
    }

    #[test]
    fn every_fault_is_told_at_once() {
        let mut broken = rule("Bad Id", "finance", &["ok", "...", "a*b"]);
        broken.regexes = vec!["(".to_owned(), "x*".to_owned()];
        broken.unless = vec![String::new()];
        let faults = Tagger::new(vec![rule("a", "finance", &["bill"]), broken, rule("a", "legal", &[]), rule("learned", "legal", &["b"])])
            .unwrap_err();
        let told: Vec<_> = faults.into_iter().map(|fault| (fault.index, fault.key, fault.reason)).collect();
        assert_eq!(
            told,
            [
                (1, Key::Id, Reason::BadId),
                (1, Key::Phrase(1), Reason::EmptyPhrase),
                (1, Key::Phrase(2), Reason::StarInside),
                (1, Key::Unless(0), Reason::EmptyPhrase),
                (1, Key::Regex(0), Reason::BadRegex("unclosed group".to_owned())),
                (1, Key::Regex(1), Reason::MatchesNothing),
                (2, Key::Id, Reason::SameId),
                (2, Key::Rule, Reason::NoPattern),
                (3, Key::Id, Reason::TakenId),
            ]
        );
    }

    #[test]
    fn a_hint_is_one_more_thing_that_speaks() {
        let rules = vec![weighing(rule("b", "finance", &["bill"]), "0.5"), weighing(rule("c", "legal", &["court order"]), "4")];
        let tagger = tagger(rules);
        let said = |text: &str, hints: &[(&str, &str)]| {
            let hint = |(function, words): &(&str, &str)| {
                let at = u32::try_from(text.find(words).unwrap()).unwrap();
                Hint { function: id(function), span: Span { start: at, end: at + u32::try_from(words.len()).unwrap() } }
            };
            let tags = tagger.tag_hinted(&Learned::default(), &tagger.read(text), &hints.iter().map(hint).collect::<Vec<_>>());
            assert_eq!(tagger.is_unsure(&tags), tags.iter().all(|tag| tag.p.0 < 500));
            let each = tags.iter().map(|tag| {
                let words = tag.evidence.iter().map(|found| format!(" {}[{}]", &text[found.span.range()], found.rule));
                format!("{} {}{}", tag.function, tag.p.0, words.collect::<String>())
            });
            each.collect::<Vec<_>>().join("; ")
        };
        assert_eq!(said("the bill, twice", &[]), "");
        assert_eq!(said("the bill, twice", &[("finance", "twice")]), "finance 731 bill[b] twice[hinted]");
        assert_eq!(said("the bill, twice", &[("finance", "the bill")]), "finance 731 the bill[hinted]");
        assert_eq!(said("a court order came", &[("legal", "order came")]), "legal 989 court order came[c]", "the heavier is named");
        assert_eq!(said("a court order came", &[("finance", "came")]), "legal 924 court order[c]; finance 622 came[hinted]");
    }

    #[test]
    fn names_are_asked_of_no_rule_and_taught_by_nobody() {
        #[derive(Debug)]
        struct Called(&'static str);
        impl Names for Called {
            fn places(&self, folded: &str) -> Vec<(usize, Range<usize>)> {
                folded.match_indices(self.0).map(|(at, found)| (7, at..at + found.len())).collect()
            }
        }
        let rules = || vec![rule("b", "finance", &["bill", "the refund"])];
        assert_eq!(show(&tagger(rules()), "The Bill Hero app; Bill"), "finance 622 Bill[b] Bill[b]");
        let known = tagger(rules()).with_reader(Reader::default().with_names(Arc::new(Called("bill hero"))));
        assert_eq!(show(&known, "The Bill Hero app; Bill"), "finance 622 Bill[b]");
        assert_eq!(show(&known, "the BILL HERO refund"), "", "what stands around a name are no neighbours");
        let names: Vec<_> = known.read("Is  the BILL\nHERO app").names().iter().map(|(name, span)| (*name, span.range())).collect();
        assert_eq!(names, [(7, 8..17)], "in the person's own words");
        assert_eq!(show(&known, "@bill asks, cc bill@bill.example"), "finance 622 bill[b] bill[b]");

        let [finance, legal] = ["finance", "legal"].map(id);
        let lesson = Lesson {
            of: None,
            text: "bill hero left @hugo",
            says: vec![super::super::Said { function: legal.clone(), is: true, weight: 9.0 }],
        };
        let speaks = |tagger: &Tagger, text: &str| {
            let learned = tagger.learn(&[finance.clone(), legal.clone()], std::slice::from_ref(&lesson));
            tagger.all_with(&learned, &tagger.read(text)).into_iter().find(|(id, _)| *id == legal).unwrap().1
        };
        assert!(speaks(&tagger(rules()), "hero") > speaks(&tagger(rules()), "zebra"), "words teach");
        assert_eq!(speaks(&known, "hero"), speaks(&known, "zebra"));
        assert_eq!(speaks(&known, "hugo"), speaks(&known, "zebra"), "nor does a colleague's name");
    }

    #[test]
    fn no_rules_are_a_tagger_that_never_tags() {
        check(vec![], "anything", "");
    }

    #[test]
    fn ten_thousand_rules_are_fine() {
        let rules = (0..10_000).map(|n| rule(&format!("r{n}"), "finance", &[&format!("word{n}"), "bill"])).collect();
        let tagger = tagger(rules);
        assert_eq!(tagger.tag(&tagger.read("word77")).len(), 1);
    }

    /// A few rules of every kind, whose words the texts below are likely to hold.
    fn mixed() -> Tagger {
        let mut noisy = rule("noisy", "legal", &["a", "é", "ab*", "請求"]);
        noisy.regexes = vec![r"\d+\b".to_owned(), r"[x-y]\s?e".to_owned()];
        noisy.unless = vec!["!a".to_owned()];
        tagger(vec![
            rule("bill", "finance", &["bill", "billing address", "can't pay", "abc*"]),
            weighing(rule("weak", "finance", &["b", "👍", "ﬁ"]), "0.6"),
            noisy,
        ])
    }

    fn any_text() -> impl Strategy<Value = String> {
        let pieces = prop_oneof![
            3 => any::<char>().prop_map(String::from),
            3 => prop::sample::select(vec![
                "bill", "billing-address", "can\u{2019}t pay", "abcé", "ab", "e\u{301}", "ǅ", "İ", "ﬁ", "ＡＢ", "https://a/",
                "<@U1>", "<", "\u{200d}", "請求書", "👍🏽", "n't", "!a", "-", "\r\n",
            ]).prop_map(String::from),
            2 => prop::sample::select(vec![" ", "  ", "\n", ". ", "\u{a0}", "*"]).prop_map(String::from),
        ];
        prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn any_text_gives_tags_that_hold_together(text in any_text()) {
            let tagger = mixed();
            let tags = tagger.tag(&tagger.read(&text));
            prop_assert_eq!(&tags, &mixed().tag(&tagger.read(&text)));
            prop_assert!(tags.is_sorted_by(|a, b| a.p >= b.p));
            for tag in tags {
                prop_assert!((300..1000).contains(&tag.p.0));
                prop_assert!(!tag.evidence.is_empty());
                for evidence in &tag.evidence {
                    let words = text.get(evidence.span.range());
                    prop_assert!(words.is_some_and(|words| !words.trim().is_empty()), "{evidence:?}");
                }
                prop_assert!(tag.evidence.is_sorted_by(|a, b| a.span.end <= b.span.start), "{:?}", tag.evidence);
            }
        }

        #[test]
        fn more_words_and_space_lose_no_phrase(
            before in "([a-z0-9é請,.]{1,8} ){0,5}", white in "[ \n\t\u{a0}*_]{1,4}", after in "( [a-zA-Z]{1,8}){0,5}",
        ) {
            let text = format!("{before}Billing{white}address{after}");
            let tagger = tagger(vec![rule("b", "finance", &["billing address"])]);
            let tags = tagger.tag(&tagger.read(&text));
            let found: Vec<_> = tags.iter().flat_map(|tag| &tag.evidence).map(|e| (e.span.start, e.span.end)).collect();
            let start = u32::try_from(before.len()).unwrap();
            let end = start + u32::try_from("billingaddress".len() + white.len()).unwrap();
            prop_assert!(found.contains(&(start, end)), "{found:?}");
        }
    }
}
