//! What happens to the workspace around the app: channels that are archived, shared or renamed, people who come and go, tokens
//! that end. Each is told to the app where Slack tells it.
use crate::events;
use crate::faults::Change;
use crate::refusal::Refusal;
use crate::shapes;
use crate::state::State;
use crate::state::channels::{Channel, Kind, NewChannel};
use crate::world::{Passage, World, channel_id, person};
use serde_json::Value;

/// Who does what nobody in particular does.
const SOMEBODY: &str = "USLACKBOT";

impl World {
    /// Archives a channel, or opens it again.
    pub(crate) fn archive(&self, name: &str, archived: bool) -> Result<(), Refusal> {
        self.change_channel(name, |channel| channel.is_archived = archived, |_, channel, ts| events::archived(channel, SOMEBODY, ts))
    }

    /// Shares a channel with another company, or no longer.
    pub(crate) fn share_outside(&self, name: &str, shared: bool) -> Result<(), Refusal> {
        self.change_channel(name, |channel| channel.is_ext_shared = shared, events::shared)
    }

    fn change_channel(
        &self,
        name: &str,
        change: impl FnOnce(&mut Channel),
        event: impl FnOnce(&State, &Channel, &str) -> Value,
    ) -> Result<(), Refusal> {
        let mut state = self.state();
        let id = channel_id(&state, name)?;
        let ts = self.next_ts(&mut state);
        if let Some(channel) = state.channels.get_mut(&id) {
            change(channel);
        }
        let Some(channel) = state.channels.get(&id) else { return Err(Refusal::no_channel(name)) };
        let event = event(&state, channel, &ts);
        self.tell_of_channel(&mut state, &id, &event);
        drop(state);
        self.tick("channel", &id);
        Ok(())
    }

    /// What happens to a public channel the app hears wherever it is; of a private one where it is.
    fn tell_of_channel(&self, state: &mut State, id: &str, event: &Value) {
        if state.channels.get(id).is_some_and(|channel| channel.kind == Kind::Public) {
            self.tell(state, Some(id), event);
        } else {
            self.announce(state, id, event);
        }
    }

    /// A public channel comes to be. Errors: the name is taken.
    fn create(&self, name: &str) -> Result<(), Refusal> {
        let mut state = self.state();
        if state.channel_named(name).is_some() {
            return Err(name_taken(name));
        }
        let id = state.add_channel(NewChannel::named(name), self.seconds());
        let ts = self.next_ts(&mut state);
        if let Some(channel) = state.channels.get(&id) {
            let event = events::created(&state, channel, SOMEBODY, &ts);
            self.tell_of_channel(&mut state, &id, &event);
        }
        drop(state);
        self.tick("channel", &id);
        Ok(())
    }

    /// A channel is no more, nor is what was said in it.
    fn delete_channel(&self, name: &str) -> Result<(), Refusal> {
        let mut state = self.state();
        let id = channel_id(&state, name)?;
        let ts = self.next_ts(&mut state);
        if let Some(channel) = state.channels.get(&id) {
            let event = events::channel_deleted(channel, SOMEBODY, &ts);
            // Told while the channel still says who hears of it.
            self.tell_of_channel(&mut state, &id, &event);
        }
        state.remove_channel(&id);
        drop(state);
        self.tick("channel", &id);
        Ok(())
    }

    /// A channel gets another id and keeps all else.
    fn change_id(&self, name: &str) -> Result<(), Refusal> {
        let mut state = self.state();
        let old = channel_id(&state, name)?;
        let new = state.change_channel_id(&old);
        let ts = self.next_ts(&mut state);
        let event = events::id_changed(&old, &new, &ts);
        self.announce(&mut state, &new, &event);
        drop(state);
        self.tick("channel", &new);
        Ok(())
    }

    /// Somebody's account ends.
    fn deactivate(&self, name: &str) -> Result<(), Refusal> {
        let mut state = self.state();
        let id = person(&state, name)?.id.clone();
        let ts = self.next_ts(&mut state);
        let Some(gone) = state.people.get_mut(&id) else { return Err(Refusal::no_person(name)) };
        gone.deleted = true;
        if let Some(person) = state.people.get(&id) {
            let event = events::user_changed(&shapes::person(&state, person, self.time.now()), self.seconds(), &ts);
            self.tell(&mut state, None, &event);
        }
        drop(state);
        self.tick("people", "");
        Ok(())
    }

