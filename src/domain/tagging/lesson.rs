//! Lessons: what people said of a text.

use crate::domain::function::FunctionId;
use crate::domain::ids::FeedbackNo;

/// How much an example counts beside one person's word.
pub const OF_AN_EXAMPLE: f32 = 0.5;

/// A text with all its functions, from which is learned before anybody corrects anything: a company's own, or those that ship.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Example {
    /// What somebody might tell.
    pub text: String,
    /// All functions that it concerns; none for what no customer said.
    pub functions: Vec<FunctionId>,
}

impl Example {
    /// What it teaches, where these functions are there.
    pub fn lesson(&self, functions: &[FunctionId]) -> Lesson<'_> {
        let says = functions.iter().map(|function| Said {
            function: function.clone(),
            is: self.functions.contains(function),
            weight: OF_AN_EXAMPLE,
        });
        Lesson { of: None, text: &self.text, says: says.collect() }
    }
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
