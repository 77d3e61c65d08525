//! The app writes later. Source: <https://docs.slack.dev/reference/methods/chat.scheduleMessage> and its neighbours.
use super::chat;
use super::conversations::{List, bound, member, page, readable};
use super::reply::{Failure, Reply};
use crate::args::Args;
use crate::scheduled::Waiting;
use crate::shapes::{self, Metadata};
use crate::state::State;
use crate::world::World;
use serde_json::json;
use std::sync::Arc;

/// Seconds of 120 days, as far as a message may be put off.
const FARTHEST: i64 = 120 * 24 * 60 * 60;
/// Messages of one channel within so many seconds.
const MOST_WITHIN: (usize, i64) = (30, 5 * 60);

pub(super) fn schedule(world: &World, state: &mut State, args: &Args) -> Reply {
    let post_at = args.some("post_at").ok_or_else(|| Failure::missing("post_at"))?;
    let post_at: i64 = post_at.parse().map_err(|_| "invalid_time")?;
    let (channel, message) = chat::draft(world, state, args)?;
    let now = world.seconds();
    if post_at <= now {
        return Err(Failure::from("time_in_past"));
    }
    if post_at > now + FARTHEST {
        return Err(Failure::from("time_too_far"));
    }
    let waiting = world.scheduled.all();
    let mut times: Vec<i64> = waiting.iter().filter(|one| one.channel == channel).map(|one| one.post_at).collect();
    times.push(post_at);
    times.sort_unstable();
    let (most, span) = MOST_WITHIN;
    if times.windows(most + 1).any(|window| window.first().zip(window.last()).is_some_and(|(first, last)| last - first < span)) {
        return Err(Failure::from("restricted_too_many"));
    }
    let mut shown = match state.channels.get(&channel) {
        Some(place) => shapes::message(state, place, &message, Metadata::Full),
        None => serde_json::Map::new(),
    };
    shown.insert("type".to_owned(), json!("delayed_message"));
    shown.remove("ts");
    let id = state.ids.thing("Q");
    let answer = json!({"channel": channel, "scheduled_message_id": id, "post_at": post_at, "message": shown});
    world.scheduled.add(Waiting { id, channel, post_at, created: now, message });
    Ok(answer)
}

pub(super) fn delete(world: &World, state: &mut State, args: &Args) -> Reply {
    let channel = readable(state, &args.need("channel", "channel_not_found")?)?.id.clone();
    let id = args.need("scheduled_message_id", "invalid_scheduled_message_id")?;
    world.scheduled.cancel(&id, &channel).ok_or("invalid_scheduled_message_id")?;
    Ok(json!({}))
}

pub(super) fn list(world: &World, state: &mut State, args: &Args) -> Reply {
    let channel = args.some("channel");
    if channel.as_ref().is_some_and(|id| readable(state, id).is_err()) {
        return Err(Failure::from("invalid_channel"));
    }
    let (oldest, latest) = (bound(args, "oldest", "invalid_arguments")?, bound(args, "latest", "invalid_arguments")?);
    let mut waiting = world.scheduled.all();
    waiting.retain(|one| {
        channel.as_ref().is_none_or(|id| *id == one.channel)
            && oldest.is_none_or(|oldest| one.post_at * 1_000_000 >= oldest)
            && latest.is_none_or(|latest| one.post_at * 1_000_000 <= latest)
    });
    let shape = |one: &Waiting| {
        json!({
            "id": one.id, "channel_id": one.channel, "post_at": one.post_at, "date_created": one.created, "text": one.message.text,
        })
    };
    page(args, &waiting, List::new("scheduled_messages", 100), |one| &one.id, shape)
}

/// Posts each message when its time has come, until the workspace ends.
pub(crate) async fn post_what_is_due(world: Arc<World>) {
    let closed = Arc::clone(&world.hub);
    tokio::select! {
        () = closed.closed() => {}
        () = async {
            loop {
                wait(&world).await;
                post(&world);
            }
        } => {}
    }
}

/// Ends when something is due, or may be.
async fn wait(world: &World) {
    let Some(due) = world.scheduled.next() else { return world.scheduled.changed().await };
    let rest = world.time.rest(due.duration_since(world.time.now()));
    // The clock may have been turned between the two looks at it.
    if world.time.now() >= due {
        return;
    }
    tokio::select! {
        () = rest => {}
        () = world.scheduled.changed() => {}
    }
}

fn post(world: &World) {
    for mut due in world.scheduled.take_due(world.time.now()) {
        let mut state = world.state();
        let gone = state.channels.get(&due.channel).is_none_or(|channel| channel.is_archived || member(&state, channel).is_err());
        // Slack says on the method's page that what carries metadata is never posted.
        if gone || due.message.metadata.is_some() {
            continue;
        }
        due.message.ts = world.next_ts(&mut state);
        world.put(&mut state, &due.channel, due.message);
        drop(state);
    }
}