    /// Another name for a channel. Errors: it is taken.
    pub(crate) fn rename(&self, name: &str, new: &str) -> Result<(), Refusal> {
        let mut state = self.state();
        let id = channel_id(&state, name)?;
        if !state.rename_channel(&id, new) {
            return Err(name_taken(new));
        }
        let ts = self.next_ts(&mut state);
        if let Some(channel) = state.channels.get(&id) {
            let event = events::renamed(channel, &ts);
            self.tell_of_channel(&mut state, &id, &event);
        }
        drop(state);
        self.tick("channel", &id);
        Ok(())
    }

    /// Somebody comes into a public channel.
    pub(crate) fn come(&self, user: &str, channel: &str) -> Result<(), Refusal> {
        let mut state = self.state();
        self.enter(&mut state, user, channel).map(drop)
    }

    /// Somebody who is in a channel brings another one in, the app too.
    pub(crate) fn invite(&self, by: &str, channel: &str, who: &str) -> Result<(), Refusal> {
        let mut state = self.state();
        let (by, channel) = self.enter(&mut state, by, channel)?;
        let who = person(&state, who)?.id.clone();
        self.join(&mut state, &channel, &who, Some(&by));
        drop(state);
        Ok(())
    }

    /// Somebody leaves a channel.
    pub(crate) fn go(&self, user: &str, channel: &str) -> Result<(), Refusal> {
        let mut state = self.state();
        let user = person(&state, user)?.id.clone();
        let id = channel_id(&state, channel)?;
        self.leave(&mut state, &id, &user);
        drop(state);
        Ok(())
    }

    /// Takes somebody out of a channel; the app hears of it, also of itself.
    pub(crate) fn leave(&self, state: &mut State, channel_id: &str, user: &str) {
        let ts = self.next_ts(state);
        let Some(channel) = state.channels.get(channel_id) else { return };
        if !channel.members.contains(user) {
            return;
        }
        let event = events::left(state, channel, user, &ts);
        // Told while the app is still there: it hears of its own leaving too.
        self.announce(state, channel_id, &event);
        if let Some(channel) = state.channels.get_mut(channel_id) {
            channel.members.remove(user);
        }
        self.note(state, channel_id, user, Passage::Left);
        self.tick("channel", channel_id);
    }

    /// Takes the app out of a channel.
    pub(crate) fn remove_bot(&self, name: &str) -> Result<(), Refusal> {
        let mut state = self.state();
        let id = channel_id(&state, name)?;
        let bot = state.team.bot_user.clone();
        self.leave(&mut state, &id, &bot);
        drop(state);
        Ok(())
    }

    /// Every further call with the app's tokens is refused.
    pub(crate) fn revoke_tokens(&self) {
        let mut state = self.state();
        self.revoke_bot_token(&mut state);
        drop(state);
    }

    /// Every further call with the bot's token is refused; the app hears of it.
    pub(crate) fn revoke_bot_token(&self, state: &mut State) {
        let ts = self.next_ts(state);
        let event = events::tokens_revoked(&state.team.bot_user, &ts);
        self.tell(state, None, &event);
        state.tokens.revoked.insert(self.install.bot_token.clone());
    }

    /// The app is taken out of the workspace: it hears that, and that its tokens ended, in no certain order.
    pub(crate) fn uninstall(&self) {
        let mut state = self.state();
        if !state.tokens.revoked.contains(&self.install.bot_token) {
            self.revoke_bot_token(&mut state);
        }
        let ts = self.next_ts(&mut state);
        let event = events::uninstalled(&ts);
        self.tell(&mut state, None, &event);
        drop(state);
    }

    /// As a fault says it.
    pub(crate) fn change_workspace(&self, change: &Change) -> Result<(), Refusal> {
        match change {
            Change::Archive(channel) => self.archive(channel, true),
            Change::Unarchive(channel) => self.archive(channel, false),
            Change::Create(channel) => self.create(channel),
            Change::Delete(channel) => self.delete_channel(channel),
            Change::Rename { channel, to } => self.rename(channel, to),
            Change::ChangeId(channel) => self.change_id(channel),
            Change::Deactivate(user) => self.deactivate(user),
            Change::ShareOutside(channel) => self.share_outside(channel, true),
            Change::RemoveBot(channel) => self.remove_bot(channel),
            Change::RevokeTokens => {
                self.revoke_tokens();
                Ok(())
            }
            Change::Uninstall => {
                self.uninstall();
                Ok(())
            }
        }
    }
}

fn name_taken(name: &str) -> Refusal {
    Refusal::new(409, "name_taken", format!("There is already a channel {name:?}."))
}
