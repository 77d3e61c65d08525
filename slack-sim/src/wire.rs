//! What a test does to the wire: farewells, cuts, raw frames, repetitions, faults.
use crate::board::Farewell;
use crate::faults::{Change, Fault, Rule};
use crate::http::Addresses;
use crate::refusal::Refusal;
use crate::sim::Sim;
use crate::world::lock;
use crate::{events, looks};
use serde_json::Value;
use std::sync::Arc;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

/// A frame of any bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RawFrame {
    /// A text frame; the bytes need not be UTF-8.
    Text(Vec<u8>),
    /// A binary frame.
    Binary(Vec<u8>),
}

/// What the wire does, and what goes wrong on it.
impl Sim {
    /// How many lines are open.
    pub fn lines(&self) -> usize {
        self.world().hub.lines()
    }

    /// Sends a ping through every open line, waits for each pong or the line's end, and answers how many frames were sent
    /// and received so far, pings and pongs left out. Requests under way are waited for too, two seconds of real time at
    /// most. Two equal answers with nothing to do in between: nothing is under way.
    pub async fn probe(&self) -> u64 {
        self.world().delivery.quiet().await;
        self.world().hub.probe().await
    }

    /// Asks the app to leave every open line for a new one; each is closed ten seconds of the wire's clock later.
    pub fn refresh_lines(&self) {
        self.world().hub.farewell(None, Farewell::RefreshRequested);
    }

    /// Says any farewell on every open line. After [`Farewell::LinkDisabled`] no line opens until [`Sim::enable_link`].
    pub fn farewell(&self, why: Farewell) {
        self.world().hub.farewell(None, why);
    }

    /// Socket Mode is on again.
    pub fn enable_link(&self) {
        self.world().hub.enable();
    }

    /// Cuts every connection without a word.
    pub fn drop_lines(&self) {
        self.world().hub.cut();
    }

    /// Every open line stays open, and from here on neither reads nor writes.
    pub fn freeze_lines(&self) {
        self.world().hub.freeze();
    }

    /// Sends a frame of any bytes down the next line; false when none is open.
    pub fn push_frame(&self, frame: RawFrame) -> bool {
        let frame = match frame {
            RawFrame::Text(bytes) => Frame::message(bytes, OpCode::Data(Data::Text), true),
            RawFrame::Binary(bytes) => Frame::message(bytes, OpCode::Data(Data::Binary), true),
        };
        self.world().hub.push_frame(Message::Frame(frame))
    }

    /// Sends an envelope just as it is down the next line; answers the whole acknowledgement, nothing when none comes within
    /// three seconds of the wire's clock, or the envelope has no `envelope_id`.
    pub async fn deliver(&self, envelope: &Value) -> Option<Value> {
        let waiting = self.world().hub.send_as_is(envelope)?;
        self.world().hub.answer(waiting).await
    }

    /// Sends the newest event again, with the same event id; false when there is none.
    pub fn repeat_last_event(&self) -> bool {
        self.repeat(self.world().events().pop())
    }

    /// Sends the event with this id again; false when it is not remembered.
    pub fn repeat_event(&self, event_id: &str) -> bool {
        let events = self.world().events();
        self.repeat(events.into_iter().find(|event| event.get("event_id").and_then(Value::as_str) == Some(event_id)))
    }

    fn repeat(&self, payload: Option<Arc<Value>>) -> bool {
        let known = payload.is_some();
        if let Some(payload) = payload {
            let another = self.world().state().ids.event();
            self.world().delivery.event(payload, |payload| events::under_another_id(payload, &another));
        }
        known
    }

    /// Tells the app of a message once more, under another event id.
    pub fn repeat_message(&self, channel: &str, ts: &str) -> Result<(), Refusal> {
        let world = self.world();
        let mut state = world.state();
        let channel = looks::channel(&state, channel)?.ok_or_else(|| Refusal::no_channel(channel))?;
        if !channel.messages.contains_key(ts) {
            return Err(Refusal::no_message(ts));
        }
        let id = channel.id.clone();
        world.announce_message(&mut state, &id, ts);
        drop(state);
        Ok(())
    }

    /// The next `times` calls of a method go wrong.
    pub fn fail_next(&self, method: &str, times: u32, fault: Fault) {
        self.fault(Rule::on(method, fault).times(times));
    }

    /// A fault from here on, as its rule says.
    pub fn fault(&self, rule: Rule) {
        lock(&self.world().faults).add(rule);
    }

    /// Nothing goes wrong on purpose any more.
    pub fn clear_faults(&self) {
        lock(&self.world().faults).clear();
    }

    /// How many calls, events or lines are still to go wrong, of the faults that end.
    pub fn faults_left(&self) -> u32 {
        lock(&self.world().faults).left()
    }

    /// Changes the workspace, as a fault does between two calls.
    pub fn change(&self, change: &Change) -> Result<(), Refusal> {
        self.world().change_workspace(change)
    }
}

/// Delivery over HTTP.
impl Sim {
    /// From here on the app takes signed requests there, with the builder's signing secret: what happens goes down no line
    /// any more, and what a line did not take is sent there too. No event goes there before [`Sim::verify_url`].
    pub fn deliver_to(&self, addresses: Addresses) {
        self.world().deliver_to(addresses);
    }

    /// Asks the app's address for events whether it is the app's: no event is sent before. Errors: a sentence.
    pub async fn verify_url(&self) -> Result<(), String> {
        let challenge = self.world().state().ids.secret();
        match self.world().delivery.http() {
            Some(http) => http.verify(&challenge).await,
            None => Err("The app takes no requests: it is in Socket Mode.".to_owned()),
        }
    }

    /// Slack's check of the address for commands; answers the status.
    pub async fn ssl_check(&self) -> Option<u16> {
        self.world().delivery.http()?.ssl_check().await
    }
}
