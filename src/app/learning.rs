//! What people taught is read, and the tagger learns from it.

use std::sync::Arc;

use crate::domain::ids::FeedbackNo;
use crate::domain::noise::Filter;
use crate::domain::tagging::{Example, Learned, Tagger, beside};
use crate::domain::teaching::{Influence, Knowledge, Pupil, Taught, lessons, rescued};
use crate::domain::views::Unreadable;
use crate::store::SharedStore;

use super::in_force::InForce;

/// How many records are read at once.
const PAGE: usize = 1000;

/// What there is to learn, and who learns.
#[derive(Debug)]
pub struct Course {
    examples: Vec<Example>,
    taught: Vec<(FeedbackNo, Taught, String)>,
    pupils: Vec<Pupil>,
}

/// Reads what people taught up to now.
pub async fn course(store: &SharedStore, in_force: &InForce) -> Result<Course, Unreadable> {
    let mut taught = vec![];
    let mut from = FeedbackNo(0);
    loop {
        let page = store.taught_from(from, PAGE).await?;
        let Some((last, ..)) = page.last() else { break };
        from = last.next();
        taught.extend(page);
    }
    let readings = store.readings().await?.into_iter();
    let merged = in_force.merged();
    let pupils = readings.filter(|(function, _)| in_force.routing.function(function).is_some()).map(|(function, reading)| {
        let was = merged.iter().filter(|(_, into)| *into == function).map(|(was, _)| was.clone()).collect();
        Pupil { function, was, since: reading.since }
    });
    Ok(Course { examples: in_force.examples.clone(), taught, pupils: pupils.collect() })
}

impl Course {
    /// How many examples there are, and how many records people said something of.
    pub fn size(&self) -> (usize, usize) {
        (self.examples.len(), self.taught.len())
    }

    /// Learns. Takes about a millisecond a record; the same course gives the same, to the last bit.
    pub fn learn(&self, tagger: &Tagger, filter: &Filter, kinds: Arc<Learned>) -> Knowledge {
        let functions: Vec<_> = self.pupils.iter().map(|pupil| pupil.function.clone()).collect();
        let all = beside(&self.examples, &functions, lessons(&self.taught, &self.pupils));
        let influence = Influence::of(&self.taught.iter().map(|(_, taught, _)| taught).collect::<Vec<_>>());
        let noise = filter.learn(&self.examples, &rescued(&self.taught, &influence));
        Knowledge { learned: tagger.learn(&functions, &all), kinds, noise, influence, records: self.taught.len() }
    }
}
