//! What regular expressions cannot do without: letters of which a text must hold some. Most texts do not, and need not be asked.
//!
//! Expressions need the same letters often, and the same of several: each such need is a node, and what is met is told upwards, from
//! letters to those that need them.

use std::collections::BTreeMap;

use regex_filtered::model::Model;

/// The shortest letters that tell which expressions to ask, in bytes: shorter ones stand in every text. Marks, such as a question mark, tell
/// something however short they are.
const SHORTEST_SIGN: usize = 3;

/// What some expressions need, by their place. A text meets hundreds of needs: what is told of each lies in a few rows of numbers.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// The node of each sign.
    of_sign: Vec<u32>,
    nodes: Vec<Node>,
    /// For each node whom it tells: the nodes that it is a part of, then the expressions that need nothing else.
    tells: Vec<u32>,
    /// Expressions that can do without any.
    always: Vec<usize>,
}

/// A need. It is met once so many of its parts are.
#[derive(Debug, Clone, Copy)]
struct Node {
    wants: u8,
    /// Where in what nodes tell its own begins.
    from: u32,
    /// Where its expressions begin there, behind its nodes.
    asks: u32,
    to: u32,
}

/// What makes a node another one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Sign(String),
    All(Vec<usize>),
    Any(Vec<usize>),
}

impl Needs {
    /// Of these expressions; gives the signs as well, in lower case.
    pub(super) fn of(models: impl IntoIterator<Item = Model>) -> (Self, Vec<String>) {
        let mut known = BTreeMap::new();
        let whole: Vec<Option<usize>> = models.into_iter().map(|model| known_as(&model, &mut known)).collect();
        let mut kinds: Vec<(Kind, usize)> = known.into_iter().collect();
        kinds.sort_unstable_by_key(|(_, node)| *node);
        let mut part_of = vec![vec![]; kinds.len()];
        let mut of = vec![vec![]; kinds.len()];
        let mut needs = Self::default();
        for (expression, node) in whole.into_iter().enumerate() {
            match node.and_then(|node| of.get_mut(node)) {
                Some(of) => of.push(expression),
                None => needs.always.push(expression),
            }
        }
        let mut signs = vec![];
        let mut wanted = vec![];
        for (kind, node) in kinds {
            let (parts, wants) = match kind {
                Kind::Sign(text) => {
                    signs.push(text);
                    needs.of_sign.push(number(node));
                    (vec![], 1)
                }
                Kind::All(parts) => (parts.clone(), parts.len()),
                Kind::Any(parts) => (parts, 1),
            };
            // One that wants more is asked a little too often.
            wanted.push(u8::try_from(wants).unwrap_or(u8::MAX));
            for part in parts {
                part_of.get_mut(part).into_iter().for_each(|part| part.push(node));
            }
        }
        for ((wants, part_of), of) in wanted.into_iter().zip(part_of).zip(of) {
            let from = number(needs.tells.len());
            needs.tells.extend(part_of.into_iter().map(number));
            let asks = number(needs.tells.len());
            needs.tells.extend(of.into_iter().map(number));
            needs.nodes.push(Node { wants, from, asks, to: number(needs.tells.len()) });
        }
        (needs, signs)
    }

    /// The expressions to ask of a text that holds these signs, each once.
    pub(super) fn met_by(&self, signs: &[usize]) -> Vec<usize> {
        let mut met = vec![0_u8; self.nodes.len()];
        let mut told: Vec<u32> = signs.iter().filter_map(|sign| self.of_sign.get(*sign).copied()).collect();
        let mut asked = self.always.clone();
        while let Some(at) = told.pop().map(place) {
            let (Some(node), Some(parts)) = (self.nodes.get(at), met.get_mut(at)) else { continue };
            *parts = parts.saturating_add(1);
            if *parts == node.wants {
                told.extend(self.told(node.from, node.asks));
                asked.extend(self.told(node.asks, node.to).iter().copied().map(place));
            }
        }
        asked
    }

    fn told(&self, from: u32, to: u32) -> &[u32] {
        self.tells.get(place(from)..place(to)).unwrap_or_default()
    }
}

/// Rules are read into far less than four billion of anything.
fn number(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(u32::MAX)
}

fn place(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

/// The node of what a model needs that is long enough to tell anything; none: it needs nothing.
fn known_as(model: &Model, known: &mut BTreeMap<Kind, usize>) -> Option<usize> {
    let kind = match model {
        Model::All(_) | Model::None(_) => None,
        Model::Atom(_, text) => tells(text).then(|| Kind::Sign(text.to_lowercase())),
        Model::And(_, models) => {
            let parts = each_once(models.iter().filter_map(|model| known_as(model, known)).collect());
            (!parts.is_empty()).then_some(Kind::All(parts))
        }
        Model::Or(_, models) => models.iter().map(|model| known_as(model, known)).collect::<Option<_>>().map(each_once).map(Kind::Any),
    }?;
    let next = known.len();
    Some(*known.entry(kind).or_insert(next))
}

fn tells(sign: &str) -> bool {
    sign.len() >= SHORTEST_SIGN || !sign.is_empty() && !sign.contains(|c: char| c.is_alphanumeric() || c.is_whitespace())
}

fn each_once(mut parts: Vec<usize>) -> Vec<usize> {
    parts.sort_unstable();
    parts.dedup();
    parts
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn needs(expressions: &[&str]) -> (Needs, Vec<String>) {
        Needs::of(expressions.iter().map(|text| Model::new(&regex_automata::util::syntax::parse(text).unwrap()).unwrap()))
    }

    #[test]
    fn short_signs_tell_something_where_they_are_no_letters() {
        let (needs, signs) = needs(&[r"^is it [^.]*\?$", "[0-9] ?(?:%|percent)", "is"]);
        let held = |text: &str| (0..signs.len()).filter(|sign| text.contains(&signs[*sign])).collect::<Vec<_>>();
        let asked = |text: &str| needs.met_by(&held(text)).into_iter().collect::<BTreeSet<_>>();
        assert_eq!(
            ["is it late", "is it late?", "5% off", "5 percent"].map(asked),
            [[2].into(), [0, 2].into(), [1, 2].into(), [1, 2].into()],
            "{signs:?}"
        );
    }

    #[test]
    fn an_expression_is_asked_where_all_that_it_needs_is_held() {
        let (needs, signs) = needs(&[r"paid \w+ (?:twice|again)", "twice", r"\d\d", "(?:no|yes) refund"]);
        let met = |held: &[&str]| {
            let held: Vec<usize> = (0..signs.len()).filter(|sign| held.contains(&signs[*sign].trim())).collect();
            let mut met = needs.met_by(&held);
            met.sort_unstable();
            met
        };
        let all: Vec<usize> = (0..signs.len()).chain(0..signs.len()).collect();
        assert_eq!(needs.met_by(&all).len(), 4, "each once: {signs:?}");
        assert_eq!(needs.met_by(&[]), [2], "what needs nothing is always asked");
        assert_eq!((met(&["twice"]), met(&["paid", "twice"]), met(&["paid"])), (vec![1, 2], vec![0, 1, 2], vec![2]), "{signs:?}");
    }
}
