//! The handle by which tests and demonstrations hold a running workspace.
use crate::acts::commands::Seen;
use crate::acts::interactions::{Outcome, Press};
use crate::calls::Call;
use crate::looks;
use crate::refusal::Refusal;
use crate::state::channels::NewChannel;
use crate::state::files::Upload;
use crate::state::people::NewPerson;
use crate::state::tokens;
use crate::state::usergroups::NewUsergroup;
use crate::time::{SystemTime, Time as _, within};
use crate::world::{Posted, World, lock, person};
use jiff::SignedDuration;
use serde_json::{Map, Value};
use std::sync::{Arc, Mutex};
use tokio::task::JoinHandle;

/// How long requests that were begun may go on when it ends, in real time.
const PARTING: SignedDuration = SignedDuration::from_secs(1);

/// A running workspace. Clones hold the same one; it ends with the last of them.
#[derive(Clone)]
pub struct Sim(Arc<Running>);

struct Running {
    world: Arc<World>,
    server: Mutex<Option<JoinHandle<()>>>,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.world.hub.close();
    }
}

/// Where it is, and who the app is in it.
impl Sim {
    pub(crate) fn running(world: Arc<World>, server: JoinHandle<()>) -> Self {
        Self(Arc::new(Running { world, server: Mutex::new(Some(server)) }))
    }

    pub(crate) fn world(&self) -> &Arc<World> {
        &self.0.world
    }

    /// The port of everything.
    pub fn port(&self) -> u16 {
        self.world().port
    }

    /// The page's address, such as `http://127.0.0.1:7071`, without a slash at its end.
    pub fn url(&self) -> String {
        self.world().base()
    }

    /// The Web API's address, without a slash at its end.
    pub fn api_url(&self) -> String {
        format!("{}/api", self.world().base())
    }

    /// The token of the bot (`xoxb-`).
    pub fn bot_token(&self) -> &str {
        &self.world().install.bot_token
    }

    /// The token of the app (`xapp-`).
    pub fn app_token(&self) -> &str {
        &self.world().install.app_token
    }

    /// What the app shows as `client_id` when it exchanges a code.
    pub fn client_id(&self) -> &'static str {
        tokens::CLIENT_ID
    }

    /// What the app shows as `client_secret` when it exchanges a code.
    pub fn client_secret(&self) -> &'static str {
        tokens::CLIENT_SECRET
    }

    /// Somebody consents to the app: a code that `oauth.v2.access` or `openid.connect.token` takes once.
    pub fn oauth_code(&self, user: &str) -> Result<String, Refusal> {
        let mut state = self.world().state();
        let user = person(&state, user)?.id.clone();
        let code = state.ids.secret();
        state.tokens.codes.insert(code.clone(), tokens::Code { user, used: false });
        drop(state);
        Ok(code)
    }

    /// What requests to the app are signed with.
    pub fn signing_secret(&self) -> &str {
        &self.world().install.signing_secret
    }

    /// Whether what happens is delivered over HTTP, not down a socket.
    pub fn takes_requests(&self) -> bool {
        self.world().delivery.http().is_some()
    }

    /// The id of the bot's user.
    pub fn bot_user(&self) -> String {
        self.world().state().team.bot_user.clone()
    }

    /// The id of the bot as an author (`B`).
    pub fn bot_id(&self) -> String {
        self.world().state().team.bot_id.clone()
    }

    /// The workspace's id.
    pub fn team_id(&self) -> String {
        self.world().state().team.id.clone()
    }

    /// The moment it is in the workspace.
    pub fn now(&self) -> jiff::Timestamp {
        self.world().time.now()
    }

    /// Ends it, and comes back when the port is free. Who does not finish a request within a second is not waited for.
    pub async fn stop(self) {
        self.world().hub.close();
        let server = lock(&self.0.server).take();
        if let Some(mut server) = server
            && within(SystemTime.rest(PARTING), &mut server).await.is_none()
        {
            server.abort();
            // An error says that it was ended this way.
            drop(server.await);
        }
    }
}

/// Who and what there is.
impl Sim {
    /// Adds a person, or replaces the one with this name; answers the id, which a name keeps in every run.
    pub fn add_person(&self, person: NewPerson) -> String {
        let id = self.world().state().add_person(person);
        self.world().tick("people", "");
        id
    }

    /// Adds people with nothing but names.
    pub fn add_people(&self, names: impl IntoIterator<Item = impl AsRef<str>>) {
        for name in names {
            self.add_person(NewPerson::named(name.as_ref()));
        }
    }

