//! What the filter left out: listed for those who may read there, and rescued.

use std::path::Path;

use allears::domain::feedback::Gesture;
use allears::domain::noise::ENOUGH_CHATTER;
use insta::assert_snapshot;
use serde_json::{Value, json};
use slack_sim::{Fault, NewChannel, NewPerson, Press};

use crate::envelopes::command;
use crate::noise::listening;
use crate::world::{Company, World, kept};

const NOTHING: &str = "Nothing that was said here in the last seven days waits to be looked through: all of it was passed on or is gone.";
const NOT_FILTERED: &str = "Nothing is left out here: this channel is not filtered. Ask in one that is.";
const MEMBERS_ONLY: &str = "What was left out here is for members of this channel. Join it, then ask again.";

impl World {
    /// What a person reads of what was left out of a channel.
    async fn left_out(&self, who: &str, channel: &str) -> String {
        let list = self.runs(who, channel, "/allears", "left-out").await.text().to_owned();
        without_addresses(&list)
    }

    /// The same of somebody who only looks into #stories: the simulated Slack would let them join.
    async fn looks_in(&self, who: &str) -> String {
        let (user, channel) = (self.sim.person_id(who), self.sim.channel_id("stories"));
        let fields = json!({"command": "/allears", "text": "left-out", "user_id": user, "channel_id": channel, "channel_name": "stories"});
        self.tells(&command(self, 1, &fields)).await
    }

    /// How many messages such a list shows.
    async fn count_left_out(&self, who: &str) -> usize {
        self.left_out(who, "stories").await.matches("Read it").count()
    }

    /// The list that a person sees, and its buttons' values, the newest message first.
    fn list(&self, who: &str) -> (Value, Vec<String>) {
        let list = self.sim.ephemerals(who, Some("stories")).unwrap().pop().expect("a list");
        let buttons = list["blocks"].as_array().unwrap().iter().filter(|block| block["type"] == "actions");
        let values = buttons.map(|block| block["elements"][0]["value"].as_str().unwrap().to_owned()).collect();
        (list, values)
    }

    /// Presses the button of a message in the newest list that a person sees.
    async fn rescues(&self, who: &str, ts: &str) {
        let all = self.sim.ephemerals(who, Some("stories")).unwrap();
        let place = |block: &Value| block["elements"][0]["value"].as_str().is_some_and(|value| value.contains(ts));
        let found = all.iter().rev().find_map(|list| Some((list, list["blocks"].as_array()?.iter().find(|block| place(block))?)));
        let (list, block) = found.expect("it is listed");
        let press = Press {
            user: who.to_owned(),
            channel: Some("stories".to_owned()),
            ts: list["ts"].as_str().map(str::to_owned),
            block_id: block["block_id"].as_str().unwrap().to_owned(),
            action_id: "rescue".to_owned(),
            ..Press::default()
        };
        assert!(self.press(&press).await.ok);
    }
}

/// As Slack shows it: of a link and of a moment what stands there.
fn without_addresses(text: &str) -> String {
    let mut shown = String::new();
    for (n, part) in text.split(['<', '>']).enumerate() {
        shown.push_str(if n % 2 == 1 { part.rsplit('|').next().unwrap() } else { part });
    }
    shown
}

/// Words that colleagues say among themselves.
const SIGNS: &str = r#"
[[sign]]
id = "greeting"
phrases = ["good morning", "thanks"]
weight = -1.0
because = "greeting"
[[sign]]
id = "lunch"
phrases = ["lunch"]
weight = -1.0
because = "logistics"
"#;

fn company() -> Company {
    let company = listening("filtered");
    Company { rules: format!("{}{SIGNS}", company.rules), ..company }
}

async fn filtered() -> World {
    World::of(company()).await
}

