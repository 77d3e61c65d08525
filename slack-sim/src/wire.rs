//! What a test does to the wire: farewells, cuts, raw frames, repetitions, faults.
use crate::faults::Fault;
use crate::hub::Farewell;
use crate::refusal::Refusal;
use crate::sim::Sim;
use crate::world::lock;
use crate::{line, looks};
use serde_json::Value;
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
    /// and received so far, pings and pongs left out. Two equal answers with nothing to do in between: nothing is under way.
    pub async fn probe(&self) -> u64 {
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
        let last = self.world().events().pop();
        let repeated = last.is_some();
        if let Some(payload) = last {
            line::send_event(&self.world().hub, payload);
        }
        repeated
    }

    /// Sends the event with this id again; false when it is not remembered.
    pub fn repeat_event(&self, event_id: &str) -> bool {
        let events = self.world().events();
        let known = events.into_iter().find(|event| event.get("event_id").and_then(Value::as_str) == Some(event_id));
        let repeated = known.is_some();
        if let Some(payload) = known {
            line::send_event(&self.world().hub, payload);
        }
        repeated
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
        lock(&self.world().faults).add(method, times, fault);
    }

    /// How many calls are still to go wrong.
    pub fn faults_left(&self) -> u32 {
        lock(&self.world().faults).left()
    }
}
