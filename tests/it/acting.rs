//! What people do besides writing: buttons, forms, reactions; and what only they see.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};
use slack_sim::{Outcome, Press};

use crate::world::World;

/// Among how many of a channel's newest messages people look for a menu: its past may be a year's.
pub(crate) const BEFORE_THEM: usize = 100;

/// The action of each button in some blocks.
fn actions(blocks: &Value) -> Vec<String> {
    let elements = blocks.as_array().into_iter().flatten().flat_map(|block| block["elements"].as_array().cloned().unwrap_or_default());
    elements.filter_map(|element| element["action_id"].as_str().map(str::to_owned)).collect()
}

impl World {
    /// What only this person sees in a channel, the oldest first.
    pub(crate) fn seen_by(&self, who: &str, channel: &str) -> Vec<String> {
        let seen = self.sim.ephemerals(who, Some(channel)).unwrap();
        seen.iter().map(|message| self.named(message["text"].as_str().unwrap_or_default().to_owned())).collect()
    }

    /// What the bot wrote to this person.
    pub(crate) fn told_directly(&self, who: &str) -> Vec<String> {
        let bot = self.sim.bot_user();
        let messages = self.sim.messages(&format!("@{who}")).unwrap_or_default();
        let ours = messages.iter().filter(|message| message["user"] == bot.as_str());
        ours.map(|message| self.named(message["text"].as_str().unwrap_or_default().to_owned())).collect()
    }

    /// Presses the newest button of this action that the person sees in a channel.
    pub(crate) async fn presses(&self, who: &str, channel: &str, action: &str) -> Outcome {
        self.press(&self.press_of(who, channel, action)).await
    }

    /// What it is to press it.
    pub(crate) fn press_of(&self, who: &str, channel: &str, action: &str) -> Press {
        // A direct message with the bot is the person's to read, and the bot's to be pressed in.
        let (read, channel) = if channel.starts_with('@') { (channel, "@bot") } else { (channel, channel) };
        let only = if read == channel { self.sim.ephemerals(who, Some(channel)).unwrap() } else { vec![] };
        let all = only.into_iter().chain(self.sim.messages(read).unwrap_or_default());
        let with = |message: &Value| actions(&message["blocks"]).iter().any(|known| known == action);
        let message = all.filter(with).max_by_key(|message| message["ts"].as_str().unwrap().to_owned()).expect("there is such a button");
        let ts = message["ts"].as_str().map(str::to_owned);
        Press { user: who.to_owned(), channel: Some(channel.to_owned()), ts, action_id: action.to_owned(), ..Press::default() }
    }

    /// Makes a choice in the menu of a record, in the last message of a channel that has one, of the newest hundred; gives what the
    /// person reads then.
    pub(crate) async fn chooses(&self, who: &str, channel: &str, no: u64, label: &str) -> String {
        self.would_choose(who, channel, no, label).await.expect("it is acknowledged in time")
    }

    /// The same where the bot may not get to it in Slack's three seconds: then nobody reads anything.
    pub(crate) async fn would_choose(&self, who: &str, channel: &str, no: u64, label: &str) -> Option<String> {
        let messages = self.newest_posts(channel, BEFORE_THEM);
        let choice = |block: &Value| {
            let options =
                block["elements"].as_array()?.iter().flat_map(|element| element["options"].as_array().cloned().unwrap_or_default());
            let mut fitting = options.filter(|option| option["text"]["text"] == label);
            let value =
                fitting.find(|option| option["value"].as_str().unwrap().split(' ').nth(1) == Some(&no.to_string()))?["value"].clone();
            Some((block["block_id"].as_str().unwrap_or_default().to_owned(), value))
        };
        let found = messages.iter().rev().find_map(|message| {
            let (block, value) = message["blocks"].as_array()?.iter().find_map(choice)?;
            Some((message["ts"].as_str().map(str::to_owned), block, value))
        });
        let (ts, block_id, value) = found.expect("there is such a choice");
        let press = Press {
            user: who.to_owned(),
            channel: Some(channel.to_owned()),
            ts,
            block_id,
            action_id: "menu".to_owned(),
            value: Some(value),
            ..Press::default()
        };
        let answered = self.press(&press).await.ok;
        self.let_go.fetch_add(usize::from(!answered), Ordering::Relaxed);
        answered.then(|| self.seen_by(who, channel).pop().unwrap_or_default())
    }

    pub(crate) async fn press(&self, press: &Press) -> Outcome {
        let outcome = self.patiently(self.sim.press(press)).await.unwrap();
        self.settled().await;
        outcome
    }

    /// Uses a shortcut, on a message or anywhere.
    pub(crate) async fn shortcut(&self, who: &str, callback: &str, message: Option<(&str, &str)>) -> Outcome {
        let outcome = self.patiently(self.sim.shortcut(who, callback, message)).await.unwrap();
        self.settled().await;
        outcome
    }