    /// Adds a channel, or changes the one with this name and keeps its messages; answers the id. No event tells of it.
    pub fn add_channel(&self, channel: NewChannel) -> String {
        let created = self.world().seconds();
        let id = self.world().state().add_channel(channel, created);
        self.world().tick("channel", &id);
        id
    }

    /// Adds a user group, or replaces the one with this handle; answers the id, which a handle keeps in every run. From then
    /// on `@handle` in a typed text means the group. Unknown members become people.
    pub fn add_usergroup(&self, group: NewUsergroup) -> String {
        let created = self.world().seconds();
        let id = self.world().state().add_usergroup(group, created);
        self.world().tick("people", "");
        id
    }

    /// The id of a person, by name.
    pub fn person_id(&self, name: &str) -> Option<String> {
        self.world().state().person_named(name).map(|person| person.id.clone())
    }

    /// The id of a channel, by name.
    pub fn channel_id(&self, name: &str) -> Option<String> {
        self.world().state().channel_named(name).map(|channel| channel.id.clone())
    }

    /// Somebody invites the bot to a channel; the bot hears of it.
    pub fn invite_bot(&self, by: &str, channel: &str) -> Result<(), Refusal> {
        let bot = self.bot_user();
        self.world().invite(by, channel, &bot)
    }

    /// Takes the bot out of a channel; the bot hears of it.
    pub fn remove_bot(&self, channel: &str) -> Result<(), Refusal> {
        self.world().remove_bot(channel)
    }

    /// Somebody leaves a channel.
    pub fn leave(&self, user: &str, channel: &str) -> Result<(), Refusal> {
        self.world().go(user, channel)
    }

    /// Archives a channel or opens it again; the bot hears of it.
    pub fn archive(&self, channel: &str, archived: bool) -> Result<(), Refusal> {
        self.world().archive(channel, archived)
    }

    /// Shares a channel with another company, or no longer; the bot hears of it.
    pub fn share_outside(&self, channel: &str, shared: bool) -> Result<(), Refusal> {
        self.world().share_outside(channel, shared)
    }

    /// Gives a channel another name; the bot hears of it.
    pub fn rename(&self, channel: &str, new: &str) -> Result<(), Refusal> {
        self.world().rename(channel, new)
    }

    /// Every further call with the app's tokens is refused; the app hears of it.
    pub fn revoke_tokens(&self) {
        self.world().revoke_tokens();
    }

    /// The app is taken out of the workspace; it hears of it.
    pub fn uninstall(&self) {
        self.world().uninstall();
    }
}

/// What people do. Each call comes back when its events are queued to the app; a command when it is answered.
impl Sim {
    /// Somebody runs a slash command; answers what they see.
    pub async fn command(&self, user: &str, channel: &str, command: &str, text: &str) -> Result<Seen, Refusal> {
        self.world().command(user, channel, command, text).await
    }

    /// Somebody says something.
    pub fn message(&self, user: &str, channel: &str, text: &str) -> Result<Posted, Refusal> {
        self.world().say(user, channel, text, (None, false))
    }

    /// Somebody answers in the thread of a message.
    pub fn reply(&self, user: &str, channel: &str, thread_ts: &str, text: &str) -> Result<Posted, Refusal> {
        self.world().say(user, channel, text, (Some(thread_ts), false))
    }

    /// Somebody shares a file with a text, which may be empty. What it is, its name's ending says.
    pub fn share_file(&self, user: &str, channel: &str, text: &str, (name, bytes): (&str, &[u8])) -> Result<Posted, Refusal> {
        let file = Upload { name: name.to_owned(), bytes: bytes.to_vec() };
        self.world().share(user, channel, text, (None, file))
    }

    /// Slack adds the preview of a link to a message: a change that nobody made.
    pub fn unfurl(&self, channel: &str, ts: &str, preview: &Value) -> Result<Posted, Refusal> {
        self.world().unfurl(channel, ts, preview)
    }

    /// Somebody edits their message.
    pub fn edit(&self, user: &str, channel: &str, ts: &str, text: &str) -> Result<Posted, Refusal> {
        self.world().edit(user, channel, ts, text)
    }

    /// Somebody deletes their message.
    pub fn delete(&self, user: &str, channel: &str, ts: &str) -> Result<Posted, Refusal> {
        self.world().delete(user, channel, ts)
    }

    /// Somebody reacts to a message, with or without colons around the name.
    pub fn react(&self, user: &str, channel: &str, ts: &str, name: &str) -> Result<Posted, Refusal> {
        self.world().react(user, channel, ts, (name, false))
    }

    /// Somebody takes a reaction back.
    pub fn unreact(&self, user: &str, channel: &str, ts: &str, name: &str) -> Result<Posted, Refusal> {
        self.world().react(user, channel, ts, (name, true))
    }
}

