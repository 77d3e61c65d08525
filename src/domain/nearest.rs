//! The nearest known word for one that is not known.

/// The known word that a person most likely meant; `None` where none is near.
///
/// Near is: at most a third of the word's letters to change, and one in a short word. Of two equally near ones the
/// first in the alphabet is taken, so that the same mistake always gets the same answer.
pub fn nearest<'k>(word: &str, known: impl IntoIterator<Item = &'k str>) -> Option<&'k str> {
    let word = word.to_lowercase();
    let letters = word.chars().count();
    // A word that long is nobody's slip, and comparing it would take its time.
    if letters > 64 {
        return None;
    }
    let near = (letters / 3).max(1);
    known
        .into_iter()
        .map(|candidate| (strsim::osa_distance(&word, &candidate.to_lowercase()), candidate))
        .filter(|(distance, _)| *distance <= near)
        .min()
        .map(|(_, candidate)| candidate)
}
