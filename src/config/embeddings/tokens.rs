//! `tokenizer.json`: how a text is cut into tokens.

use std::collections::BTreeSet;

use serde::Deserialize;
use tokenizers::{ModelWrapper, PostProcessorWrapper, Tokenizer};

use super::super::reader::one_line;
use crate::domain::tagging::Token;

/// Longer words are not cut into pieces of words: it takes time that grows with the square of their length, and nobody means anything
/// by them.
const LONGEST_WORD: usize = 100;

/// What no vocabulary knows: a letter that is nobody's, a hieroglyph, and nonsense.
const UNHEARD_OF: &str = "\u{10fffd} \u{13000} xqzzvk";

/// Cuts texts into tokens.
pub(super) struct Tokens {
    tokenizer: Tokenizer,
    /// Tokens that mean nothing: for what is not known, for where a text begins, and the like.
    silent: BTreeSet<u32>,
    last: u32,
}

/// Of the file what its reader does not show.
#[derive(Deserialize)]
struct Head {
    model: Unknown,
}

/// What stands for whatever is not known, by its text or its number.
#[derive(Deserialize)]
struct Unknown {
    unk_token: Option<String>,
    unk_id: Option<u32>,
}

impl Tokens {
    /// Reads the file; or says what is wrong with it.
    pub(super) fn parse(bytes: &[u8]) -> Result<Self, String> {
        let unread = |why: &str| format!("is cut off or no tokenizer ({}); copy it again", shortened(why));
        let head: Head = serde_json::from_slice(bytes).map_err(|error| unread(&error.to_string()))?;
        let mut tokenizer = Tokenizer::from_bytes(bytes).map_err(|error| unread(&error.to_string()))?;
        // Of a text all of it is read, and nothing that it does not say.
        tokenizer.with_truncation(None).map_err(|error| unread(&error.to_string()))?;
        tokenizer.with_padding(None).with_post_processor(None::<PostProcessorWrapper>);
        if let Some(model) = steady(tokenizer.get_model()) {
            tokenizer.with_model(model);
        }
        let special = tokenizer.get_added_tokens_decoder().into_iter().filter(|(_, token)| token.special).map(|(id, _)| id);
        let unknown = head.model.unk_token.and_then(|token| tokenizer.token_to_id(&token)).or(head.model.unk_id);
        let silent: BTreeSet<u32> = special.chain(unknown).collect();
        let Some(last) = tokenizer.get_vocab(true).into_values().filter(|id| !silent.contains(id)).max() else {
            return Err("knows no token; take a model that was saved by model2vec".to_owned());
        };
        tokenizer
            .encode(UNHEARD_OF, false)
            .map_err(|error| format!("has no token for what it does not know ({}); save the model again", shortened(&error.to_string())))?;
        Ok(Self { tokenizer, silent, last })
    }

    /// The largest number that a token has.
    pub(super) fn last(&self) -> u32 {
        self.last
    }

    /// The tokens of a text that mean something.
    pub(super) fn of(&self, text: &str) -> Vec<Token> {
        // What cannot be cut is read without.
        let Ok(cut) = self.tokenizer.encode(text, false) else { return vec![] };
        let tokens = cut.get_ids().iter().zip(cut.get_offsets()).filter(|(id, _)| !self.silent.contains(id));
        tokens.map(|(id, (from, to))| Token { id: *id, place: *from..*to }).collect()
    }
}

/// The same model without what cuts one text now so and now otherwise, or takes too long; none where it has no such thing.
fn steady(model: &ModelWrapper) -> Option<ModelWrapper> {
    match model {
        ModelWrapper::BPE(model) if model.dropout.is_some() => {
            let mut model = model.clone();
            model.dropout = None;
            Some(model.into())
        }
        ModelWrapper::Unigram(model) if model.alpha.is_some() || model.nbest_size.is_some() => {
            let mut model = model.clone();
            (model.alpha, model.nbest_size) = (None, None);
            Some(model.into())
        }
        ModelWrapper::WordPiece(model) if model.max_input_chars_per_word > LONGEST_WORD => {
            let mut model = model.clone();
            model.max_input_chars_per_word = LONGEST_WORD;
            Some(model.into())
        }
        ModelWrapper::BPE(_) | ModelWrapper::Unigram(_) | ModelWrapper::WordPiece(_) | ModelWrapper::WordLevel(_) => None,
    }
}

/// The library's words, short enough for a sentence.
fn shortened(why: &str) -> String {
    one_line(why).chars().take(120).collect()
}