    /// The form that this person sees on top.
    pub(crate) fn form(&self, who: &str) -> Value {
        self.sim.modals(who).unwrap().pop().expect("a form is open")
    }

    /// Fills the form on top in, and sends it.
    pub(crate) async fn sends(&self, who: &str, values: &Value) -> Outcome {
        let id = self.form(who)["id"].as_str().unwrap().to_owned();
        let outcome = self.patiently(self.sim.submit(who, &id, values)).await.unwrap();
        self.settled().await;
        outcome
    }

    /// Reacts to a message.
    pub(crate) async fn reacts(&self, who: &str, channel: &str, ts: &str) {
        self.sim.react(who, channel, ts, "postbox").unwrap();
        self.settled().await;
    }

    /// Takes the reaction away.
    pub(crate) async fn unreacts(&self, who: &str, channel: &str, ts: &str) {
        self.sim.unreact(who, channel, ts, "postbox").unwrap();
        self.settled().await;
    }

    /// Reacts for the first time, and says that it was meant.
    pub(crate) async fn learns_to_react(&self, who: &str) {
        let ts = self.says("raj", "sales", "the very first thing that a customer said").await;
        self.reacts(who, "sales", &ts).await;
        assert!(self.presses(who, "sales", "pass_on").await.ok);
    }

    /// Presses a record's button in a channel; gives what happened.
    pub(crate) async fn presses_of(&self, who: &str, channel: &str, no: u64, action: &str) -> Outcome {
        let read = if channel == "@bot" { format!("@{who}") } else { channel.to_owned() };
        let mut all = self.sim.ephemerals(who, Some(channel)).unwrap_or_default();
        all.extend(self.sim.messages(&read).unwrap());
        let number = no.to_string();
        let button = |message: &Value| {
            let blocks = message["blocks"].as_array()?;
            let block = blocks.iter().find(|block| {
                let elements = block["elements"].as_array().into_iter().flatten();
                elements.filter(|one| one["action_id"] == action).any(|one| one["value"] == number.as_str())
            })?;
            Some((message["ts"].as_str()?.to_owned(), block["block_id"].as_str()?.to_owned()))
        };
        let (ts, block_id) = all.iter().filter_map(button).max().expect("there is such a button");
        let channel = Some(channel.to_owned());
        let press = Press { user: who.to_owned(), channel, ts: Some(ts), block_id, action_id: action.to_owned(), ..Press::default() };
        self.press(&press).await
    }

    /// The same, and what the person reads then.
    pub(crate) async fn reads_of(&self, who: &str, channel: &str, no: u64, action: &str) -> String {
        assert!(self.presses_of(who, channel, no, action).await.ok);
        self.seen_by(who, channel).pop().unwrap_or_default()
    }

    /// Closes a record by the form.
    pub(crate) async fn closes(&self, who: &str, no: u64, outcome: &str, reason: &str) {
        assert!(self.presses_of(who, "finance-voice", no, "close").await.ok);
        assert!(self.sends(who, &closing(outcome, reason, None)).await.ok);
    }

    /// What somebody's page at home says.
    pub(crate) async fn home_of(&self, who: &str) -> String {
        self.sim.open_home(who).unwrap();
        self.settled().await;
        self.sim.home(who).unwrap().unwrap().to_string()
    }

    /// Presses a button on somebody's page at home, by its action and value.
    pub(crate) async fn presses_at_home(&self, who: &str, action: &str, value: &str) {
        self.home_of(who).await;
        let home = self.sim.home(who).unwrap().unwrap();
        let is_it = |block: &&Value| block["accessory"]["action_id"] == action && block["accessory"]["value"] == value;
        let block = home["blocks"].as_array().unwrap().iter().find(is_it).expect("there is such a button");
        let press = Press {
            user: who.to_owned(),
            view_id: home["id"].as_str().map(str::to_owned),
            block_id: block["block_id"].as_str().unwrap().to_owned(),
            action_id: action.to_owned(),
            ..Press::default()
        };
        assert!(self.press(&press).await.ok);
    }
}

/// The block of a form's field.
pub(crate) fn field<'a>(form: &'a Value, block: &str) -> &'a Value {
    form["blocks"].as_array().unwrap().iter().find(|known| known["block_id"] == block).expect("there is such a field")
}

/// What all of a form says, its fields by their labels.
pub(crate) fn labels(form: &Value) -> Vec<String> {
    let text = |block: &Value| block["label"]["text"].as_str().or_else(|| block["text"]["text"].as_str()).unwrap_or_default().to_owned();
    form["blocks"].as_array().unwrap().iter().map(text).collect()
}

/// What the form that closes a record is sent with.
pub(crate) fn closing(outcome: &str, reason: &str, day: Option<&str>) -> Value {
    let mut values = json!({"outcome": {"outcome": outcome}, "reason": {"reason": reason}});
    if let Some(day) = day {
        values["day"] = json!({"day": day});
    }
    values
}
