//! When functions read, and what becomes of that when clocks and configurations change.

use jiff::SignedDuration;
use slack_sim::{Fault, NewChannel, Rule};

use crate::world::{Company, World, functions, kept, logged};

const MONDAY: &str = "2026-11-23T09:05:00+01:00[Europe/Berlin]";
const TUESDAY: &str = "2026-11-24T09:05:00+01:00[Europe/Berlin]";
const WEDNESDAY: &str = "2026-11-25T09:05:00+01:00[Europe/Berlin]";

impl World {
    /// A company that remembers in a folder.
    async fn that_remembers() -> (tempfile::TempDir, Self) {
        let (folder, keep) = kept();
        (folder, Self::of(Company { keep, ..Company::default() }).await)
    }

    /// The admin writes another `functions.toml`, and the bot is started again.
    async fn is_reorganised(&mut self, functions: String) {
        self.stop_bot().await;
        self.company.functions = functions;
        self.start_bot().await.unwrap();
    }

    /// Which of these words stand in a channel, each as often as it does.
    fn words_in<'w>(&self, channel: &str, words: &[&'w str]) -> Vec<&'w str> {
        let all = self.channel(channel).concat();
        words.iter().flat_map(|word| std::iter::repeat_n(*word, all.matches(word).count())).collect()
    }
}

/// Without Legal; `more` are further functions.
fn without_legal(finance: &str, more: &[&str]) -> String {
    let all = functions(&[("finance", format!("channel = \"#finance-voice\"\n{finance}"))]);
    let legal = all.find("[[function]]\nid = \"legal\"").unwrap();
    format!("{}{}", &all[..legal], more.concat())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_merged_function_had_not_read_is_read_by_the_one_it_went_into_once() {
    let (_folder, mut world) = World::that_remembers().await;
    world.heard("lee", "sales", "the contract of april is unclear").await;
    world.strikes(MONDAY).await;
    world.heard("lee", "sales", "the contract of may is unclear and long").await;
    world.heard("lee", "sales", "the invoice of june is wrong").await;
    world.company.rules = world.company.rules.replace("function = \"legal\"", "function = \"finance\"");
    world.is_reorganised(without_legal("was = [\"legal\"]", &[])).await;
    world.heard("lee", "sales", "the contract of july has no end").await;
    world.strikes(TUESDAY).await;
    let words = ["april", "may", "june", "july"];
    assert_eq!(world.words_in("legal-voice", &words), ["april"]);
    assert_eq!(world.words_in("finance-voice", &words), ["may", "june", "july"], "{:?}", world.channel("finance-voice"));
    world.strikes(WEDNESDAY).await;
    assert_eq!(world.words_in("finance-voice", &words), ["may", "june", "july"], "and not again");
    world.end().await;
}

/// It reads what was told for the one that is gone: it may say that this is not theirs, and ask why it is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_told_for_a_merged_function_is_passed_on_by_the_one_it_went_into() {
    let (_folder, mut world) = World::that_remembers().await;
    world.strikes(MONDAY).await;
    world.heard("lee", "sales", "the contract of may is unclear and long").await;
    world.heard("lee", "sales", "the invoice for the contract of june").await;
    world.company.rules = world.company.rules.replace("function = \"legal\"", "function = \"finance\"");
    world.is_reorganised(without_legal("was = [\"legal\"]", &[])).await;
    world.strikes(TUESDAY).await;
    let why = world.chooses("dana", "finance-voice", 1, "Why here?").await;
    assert!(why.starts_with("VOC-1 is here since these words speak for Finance: “contract”"), "{why}");
    for (no, of) in [(1, vec!["legal"]), (2, vec!["finance", "legal"])] {
        assert_eq!(world.record(no).await.functions().map(ToString::to_string).collect::<Vec<_>>(), of);
        let answer = world.chooses("dana", "finance-voice", no, "Not ours").await;
        assert_eq!(answer, format!("Thank you: I learn from that. VOC-{no} goes on. Product reads it."));
    }
    world.strikes(WEDNESDAY).await;
    let told = world.channel("finance-voice").concat();
    assert!(told.contains("VOC-1 is not ours, says @dana. Product reads it next."), "{told}");
    assert_eq!(world.words_in("product-voice", &["may", "june"]), ["may", "june"], "{:?}", world.channel("product-voice"));
    world.end().await;
}

