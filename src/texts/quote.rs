//! Quoting what a customer said: the deciding words stand out, and what is too long is cut between words, and says so.

use super::page::{Line, bold, plain};
use crate::domain::tagging::{Span, Tag};

/// A verbatim as pieces: at most about `most` characters, the evidence of all tags in bold.
pub fn quote(verbatim: &str, tags: &[Tag], most: usize) -> Line {
    let shown = clip(verbatim, most);
    let mut line = vec![];
    let mut at = 0;
    for (start, end) in deciding(tags, shown.len()) {
        push(&mut line, verbatim.get(at..start), false);
        push(&mut line, verbatim.get(start..end), true);
        at = end;
    }
    push(&mut line, verbatim.get(at..shown.len()), false);
    let left = verbatim.get(shown.len()..).map_or(0, |rest| rest.chars().count());
    if left > 0 {
        line.push(plain(format!("… ({left} more characters)")));
    }
    line
}

fn push(line: &mut Line, text: Option<&str>, stands_out: bool) {
    if let Some(text) = text.filter(|text| !text.is_empty()) {
        line.push(if stands_out { bold(text) } else { plain(text) });
    }
}

/// The spans of all tags within the first `upto` bytes: in order, apart from each other.
fn deciding(tags: &[Tag], upto: usize) -> Vec<(usize, usize)> {
    let bytes = |Span { start, end }: Span| Some((usize::try_from(start).ok()?, usize::try_from(end).ok()?.min(upto)));
    let mut spans: Vec<(usize, usize)> =
        tags.iter().flat_map(|tag| &tag.evidence).filter_map(|found| bytes(found.span)).filter(|(start, end)| start < end).collect();
    spans.sort_unstable();
    let mut apart: Vec<(usize, usize)> = vec![];
    for (start, end) in spans {
        match apart.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => apart.push((start, end)),
        }
    }
    apart
}

/// The beginning of a text: all of it, or whole words of at most `most` characters; a longer word is cut.
pub fn clip(text: &str, most: usize) -> &str {
    let Some((end, _)) = text.char_indices().nth(most) else { return text };
    let head = text.get(..end).unwrap_or(text);
    let next_is_space = text.get(end..).is_some_and(|rest| rest.starts_with(char::is_whitespace));
    let whole = if next_is_space { head } else { head.rfind(char::is_whitespace).and_then(|space| head.get(..space)).unwrap_or(head) };
    let whole = whole.trim_end();
    if whole.is_empty() { head } else { whole }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::function::FunctionId;
    use crate::domain::tagging::{Evidence, PerMille};

    fn tag(spans: &[(u32, u32)]) -> Tag {
        let evidence = spans.iter().map(|&(start, end)| Evidence { rule: "r".to_owned(), span: Span { start, end }, says: 0 }).collect();
        Tag { function: FunctionId::parse("finance").unwrap(), p: PerMille(900), evidence, learned: 0 }
    }

    #[test]
    fn deciding_words_stand_out_once() {
        let tags = [tag(&[(4, 11)]), tag(&[(8, 15), (4, 11)])];
        assert_eq!(quote("the invoice PDF is wrong", &tags, 100), [plain("the "), bold("invoice PDF"), plain(" is wrong")]);
    }

    #[test]
    fn what_is_too_long_is_cut_between_words_and_says_so() {
        assert_eq!(quote("one two three", &[tag(&[(4, 13)])], 9), [plain("one "), bold("two"), plain("… (6 more characters)")]);
        assert_eq!(quote(&"a".repeat(12), &[], 5), [plain("aaaaa"), plain("… (7 more characters)")]);
        assert_eq!(clip("one two", 3), "one");
        assert_eq!(clip("äöü äöü", 5), "äöü");
    }
}
