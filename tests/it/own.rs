//! `/allears`, and our page at home.

use insta::assert_snapshot;

use crate::world::World;

impl World {
    async fn asks(&self, who: &str, text: &str) -> String {
        self.named(self.runs(who, "sales", "/allears", text).await.text().to_owned())
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn help_lists_every_way_and_an_unknown_word_gets_the_nearest() {
    let world = World::open().await;
    assert_snapshot!(world.asks("lee", "help").await, @r"
    Ways to tell what a customer said
    /heard what the customer said anywhere but in threads
    /heard opens a form
    Pass on to the teams in a message's menu takes the message, or its whole thread
    :postbox: as a reaction takes the message
    A mention or a direct message to me works too
    And then
    /allears mine lists what you told, and what became of it
    /allears open finance lists what nobody has answered there yet; alone how much that is in each team
    /allears VOC-42 shows one record
    /allears why VOC-42 tells why it went where it went
    /allears try what a customer might say shows where it would go, and keeps nothing
    /allears digest finance shows you what that team's next digest would say now
    /allears subscribe finance sends you that team's digest by direct message as well, also at an hour of your own
    /allears advocate shows whose turn it is in each team to see to its records, and lets you take turns
    /allears council shows what contradicts us or waits too long, for those who lead teams to decide on
    /allears spread shows how evenly the company carries the customer
    /allears status says how I am, and what is off
    /allears customers lists customers whom colleagues named, and the list does not know; for admins
    /allears left-out shows what was left out of this channel, to take it after all
    /allears pause here in a team's channel stops its digest for a while; alone it stops my direct messages to you
    /allears backfill #channel 90d reads what was said there before; for admins
    ");
    assert_eq!(world.asks("lee", "mnie").await, "I do not know “mnie”. Did you mean /allears mine?");
    assert_eq!(world.asks("lee", "frobnicate").await, "I do not know “frobnicate”. /allears help lists what I know.");
    world.end().await;
}

/// Whoever asks for help with one command reads of that one, and of no other.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_command_has_help_of_its_own() {
    let world = World::open().await;
    let all = world.asks("lee", "help").await;
    for word in [
        "mine",
        "open",
        "spread",
        "council",
        "VOC-42",
        "digest",
        "status",
        "customers",
        "left-out",
        "why",
        "try",
        "pause",
        "resume",
        "subscribe",
        "unsubscribe",
        "advocate",
    ] {
        let help = world.asks("lee", &format!("{word} help")).await;
        assert!(help != all && help.contains(&format!("/allears {word}")), "{word}: {help}");
        assert_eq!(world.asks("lee", &format!("help {word}")).await, help, "either way round");
    }
    assert_snapshot!(world.asks("lee", "spread help").await, @r"
    /allears spread shows how evenly the company carries the customer. It is measured on Mondays, over four weeks that ended a week ago.
    Reach: of each team, how many people told, closed, signed, brought back or corrected a record, or heard one too. All is reached with a quarter of each team, and two at least.
    Carried as if by 6.5 of 10 teams: it is spread as evenly as if so many teams did the same, and the others nothing.
    It counts people, not records. Your own line is for you alone; of others only whole teams are shown.
    ");
    assert_eq!(world.asks("lee", "help frobnicate").await, "I do not know “frobnicate”. /allears help lists what I know.");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mine_lists_what_i_told_and_what_became_of_it() {
    let world = World::open().await;
    assert_eq!(world.asks("lee", "mine").await, "You have not told anything yet. The first one: /heard what the customer said.");
    for text in ["the invoice is wrong", "the contract is wrong", "the refund is late"] {
        world.heard("lee", "sales", text).await;
    }
    world.heard("mia", "sales", "about something else").await;
    world.delivers(&world.pressed_by("lee", "undo", "2")).await.unwrap();
    world.strikes("2026-11-23T09:02:00+01:00[Europe/Berlin]").await;
    world.heard("lee", "sales", "another refund").await;
    assert_snapshot!(world.asks("lee", "mine").await, @r"
    What you told, newest first
    VOC-5: “another refund”. Finance reads it <!date^1795507200^{date_short_pretty} at {time}|Tuesday 24 November, 09:00 CET>.
    VOC-3: “the refund is late”. Read by Finance.
    VOC-2: Withdrawn.
    VOC-1: “the invoice is wrong”. Read by Finance.
    ");
    for n in 0..25 {
        world.heard("lee", "sales", &format!("invoice number {n}")).await;
    }
    let many = world.asks("lee", "mine").await;
    assert!(many.contains("The last 20; older ones are kept as well."), "{many}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_record_is_shown_with_its_story() {
    let world = World::open().await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    assert_snapshot!(world.asks("mia", "voc-1").await, @r"
    “the invoice is wrong”
    VOC-1, told by @lee in #sales. Read by Finance.
    Nobody has taken it yet. Finance answers it. Finance's lead holds it.
    ");
    assert_eq!(world.asks("mia", "VOC-404").await, "There is no VOC-404, or it was withdrawn.");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn home_shows_how_to_tell_and_what_i_told() {
    let world = World::open().await;
    world.heard("lee", "sales", "the invoice is wrong").await;
    world.sim.open_home("lee").unwrap();
    world.settled().await;
    let home = world.sim.home("lee").unwrap().expect("a page").to_string();
    assert!(home.contains("Tell what you heard") && home.contains("VOC-1") && home.contains("the invoice is wrong"), "{home}");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn status_says_how_the_bot_is() {
    let world = World::open().await;
    assert_snapshot!(world.asks("lee", "status").await.replace(env!("CARGO_PKG_VERSION"), "VERSION"), @r"
    I am running, version VERSION.
    I listen to #stories (everything).
    Nothing waits to be posted.
    Nothing is off.
    ");
    world.end().await;
}
