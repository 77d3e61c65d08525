//! `[embeddings]` in `allears.toml`: a directory with a model that knows what words mean. Nothing is ever fetched.
//!
//! In order, each using only those above it. What reads a model is there with the feature `embeddings` alone.

#[cfg(feature = "embeddings")]
mod vectors;

#[cfg(feature = "embeddings")]
mod tokens;

#[cfg(feature = "embeddings")]
mod model;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::fault::Fault;
use super::kinds::PATH;
use super::reader::{Kind, Table, Unfit};
use crate::domain::tagging::Embeds;

/// Embeddings in force, as they are told from others without reading all of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embeddings {
    /// The own name of the directory.
    pub name: String,
    /// How many bytes the file of vectors has.
    pub bytes: u64,
}

/// A model that was read.
pub(super) struct Mounted {
    pub(super) known_as: Embeddings,
    pub(super) embeds: Arc<dyn Embeds>,
}

/// Reads the table; without a directory there are none.
pub(super) fn embeddings(table: &mut Table<'_>) -> Option<PathBuf> {
    table.optional("dir", &DIR)
}

const DIR: Kind<PathBuf> = Kind {
    expected: PATH.expected,
    read: |value| {
        let dir = (PATH.read)(value)?;
        if cfg!(feature = "embeddings") { Ok(dir) } else { Err(Unfit::Because(WITHOUT.to_owned())) }
    },
};

const WITHOUT: &str =
    "this program was built without embeddings; build it with `--features embeddings`, or take the table [embeddings] out";

/// Reads the model in a directory.
#[cfg(feature = "embeddings")]
pub(super) fn load(dir: &Path) -> Result<Mounted, Vec<Fault>> {
    let (bytes, embeds) = model::read(dir)?;
    let name = dir.file_name().unwrap_or_default().to_string_lossy().into_owned();
    Ok(Mounted { known_as: Embeddings { name, bytes }, embeds })
}

/// The key itself is a fault here already: nothing is left to be said of the directory.
#[cfg(not(feature = "embeddings"))]
pub(super) fn load(_: &Path) -> Result<Mounted, Vec<Fault>> {
    Err(vec![])
}
