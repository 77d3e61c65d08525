//! The way of a letter into its channel, whatever Slack answers: once, in order, and never in silence.

use serde_json::Value;
use slack_sim::{Fault, NewChannel, Rule};

use crate::moody::{Does, Moody, posted};
use crate::world::{Company, World, functions, kept, logged};

const MONDAY: &str = "2026-11-23T09:00:00+01:00[Europe/Berlin]";

/// A company in which the digest of Monday morning meets a fault.
async fn monday_with(fault: Fault) -> World {
    let world = World::open().await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.sim.fail_next("chat.postMessage", 1, fault);
    world.strikes(MONDAY).await;
    world
}

impl World {
    /// How often the bot tried to post, and how many messages stand in the channel.
    fn tried_and_posted(&self) -> (usize, usize) {
        let finance = self.sim.channel_id("finance-voice");
        let tried = self.sim.calls_of("chat.postMessage").into_iter().filter(|call| call.arg("channel") == finance.as_deref());
        (tried.count(), self.posts("finance-voice").len())
    }

    /// How often the bot looked through the channel.
    fn searched(&self) -> usize {
        let finance = self.sim.channel_id("finance-voice");
        self.sim
            .calls_of("conversations.history")
            .into_iter()
            .filter(|call| call.arg("channel") == finance.as_deref() && call.arg("include_all_metadata").is_some())
            .count()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn it_waits_as_long_as_slack_asks() {
    let world = monday_with(Fault::RateLimited(47)).await;
    world.strikes("2026-11-23T09:00:46+01:00[Europe/Berlin]").await;
    assert_eq!(world.tried_and_posted(), (1, 0));
    world.strikes("2026-11-23T09:00:47+01:00[Europe/Berlin]").await;
    assert_eq!(world.tried_and_posted(), (2, 1));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_of_slacks_is_tried_again() {
    let world = monday_with(Fault::Status(503)).await;
    world.strikes("2026-11-23T09:00:29+01:00[Europe/Berlin]").await;
    assert_eq!(world.tried_and_posted(), (1, 0));
    world.strikes("2026-11-23T09:00:36+01:00[Europe/Berlin]").await;
    assert_eq!(world.tried_and_posted(), (2, 1));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_whose_answer_was_lost_is_found_and_not_posted_again() {
    let world = monday_with(Fault::AnswerLost).await;
    assert_eq!(world.store().outbox().await.unwrap().len(), 1, "it is not known to be posted");
    world.strikes("2026-11-23T09:00:29+01:00[Europe/Berlin]").await;
    assert_eq!(world.searched(), 0, "Slack may not show it yet");
    world.strikes("2026-11-23T09:00:36+01:00[Europe/Berlin]").await;
    assert_eq!(world.searched(), 1);
    assert_eq!(world.tried_and_posted(), (1, 1));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_that_hangs_is_given_up_after_ten_seconds_and_found() {
    let world = monday_with(Fault::Slow(60_000)).await;
    world.strikes("2026-11-23T09:00:39+01:00[Europe/Berlin]").await;
    assert_eq!(world.searched(), 0);
    world.strikes("2026-11-23T09:00:46+01:00[Europe/Berlin]").await;
    assert_eq!(world.searched(), 1);
    assert_eq!(world.tried_and_posted(), (1, 1));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_part_of_the_thread_whose_answer_was_lost_is_found_there() {
    let world = World::open().await;
    for n in 0..30 {
        world.heard("lee", "sales", &format!("invoice {n} is wrong")).await;
    }
    // The first post goes well, the second is done and not answered.
    world.sim.fail_next("chat.postMessage", 1, Fault::Slow(0));
    world.sim.fail_next("chat.postMessage", 1, Fault::AnswerLost);
    world.strikes("2026-11-23T09:00:30+01:00[Europe/Berlin]").await;
    assert_eq!(world.sim.calls_of("conversations.replies").len(), 0, "Slack may not show it yet");
    world.strikes("2026-11-23T09:00:40+01:00[Europe/Berlin]").await;
    assert_eq!(world.sim.calls_of("conversations.replies").len(), 1);
    assert_eq!(world.tried_and_posted(), (3, 3));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bot_that_stops_between_post_and_note_does_not_post_twice() {
    let (_folder, keep) = kept();
    let mut world = World::of(Company { keep, ..Company::default() }).await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.sim.fail_next("chat.postMessage", 1, Fault::AnswerLost);
    world.strikes(MONDAY).await;
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    world.passes(29).await;
    assert_eq!(world.searched(), 0, "Slack may not show it yet");
    world.passes(1).await;
    assert_eq!(world.searched(), 1);
    assert_eq!(world.tried_and_posted(), (1, 1));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_post_that_cannot_be_noted_is_not_posted_again() {
    let store = Moody::new();
    let world = World::of(Company { keep: store.keep(), ..Company::default() }).await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    store.falls_into(posted, Does::Refuses);
    world.strikes("2026-11-23T09:05:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.tried_and_posted(), (1, 1));
    store.is_well();
    world.strikes("2026-11-23T09:10:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.tried_and_posted(), (1, 1));
    world.end().await;
}

/// A direct message cannot be looked for; but this process knows that it stands there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_direct_message_that_cannot_be_noted_is_not_sent_again() {
    let store = Moody::new();
    let world = World::of(Company { keep: store.keep(), ..Company::default() }).await;
    store.falls_into(posted, Does::Refuses);
    world.says("lee", "@bot", "how do I get an invoice?").await;
    world.passes(30 * 60).await;
    assert_eq!(world.told_directly("lee").len(), 1);
    store.is_well();
    world.passes(11 * 60).await;
    assert_eq!(world.told_directly("lee").len(), 1);
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_refused_is_told_once_with_its_cure_and_posted_when_it_is_mended() {
    let channels = [("finance", "#left-voice"), ("product", "#shut-voice"), ("support", "#nowhere-voice"), ("legal", "#legal-voice")];
    let functions = functions(&channels.map(|(id, channel)| (id, format!("channel = \"{channel}\""))));
    let rules = Company::default().rules + "[[rule]]\nid = \"hotline\"\nfunction = \"support\"\nphrases = [\"hotline\"]\n";
    let mut world = World::without_bot(Company { functions, rules, ..Company::default() }).await;
    for channel in ["left-voice", "shut-voice"] {
        world.sim.add_channel(NewChannel::named(channel).with_bot());
    }
    world.start_bot().await.unwrap();
    world.sim.remove_bot("left-voice").unwrap();
    world.sim.archive("shut-voice", true).unwrap();
    for text in ["the invoice is wrong", "a missing feature", "the hotline is silent", "the contract is odd"] {
        world.heard("lee", "sales", text).await;
    }
    world.strikes("2026-11-23T12:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.channel("legal-voice").len(), 1);
    let failed = "a digest or urgent record cannot be posted";
    assert_eq!(logged(&[failed, "not_in_channel", "type /invite @allears in #left-voice"]), 1);
    assert_eq!(logged(&[failed, "is_archived", "#shut-voice is archived: name another channel in functions.toml"]), 1);
    assert_eq!(logged(&[failed, "channel_not_found", "I cannot see #nowhere-voice"]), 1);
    world.sim.invite_bot("lee", "left-voice").unwrap();
    world.sim.archive("shut-voice", false).unwrap();
    world.sim.add_channel(NewChannel::named("nowhere-voice").with_bot());
    world.strikes("2026-11-23T12:10:00+01:00[Europe/Berlin]").await;
    for mended in ["left-voice", "shut-voice", "nowhere-voice"] {
        assert_eq!(world.posts(mended).len(), 1, "{mended}");
    }
    assert_eq!(logged(&[failed, "not_in_channel", "#left-voice"]), 1, "once, however often it is tried");
    world.end().await;
}

/// A message that Slack will never take, whoever mends whatever; and one that nobody mended for a week.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_posted_is_given_up() {
    let world = World::open().await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.heard("lee", "sales", "the contract is wrong").await;
    world.sim.fail_next("chat.postMessage", 1, Fault::Error("invalid_blocks".to_owned()));
    world.strikes(MONDAY).await;
    let waiting = world.store().outbox().await.unwrap();
    assert_eq!(waiting, [], "one was posted, one was given up at once");
    world.heard("lee", "sales", "the invoice and the contract are wrong again").await;
    for channel in ["finance-voice", "legal-voice"] {
        world.sim.remove_bot(channel).unwrap();
    }
    world.strikes("2026-12-01T08:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.store().outbox().await.unwrap().len(), 2);
    world.strikes("2026-12-01T09:20:00+01:00[Europe/Berlin]").await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_carries_its_key_and_parts_go_to_the_thread_in_order() {
    let both = functions(&["finance", "legal"].map(|id| (id, "channel = \"#finance-voice\"")));
    let world = World::of(Company { functions: both, ..Company::default() }).await;
    for n in 0..30 {
        world.heard("lee", "sales", &format!("invoice {n} breaks the contract")).await;
    }
    world.sim.fail_next("chat.postMessage", 1, Fault::RateLimited(5));
    world.strikes("2026-11-23T09:00:30+01:00[Europe/Berlin]").await;
    let mut posts = world.posts("finance-voice");
    posts.sort_by_key(|post| post["ts"].as_str().unwrap().to_owned());
    let key = |post: &Value| post["metadata"]["event_payload"]["key"].as_str().unwrap().to_owned();
    let keys: Vec<String> = posts.iter().map(key).collect();
    let expected: Vec<String> =
        ["finance", "legal"].iter().flat_map(|id| (0..3).map(move |part| format!("{id}/2026-11-23/{part}"))).collect();
    assert_eq!(keys, expected);
    for of_one in posts.chunks(3) {
        assert!(of_one[0]["thread_ts"].is_null() || of_one[0]["thread_ts"] == of_one[0]["ts"]);
        assert!(of_one[1..].iter().all(|part| part["thread_ts"] == of_one[0]["ts"]));
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_posted_where_another_company_reads() {
    let world = World::open().await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.sim.share_outside("finance-voice", true).unwrap();
    world.strikes("2026-11-23T09:05:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.tried_and_posted(), (0, 0));
    assert_eq!(
        logged(&["a digest or urgent record cannot be posted", "shared_with_others", "#finance-voice is shared with another company"]),
        1
    );
    world.sim.share_outside("finance-voice", false).unwrap();
    world.strikes("2026-11-23T10:20:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.tried_and_posted(), (1, 1));
    world.end().await;
}

/// What each person was told of digests that are not delivered.
impl World {
    fn alerts(&self, who: &str) -> Vec<String> {
        self.told_directly(who).into_iter().filter(|text| text.starts_with("The digest for ")).collect()
    }

    async fn status(&self, who: &str) -> String {
        self.runs(who, "sales", "/allears", "status").await.text().to_owned()
    }

    /// How often the bot wrote to this person, or tried to.
    fn wrote_to(&self, user: &str) -> usize {
        self.sim.calls_of("chat.postMessage").into_iter().filter(|call| call.arg("channel") == Some(user)).count()
    }
}

/// A company all of whose functions are led by Lee, before the bot is there.
async fn led_by_lee(company: Company) -> World {
    let mut world = World::without_bot(company).await;
    world.company.functions = world.company.functions.replace("U00000001", &world.sim.person_id("lee").unwrap());
    world
}

/// A company whose leads are Lee and whose admins are Lee and those given; Finance's channel has thrown the bot out.
async fn thrown_out_of_finance(admins: &[&str], company: Company) -> World {
    let mut world = led_by_lee(company).await;
    let ids: Vec<String> = ["lee"].iter().chain(admins).map(|name| format!("{:?}", world.sim.person_id(name).unwrap())).collect();
    world.company.allears = format!("admins = [{}]\n{}", ids.join(", "), world.company.allears);
    world.start_bot().await.unwrap();
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.sim.remove_bot("finance-voice").unwrap();
    world.strikes(MONDAY).await;
    world
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lead_and_the_admins_are_told_once_with_the_cure_and_the_status_lists_it() {
    let (_folder, keep) = kept();
    let mut world = thrown_out_of_finance(&["dana"], Company { keep, ..Company::default() }).await;
    let told = |world: &World| ["lee", "dana", "mia"].map(|who| world.alerts(who).len());
    assert_eq!(told(&world), [1, 1, 0], "the lead is an admin too, and is told once");
    insta::assert_snapshot!(world.alerts("dana")[0], @"The digest for Finance of Monday 23 November cannot be posted. I am not in #finance-voice. I try every ten minutes until Monday 30 November, and post it once that is mended. To mend it, invite me: type /invite @allears in #finance-voice.");
    insta::assert_snapshot!(world.status("mia").await, @r"
    I am running, version 0.1.0.
    I listen to #stories (everything).
    One message waits to be posted.
    Finance: the digest of Monday 23 November waits since <!date^1795420800^{date_short_pretty} at {time}|Monday 23 November, 09:00 CET>. I am not in #finance-voice. To mend it, invite me: type /invite @allears in #finance-voice.
    Nothing is off.
    ");
    world.strikes("2026-11-23T12:00:00+01:00[Europe/Berlin]").await;
    world.stop_bot().await;
    world.start_bot().await.unwrap();
    world.strikes("2026-11-23T13:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(told(&world), [1, 1, 0], "not again, however often it is tried and whoever tries it");
    assert!(world.status("mia").await.contains("waits since"), "it is kept over a restart");
    world.sim.invite_bot("lee", "finance-voice").unwrap();
    world.settled().await;
    assert_eq!(world.posts("finance-voice").len(), 1, "an invitation is noticed at once");
    assert_eq!(told(&world), [1, 1, 0]);
    assert!(!world.status("mia").await.contains("waits since"), "it is mended");
    world.end().await;
}

/// Slack may lose the event, or the cure may be another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_mended_unseen_is_posted_within_ten_minutes() {
    let world = thrown_out_of_finance(&[], Company::default()).await;
    world.sim.fault(Rule::on("event", Fault::Lost));
    world.sim.invite_bot("lee", "finance-voice").unwrap();
    world.passes(9 * 60 + 59).await;
    assert_eq!(world.posts("finance-voice").len(), 0);
    world.passes(1).await;
    assert_eq!(world.posts("finance-voice").len(), 1);
    world.sim.clear_faults();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_cause_is_told_once_also_where_another_comes_between() {
    let world = thrown_out_of_finance(&[], Company::default()).await;
    world.sim.fail_next("chat.postMessage", 1, Fault::Error("is_archived".to_owned()));
    world.passes(10 * 60).await;
    let told = world.alerts("lee");
    assert!(told.len() == 2 && told[1].contains("#finance-voice is archived"), "{told:?}");
    assert!(world.status("lee").await.contains("#finance-voice is archived. To mend it, name another channel"));
    world.passes(10 * 60).await;
    assert!(world.status("lee").await.contains("I am not in #finance-voice"));
    assert_eq!(world.alerts("lee").len(), 2);
    world.sim.invite_bot("lee", "finance-voice").unwrap();
    world.passes(10 * 60).await;
    world.end().await;
}

/// A private channel's name is for those who run the bot, and for the function's lead.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_status_names_a_private_channel_to_admins_alone() {
    let functions = functions(&[("finance", "channel = \"#vault\"")]);
    let world = thrown_out_of_finance(&["dana"], Company { functions, ..Company::default() }).await;
    let (mia, dana) = (world.status("mia").await, world.status("dana").await);
    assert!(mia.contains("I cannot see its channel") && !mia.contains("vault"), "{mia}");
    assert!(dana.contains("I cannot see #vault"), "{dana}");
    world.sim.add_channel(NewChannel::named("vault").private().with_bot());
    world.strikes("2026-11-23T10:30:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.posts("vault").len(), 1);
    world.end().await;
}

/// Admins may be the members of a channel, the bot among them; and Slack may not say who they are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn admins_of_a_channel_are_told_and_the_lead_also_where_slack_does_not_say_who_they_are() {
    for (fault, told) in [(None, [1, 1]), (Some("missing_scope"), [1, 0])] {
        let mut world = led_by_lee(Company::default()).await;
        world.company.allears = format!("admins = [\"#bosses\"]\n{}", world.company.allears);
        world.sim.add_channel(NewChannel::named("bosses").members(["mia"]).with_bot());
        world.start_bot().await.unwrap();
        if let Some(code) = fault {
            world.sim.fault(Rule::on("conversations.members", Fault::Error(code.to_owned())));
        }
        world.heard("lee", "sales", "the invoice is wrong").await;
        world.sim.remove_bot("finance-voice").unwrap();
        world.strikes(MONDAY).await;
        assert_eq!(["lee", "mia"].map(|who| world.alerts(who).len()), told, "{fault:?}");
        assert_eq!(world.wrote_to(&world.sim.bot_user()), 0, "it does not write to itself");
        world.sim.clear_faults();
        world.sim.invite_bot("lee", "finance-voice").unwrap();
        world.passes(1).await;
        world.end().await;
    }
}

/// Slack may answer nothing for a while when it is asked who the admins are: then all are told later, rather than some.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_told_before_it_is_known_who_is_to_be_told() {
    let mut world = led_by_lee(Company::default()).await;
    world.company.allears = format!("admins = [\"#bosses\"]\n{}", world.company.allears);
    world.sim.add_channel(NewChannel::named("bosses").members(["mia"]).with_bot());
    world.start_bot().await.unwrap();
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.sim.remove_bot("finance-voice").unwrap();
    world.sim.fault(Rule::on("conversations.members", Fault::Status(503)));
    world.strikes("2026-11-23T09:05:00+01:00[Europe/Berlin]").await;
    assert_eq!(["lee", "mia"].map(|who| world.alerts(who).len()), [0, 0]);
    world.sim.clear_faults();
    world.strikes("2026-11-23T09:20:00+01:00[Europe/Berlin]").await;
    assert_eq!(["lee", "mia"].map(|who| world.alerts(who).len()), [1, 1]);
    world.sim.invite_bot("lee", "finance-voice").unwrap();
    world.settled().await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_who_cannot_be_told_is_not_told_of_that() {
    let functions = Company::default().functions.replace("U00000001", "U0GONE000");
    let world = thrown_out_of_finance(&[], Company { functions, ..Company::default() }).await;
    world.strikes("2026-11-23T12:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.wrote_to("U0GONE000"), 1, "given up at once");
    assert_eq!(world.alerts("lee").len(), 1, "nor is anybody else told of it");
    assert_eq!(world.store().outbox().await.unwrap().len(), 1, "the digest alone waits");
    world.sim.invite_bot("lee", "finance-voice").unwrap();
    world.passes(10 * 60).await;
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_slack_never_takes_is_dropped_and_told() {
    let mut world = led_by_lee(Company::default()).await;
    world.start_bot().await.unwrap();
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.sim.fail_next("chat.postMessage", 1, Fault::Error("msg_too_long".to_owned()));
    world.strikes(MONDAY).await;
    assert_eq!(world.tried_and_posted(), (1, 0));
    assert_eq!(world.alerts("lee").len(), 1);
    insta::assert_snapshot!(world.alerts("lee")[0], @"The digest for Finance of Monday 23 November was dropped, and at least a part of it was not posted. Slack does not take it as it is (msg_too_long). What stood in it is kept: /allears VOC-1 shows one of its records. So that the next one comes, report it: that is a fault of mine.");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_that_nobody_mends_for_a_week_is_dropped_and_told() {
    let world = thrown_out_of_finance(&[], Company::default()).await;
    world.strikes("2026-11-30T08:59:00+01:00[Europe/Berlin]").await;
    assert_eq!((world.store().outbox().await.unwrap().len(), world.alerts("lee").len()), (1, 1));
    world.strikes("2026-11-30T09:11:00+01:00[Europe/Berlin]").await;
    let told = world.alerts("lee");
    assert_eq!(told.len(), 2);
    insta::assert_snapshot!(told[1], @"The digest for Finance of Monday 23 November was dropped, and at least a part of it was not posted. I am not in #finance-voice. What stood in it is kept: /allears VOC-1 shows one of its records. So that the next one comes, invite me: type /invite @allears in #finance-voice.");
    world.sim.invite_bot("lee", "finance-voice").unwrap();
    world.strikes("2026-11-30T12:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.posts("finance-voice"), Vec::<Value>::new(), "nothing comes after its deadline");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_that_meets_nothing_but_faults_for_a_week_is_dropped_and_told() {
    let mut world = led_by_lee(Company::default()).await;
    world.start_bot().await.unwrap();
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.sim.fault(Rule::on("chat.postMessage", Fault::Status(503)));
    world.strikes("2026-11-30T08:59:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.store().outbox().await.unwrap().len(), 1);
    world.strikes("2026-11-30T09:11:00+01:00[Europe/Berlin]").await;
    world.sim.clear_faults();
    world.strikes("2026-11-30T09:30:00+01:00[Europe/Berlin]").await;
    let told = world.alerts("lee");
    assert_eq!(told.len(), 1);
    insta::assert_snapshot!(told[0], @r"
    The digest for Finance of Monday 23 November was dropped, and at least a part of it was not posted. Slack gave no good answer. What stood in it is kept: /allears VOC-1 shows one of its records. So that the next one comes, look whether this machine reaches Slack, and run allears check --live.
    This may be a repeat.
    ");
    assert_eq!(world.posts("finance-voice"), Vec::<Value>::new());
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tries_are_further_and_further_apart_up_to_ten_minutes() {
    for fault in [Fault::Status(503), Fault::Broken, Fault::Error("ratelimited".to_owned()), Fault::Error("internal_error".to_owned())] {
        let world = World::open().await;
        world.heard("lee", "sales", "the invoice is wrong").await;
        world.sim.fault(Rule::on("chat.postMessage", fault.clone()).times(8));
        world.strikes("2026-11-23T10:30:00+01:00[Europe/Berlin]").await;
        let finance = world.sim.channel_id("finance-voice");
        let tried = world.sim.calls_of("chat.postMessage").into_iter().filter(|call| call.arg("channel") == finance.as_deref());
        let times: Vec<i64> = tried.map(|call| call.at.as_second()).collect();
        let gaps: Vec<i64> = times.windows(2).map(|two| two[1] - two[0]).collect();
        for (n, gap) in gaps.iter().enumerate() {
            let least = (30_i64 << n).min(500);
            assert!((least..=least + least / 5).contains(gap), "{fault:?}: {gaps:?}");
        }
        assert!(gaps.len() == 8 && world.posts("finance-voice").len() == 1, "{fault:?}: {gaps:?}");
        world.end().await;
    }
}

/// Where the right to read was declined nobody can look whether it was posted.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_be_a_repeat_says_so_where_history_may_not_be_read() {
    let scopes = vec!["commands", "chat:write", "channels:read", "users:read", "im:history"];
    let world = World::of(Company { scopes: Some(scopes), allears: String::new(), ..Company::default() }).await;
    for n in 0..30 {
        world.heard("lee", "sales", &format!("invoice {n} is wrong")).await;
    }
    world.sim.fail_next("chat.postMessage", 1, Fault::AnswerLost);
    world.strikes("2026-11-23T09:01:00+01:00[Europe/Berlin]").await;
    let line = "\nThis may be a repeat.";
    let mut said: Vec<bool> = world.posts("finance-voice").iter().map(|post| post["text"].as_str().unwrap().ends_with(line)).collect();
    said.sort_unstable();
    assert_eq!(said, [false, false, false, true], "the first message came twice, the others once");
    assert_eq!(world.searched(), 0, "it was not asked for what was declined");
    world.end().await;
}

/// Slack may refuse it although the scopes say otherwise.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_may_be_a_repeat_says_so_where_slack_refuses_to_show_it() {
    let world = monday_with(Fault::AnswerLost).await;
    world.sim.fault(Rule::on("conversations.history", Fault::Error("missing_scope".to_owned())));
    world.strikes("2026-11-23T09:01:00+01:00[Europe/Berlin]").await;
    let posts = world.channel("finance-voice");
    assert!(posts.len() == 2 && !posts[0].contains("repeat") && posts[1].ends_with("\nThis may be a repeat."), "{posts:?}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_direct_message_that_may_be_a_repeat_says_so() {
    let world = World::open().await;
    world.sim.fail_next("chat.postMessage", 1, Fault::AnswerLost);
    world.says("lee", "@bot", "how do I get an invoice?").await;
    world.passes(40).await;
    let told = world.told_directly("lee");
    assert!(told.len() == 2 && !told[0].contains("repeat") && told[1].ends_with("\nThis may be a repeat."), "{told:?}");
    world.end().await;
}

/// What Slack had taken before it failed for a week is not told as dropped.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_that_was_in_doubt_at_its_deadline_is_looked_for_before_it_is_dropped() {
    let mut world = led_by_lee(Company::default()).await;
    world.start_bot().await.unwrap();
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.sim.fail_next("chat.postMessage", 1, Fault::AnswerLost);
    world.sim.fault(Rule::on("conversations.history", Fault::Status(503)));
    world.strikes("2026-11-30T08:59:50+01:00[Europe/Berlin]").await;
    world.sim.clear_faults();
    world.strikes("2026-11-30T09:15:00+01:00[Europe/Berlin]").await;
    assert_eq!((world.tried_and_posted(), world.alerts("lee").len()), ((1, 1), 0));
    world.end().await;
}

/// Slack tells a channel's id only when it has taken the first message: the letter is on its way all the while.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_letter_whose_channel_becomes_known_on_its_way_is_not_sent_by_two() {
    let scopes = vec!["commands", "chat:write", "channels:read", "users:read", "im:history"];
    let functions = functions(&[("finance", "channel = \"#vault\"")]);
    let company = Company { scopes: Some(scopes), allears: String::new(), functions, ..Company::default() };
    let mut world = World::without_bot(company).await;
    world.sim.add_channel(NewChannel::named("vault").private().with_bot());
    world.start_bot().await.unwrap();
    for n in 0..30 {
        world.heard("lee", "sales", &format!("invoice {n} is wrong")).await;
    }
    world.strikes(MONDAY).await;
    assert_eq!(world.posts("vault").len(), 1);
    // Another letter, so that the loop looks what there is to do.
    world.says("lee", "@bot", "how do I get an invoice?").await;
    world.passes(10).await;
    assert_eq!(world.posts("vault").len(), 3);
    world.end().await;
}