/// All that lies in a directory, as text.
fn all_files(dir: &Path) -> String {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    // Nothing lies in a socket.
    let entries = entries.filter(|path| path.is_dir() || path.is_file());
    entries
        .map(|path| if path.is_dir() { all_files(&path) } else { String::from_utf8_lossy(&std::fs::read(path).unwrap()).into_owned() })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn members_read_where_it_stands_and_why_and_no_words() {
    let world = filtered().await;
    for noise in [
        "good morning, everybody",
        "lunch at noon today?",
        "🎉🎉",
        "https://acme.test/status",
        "seen",
        "the weather was rather grey over there",
    ] {
        world.says("lee", "stories", noise).await;
    }
    world.says("lee", "stories", "the customer says the invoice is wrong").await;
    assert_snapshot!(world.left_out("lee", "stories").await, @r"
    Left out here in the last seven days, newest first
    Sunday 22 November, 17:00 UTC: nothing in it speaks of a customer. Read it
    Sunday 22 November, 17:00 UTC: it is only a few words, and none of them speaks of a customer. Read it
    Sunday 22 November, 17:00 UTC: it is links and mentions alone. Read it
    Sunday 22 November, 17:00 UTC: it is emoji and marks alone. Read it
    Sunday 22 November, 17:00 UTC: it reads like the day's work, such as a meeting, a deploy or lunch. Read it
    Sunday 22 November, 17:00 UTC: it reads like a greeting or thanks. Read it
    None of these words were kept. Pass on what a customer said: the filter learns from it. Its author is told, and can remove it.
    ");
    let list = world.runs("lee", "stories", "/allears", "left-out").await.text().to_owned();
    for words in ["morning", "lunch at", "acme.test", "weather", "customer says"] {
        assert!(!list.contains(words), "{words} stands in {list}");
    }
    let (list, values) = world.list("lee");
    let link = &list["blocks"][1]["elements"][0]["elements"][2];
    let ts = values[0].split(' ').nth(2).unwrap().replace('.', "");
    assert_eq!(link["type"], "link", "{list}");
    assert!(link["url"].as_str().unwrap().ends_with(&format!("/p{ts}")), "{link}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_in_a_filtered_channel_and_only_for_its_members() {
    let world = filtered().await;
    world.says("lee", "stories", "seen").await;
    assert_eq!(world.looks_in("mia").await, MEMBERS_ONLY);
    assert_eq!(world.left_out("lee", "sales").await, NOT_FILTERED);
    assert_eq!(world.count_left_out("lee").await, 1);
    world.end().await;
    let world = World::of(listening("all")).await;
    assert_eq!(world.left_out("lee", "stories").await, NOT_FILTERED);
    world.end().await;
}

/// There are more members than stand on a page, and the last one may look too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_member_is_found_on_any_page() {
    let mut world = World::without_bot(company()).await;
    let many: Vec<String> = (0..250).map(|n| format!("person{n}")).collect();
    world.sim.add_people(many.iter());
    world.sim.add_channel(NewChannel::named("stories").members(many.iter().map(String::as_str)).with_bot());
    world.start_bot().await.unwrap();
    let by_id = |who: &&String| world.sim.person_id(who);
    for who in [many.iter().min_by_key(by_id).unwrap(), many.iter().max_by_key(by_id).unwrap()] {
        assert_eq!(world.looks_in(who).await, NOTHING, "{who}");
    }
    assert_eq!(world.looks_in("mia").await, MEMBERS_ONLY);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_once_and_not_what_was_heard_or_deleted_since() {
    let world = filtered().await;
    let twice = world.says("lee", "stories", "lunch at noon today?").await;
    world.sim.repeat_message("stories", &twice).unwrap();
    world.settled().await;
    assert_eq!(world.count_left_out("lee").await, 1);
    let edited = world.says("lee", "stories", "good morning, everybody").await;
    let deleted = world.says("lee", "stories", "thanks for the cake").await;
    let reacted = world.says("dana", "stories", "see you at the office").await;
    assert_eq!(world.count_left_out("lee").await, 4);
    world.sim.edit("lee", "stories", &edited, "the customer asks for a refund").unwrap();
    world.settled().await;
    assert_eq!(world.count_left_out("lee").await, 3);
    world.sim.delete("lee", "stories", &deleted).unwrap();
    world.settled().await;
    assert_eq!(world.count_left_out("lee").await, 2);
    world.reacts("lee", "stories", &reacted).await;
    assert!(world.presses("lee", "stories", "pass_on").await.ok);
    assert_eq!(world.count_left_out("lee").await, 1);
    // An edit from chatter to other chatter, as Slack may tell of it before the message.
    world.sim.edit("lee", "stories", &twice, "seen").unwrap();
    world.settled().await;
    let list = world.left_out("lee", "stories").await;
    assert!(list.contains("only a few words") && list.matches("Read it").count() == 1, "{list}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_elses_words_and_nothing_without_words() {
    let world = filtered().await;
    world.sim.share_outside("stories", true).unwrap();
    world.sim.add_person(NewPerson::named("guest").of_team("T0THERS"));
    world.says("guest", "stories", "lunch at noon today?").await;
    world.sim.share_file("lee", "stories", "", ("lunch.png", b"png")).unwrap();
    world.settled().await;
    assert_eq!(world.left_out("lee", "stories").await, NOTHING);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rescue_is_told_to_both_and_the_list_is_shown_anew() {
    let world = filtered().await;
    world.says("lee", "stories", "lunch at noon today?").await;
    let ts = world.says("dana", "stories", "they would rather have it in blue").await;
    assert_eq!(world.count_left_out("lee").await, 2);
    world.rescues("lee", &ts).await;
    world.strikes("2026-11-22T18:01:00+01:00[Europe/Berlin]").await;
    let record = world.record(1).await;
    assert_eq!((record.gesture, record.verbatim.as_str()), (Gesture::Rescue, "they would rather have it in blue"));
    assert_eq!(record.source.unwrap().ts, ts);
    let seen = world.seen_by("lee", "stories");
    assert_eq!(seen.len(), 2, "{seen:?}");
    assert_eq!(seen[0].matches("Read it").count(), 1, "{seen:?}");
    assert!(seen[1].starts_with("Heard: VOC-1, shown as @lee"), "{seen:?}");
    let told = world.told_directly("dana");
    assert!(told[0].starts_with("@lee passed on a message of yours in #stories as what a customer said: VOC-1"), "{told:?}");
    assert!(world.presses("dana", "@dana", "remove").await.ok);
    assert!(world.record(1).await.withdrawn);
    assert_eq!(world.count_left_out("lee").await, 1, "what its author does not want passed on is not offered again");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_filter_learns_from_what_is_passed_on_until_it_is_taken_back() {
    let chatter = ["the printer is stuck again", "who has the key of the cellar", "there is cake in the kitchen", "ask Ilse tomorrow"];
    let example = |n: usize| json!({"text": format!("{} ({n})", chatter[n % 4]), "functions": []}).to_string();
    let examples = (0..ENOUGH_CHATTER).map(example).collect::<Vec<_>>().join("\n");
    let world = World::of(Company { examples: Some(examples), ..company() }).await;
    let ts = world.says("dana", "stories", "they would rather have it in blue").await;
    assert_eq!(world.count_left_out("lee").await, 1);
    world.rescues("lee", &ts).await;
    world.settled().await;
    world.says("dana", "stories", "they would rather have those in blue").await;
    world.says("dana", "stories", "the printer in the cellar is stuck").await;
    assert_eq!(world.count_left_out("lee").await, 1, "of chatter it is as sure as before");
    assert_eq!(world.record(2).await.verbatim, "they would rather have those in blue");
    world.strikes("2026-11-22T18:01:00+01:00[Europe/Berlin]").await;
    assert!(world.presses("dana", "@dana", "remove").await.ok);
    world.settled().await;
    world.says("dana", "stories", "they would rather have them in blue").await;
    assert_eq!(world.count_left_out("lee").await, 2, "its author did not want it passed on");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ones_own_message_is_rescued_without_telling_oneself() {
    let world = filtered().await;
    let root = world.says("dana", "stories", "good morning, everybody").await;
    let reply = world.sim.reply("lee", "stories", &root, "they would rather have it in blue").unwrap().ts;
    world.settled().await;
    world.left_out("lee", "stories").await;
    world.rescues("lee", &reply).await;
    world.strikes("2026-11-22T18:01:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.record(1).await.thread, Some(root));
    assert!(world.told_directly("lee").is_empty());
    let receipt = world.sim.ephemerals("lee", Some("stories")).unwrap().pop().unwrap();
    assert!(receipt["text"].as_str().unwrap().contains("Heard: VOC-1") && receipt["thread_ts"].is_null(), "beside the list: {receipt}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_lists_pass_a_message_on_once_and_what_is_gone_is_said() {
    let world = filtered().await;
    world.sim.add_channel(NewChannel::named("stories").members(["dana"]).with_bot());
    let ts = world.says("raj", "stories", "they would rather have it in blue").await;
    let gone = world.says("raj", "stories", "good morning, everybody").await;
    for who in ["lee", "dana"] {
        world.left_out(who, "stories").await;
    }
    world.rescues("lee", &ts).await;
    world.rescues("dana", &ts).await;
    world.strikes("2026-11-22T18:01:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.records().await.len(), 1);
    let seen = world.seen_by("dana", "stories");
    assert_eq!(seen.last().unwrap(), "I have had this before: it is VOC-1. Nothing was added.");
    world.sim.delete("raj", "stories", &gone).unwrap();
    world.rescues("dana", &gone).await;
    assert!(world.seen_by("dana", "stories").last().unwrap().starts_with("That message cannot be passed on: it is gone"));
    assert_eq!(world.records().await.len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_left_the_channel_rescues_nothing() {
    let world = filtered().await;
    world.sim.add_channel(NewChannel::named("stories").members(["dana"]).with_bot());
    let ts = world.says("lee", "stories", "they would rather have it in blue").await;
    world.left_out("dana", "stories").await;
    world.sim.leave("dana", "stories").unwrap();
    world.rescues("dana", &ts).await;
    assert!(world.records().await.is_empty());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_are_shown_and_the_next_ones_after_them() {
    let world = filtered().await;
    let mut said = vec![];
    for n in 0..12 {
        said.push(world.says("lee", "stories", &format!("lunch number {n}?")).await);
    }
    let list = world.left_out("lee", "stories").await;
    assert_eq!(list.matches("Read it").count(), 10, "{list}");
    assert!(list.contains("Older ones show once these are passed on."), "{list}");
    let (_, values) = world.list("lee");
    let newest: Vec<&str> = values.iter().map(|value| value.split(' ').nth(2).unwrap()).collect();
    assert_eq!(newest, said.iter().rev().take(10).map(String::as_str).collect::<Vec<_>>());
    for ts in said.iter().rev().take(2) {
        world.rescues("lee", ts).await;
    }
    let list = world.left_out("lee", "stories").await;
    assert!(list.matches("Read it").count() == 10 && !list.contains("Older ones"), "{list}");
    world.strikes("2026-11-22T18:01:00+01:00[Europe/Berlin]").await;
    world.end().await;
}

/// What was deleted while the bot was away makes room, and a Slack that gives no links costs only them.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_slack_says_of_links_is_heeded() {
    let (_folder, keep) = kept();
    let mut world = World::of(Company { keep, ..company() }).await;
    let mut said = vec![];
    for n in 0..12 {
        said.push(world.says("lee", "stories", &format!("lunch number {n}?")).await);
    }
    world.stop_bot().await;
    for ts in &said[9..] {
        world.sim.delete("lee", "stories", ts).unwrap();
    }
    world.start_bot().await.unwrap();
    assert_eq!(world.count_left_out("lee").await, 9);
    world.sim.fail_next("chat.getPermalink", 10, Fault::Error("a_new_kind".to_owned()));
    let list = world.left_out("lee", "stories").await;
    assert!(!list.contains("Read it") && list.matches("the day's work").count() == 10, "{list}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn seven_days_and_no_more_wherever_it_is_kept() {
    for on_disk in [false, true] {
        let (folder, keep) = kept();
        let world = World::of(if on_disk { Company { keep, ..company() } } else { company() }).await;
        world.says("lee", "stories", "lunch at noon today?").await;
        world.strikes("2026-11-24T18:00:00+01:00[Europe/Berlin]").await;
        world.says("lee", "stories", "good morning, everybody").await;
        world.strikes("2026-11-29T17:59:00+01:00[Europe/Berlin]").await;
        assert_eq!(world.count_left_out("lee").await, 2, "on disk: {on_disk}");
        world.strikes("2026-11-29T18:01:00+01:00[Europe/Berlin]").await;
        assert_eq!(world.count_left_out("lee").await, 1, "on disk: {on_disk}");
        let days = || std::fs::read_dir(folder.path().join("days")).unwrap().map(|day| day.unwrap().file_name().into_string().unwrap());
        if on_disk {
            assert_eq!(days().count(), 2);
            world.strikes("2026-11-30T02:30:00+01:00[Europe/Berlin]").await;
            assert_eq!(days().collect::<Vec<_>>(), ["2026-11-24.left-out.jsonl"]);
        }
        world.strikes("2026-12-02T18:00:00+01:00[Europe/Berlin]").await;
        assert_eq!(world.left_out("lee", "stories").await, NOTHING);
        world.end().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_keeps_it_and_no_word_is_kept() {
    let (folder, keep) = kept();
    let mut world = World::of(Company { keep, ..company() }).await;
    world.says("lee", "stories", "lunch at the Zanzibar today?").await;
    world.stop_bot().await;
    world.says("lee", "stories", "good morning, Quetzalcoatl").await;
    world.start_bot().await.unwrap();
    assert_eq!(world.count_left_out("lee").await, 2, "what was said while the bot was away is left out like the rest");
    let all = all_files(folder.path());
    assert!(all.contains("\"logistics\""), "the reason is kept");
    for words in ["Zanzibar", "Quetzalcoatl", "lunch at", "good morning"] {
        assert!(!all.contains(words), "{words} is kept");
    }
    world.end().await;
}
