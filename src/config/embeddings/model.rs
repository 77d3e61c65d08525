//! A model as model2vec saves it: a directory with `tokenizer.json` and `model.safetensors`.
//!
//! Source: <https://github.com/MinishLab/model2vec>. What else lies there is not read; its `config.json` says only whether means are
//! scaled to length one, and ours always are.

use std::fmt;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::super::fault::Fault;
use super::tokens::Tokens;
use super::vectors::Vectors;
use crate::domain::tagging::{Embeds, Token};

const TOKENS: &str = "tokenizer.json";
const VECTORS: &str = "model.safetensors";

/// The largest file that is read, in bytes: all of it is held in memory.
const LARGEST: u64 = 1 << 30;

/// A model in memory.
struct Model {
    tokens: Tokens,
    vectors: Vectors,
}

impl Embeds for Model {
    fn dimensions(&self) -> usize {
        self.vectors.dimensions()
    }

    fn tokens(&self, folded: &str) -> Vec<Token> {
        self.tokens.of(folded)
    }

    fn add(&self, token: u32, sum: &mut [f32]) {
        self.vectors.add(token, sum);
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model").field("dimensions", &self.dimensions()).finish_non_exhaustive()
    }
}

/// Reads the model in a directory, and how many bytes its vectors' file has; or what is wrong with its files.
pub(super) fn read(dir: &Path) -> Result<(u64, Arc<dyn Embeds>), Vec<Fault>> {
    if !dir.is_dir() {
        let missing = "there is no such directory; `dir` under [embeddings] names one that holds tokenizer.json and model.safetensors";
        return Err(vec![Fault::of_all(&dir.display().to_string(), missing)]);
    }
    let fault = |name: &str, why: String| Fault::of_all(&dir.join(name).display().to_string(), why);
    let vectors = contents(&dir.join(VECTORS)).and_then(Vectors::parse).map_err(|why| fault(VECTORS, why));
    let tokens = contents(&dir.join(TOKENS)).and_then(|bytes| Tokens::parse(&bytes)).map_err(|why| fault(TOKENS, why));
    let (vectors, tokens) = match (vectors, tokens) {
        (Ok(vectors), Ok(tokens)) => (vectors, tokens),
        (vectors, tokens) => return Err([vectors.err(), tokens.err()].into_iter().flatten().collect()),
    };
    let (last, known) = (tokens.last(), vectors.tokens());
    if usize::try_from(last).map_or(true, |last| last >= known) {
        let why = format!("names token {last}, and {VECTORS} holds {known} of them; take both files from one model");
        return Err(vec![fault(TOKENS, why)]);
    }
    Ok((vectors.bytes(), Arc::new(Model { tokens, vectors })))
}

/// A file's bytes; where there are none, why and what to do.
fn contents(path: &Path) -> Result<Vec<u8>, String> {
    let unread = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound => "there is no such file; copy the whole directory of the model".to_owned(),
        kind => format!("cannot be read ({kind}); mend its rights or copy it again"),
    };
    // Looked at before it is read: a pipe would never end, and what is too large would fill the memory.
    let about = fs::metadata(path).map_err(unread)?;
    if !about.is_file() {
        return Err("is no file; copy the model's own there".to_owned());
    }
    if about.len() > LARGEST {
        return Err("is larger than 1 GiB; take a model with fewer tokens or dimensions".to_owned());
    }
    let bytes = fs::read(path).map_err(unread)?;
    if bytes.starts_with(b"version https://git-lfs") {
        return Err("is a pointer of Git LFS and not the file itself; run `git lfs pull` where it comes from, and copy it again".to_owned());
    }
    Ok(bytes)
}
