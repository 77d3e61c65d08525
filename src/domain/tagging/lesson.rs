//! Lessons: what people said of a text.

use crate::domain::function::FunctionId;

/// What people said of a text, to learn from.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson<'a> {
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
