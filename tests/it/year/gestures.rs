//! What people do on a working day.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Span};
use serde_json::{Value, json};
use slack_sim::Change;

use super::Year;
use super::company::{FUNCTIONS, PEOPLE, Saying, channel, home, now, person};
use super::figures::number_of;
use crate::acting::BEFORE_THEM;

impl Year {
    /// A record that is open, told in the last weeks.
    async fn open_record(&mut self) -> Option<(u64, usize)> {
        for _ in 0..12 {
            let back = self.dice.u64(..40).min(self.told().saturating_sub(1));
            let no = self.told().saturating_sub(back);
            if no == 0 {
                return None;
            }
            let record = self.world.record(no).await;
            let lead = record.functions().next().map(|id| now(&self.mergers, number_of(id.as_str())));
            if let (Some(lead), None, false) = (lead, record.care.closed(), record.withdrawn) {
                return Some((no, lead));
            }
        }
        None
    }

    /// What somebody tells.
    fn saying(&mut self) -> Saying {
        let (function, drawn) = (self.dice.usize(..FUNCTIONS), self.dice.usize(..1_000));
        self.sayings += 1;
        self.voices.saying(function, drawn, self.sayings)
    }

    async fn tells(&mut self) {
        let (who, saying) = (person(self.teller()), self.saying());
        if self.dies_now() {
            self.world.remember(&saying.text);
            let (sim, text) = (self.world.sim.clone(), saying.text.clone());
            let (answered, kept) = self.is_killed_during(async { sim.command(&who, "sales", "/heard", &text).await.unwrap().ok }).await;
            assert!(!answered, "nobody was there to answer");
            // Slack does not repeat it. What was kept is kept, though nobody heard so.
            self.said.extend(kept.then_some(saying));
            return;
        }
        let receipt = self.world.heard(&who, "sales", &saying.text).await;
        assert!(receipt.starts_with("Heard: VOC-"), "{receipt}");
        // Some know better who it is for than that it is some team's turn, and say so.
        if receipt.contains("No rule fits") && !saying.functions.is_empty() && self.dice.u8(..4) == 0 {
            self.chooses_teams(&who, &saying).await;
        }
        self.said.push(saying);
    }

    /// A teller says on the receipt whom it concerns.
    async fn chooses_teams(&mut self, who: &str, saying: &Saying) {
        let teams: BTreeSet<String> = saying.functions.iter().map(|one| format!("f{:02}", now(&self.mergers, *one))).collect();
        if self.world.presses(who, "sales", "teams").await.ok {
            assert!(self.world.sends(who, &json!({"functions": {"functions": teams}})).await.ok);
            self.tags.note_chosen(self.day);
        }
    }

    /// Somebody says it where the bot listens.
    async fn says_in_passing(&mut self) {
        let (who, saying) = (person(self.teller()), self.saying());
        if self.dies_now() {
            self.world.remember(&saying.text);
            let (sim, text) = (self.world.sim.clone(), saying.text.clone());
            let said = async {
                sim.message(&who, "stories", &text).unwrap();
                std::future::pending::<()>().await;
            };
            self.is_killed_while(said).await;
            // Slack repeats it, and the bot looks what it missed: all that comes to one record. It may have to wait for its turn to
            // call Slack before it acknowledges: both clocks go on.
            self.world.passes(60).await;
            for _ in 0..3 {
                self.world.wire.advance(SignedDuration::from_mins(5));
                self.world.passes(60).await;
            }
        } else {
            self.world.says(&who, "stories", &saying.text).await;
        }
        self.said.push(saying);
    }

    /// Presses a button below a record, if it is there.
    async fn presses(&mut self, who: usize, no: u64, action: &str) -> bool {
        let who = person(who);
        let seen = self.world.runs(&who, "sales", "/allears", &format!("VOC-{no}")).await;
        if !format!("{:?}", seen.seen).contains(&format!("\"action_id\": String(\"{action}\")")) {
            return false;
        }
        if self.dies_now() {
            let press = self.world.press_of(&who, "sales", action);
            let sim = self.world.sim.clone();
            self.is_killed_during(async { sim.press(&press).await.unwrap().ok }).await;
            // They may try again.
            return false;
        }
        self.world.presses(&who, "sales", action).await.ok
    }

    async fn fills(&self, who: &str, values: &Value) {
        if self.world.sim.modals(who).unwrap().is_empty() {
            return;
        }
        self.world.sends(who, values).await;
        // What the form says instead is read, and closed.
        while let Some(form) = self.world.sim.modals(who).unwrap().pop() {
            self.world.sim.close(who, form["id"].as_str().unwrap(), true).await.unwrap();
            self.world.settled().await;
        }
    }

