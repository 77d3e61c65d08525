//! Faults as data: what the Web API answers instead of doing what it is asked.
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, VecDeque};

/// What goes wrong with one call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Fault {
    /// An HTTP status with a body that is not JSON, as a broken proxy gives. Nothing is done.
    Status(u16),
    /// `ok: false` with this error. Nothing is done.
    Error(String),
    /// 429, `Retry-After` in seconds, `ratelimited`. Nothing is done.
    RateLimited(u64),
    /// It is done, but the answer comes only after so many milliseconds of the workspace's time.
    Slow(u64),
    /// It is done, but the answer is an HTTP 502: the caller cannot know.
    AnswerLost,
}

/// The faults that are still to come, per method.
#[derive(Debug, Default)]
pub(crate) struct Faults(BTreeMap<String, VecDeque<(u32, Fault)>>);

impl Faults {
    pub(crate) fn add(&mut self, method: &str, times: u32, fault: Fault) {
        self.0.entry(method.to_owned()).or_default().push_back((times, fault));
    }

    /// The fault for this call, counted down.
    pub(crate) fn take(&mut self, method: &str) -> Option<Fault> {
        let coming = self.0.get_mut(method)?;
        while let Some((times, fault)) = coming.front_mut() {
            if *times > 0 {
                *times -= 1;
                return Some(fault.clone());
            }
            coming.pop_front();
        }
        None
    }

    /// How many calls of any method still fail.
    pub(crate) fn left(&self) -> u32 {
        self.0.values().flatten().map(|(times, _)| times).sum()
    }
}
