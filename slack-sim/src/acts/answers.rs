//! Answers to commands and interactions: at once, or later by a `response_url`.
//! Source: <https://docs.slack.dev/interactivity/handling-user-interaction#message_responses>.
use crate::fields::text;
use crate::kit;
use crate::shapes::{self, Metadata};
use crate::state::asks::{HOOK_LIFE, Hook, Original};
use crate::state::channels::{Author, Message};
use crate::state::{Ephemeral, State};
use crate::world::{World, complete, lock};
use serde_json::{Value, json};

/// An address that was just handed out.
pub(crate) struct Address {
    pub(crate) secret: String,
    pub(crate) url: String,
}

/// What is to be shown.
struct Content {
    text: String,
    blocks: Option<Value>,
    thread_ts: Option<String>,
    in_channel: bool,
}

impl Content {
    /// Nothing when there is nothing to show. Errors are Slack's names.
    fn of(answer: &Value) -> Result<Option<Self>, &'static str> {
        let answer = if let Some(text) = answer.as_str() { &json!({"text": text}) } else { answer };
        let blocks = answer.get("blocks").filter(|blocks| blocks.as_array().is_none_or(|all| !all.is_empty())).cloned();
        if blocks.as_ref().is_some_and(|blocks| !blocks.is_array()) {
            return Err("invalid_blocks_format");
        }
        if blocks.as_ref().is_some_and(|blocks| !kit::check_blocks(blocks, kit::Surface::Message).is_empty()) {
            return Err("invalid_blocks");
        }
        let content = Self {
            text: text(answer, "text").to_owned(),
            blocks,
            thread_ts: answer.get("thread_ts").and_then(Value::as_str).map(str::to_owned),
            in_channel: text(answer, "response_type") == "in_channel",
        };
        Ok(Some(content).filter(|content| !content.text.is_empty() || content.blocks.is_some()))
    }
}

impl World {
    /// A new address for answers: `kind` is the first part of its path.
    pub(crate) fn hook(&self, state: &mut State, kind: &str, (channel, user): (&str, &str), original: Option<Original>) -> Address {
        let secret = format!("{}/{}", state.ids.thing("1"), state.ids.secret());
        let now = self.time.now();
        let fixed = original.is_some();
        let hook = Hook { channel: channel.to_owned(), user: user.to_owned(), until: now + HOOK_LIFE, uses: 0, original, fixed };
        lock(&self.asks).add_hook(&secret, hook, now);
        let url = format!("{}/{kind}/{}/{secret}", self.base(), state.team.id);
        Address { secret, url }
    }

    /// Shows an answer: to the one who asked, or in the channel. Nothing when there is nothing to show.
    pub(crate) fn show(&self, secret: &str, answer: &Value) -> Result<Option<Value>, &'static str> {
        let hook = lock(&self.asks).hook(secret).cloned();
        let (Some(hook), Some(content)) = (hook, Content::of(answer)?) else { return Ok(None) };
        let mut state = self.state();
        let ts = self.next_ts(&mut state);
        let (original, shown) = if content.in_channel {
            let shown = self.show_to_all(&mut state, &hook.channel, &ts, content);
            (Original::Message(ts), shown)
        } else {
            let Content { text, blocks, thread_ts, .. } = content;
            let (channel, user) = (hook.channel, hook.user);
            let seen = Ephemeral { ts: ts.clone(), channel, user, by_slack: false, text, blocks, thread_ts };
            (Original::Ephemeral(ts), Some(self.whisper(&mut state, seen)))
        };
        drop(state);
        lock(&self.asks).hook_shows(secret, original);
        Ok(shown)
    }

    fn show_to_all(&self, state: &mut State, channel_id: &str, ts: &str, content: Content) -> Option<Value> {
        let mut message = Message::new(ts.to_owned(), Author::AppAside, content.text);
        message.subtype = Some("bot_message");
        message.blocks = content.blocks;
        message.thread_ts = content.thread_ts.filter(|ts| crate::acts::messages::thread_root(state, channel_id, ts).is_ok());
        let channel = state.channels.get(channel_id)?;
        let mut shown = shapes::message(state, channel, &message, Metadata::Full);
        shown.insert("response_type".to_owned(), json!("in_channel"));
        drop(self.put(state, channel_id, message));
        Some(Value::Object(shown))
    }

    /// An answer to a `response_url`: Slack's error where there is one.
    pub(crate) fn respond(&self, secret: &str, answer: &Value) -> Result<(), &'static str> {
        let original = lock(&self.asks).use_hook(secret, self.time.now())?;
        let set = |name: &str| answer.get(name).is_some_and(|value| *value == json!(true) || *value == json!("true"));
        match original {
            Some(original) if set("delete_original") => {
                self.delete_original(secret, original);
                Ok(())
            }
            None if set("delete_original") => Ok(()),
            Some(original) if set("replace_original") => {
                let content = Content::of(answer)?.ok_or("no_text")?;
                self.replace_original(secret, original, content);
                Ok(())
            }
            _ => self.show(secret, answer)?.map(drop).ok_or("no_text"),
        }
    }

    fn delete_original(&self, secret: &str, original: Original) {
        let Some(hook) = lock(&self.asks).hook(secret).cloned() else { return };
        let mut state = self.state();
        match original {
            Original::Ephemeral(ts) => state.ephemerals.retain(|seen| seen.ts != ts),
            Original::Message(ts) => self.remove(&mut state, &hook.channel, &ts),
        }
        drop(state);
        self.tick_for("ephemeral", &hook.channel, &hook.user);
    }

    fn replace_original(&self, secret: &str, original: Original, content: Content) {
        let Some(hook) = lock(&self.asks).hook(secret).cloned() else { return };
        let Content { text, blocks, .. } = content;
        let mut state = self.state();
        match original {
            Original::Ephemeral(ts) => {
                let mut blocks = blocks;
                complete(&mut state, &mut blocks);
                if let Some(seen) = state.ephemerals.iter_mut().find(|seen| seen.ts == ts) {
                    seen.text = text;
                    seen.blocks = blocks;
                }
            }
            Original::Message(ts) => {
                let by = state.team.bot_user.clone();
                self.change(&mut state, (&hook.channel, &ts), &by, |message| {
                    message.text = text;
                    message.blocks = blocks;
                });
            }
        }
        drop(state);
        self.tick_for("ephemeral", &hook.channel, &hook.user);
    }
}
