//! What regular expressions cannot do without: letters of which a text must hold some. Most texts do not, and need not be asked.

use std::collections::BTreeMap;

use regex_filtered::model::Model;

/// The shortest letters that tell which expressions to ask, in bytes: shorter ones stand in every text.
const SHORTEST_SIGN: usize = 3;

/// What some expressions need, by their place.
#[derive(Debug, Default)]
pub(super) struct Needs {
    /// None: it can do without any sign.
    all: Vec<Option<Need>>,
    /// For each sign the expressions that may need it, in order.
    of_sign: Vec<Vec<usize>>,
}

/// What one expression needs, in signs by their place.
#[derive(Debug)]
enum Need {
    Sign(usize),
    All(Vec<Need>),
    Any(Vec<Need>),
}

impl Needs {
    /// Of these expressions; gives the signs as well, in lower case.
    pub(super) fn of(models: impl IntoIterator<Item = Model>) -> (Self, Vec<String>) {
        let mut signs = BTreeMap::new();
        let all: Vec<Option<Need>> = models.into_iter().map(|model| need(&model, &mut signs)).collect();
        let mut of_sign = vec![vec![]; signs.len()];
        for (n, need) in all.iter().enumerate() {
            need.iter().for_each(|need| need.note(n, &mut of_sign));
        }
        let mut texts = vec![String::new(); signs.len()];
        for (text, at) in signs {
            texts.get_mut(at).into_iter().for_each(|sign| sign.clone_from(&text));
        }
        (Self { all, of_sign }, texts)
    }

    /// The expressions to ask of a text that holds these signs, each once.
    pub(super) fn met_by(&self, signs: &[usize]) -> Vec<usize> {
        let mut held = vec![false; self.of_sign.len()];
        let mut may: Vec<usize> = vec![];
        for sign in signs {
            if let Some(held) = held.get_mut(*sign).filter(|held| !**held) {
                *held = true;
                may.extend(self.of_sign.get(*sign).into_iter().flatten());
            }
        }
        may.sort_unstable();
        may.dedup();
        let is_met = |n: &usize| self.all.get(*n).and_then(Option::as_ref).is_some_and(|need| need.is_met(&held));
        let always = self.all.iter().enumerate().filter(|(_, need)| need.is_none()).map(|(n, _)| n);
        may.into_iter().filter(is_met).chain(always).collect()
    }
}

impl Need {
    fn note(&self, expression: usize, of_sign: &mut [Vec<usize>]) {
        match self {
            Self::Sign(sign) => of_sign.get_mut(*sign).into_iter().for_each(|all| all.push(expression)),
            Self::All(needs) | Self::Any(needs) => needs.iter().for_each(|need| need.note(expression, of_sign)),
        }
    }

    fn is_met(&self, held: &[bool]) -> bool {
        match self {
            Self::Sign(sign) => held.get(*sign).copied().unwrap_or_default(),
            Self::All(needs) => needs.iter().all(|need| need.is_met(held)),
            Self::Any(needs) => needs.iter().any(|need| need.is_met(held)),
        }
    }
}

/// What a model needs that is long enough to tell anything, with signs numbered as they are met. None: nothing.
fn need(model: &Model, signs: &mut BTreeMap<String, usize>) -> Option<Need> {
    match model {
        Model::All(_) | Model::None(_) => None,
        Model::Atom(_, text) => (text.len() >= SHORTEST_SIGN).then(|| {
            let next = signs.len();
            Need::Sign(*signs.entry(text.to_lowercase()).or_insert(next))
        }),
        Model::And(_, models) => {
            let needs: Vec<Need> = models.iter().filter_map(|model| need(model, signs)).collect();
            (!needs.is_empty()).then_some(Need::All(needs))
        }
        Model::Or(_, models) => models.iter().map(|model| need(model, signs)).collect::<Option<_>>().map(Need::Any),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn needs(expressions: &[&str]) -> (Needs, Vec<String>) {
        Needs::of(expressions.iter().map(|text| Model::new(&regex_automata::util::syntax::parse(text).unwrap()).unwrap()))
    }

    #[test]
    fn an_expression_is_asked_where_all_that_it_needs_is_held() {
        let (needs, signs) = needs(&["paid (?:twice|again)", "twice", r"\d\d", "(?:no|yes) refund"]);
        let met = |held: &[&str]| {
            let held: Vec<usize> = held.iter().map(|text| signs.iter().position(|sign| sign.trim() == *text).unwrap()).collect();
            let mut met = needs.met_by(&held);
            met.sort_unstable();
            met
        };
        let all: Vec<usize> = (0..signs.len()).collect();
        assert_eq!(needs.met_by(&all).len(), 4, "{signs:?}");
        assert_eq!(needs.met_by(&[]), [2], "what needs nothing is always asked");
        assert!(!met(&["twice"]).contains(&0) && met(&["twice"]).contains(&1), "{signs:?}");
    }
}
