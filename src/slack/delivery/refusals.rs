//! What Slack refuses: waited for or given up, and told to whoever can mend it.

use tracing::{error, warn};

use super::courier::{Courier, Waits};
use crate::domain::acts::{Act, Change};
use crate::domain::feedback::Identity;
use crate::domain::function::FunctionId;
use crate::domain::ids::LetterNo;
use crate::domain::letter::{ALERT_LIVES, Alert, Content, Note};
use crate::domain::views::Letter;
use crate::texts::en;

/// Slack's words for a message that will never be taken, whoever mends whatever.
const NEVER: &[&str] = &["invalid_blocks", "invalid_blocks_format", "msg_too_long", "msg_blocks_too_long", "no_text", "metadata_too_large"];

impl Courier {
    /// Waits for whoever can mend it, who is told once; drops what Slack will never take.
    pub(super) async fn refused(&self, no: LetterNo, letter: &Letter, code: String) -> Result<(), Waits> {
        let Some((_, channel)) = self.destination(letter) else {
            // Nobody has to mend anything: the message is gone that was to change, or the person is. Nor is anybody told that
            // they could not be told.
            warn!(%no, code, "a message was given up");
            return self.give_up(no, letter.next_part, &code).await;
        };
        let function = letter.content.function();
        if NEVER.contains(&code.as_str()) {
            error!(function = of(function), code, cure = en::cure(&code, &channel), "a digest or urgent record cannot be posted");
            return self.drop_told((no, letter, function), &code).await;
        }
        if letter.refused.as_ref().is_none_or(|before| before.code != code) {
            let tell = self.who_can_mend(function).await?;
            let act = Act::Refused { letter: no, part: letter.next_part, code: code.clone(), tell };
            self.desk.store.commit(Change::of_the_bot(self.now(), vec![act])).await?;
            error!(function = of(function), code, cure = en::cure(&code, &channel), "a digest or urgent record cannot be posted");
        }
        Err(Waits::Mending(code))
    }

    /// Its deadline has passed.
    pub(super) async fn too_late(&self, no: LetterNo, letter: &Letter) -> Result<(), Waits> {
        match &letter.content {
            Content::Digest(done) => {
                let code = letter.refused.as_ref().map_or("", |refused| refused.code.as_str());
                self.drop_told((no, letter, Some(&done.function)), code).await
            }
            Content::Rollup(..) => {
                let code = letter.refused.as_ref().map_or("", |refused| refused.code.as_str());
                self.drop_told((no, letter, None), code).await
            }
            // What was urgent stands in the digest by then.
            Content::DigestFor(..) | Content::Note(..) => self.give_up(no, letter.next_part, "too_late").await,
        }
    }

    /// Tries it no more, and tells so in the same commit.
    async fn drop_told(&self, (no, letter, function): (LetterNo, &Letter, Option<&FunctionId>), code: &str) -> Result<(), Waits> {
        let why = if code.is_empty() { "too_late" } else { code };
        let until = self.now().checked_add(ALERT_LIVES).ok();
        let told = self.who_can_mend(function).await?.into_iter().map(|who| {
            let alert = Alert::Undelivered { letter: no, code: code.to_owned(), dropped: true };
            Act::Write { to: Some(who), note: Note::Alert(alert), until }
        });
        let failed = Act::Failed { letter: no, part: letter.next_part, why: why.to_owned() };
        let acts = std::iter::once(failed).chain(told).collect();
        self.desk.store.commit(Change::of_the_bot(self.now(), acts)).await?;
        self.waits_no_more(no);
        error!(function = of(function), %no, code = why, "a digest or urgent record was given up");
        Ok(())
    }

    /// Gives up what needs nobody.
    pub(super) async fn give_up(&self, no: LetterNo, part: u32, why: &str) -> Result<(), Waits> {
        let act = Act::Failed { letter: no, part, why: why.to_owned() };
        self.desk.store.commit(Change::of_the_bot(self.now(), vec![act])).await?;
        self.waits_no_more(no);
        Ok(())
    }

    /// The lead of a function, if it is about one, and all admins, each once.
    async fn who_can_mend(&self, function: Option<&FunctionId>) -> Result<Vec<Identity>, Waits> {
        let desk = &self.desk;
        let mut people = desk.admins().await.map_err(Waits::Admins)?;
        people.extend(function.and_then(|id| desk.in_force.routing.function(id)).map(|function| function.lead.clone()));
        people.retain(|user| user.as_str() != desk.home.user);
        Ok(people.into_iter().map(|user| desk.identity(user.as_str(), String::new())).collect())
    }
}

/// Whose letter it is, for the log.
fn of(function: Option<&FunctionId>) -> &str {
    function.map_or("the company", FunctionId::as_str)
}
