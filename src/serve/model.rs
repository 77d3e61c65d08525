//! A language model behind an address that speaks as `OpenAI`'s does: `POST /chat/completions`.
//! Source: <https://platform.openai.com/docs/api-reference/chat/create>.

use std::time::Duration;

use jiff::SignedDuration;
use reqwest::header::RETRY_AFTER;
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde::Deserialize;
use serde_json::json;

use crate::config::{Hints, Secret};
use crate::slack::tls;

/// A longer answer is not read, in bytes: what was asked for is a line.
const LONGEST: usize = 64 * 1024;

/// A model that can be asked.
pub(super) struct Model {
    client: Client,
    address: String,
    name: String,
    key: Option<Secret>,
    patience: Duration,
}

/// Why a model did not answer. Holds no words of anybody, no address and no key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Silent {
    /// Not in time.
    #[error("it did not answer within {0} seconds; it is asked again later")]
    Late(u64),
    /// Nobody is there, or the connection broke.
    #[error("it could not be reached; look at `url` under [hints] in allears.toml")]
    Unreachable,
    /// It is asked too often, or is not well; perhaps it says for how long.
    #[error("it answered {code}; it is asked again later")]
    Busy {
        /// The HTTP status.
        code: u16,
        /// After how long it wants to be asked again.
        after: Option<SignedDuration>,
    },
    /// It does not want to answer us.
    #[error("it answered {0}; look at `url` and `model` under [hints] in allears.toml, and at ALLEARS_HINTS_KEY")]
    Refused(u16),
    /// It said something that is no answer.
    #[error("what it answered is no chat completion; look at `url` under [hints] in allears.toml")]
    Odd,
}

impl Silent {
    /// Whether the same question may be answered later.
    pub(super) fn passes(&self) -> bool {
        !matches!(self, Self::Odd)
    }

    /// After how long it wants to be asked again.
    pub(super) fn asks_for(&self) -> Option<SignedDuration> {
        if let Self::Busy { after, .. } = self { *after } else { None }
    }
}

#[derive(Deserialize)]
struct Completion {
    choices: Vec<Choice>,
}

#[derive(Deserialize)]
struct Choice {
    message: Message,
}

#[derive(Deserialize)]
struct Message {
    content: String,
}

impl Model {
    /// Nobody is asked yet. Where an answer leads elsewhere, that is not followed: words and key go to this address alone.
    pub(super) fn of(hints: &Hints, key: Option<Secret>) -> Result<Self, std::io::Error> {
        let patience = Duration::from_secs(hints.seconds.into());
        let client = Client::builder().timeout(patience).redirect(Policy::none()).tls_backend_preconfigured(tls(&hints.url)?);
        let client = client.build().map_err(std::io::Error::other)?;
        Ok(Self { client, address: format!("{}/chat/completions", hints.url.as_str()), name: hints.model.clone(), key, patience })
    }

    /// Waits less long: for tests of what never answers.
    #[cfg(test)]
    fn with_patience(self, patience: Duration) -> Self {
        Self { patience, ..self }
    }

    /// What it says to a text, after it was told what that is.
    pub(super) async fn ask(&self, instruction: &str, text: &str) -> Result<String, Silent> {
        let asked = json!({
            "model": self.name,
            "messages": [{ "role": "system", "content": instruction }, { "role": "user", "content": text }],
            "response_format": { "type": "json_object" },
        });
        let post = self.client.post(&self.address).timeout(self.patience).json(&asked);
        let post = self.key.iter().fold(post, |post, key| post.bearer_auth(key.expose()));
        let answer = post.send().await.map_err(|error| self.silent(&error))?;
        let code = answer.status().as_u16();
        match code {
            200 => self.read(answer).await,
            408 | 429 | 500..=599 => Err(Silent::Busy { code, after: after(&answer) }),
            _ => Err(Silent::Refused(code)),
        }
    }

    async fn read(&self, mut answer: Response) -> Result<String, Silent> {
        let mut bytes = vec![];
        while let Some(more) = answer.chunk().await.map_err(|error| self.silent(&error))? {
            bytes.extend_from_slice(&more);
            if bytes.len() > LONGEST {
                return Err(Silent::Odd);
            }
        }
        let completion: Completion = serde_json::from_slice(&bytes).map_err(|_| Silent::Odd)?;
        completion.choices.into_iter().next().map(|choice| choice.message.content).ok_or(Silent::Odd)
    }

    fn silent(&self, error: &reqwest::Error) -> Silent {
        if error.is_timeout() { Silent::Late(self.patience.as_secs()) } else { Silent::Unreachable }
    }
}

/// For how long it wants to be left alone, in seconds; dates, which the header may hold too, are not read.
fn after(answer: &Response) -> Option<SignedDuration> {
    answer.headers().get(RETRY_AFTER)?.to_str().ok()?.parse().ok().map(SignedDuration::from_secs)
}

#[cfg(test)]
mod tests;