    pub(super) async fn something_happens(&mut self) {
        let reason = json!("because it is so");
        match self.dice.u8(..26) {
            20 | 21 => self.heard_too().await,
            22 => self.contradicts().await,
            0..=8 => self.tells().await,
            23.. => self.says_in_passing().await,
            9..=11 => {
                if let Some((no, function)) = self.open_record().await {
                    let who = self.member(function);
                    self.presses(who, no, "take").await;
                }
            }
            12..=15 => {
                if let Some((no, function)) = self.open_record().await {
                    let who = self.member(function);
                    if self.presses(who, no, "close").await {
                        let outcome = ["done", "intended", "declined", "planned"][self.dice.usize(..4)];
                        let day = self.day.checked_add(Span::new().days(self.dice.i64(3..40))).unwrap();
                        let values =
                            json!({"outcome": {"outcome": outcome}, "reason": {"reason": reason}, "day": {"day": day.to_string()}});
                        self.fills(&person(who), &values).await;
                    }
                }
            }
            16 => self.decides(&reason).await,
            17 => {
                let who = person(self.somebody());
                let until = self.day.checked_add(Span::new().days(self.dice.i64(2..20))).unwrap();
                self.world.runs(&who, "sales", "/allears", &format!("pause until {until}")).await;
            }
            18 => {
                let who = self.somebody();
                let word = if self.dice.u8(..4) == 0 { "leave" } else { "join" };
                self.world.runs(&person(who), "sales", "/allears", &format!("advocate {word} f{:02}", now(&self.mergers, home(who)))).await;
            }
            _ => self.asks_around().await,
        }
    }

    /// Those who lead decide on a record, or lift what it contradicts.
    async fn decides(&mut self, reason: &Value) {
        let Some((no, function)) = self.open_record().await else { return };
        let to = self.member(function);
        let (action, other) = (["decide", "lift"][self.dice.usize(..2)], now(&self.mergers, (function + 1) % FUNCTIONS));
        for lead in [function, other] {
            if self.gone.contains(&lead) || !self.presses(lead, no, action).await {
                continue;
            }
            let day = self.day.checked_add(Span::new().days(9)).unwrap();
            let to = self.world.sim.person_id(&person(to)).unwrap();
            self.fills(&person(lead), &json!({"reason": {"reason": reason}, "who": {"who": to}, "day": {"day": day.to_string()}})).await;
        }
    }

    /// Somebody of another function says that they heard a record too. One in three finds that it was another matter, and takes it back.
    async fn heard_too(&mut self) {
        let Some((no, function)) = self.open_record().await else { return };
        let before = self.world.record(no).await.heard_too;
        let Some((who, told)) = self.chooses(no, function, "heard_too", "I heard this too").await else { return };
        if told.contains("Noted: you heard") && self.dice.u8(..3) == 0 && self.world.presses(&who, &channel(function), "not_heard").await.ok
        {
            assert_eq!(self.world.record(no).await.heard_too, before, "VOC-{no} counts {who} no more");
            self.taken_back += 1;
        }
    }

    /// Somebody of another function says that a record contradicts what they believe.
    async fn contradicts(&mut self) {
        let Some((no, function)) = self.open_record().await else { return };
        if let Some((who, _)) = self.chooses(no, function, "contradict", "This contradicts us").await {
            self.fills(&who, &json!({"reason": {"reason": "we believe otherwise"}})).await;
        }
    }

    /// Somebody of another function chooses something in the menu of a record, if a digest shows it; says who, and what they read then.
    async fn chooses(&mut self, no: u64, function: usize, id: &str, label: &str) -> Option<(String, String)> {
        let (channel, choice) = (channel(function), format!("\"{id} {no}\""));
        if !self.world.newest_posts(&channel, BEFORE_THEM).iter().any(|message| message["blocks"].to_string().contains(&choice)) {
            return None;
        }
        let who = person(self.member(now(&self.mergers, (function + 3) % FUNCTIONS)));
        let told = self.world.would_choose(&who, &channel, no, label).await?;
        Some((who, told))
    }

    /// Those who read in yesterday's digest what does not concern them say so, in the menu beside it.
    pub(super) async fn says_not_ours(&mut self) {
        for (function, no) in std::mem::take(&mut self.not_theirs) {
            let (channel, choice) = (channel(function), format!("\"not_ours {no} f{function:02}\""));
            let shown = |message: &Value| message["blocks"].to_string().contains(&choice);
            // Where two teams are one by now, they read elsewhere; and what is a number among others has no menu.
            if now(&self.mergers, function) != function || !self.world.newest_posts(&channel, BEFORE_THEM).iter().any(shown) {
                continue;
            }
            let who = self.member(function);
            // A bot that has just begun anew may wait for its turn to call Slack: its clock stands meanwhile, and the workspace's does not.
            let Some(answer) = self.world.would_choose(&person(who), &channel, no, "Not ours").await else { continue };
            assert!(answer.contains(&format!("VOC-{no} goes on")), "{answer}");
            assert!(self.world.record(no).await.functions().all(|reads| number_of(reads.as_str()) != function), "VOC-{no}");
            self.tags.note_not_ours(self.day);
        }
    }

    /// Somebody looks at what there is, and perhaps leaves the company.
    async fn asks_around(&mut self) {
        let who = self.somebody();
        for asked in ["spread", "council", "advocate", "open", "mine"] {
            let told = self.world.runs(&person(who), "sales", "/allears", asked).await.text().to_owned();
            assert!(!told.is_empty(), "{asked}");
        }
        if self.dice.u8(..3) == 0 && self.gone.len() < PEOPLE / 10 {
            let leaver = self.somebody();
            self.world.sim.change(&Change::Deactivate(person(leaver))).unwrap();
            self.gone.insert(leaver);
        }
    }
}