/// What people do to what the app shows. Each call comes back when the app has taken it, or Slack's patience is at an end.
impl Sim {
    /// Somebody presses a button or chooses something.
    pub async fn press(&self, press: &Press) -> Result<Outcome, Refusal> {
        self.world().press(press).await
    }

    /// What the app suggests for what was typed (`value`) into a select: `options` or `option_groups`.
    pub async fn suggest(&self, press: &Press) -> Result<Result<Map<String, Value>, Outcome>, Refusal> {
        self.world().suggest(press).await
    }

    /// Somebody uses a global shortcut, or with a channel and a ts one on that message.
    pub async fn shortcut(&self, user: &str, callback_id: &str, message: Option<(&str, &str)>) -> Result<Outcome, Refusal> {
        self.world().shortcut(user, callback_id, message).await
    }

    /// Somebody sends off the modal in front of them; `values` by block and action, in simple form.
    pub async fn submit(&self, user: &str, view_id: &str, values: &Value) -> Result<Outcome, Refusal> {
        let typed = serde_json::from_value(values.clone()).map_err(|error| Refusal::new(400, "invalid_json", format!("{error}.")))?;
        self.world().submit(user, view_id, &typed).await
    }

    /// Somebody closes the modal in front of them; `all`: every modal on the stack.
    pub async fn close(&self, user: &str, view_id: &str, all: bool) -> Result<(), Refusal> {
        self.world().close(user, view_id, all).await
    }

    /// Somebody opens the app's Home.
    pub fn open_home(&self, user: &str) -> Result<(), Refusal> {
        self.world().open_home(user)
    }

    /// The modals that somebody has open, bottom to top.
    pub fn modals(&self, user: &str) -> Result<Vec<Value>, Refusal> {
        looks::modals(&self.world().state(), user)
    }

    /// The app's Home as somebody sees it.
    pub fn home(&self, user: &str) -> Result<Option<Value>, Refusal> {
        looks::home(&self.world().state(), user)
    }
}

/// What can be read.
impl Sim {
    /// A channel's messages as Slack's history gives them, with all metadata, oldest first; replies under `replies`. A
    /// person's name with an @ means the bot's direct message with them.
    pub fn messages(&self, channel: &str) -> Result<Vec<Value>, Refusal> {
        self.newest_messages(channel, usize::MAX)
    }

    /// The newest of them, so many at most, oldest first: in a channel with a past the others need not be looked at.
    pub fn newest_messages(&self, channel: &str, most: usize) -> Result<Vec<Value>, Refusal> {
        looks::part(&self.world().state(), channel, &looks::Part { most, ..looks::Part::default() })
    }

    /// The texts of a channel's messages, oldest first, without threads.
    pub fn texts(&self, channel: &str) -> Result<Vec<String>, Refusal> {
        let text = |message: &Value| message.get("text").and_then(Value::as_str).unwrap_or_default().to_owned();
        Ok(self.messages(channel)?.iter().map(text).collect())
    }

    /// What only this person sees, oldest first; in one channel when one is given.
    pub fn ephemerals(&self, user: &str, channel: Option<&str>) -> Result<Vec<Value>, Refusal> {
        looks::ephemerals(&self.world().state(), user, channel)
    }

    /// What the app called, oldest first: the newest ten thousand.
    pub fn calls(&self) -> Vec<Call> {
        lock(&self.world().calls).all()
    }

    /// As [`Sim::calls`], of one method.
    pub fn calls_of(&self, method: &str) -> Vec<Call> {
        self.calls().into_iter().filter(|call| call.method == method).collect()
    }

    /// Methods that the app called and the simulator does not know.
    pub fn unknown_methods(&self) -> Vec<String> {
        lock(&self.world().calls).unknown()
    }

    /// Modals and Home as the app left them, by view id.
    pub fn views(&self) -> Vec<Value> {
        self.world().state().views.all().map(|view| view.shown.clone()).collect()
    }

    /// The payloads of the newest ten thousand events, oldest first.
    pub fn events(&self) -> Vec<Value> {
        self.world().events().iter().map(|payload| Value::clone(payload)).collect()
    }

    /// Events that were given up after their last attempt.
    pub fn lost_events(&self) -> Vec<Value> {
        self.world().hub.lost()
    }

    /// What was acknowledged twice, or though it was never sent.
    pub fn stray_acks(&self) -> Vec<String> {
        self.world().hub.strays()
    }

    /// What was acknowledged when Slack's patience was at an end.
    pub fn late_acks(&self) -> Vec<String> {
        self.world().hub.late()
    }
}
