//! Lessons: what people said of a text.

use crate::domain::function::FunctionId;
use crate::domain::ids::FeedbackNo;

/// How much an example counts beside one person's word, where nobody said anything yet.
pub const OF_AN_EXAMPLE: f32 = 0.5;
/// Beside so many words of people an example counts half as much as where there are none.
const HALF_WAY: f32 = 200.0;

/// A text with all its functions, from which is learned before anybody corrects anything: a company's own, or those that ship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// What somebody might tell.
    pub text: String,
    /// All functions that it concerns; none for what no customer said.
    pub functions: Vec<FunctionId>,
}

impl Example {
    /// What it teaches, where these functions are there and each counts so much.
    fn lesson(&self, counts: &[(FunctionId, f32)]) -> Lesson<'_> {
        let says = counts.iter().map(|(function, weight)| Said {
            function: function.clone(),
            is: self.functions.contains(function),
            weight: *weight,
        });
        Lesson { of: None, text: &self.text, says: says.collect() }
    }
}

/// What examples teach these functions, and after it what people said.
///
/// The more people said of a function, the less examples count there: they are a start, and no company's customers speak like
/// another's. What counts is what people's words weigh, which is bounded for each of them: nobody silences the examples alone.
pub fn beside<'t>(examples: &'t [Example], functions: &[FunctionId], said: impl IntoIterator<Item = Lesson<'t>>) -> Vec<Lesson<'t>> {
    let said: Vec<Lesson<'t>> = said.into_iter().collect();
    let counts = functions.iter().map(|function| {
        let of_it = said.iter().flat_map(|lesson| &lesson.says).filter(|said| said.function == *function);
        let people = of_it.map(|said| said.weight).sum::<f32>();
        (function.clone(), OF_AN_EXAMPLE * HALF_WAY / (HALF_WAY + people))
    });
    let counts: Vec<(FunctionId, f32)> = counts.collect();
    examples.iter().map(|example| example.lesson(&counts)).chain(said).collect()
}

/// What people said of a text, to learn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson<'a> {
    /// The record whose words they are; none for an example.
    pub of: Option<FeedbackNo>,
    /// The customer's words.
    pub text: &'a str,
    /// Each function once. Of others it says nothing.
    pub says: Vec<Said>,
}

/// What people said of a text and a function.
#[derive(Debug, Clone, PartialEq)]
pub struct Said {
    /// The function.
    pub function: FunctionId,
    /// Whether the text concerns it.
    pub is: bool,
    /// How much it counts, from 0: 1 is one person's word.
    pub weight: f32,
}