/// What waits too long is counted by the teams that there are.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_waited_for_a_merged_function_waits_for_the_one_it_went_into() {
    let (_folder, keep) = kept();
    let allears = "[rollup]\nchannel = \"#everybody\"\n".to_owned();
    let mut world = World::without_bot(Company { allears, keep, ..Company::default() }).await;
    world.sim.add_channel(NewChannel::named("everybody").members(["lee"]).with_bot());
    world.start_bot().await.unwrap();
    world.heard("lee", "sales", "the contract of april is unclear").await;
    world.heard("lee", "sales", "the invoice of june is wrong").await;
    world.strikes("2026-12-04T12:00:00+01:00[Europe/Berlin]").await;
    world.heard("lee", "sales", "a refund for the boat is late").await;
    world.strikes("2026-12-07T10:05:00+01:00[Europe/Berlin]").await;
    let week = |world: &World| world.channel("everybody").pop().unwrap();
    assert!(week(&world).contains("Waiting too long: Finance 1, Legal 1."), "{}", week(&world));
    world.company.rules = world.company.rules.replace("function = \"legal\"", "function = \"finance\"");
    world.is_reorganised(without_legal("was = [\"legal\"]", &[])).await;
    // What changes in a week that was posted shows it anew.
    assert!(world.presses("lee", "sales", "undo").await.ok);
    assert!(week(&world).contains("Waiting too long: Finance 2."), "{}", week(&world));
    world.end().await;
}

/// The new function has no past of its own.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_function_reads_the_rest_of_those_that_it_was() {
    let (_folder, mut world) = World::that_remembers().await;
    world.strikes(MONDAY).await;
    world.heard("lee", "sales", "the contract of may is unclear and long").await;
    world.company.rules = world.company.rules.replace("function = \"legal\"", "function = \"office\"");
    let office = "[[function]]\nid = \"office\"\nname = \"Office\"\nwas = [\"legal\"]\nlead = \"U00000001\"\nchannel = \"#legal-voice\"\n";
    world.is_reorganised(without_legal("", &[office])).await;
    world.strikes(WEDNESDAY).await;
    let told = world.channel("legal-voice");
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].starts_with("What customers told us: Office, Tuesday 24 November") && told[0].contains("of may"), "{told:?}");
    world.end().await;
}

