//! Asks a language model for hints, where the configuration names one: about each new record of which the tagger is unsure.
//!
//! Nobody waits for it. What is asked waits in memory: with a restart it is forgotten, and goes to one team in turn as it does
//! where nobody is asked.

use std::collections::VecDeque;
use std::sync::{Arc, PoisonError};

use jiff::Timestamp;
use tokio::sync::watch;
use tracing::{error, info, warn};

use super::model::{Model, Silent};
use crate::app::hints::{self, Question};
use crate::domain::ids::{FeedbackNo, Seq};
use crate::domain::prudence::{Prudence, Turn};
use crate::domain::views::Unreadable;
use crate::slack::Desk;

/// So many records wait to be asked about; of more the oldest are forgotten.
const MOST_WAITING: usize = 1_000;
/// So often a record is asked about until there is an answer.
const TRIES: u8 = 3;

/// Who asks, and what waits.
struct Asker {
    desk: Arc<Desk>,
    model: Model,
    waiting: VecDeque<(FeedbackNo, u8)>,
}

/// Asks about what is new from here on, one question at a time.
pub(super) async fn hinting(desk: Arc<Desk>, model: Model, mut stop: watch::Receiver<bool>) {
    let mut newest = desk.store.newest();
    let mut upto = *newest.borrow_and_update();
    let clock = desk.clock.clone();
    let mut asker = Asker { desk, model, waiting: VecDeque::new() };
    loop {
        let now = *newest.borrow_and_update();
        match asker.look(upto, now).await {
            Ok(()) => upto = now,
            Err(error) => error!(%error, "what is new could not be read: no hints are asked for it"),
        }
        let turn = asker.turn();
        let wake = match turn {
            Some(Turn::Now) => {
                tokio::select! {
                    () = asker.ask() => continue,
                    _ = stop.wait_for(|stop| *stop) => return,
                }
            }
            Some(Turn::NotBefore(then)) => then,
            None => Timestamp::MAX,
        };
        tokio::select! {
            changed = newest.changed() => if changed.is_err() { return },
            () = clock.sleep_until(wake) => {}
            _ = stop.wait_for(|stop| *stop) => return,
        }
    }
}

impl Asker {
    /// Notes what is new and to be asked about.
    async fn look(&mut self, after: Seq, upto: Seq) -> Result<(), Unreadable> {
        for new in self.desk.store.new_in(after, upto).await? {
            if self.waiting.iter().any(|(no, _)| *no == new.no) {
                continue;
            }
            let record = self.desk.store.record(new.no).await?;
            if record.is_some_and(|record| hints::is_asked(&self.desk.in_force, &record)) {
                self.waiting.push_back((new.no, TRIES));
            }
        }
        while self.waiting.len() > MOST_WAITING {
            self.waiting.pop_front();
        }
        Ok(())
    }

    /// Whether to ask now; none: nothing waits.
    fn turn(&self) -> Option<Turn> {
        let now = self.desk.clock.now();
        self.waiting.front().and_then(|_| self.with_prudence(|prudence| prudence.turn(now)))
    }

    fn with_prudence<T>(&self, tell: impl FnOnce(&mut Prudence) -> T) -> Option<T> {
        let prudence = self.desk.in_force.prudence.as_ref()?;
        Some(tell(&mut prudence.lock().unwrap_or_else(PoisonError::into_inner)))
    }

    /// Asks about what has waited longest. It goes to the end where it may be answered later.
    async fn ask(&mut self) {
        let Some((no, tries)) = self.waiting.pop_front() else { return };
        let Desk { store, in_force, clock, .. } = self.desk.as_ref();
        let question = match hints::question(store, in_force, no).await {
            Ok(Some(question)) => question,
            Ok(None) => return self.takes_back(),
            Err(error) => return error!(%error, "a record could not be read: no hint is asked for it"),
        };
        match clock.away("a hint", self.model.ask(&question.instruction, &question.text)).await {
            Ok(answer) => self.take(&question, &answer).await,
            Err(silent) => {
                self.failed(&silent);
                if silent.passes() && tries > 1 {
                    self.waiting.push_back((no, tries - 1));
                }
            }
        }
    }

    async fn take(&self, question: &Question, answer: &str) {
        let Desk { store, in_force, clock, .. } = self.desk.as_ref();
        let hints = match hints::read(in_force, question, answer) {
            Ok(hints) => hints,
            Err(unfit) => {
                warn!(no = %question.no, %unfit, "the language model's hint is of no use");
                self.with_prudence(|prudence| prudence.failed(clock.now(), None));
                return;
            }
        };
        self.with_prudence(Prudence::went_well);
        match hints::take(store, in_force, clock.now(), question, &hints).await {
            Ok(changes) => info!(no = %question.no, hints = hints.len(), changes, "a language model gave hints"),
            Err(error) => error!(%error, "hints could not be kept"),
        }
    }

    fn failed(&self, silent: &Silent) {
        let now = self.desk.clock.now();
        let rests = self.with_prudence(|prudence| {
            prudence.failed(now, silent.asks_for());
            prudence.rests(now)
        });
        let rests_until = rests.flatten().map(tracing::field::display);
        warn!(why = %silent, rests_until, "the language model gave no hint");
    }

    /// What was counted as asked and was not.
    fn takes_back(&self) {
        self.with_prudence(Prudence::not_asked);
    }
}
