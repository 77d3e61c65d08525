//! Envelopes as Slack sends them: for what the simulated workspace never says by itself.

use serde_json::{Value, json};

use crate::world::World;

/// A command of lee's in #sales, with fields of the payload changed or added. `n` tells deliveries apart.
pub(crate) fn command(world: &World, n: u32, fields: &Value) -> Value {
    let mut payload = json!({
        "command": "/heard", "text": "the invoice is wrong", "trigger_id": format!("trigger.{n}"), "team_id": world.sim.team_id(),
        "user_id": world.sim.person_id("lee"), "user_name": "lee", "channel_id": world.sim.channel_id("sales"), "channel_name": "sales",
    });
    change(&mut payload, fields);
    json!({"envelope_id": format!("command-{n}"), "type": "slash_commands", "accepts_response_payload": true, "payload": payload})
}

/// A message of lee's in #stories, with fields of the event changed or added. `n` tells deliveries and messages apart.
pub(crate) fn message(world: &World, n: u32, fields: &Value) -> Value {
    let mut event = json!({
        "type": "message", "channel": world.sim.channel_id("stories"), "channel_type": "channel", "user": world.sim.person_id("lee"),
        "text": "the invoice is wrong", "ts": format!("1795366800.{n:06}"), "team": world.sim.team_id(),
    });
    change(&mut event, fields);
    self::event(world, n, &event)
}

/// Any event.
pub(crate) fn event(world: &World, n: u32, event: &Value) -> Value {
    let payload = json!({"type": "event_callback", "team_id": world.sim.team_id(), "event_id": format!("Ev{n}"), "event": event});
    json!({"envelope_id": format!("event-{n}"), "type": "events_api", "accepts_response_payload": false, "payload": payload})
}

impl World {
    /// A press of a button in #sales, which may be none of ours.
    pub(crate) fn pressed_by(&self, who: &str, id: &str, value: &str) -> Value {
        let trigger = format!("{who}.{id}.{value}");
        let user = json!({"id": self.sim.person_id(who), "username": who, "team_id": self.sim.team_id()});
        let payload = json!({
            "type": "block_actions", "trigger_id": trigger, "user": user, "team": {"id": self.sim.team_id()},
            "channel": {"id": self.sim.channel_id("sales"), "name": "sales"}, "actions": [{"action_id": id, "value": value, "type": "button"}],
        });
        json!({"envelope_id": trigger, "type": "interactive", "accepts_response_payload": false, "payload": payload})
    }
}

fn change(object: &mut Value, fields: &Value) {
    let fields = fields.as_object().unwrap().clone();
    object.as_object_mut().unwrap().extend(fields);
}