/// What a function that is gone had not read goes to the others in turn: nobody waits for it to come back.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_function_that_was_taken_out_leaves_nothing_alone_and_goes_on_when_it_comes_back() {
    let (_folder, mut world) = World::that_remembers().await;
    world.heard("lee", "sales", "the contract of april is unclear").await;
    world.strikes(MONDAY).await;
    for told in ["the contract of may is unclear and long", "the privacy of june has a hole", "the contract of july and its invoice"] {
        world.heard("lee", "sales", told).await;
    }
    let rules = world.company.rules.clone();
    world.company.rules = rules.replace("function = \"legal\"", "function = \"product\"");
    world.is_reorganised(without_legal("", &[])).await;
    world.strikes(TUESDAY).await;
    let words = ["april", "may", "june", "july"];
    let both = [world.words_in("finance-voice", &words), world.words_in("product-voice", &words)];
    assert_eq!(both, [vec!["may", "july"], vec!["june"]], "one each, and what Finance read anyway");
    world.company.rules = rules;
    world.is_reorganised(functions::<&str>(&[])).await;
    world.heard("lee", "sales", "the contract of august is short").await;
    world.strikes(WEDNESDAY).await;
    let words = ["april", "may", "june", "july", "august"];
    assert_eq!(world.words_in("legal-voice", &words), ["april", "july", "august"], "{:?}", world.channel("legal-voice"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_hour_and_zone_neither_repeat_nor_skip() {
    let (_folder, mut world) = World::that_remembers().await;
    world.heard("lee", "sales", "the invoice of april is wrong").await;
    world.strikes(MONDAY).await;
    world.heard("lee", "sales", "the invoice of may is late and long").await;
    let at = |lines: &str| functions(&[("finance", format!("channel = \"#finance-voice\"\n{lines}"))]);
    world.is_reorganised(at("digest = \"15:00\"")).await;
    world.strikes("2026-11-23T16:00:00+01:00[Europe/Berlin]").await;
    assert_eq!(world.channel("finance-voice").len(), 1, "Monday is done");
    world.is_reorganised(at("digest = \"09:00\"\nzone = \"Pacific/Auckland\"")).await;
    world.strikes("2026-11-24T20:59:00+13:00[Pacific/Auckland]").await;
    let told = world.channel("finance-voice");
    assert_eq!((told.len(), world.words_in("finance-voice", &["april", "may"])), (2, vec!["april", "may"]), "{told:?}");
    world.end().await;
}

/// A clock that stood years ahead for a moment, as one without a battery may: from the next hour on all is as before.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clock_that_was_years_ahead_silences_nobody() {
    let world = World::open().await;
    world.heard("lee", "sales", "the invoice of april is wrong").await;
    let four_years = SignedDuration::from_hours(24 * 365 * 4);
    world.clock_is_set(four_years).await;
    world.passes(60).await;
    assert_eq!(world.words_in("finance-voice", &["april"]), ["april"]);
    world.clock_is_set(-four_years).await;
    world.heard("lee", "sales", "the invoice of may is late and long").await;
    assert_eq!(world.channel("finance-voice").len(), 1, "not before its hour");
    world.strikes(MONDAY).await;
    let told = world.channel("finance-voice");
    assert_eq!((told.len(), world.words_in("finance-voice", &["april", "may"])), (2, vec!["april", "may"]), "{told:?}");
    world.strikes(TUESDAY).await;
    assert_eq!(world.channel("finance-voice").len(), 2);
    world.heard("lee", "sales", "the invoice of june is short").await;
    world.strikes(WEDNESDAY).await;
    assert_eq!(world.words_in("finance-voice", &["june"]), ["june"]);
    world.end().await;
}

/// The bot's clock is an hour ahead of Slack's: a post whose answer was lost is found all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_answer_is_found_where_clocks_differ() {
    let world = World::of(Company { slack_lags: SignedDuration::from_hours(1), ..Company::default() }).await;
    world.heard("lee", "sales", "the invoice of april is wrong").await;
    world.sim.fault(Rule::on("chat.postMessage", Fault::AnswerLost).times(1));
    world.strikes(MONDAY).await;
    assert_eq!(world.words_in("finance-voice", &["april", "repeat"]), ["april"], "{:?}", world.channel("finance-voice"));
    world.end().await;
}

/// Nobody works any more: whoever runs the bot is told, and a later day is looked for all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_year_without_a_working_day_is_said_and_not_the_end() {
    let days: Vec<String> =
        (0..400).map(|n| (jiff::civil::date(2026, 11, 22).saturating_add(jiff::Span::new().days(n))).to_string()).collect();
    let never = format!("holidays = [{}]", days.join(", "));
    let all = functions(&["finance", "product", "legal"].map(|id| (id, format!("channel = \"#{id}-voice\"\n{never}"))));
    let world = World::of(Company { functions: all, ..Company::default() }).await;
    world.heard("lee", "sales", "the invoice of april is wrong").await;
    world.passes(8 * 24 * 3600).await;
    // Nothing is to be seen of a year and a month.
    world.hand.jump_to("2028-01-10T08:05:00Z".parse().unwrap()).await.unwrap();
    world.passes(60).await;
    assert!(logged(&["no function reads on any day of the next year"]) >= 2, "said again, since nobody may have read it");
    assert_eq!(world.words_in("finance-voice", &["april"]), ["april"]);
    world.end().await;
}

/// Whoever is in the channel belongs to the function: nobody is, and it reads all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_function_without_members_reads() {
    let mut world = World::without_bot(Company::default()).await;
    for who in ["lee", "dana"] {
        world.sim.leave(who, "finance-voice").unwrap();
    }
    world.start_bot().await.unwrap();
    world.heard("lee", "sales", "the invoice of april is wrong").await;
    world.strikes(MONDAY).await;
    assert_eq!(world.words_in("finance-voice", &["april"]), ["april"]);
    world.end().await;
}
