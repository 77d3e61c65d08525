//! What is decided in a commit and what the fold makes of it, told as what people and the platform do.

use proptest::prelude::*;

use super::local::tests::support::{at, editing, function, hearing, somebody, source, tag};
use super::memory::MemoryStore;
use super::{CommitError, Committed, Store};
use crate::domain::acts::{Act, Change, Hearing, Today};
use crate::domain::care::{Level, Outcome, Step};
use crate::domain::commit::Refused;
use crate::domain::feedback::{Customer, Gesture, Mode, Part, Source, Verbatim, Why};
use crate::domain::follow::{Message, compose};
use crate::domain::function::FunctionId;
use crate::domain::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq};
use crate::domain::letter::{Content, DigestDone, Note, Posting};
use crate::domain::spread::Done;
use crate::domain::tagging::{Evidence, PerMille, Span, Tag};
use crate::domain::teaching::Taught;
use crate::domain::views::{News, Record, Told};

/// A store to which Ada does one thing after the other.
#[derive(Default)]
struct World(MemoryStore);

impl World {
    async fn does(&self, user: &str, acts: Vec<Act>) -> Result<Committed, CommitError> {
        self.0.commit(Change { by: Some(somebody(user, user)), ..Change::of_the_bot(at(0), acts) }).await
    }

    /// The record that it made.
    async fn keeps(&self, acts: Vec<Act>) -> Option<FeedbackNo> {
        let committed = self.does("Ada", acts).await.unwrap();
        assert!(!committed.duplicate, "{committed:?}");
        committed.no
    }

    /// Nothing is done anew; gives the record that was there.
    async fn known(&self, acts: Vec<Act>) -> Option<FeedbackNo> {
        let before = *self.0.newest().borrow();
        let committed = self.does("Ada", acts).await.unwrap();
        assert!(committed.duplicate && *self.0.newest().borrow() == before, "{committed:?}");
        committed.no
    }

    async fn record(&self, no: u64) -> Record {
        self.0.record(FeedbackNo(no)).await.unwrap().unwrap()
    }

    async fn told(&self, n: u64) -> Told {
        self.0.told(source(n)).await.unwrap().unwrap()
    }

    async fn stands(&self, no: u64) -> bool {
        !self.record(no).await.withdrawn
    }

    fn newest(&self) -> Seq {
        *self.0.newest().borrow()
    }

    /// The redraws that wait: each with the part of a digest that it shows anew.
    async fn redraws(&self) -> Vec<(LetterNo, (LetterNo, u32))> {
        let waiting = self.0.outbox().await.unwrap();
        let redraws = waiting.into_iter().filter_map(|(no, letter)| match letter.content {
            Content::Note(Note::Redraw { letter, part }, _) => Some((no, (letter, part))),
            _ => None,
        });
        redraws.collect()
    }

    /// A digest of one part, queued and not posted yet.
    async fn digest(&self, reader: &str, nos: &[u64]) -> LetterNo {
        let readings = self.0.readings().await.unwrap();
        let from = readings.iter().find(|(id, _)| *id == function(reader)).unwrap().1.upto;
        let parts = vec![nos.iter().copied().map(FeedbackNo).collect()];
        let day = jiff::civil::date(2026, 11, 23);
        self.keeps(vec![Act::Digest(DigestDone { function: function(reader), day, from, upto: self.newest(), parts, late: false })]).await;
        self.0.outbox().await.unwrap().last().unwrap().0
    }

    /// A letter's first part stands in its channel, as its records stood at a change.
    async fn posted(&self, letter: LetterNo, rendered: Seq) {
        let posting = Posting { letter, part: 0, channel: ChannelId::new("C9"), ts: format!("{}.000900", 1_790_000_000 + letter.0) };
        self.keeps(vec![Act::Posted { posting, rendered }]).await;
    }
}

/// A colleague's message, as the bot hears it where it listens.
fn message(n: u64) -> Hearing {
    let parts = vec![Part { ts: source(n).ts, edited: None, span: Span { start: 0, end: 5 } }];
    Hearing { source: Some(source(n)), parts, gesture: Gesture::Listening, author: Some(somebody("Kim", "Kim")), ..hearing("words") }
}

/// The same, passed on by somebody.
fn passed_on(n: u64) -> Hearing {
    Hearing { gesture: Gesture::Reaction, ..message(n) }
}

/// A thread, taken as a whole.
fn thread(texts: &[(u64, &str)]) -> Hearing {
    let said = |(n, text): &(u64, &str)| Message { ts: source(*n).ts, edited: None, author: "kim".to_owned(), text: (*text).to_owned() };
    let words = compose(&texts.iter().map(said).collect::<Vec<_>>()).unwrap();
    let first = source(texts[0].0);
    Hearing { source: Some(first), parts: words.parts, verbatim: words.verbatim, gesture: Gesture::Shortcut, ..passed_on(1) }
}

fn hear(hearing: Hearing) -> Vec<Act> {
    vec![Act::Hear(Box::new(hearing))]
}

fn edit(no: u64, text: &str) -> Vec<Act> {
    vec![Act::Edit(Box::new(editing(FeedbackNo(no), Verbatim::parse(text).unwrap(), vec![])))]
}

fn withdraw(no: u64, why: Why) -> Vec<Act> {
    vec![Act::Withdraw { no: FeedbackNo(no), why }]
}

fn gone(n: u64) -> Vec<Act> {
    vec![Act::WithdrawSource(source(n))]
}

fn react(n: u64, second: u64, on: bool) -> Act {
    Act::React { source: source(n), at: format!("179000{second:04}.000100"), on }
}

#[tokio::test]
async fn a_message_is_taken_once_whoever_takes_it() {
    let world = World::default();
    assert_eq!(world.keeps(hear(message(1))).await, Some(FeedbackNo(1)));
    assert_eq!(world.known(hear(message(1))).await, Some(FeedbackNo(1)));
    let again = world.does("Lee", hear(passed_on(1))).await.unwrap();
    assert_eq!((again.duplicate, again.no), (true, Some(FeedbackNo(1))));
    // The same moment in another channel is another message.
    let elsewhere = Source { channel: ChannelId::new("C2"), ..source(1) };
    assert_eq!(world.keeps(hear(Hearing { source: Some(elsewhere), ..message(1) })).await, Some(FeedbackNo(2)));
}

#[tokio::test]
async fn a_thread_stands_beside_its_messages() {
    let world = World::default();
    let whole = || hear(thread(&[(1, "one"), (2, "two")]));
    world.keeps(hear(message(1))).await;
    assert_eq!(world.keeps(whole()).await, Some(FeedbackNo(2)));
    assert_eq!(world.keeps(hear(message(2))).await, Some(FeedbackNo(3)));
    assert_eq!(world.known(whole()).await, Some(FeedbackNo(2)));
    assert_eq!(world.known(hear(message(1))).await, Some(FeedbackNo(1)));
    assert_eq!(world.told(1).await.nos, [1, 2].map(FeedbackNo));
    assert_eq!(world.told(2).await.nos, [2, 3].map(FeedbackNo));
}

#[tokio::test]
async fn what_was_undone_is_taken_again_only_on_purpose() {
    let world = World::default();
    world.keeps(hear(message(1))).await;
    world.keeps(withdraw(1, Why::Undone)).await;
    assert_eq!(world.known(hear(message(1))).await, Some(FeedbackNo(1)));
    assert_eq!(world.keeps(hear(passed_on(1))).await, Some(FeedbackNo(2)));
    assert!(!world.stands(1).await && world.stands(2).await);
    assert_eq!(world.does("Ada", withdraw(1, Why::Undone)).await, Err(CommitError::Refused(Refused::NoRecord(FeedbackNo(1)))));
}

#[tokio::test]
async fn what_its_author_forbade_is_never_taken_again() {
    let world = World::default();
    world.keeps(hear(thread(&[(1, "one"), (2, "two")]))).await;
    world.keeps(withdraw(1, Why::ByAuthor)).await;
    for n in [1, 2] {
        assert_eq!(world.known(hear(passed_on(n))).await, Some(FeedbackNo(1)));
    }
    assert_eq!(world.known(hear(thread(&[(1, "one"), (3, "three")]))).await, Some(FeedbackNo(1)));
    // Nobody spoke of the third message alone.
    assert_eq!(world.keeps(hear(passed_on(3))).await, Some(FeedbackNo(2)));
}

#[tokio::test]
async fn what_is_gone_before_it_comes_never_comes() {
    let world = World::default();
    world.keeps(gone(1)).await;
    assert_eq!(world.known(gone(1)).await, None);
    assert_eq!(world.known(hear(message(1))).await, None);
    assert_eq!(world.known(hear(passed_on(1))).await, None);
    world.keeps(hear(message(2))).await;
    let reply = |words: Option<&str>| {
        let words = words.map(|words| Verbatim::parse(words).unwrap());
        vec![Act::Reply { no: FeedbackNo(1), source: source(1), words }]
    };
    assert_eq!(world.known(reply(Some("see VOC-1"))).await, Some(FeedbackNo(1)));
    assert_eq!(world.known(reply(None)).await, Some(FeedbackNo(1)));
    assert_eq!(world.record(1).await.replies, []);
}

#[tokio::test]
async fn a_reply_goes_with_its_message() {
    let world = World::default();
    world.keeps(hear(message(1))).await;
    let reply = |words| vec![Act::Reply { no: FeedbackNo(1), source: source(7), words: Some(Verbatim::parse(words).unwrap()) }];
    world.keeps(reply("VOC-1: on it")).await;
    assert_eq!(world.known(reply("VOC-1: on it")).await, Some(FeedbackNo(1)));
    world.keeps(reply("VOC-1: done")).await;
    let replies = world.record(1).await.replies;
    assert_eq!(replies.iter().map(|reply| reply.words.as_str()).collect::<Vec<_>>(), ["VOC-1: done"]);
    world.keeps(gone(7)).await;
    assert!(world.stands(1).await && world.record(1).await.replies.is_empty());
}

#[tokio::test]
async fn without_one_message_a_thread_keeps_the_rest() {
    let said = |record: &Record| record.parts.iter().map(|part| record.verbatim[part.span.range()].to_owned()).collect::<Vec<_>>();
    let evidence = |record: &Record| record.tags.iter().map(|tag| tag.evidence.len()).collect::<Vec<_>>();
    let thread = || {
        let mut hearing = thread(&[(1, "größer"), (2, "die Rechnung"), (3, "✓ bezahlt")]);
        let found = |word: &str| {
            let start = hearing.verbatim.as_str().find(word).unwrap();
            let [start, end] = [start, start + word.len()].map(|byte| u32::try_from(byte).unwrap());
            Evidence { rule: word.to_owned(), span: Span { start, end }, says: 1500 }
        };
        hearing.tags =
            vec![Tag { function: function("finance"), p: PerMille(900), evidence: vec![found("Rechnung"), found("bezahlt")], learned: 0 }];
        hearing
    };
    for (order, rest) in [
        ([1, 2, 3], [vec!["kim: die Rechnung", "kim: ✓ bezahlt"], vec!["kim: ✓ bezahlt"]]),
        ([3, 1, 2], [vec!["kim: größer", "kim: die Rechnung"], vec!["kim: die Rechnung"]]),
        ([2, 3, 1], [vec!["kim: größer", "kim: ✓ bezahlt"], vec!["kim: größer"]]),
    ] {
        let world = World::default();
        world.keeps(hear(thread())).await;
        for (n, rest) in order.into_iter().zip(rest) {
            world.keeps(gone(n)).await;
            let record = world.record(1).await;
            assert_eq!((said(&record), record.verbatim.clone()), (rest.iter().map(ToString::to_string).collect(), rest.join("\n")));
            for evidence in record.tags.iter().flat_map(|tag| &tag.evidence) {
                assert_eq!(record.verbatim[evidence.span.range()], evidence.rule);
            }
            let left = ["Rechnung", "bezahlt"].iter().filter(|word| record.verbatim.contains(**word)).count();
            assert_eq!(evidence(&record), [left]);
        }
        assert_eq!(world.known(gone(order[0])).await, Some(FeedbackNo(1)));
        world.keeps(gone(order[2])).await;
        assert!(!world.stands(1).await);
    }
}

/// Two functions, and a record that both have read.
async fn in_two_digests() -> (World, [LetterNo; 2]) {
    let world = World::default();
    let functions: Vec<FunctionId> = ["finance", "sales"].map(function).to_vec();
    world.keeps(vec![Act::Configure { hash: "h1".to_owned(), functions, merged: vec![], rollup: false }]).await;
    world.keeps(hear(Hearing { tags: vec![tag("finance", 3), tag("sales", 3)], ..message(1) })).await;
    world.keeps(hear(message(2))).await;
    let mut letters = [LetterNo(0); 2];
    for (place, reader) in ["finance", "sales"].into_iter().enumerate() {
        letters[place] = world.digest(reader, &[1, 2]).await;
        world.posted(letters[place], world.newest()).await;
    }
    (world, letters)
}

#[tokio::test]
async fn each_place_is_shown_anew_once_however_often_a_record_changes() {
    let (world, [finance, sales]) = in_two_digests().await;
    assert_eq!(world.redraws().await, []);
    for text in ["other", "words", "again"] {
        world.keeps(edit(1, text)).await;
        world.keeps(edit(2, text)).await;
    }
    world.keeps(vec![Act::Hide { no: FeedbackNo(1), hidden: true }, Act::Retag { no: FeedbackNo(2), tags: vec![] }]).await;
    world.keeps(withdraw(2, Why::Undone)).await;
    let waiting = world.redraws().await;
    assert_eq!(waiting.iter().map(|(_, place)| *place).collect::<Vec<_>>(), [(finance, 0), (sales, 0)]);
    for (letter, _) in waiting {
        world.posted(letter, world.newest()).await;
    }
    assert_eq!(world.redraws().await, []);
    // What changes later is shown anew again, and what can never be shown stands in nobody's way.
    world.keeps(edit(1, "later")).await;
    let [(first, _), (second, _)] = world.redraws().await.try_into().unwrap();
    world.keeps(vec![Act::Failed { letter: first, part: 0, why: "message_not_found".to_owned() }]).await;
    world.posted(second, world.newest()).await;
    world.keeps(edit(1, "latest")).await;
    assert_eq!(world.redraws().await.len(), 2);
}

#[tokio::test]
async fn a_refusal_is_told_once_for_each_code_and_is_over_when_the_part_is_posted() {
    let (world, _) = in_two_digests().await;
    world.keeps(hear(message(3))).await;
    let parts = vec![vec![FeedbackNo(3)], vec![FeedbackNo(3)]];
    let (from, day) = (world.0.readings().await.unwrap()[0].1.upto, jiff::civil::date(2026, 11, 24));
    world.keeps(vec![Act::Digest(DigestDone { function: function("finance"), day, from, upto: world.newest(), parts, late: false })]).await;
    let digest = world.0.outbox().await.unwrap().last().unwrap().0;
    let refused = |part, code: &str| {
        vec![Act::Refused { letter: digest, part, code: code.to_owned(), tell: vec![somebody("U1", "Lou"), somebody("U2", "Kim")] }]
    };
    let state = async || {
        let letter = world.0.letter(digest).await.unwrap().unwrap();
        let alerts =
            world.0.outbox().await.unwrap().into_iter().filter(|(_, letter)| matches!(letter.content, Content::Note(Note::Alert(_), _)));
        (letter.refused.map(|refusal| (refusal.code, refusal.since)), alerts.count())
    };
    let waits = |code: &str| Some((code.to_owned(), at(0)));
    world.keeps(refused(0, "not_in_channel")).await;
    assert_eq!(state().await, (waits("not_in_channel"), 2));
    world.known(refused(0, "not_in_channel")).await;
    world.keeps(refused(0, "is_archived")).await;
    assert_eq!(state().await, (waits("is_archived"), 4));
    world.keeps(refused(0, "not_in_channel")).await;
    assert_eq!(state().await, (waits("not_in_channel"), 4), "of this they know");
    assert_eq!(world.does("Ada", refused(1, "is_archived")).await, Err(CommitError::Refused(Refused::NoLetter(digest))));
    world.posted(digest, world.newest()).await;
    assert_eq!(state().await, (None, 4), "the next part may go well");
    world.known(refused(0, "no_permission")).await;
}

#[tokio::test]
async fn two_acts_of_one_change_show_a_place_anew_once() {
    let (world, [finance, sales]) = in_two_digests().await;
    world.keeps([edit(1, "other"), edit(2, "words")].concat()).await;
    let waiting = world.redraws().await;
    assert_eq!(waiting.iter().map(|(_, place)| *place).collect::<Vec<_>>(), [(finance, 0), (sales, 0)]);
}

/// Other words and teams are shown anew for thirty days; what nobody may read any more goes whenever it was posted.
#[tokio::test]
async fn what_stands_there_for_long_is_shown_anew_only_where_something_must_go() {
    let (world, _) = in_two_digests().await;
    let after = async |days: i64, act: Act| {
        let change = Change { by: Some(somebody("Ada", "Ada")), ..Change::of_the_bot(at(days * 24 * 3600), vec![act]) };
        world.0.commit(change).await.unwrap();
        world.redraws().await.len()
    };
    let no = FeedbackNo(1);
    assert_eq!(after(31, edit(1, "other").remove(0)).await, 0);
    assert_eq!(after(31, Act::Retag { no, tags: vec![] }).await, 0);
    assert_eq!(after(31, Act::Hide { no, hidden: true }).await, 2);
    for (letter, _) in world.redraws().await {
        world.posted(letter, world.newest()).await;
    }
    assert_eq!(after(29, edit(1, "words").remove(0)).await, 2, "within the thirty days");
    for (letter, _) in world.redraws().await {
        world.posted(letter, world.newest()).await;
    }
    assert_eq!(after(400, Act::Withdraw { no, why: Why::Undone }).await, 2);
}

#[tokio::test]
async fn what_changes_while_it_is_posted_is_shown_anew() {
    let world = World::default();
    world.keeps(vec![Act::Configure { hash: "h1".to_owned(), functions: vec![function("finance")], merged: vec![], rollup: false }]).await;
    world.keeps(hear(message(1))).await;
    world.keeps(hear(message(2))).await;
    let digest = world.digest("finance", &[1, 2]).await;
    let rendered = world.newest();
    world.keeps(edit(1, "other")).await;
    world.keeps(edit(2, "words")).await;
    // Nothing stands anywhere yet.
    assert_eq!(world.redraws().await, []);
    world.posted(digest, rendered).await;
    let [(redraw, place)] = world.redraws().await.try_into().unwrap();
    assert_eq!(place, (digest, 0));
    // The same while it is shown anew: the one that waits for its note does not count.
    let rendered = world.newest();
    world.keeps(edit(1, "again")).await;
    world.keeps(edit(2, "again")).await;
    assert_eq!(world.redraws().await, [(redraw, place)]);
    world.posted(redraw, rendered).await;
    let [(again, place)] = world.redraws().await.try_into().unwrap();
    assert!(again > redraw && place == (digest, 0));
    // Rendered after the last change: it is as it should be.
    world.posted(again, world.newest()).await;
    assert_eq!(world.redraws().await, []);
    world.keeps(edit(2, "and again")).await;
    assert_eq!(world.redraws().await.len(), 1);
}

#[tokio::test]
async fn a_name_is_hidden_once_and_shown_once() {
    let world = World::default();
    world.keeps(hear(message(1))).await;
    let hide = |hidden| vec![Act::Hide { no: FeedbackNo(1), hidden }];
    assert_eq!(world.known(hide(false)).await, Some(FeedbackNo(1)));
    for hidden in [true, false, true] {
        world.keeps(hide(hidden)).await;
        assert_eq!(world.record(1).await.hidden, hidden);
        assert_eq!(world.known(hide(hidden)).await, Some(FeedbackNo(1)));
    }
}

#[tokio::test]
async fn of_two_reactions_the_later_one_counts() {
    let world = World::default();
    world.keeps(vec![react(1, 20, false)]).await;
    for (second, on) in [(20, false), (20, true), (10, true), (19, false)] {
        assert_eq!(world.known(vec![react(1, second, on)]).await, None);
    }
    // What comes with an older reaction is not done either.
    let late = [vec![react(1, 10, true)], hear(passed_on(1))].concat();
    assert_eq!(world.known(late).await, None);
    world.keeps(vec![react(1, 30, true)]).await;
    // Another person's, or another message's, is another reaction.
    world.keeps(vec![react(2, 10, true)]).await;
    assert!(!world.does("Lee", vec![react(1, 10, true)]).await.unwrap().duplicate);
    let nobody = world.0.commit(Change::of_the_bot(at(0), vec![react(1, 40, false)])).await;
    assert_eq!(nobody, Err(CommitError::Refused(Refused::Nobody)));
}

#[tokio::test]
async fn a_reaction_taken_away_soon_undoes_what_it_passed_on() {
    let reacts = |n, hearing: Hearing| [vec![react(n, 0, true)], hear(hearing)].concat();
    let world = World::default();
    world.keeps(reacts(1, passed_on(1))).await;
    world.keeps(reacts(2, passed_on(2))).await;
    world.keeps(hear(message(3))).await;
    world.keeps(vec![react(3, 0, true)]).await;
    // Somebody else's sign, one taken away too late, and one on what was heard without it: nothing is undone.
    world.does("Lee", vec![react(1, 0, true)]).await.unwrap();
    world.does("Lee", vec![react(1, 5, false)]).await.unwrap();
    world.keeps(vec![react(2, 601, false)]).await;
    world.keeps(vec![react(3, 5, false)]).await;
    assert!(world.stands(1).await && world.stands(2).await && world.stands(3).await);
    world.keeps(vec![react(1, 600, false)]).await;
    assert!(!world.stands(1).await);
}

#[tokio::test]
async fn where_all_is_heard_a_colleagues_words_need_no_reaction() {
    let world = World::default();
    let listen = Act::Listen { channel: ChannelId::new("C1"), mode: Mode::All, chosen_by: somebody("Kim", "Kim") };
    world.keeps(vec![listen.clone()]).await;
    assert_eq!(world.known(vec![listen]).await, None);
    world.keeps([vec![react(1, 0, true)], hear(passed_on(1))].concat()).await;
    world.keeps([vec![react(2, 0, true)], hear(Hearing { author: None, ..passed_on(2) })].concat()).await;
    world.keeps(vec![react(1, 5, false)]).await;
    world.keeps(vec![react(2, 5, false)]).await;
    assert!(world.stands(1).await && !world.stands(2).await);
}

#[tokio::test]
async fn what_somebody_told_is_found_however_much_others_told_since() {
    let world = World::default();
    for n in 1..=200 {
        let who = if [3, 127, 128, 129].contains(&n) { "Ada" } else { "Lee" };
        world.does(who, hear(hearing("words"))).await.unwrap();
    }
    let ada = somebody("Ada", "Ada");
    let (n, _) = world.0.known(ada.tenant, ada.user).await.unwrap().unwrap();
    let told = async |most| world.0.told_by(n, most).await.unwrap().into_iter().map(|(no, _)| no.0).collect::<Vec<_>>();
    assert_eq!(told(20).await, [129, 128, 127, 3]);
    assert_eq!(told(2).await, [129, 128]);
}

#[tokio::test]
async fn whoever_delivers_hears_of_letters_and_of_nothing_else() {
    let world = World::default();
    let mut queued = world.0.queued();
    queued.mark_unchanged();
    world.keeps(hear(hearing("words"))).await;
    assert!(!queued.has_changed().unwrap());
    let note = Note::Listened { channel: ChannelId::new("C1") };
    world.does("Ada", vec![Act::Write { to: None, note, until: None }]).await.unwrap();
    assert!(queued.has_changed().unwrap());
}

/// Whoever compiled it may not have seen the last one go: the commit holds to one a day.
#[tokio::test]
async fn one_message_a_day_and_what_is_urgent_besides() {
    let world = World::default();
    for words in ["one", "two", "three"] {
        world.keeps(hear(hearing(words))).await;
    }
    let day = jiff::civil::date(2026, 11, 25);
    let today = |no: u64, anyway| {
        let waits = vec![(FeedbackNo(no), Level::First)];
        vec![Act::Today(Box::new(Today { to: somebody("U8", "Lou"), day, due: vec![], waits, signs: vec![], turns: vec![], anyway }))]
    };
    world.keeps(today(1, false)).await;
    world.known(today(2, false)).await;
    world.keeps(today(2, true)).await;
    world.known(today(2, true)).await;
    let tomorrow = |act: Vec<Act>| match act.into_iter().next() {
        Some(Act::Today(today)) => vec![Act::Today(Box::new(Today { day: day.tomorrow().unwrap(), ..*today }))],
        other => other.into_iter().collect(),
    };
    world.keeps(tomorrow(today(3, false))).await;
}

/// What is known of a record, and of those who have a part in it.
#[derive(Debug, PartialEq)]
struct Known {
    record: Record,
    taught: Vec<Taught>,
    done: Vec<Done>,
    news: Vec<(PersonNo, News)>,
}

impl World {
    async fn known_of(&self, no: FeedbackNo) -> Known {
        let mut taught: Vec<Taught> = self.0.taught_from(no, 1).await.unwrap().into_iter().map(|(_, taught, _)| taught).collect();
        for taught in &mut taught {
            taught.votes.sort_by(|a, b| a.function.cmp(&b.function));
        }
        Known {
            record: Record { revision: Seq(0), ..self.record(no.0).await },
            taught,
            done: self.0.done(at(-86400), at(100 * 86400)).await.unwrap(),
            news: self.0.news().await.unwrap(),
        }
    }
}

const HEARD: FeedbackNo = FeedbackNo(1);

/// What colleagues do about a record, one thing each day.
fn done_by_others(kind: u8) -> (&'static str, Act) {
    let tags = |ids: &[&str]| ids.iter().map(|id| tag(id, 3)).collect();
    let reason = Verbatim::parse("it is so").unwrap();
    let not_ours =
        |id: &str| Act::NotOurs { no: HEARD, functions: vec![function(id)], turns: vec![function("finance"), function("sales")] };
    match kind {
        0 => ("Bo", Act::HeardToo(HEARD)),
        1 => ("Cy", Act::HeardToo(HEARD)),
        2 => ("Bo", Act::NotHeard(HEARD)),
        3 => ("Bo", not_ours("finance")),
        4 => ("Cy", not_ours("sales")),
        5 => ("Ada", Act::Retag { no: HEARD, tags: tags(&["finance"]) }),
        6 => ("Ada", Act::Retag { no: HEARD, tags: tags(&["sales", "finance"]) }),
        7 => ("Bo", Act::Care { no: HEARD, step: Step::Close(Outcome::Done, Some(reason)) }),
        _ => ("Ada", Act::Care { no: HEARD, step: Step::Reopen(Some(reason)) }),
    }
}

/// Kim hears it too on a day and takes it back on a later one, or does something else on both; and hears it in the end, or does not.
async fn story(others: &[u8], (hears, takes_back): (usize, usize), second_thoughts: bool, in_the_end: bool) -> Known {
    let world = World::default();
    let does = |user: &'static str, day: usize, act: Act| {
        let when = at(i64::try_from(day).unwrap() * 86400);
        world.0.commit(Change { by: Some(somebody(user, user)), ..Change::of_the_bot(when, vec![act]) })
    };
    let customer = Some(Customer::Named("Acme".to_owned()));
    let said = Hearing { tags: vec![tag("finance", 3), tag("sales", 3)], customer, ..hearing("words") };
    does("Ada", 0, Act::Hear(Box::new(said))).await.unwrap();
    let passes_time =
        |day: usize, hour| Act::CaughtUp { channel: ChannelId::new("C2"), upto: format!("{}.000{hour}00", 1_790_000_000 + day) };
    for day in 0..=others.len() {
        if day == hears {
            let act = if second_thoughts { Act::HeardToo(HEARD) } else { passes_time(day, 1) };
            assert!(!does("Kim", day, act).await.unwrap().duplicate);
        }
        if day == takes_back {
            let act = if second_thoughts { Act::NotHeard(HEARD) } else { passes_time(day, 2) };
            assert!(!does("Kim", day, act).await.unwrap().duplicate);
        }
        if let Some(other) = others.get(day) {
            let (who, act) = done_by_others(*other);
            // What is refused is refused in both stories.
            drop(does(who, day, act).await);
        }
    }
    if in_the_end {
        does("Kim", others.len() + 1, Act::HeardToo(HEARD)).await.unwrap();
    }
    world.known_of(HEARD).await
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever colleagues do meanwhile: what was taken back was never said, and who says it again has said it once, and then.
    #[test]
    fn who_takes_back_that_they_heard_it_too_has_never_heard_it(
        others in prop::collection::vec(0..9_u8, 0..8),
        days in (any::<prop::sample::Index>(), any::<prop::sample::Index>()),
        in_the_end in any::<bool>(),
    ) {
        let [a, b] = [days.0, days.1].map(|day| day.index(others.len() + 1));
        let days = (a.min(b), a.max(b));
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        let told = |second_thoughts| runtime.block_on(story(&others, days, second_thoughts, in_the_end));
        prop_assert_eq!(told(true), told(false));
    }
}

/// They are counted no longer, and hear of it for another reason.
#[tokio::test]
async fn who_was_asked_to_tell_the_customer_hears_of_it_all_the_same() {
    let world = World::default();
    world.keeps(hear(hearing("words"))).await;
    world.does("Kim", vec![Act::HeardToo(HEARD)]).await.unwrap();
    let reason = Verbatim::parse("it is so").unwrap();
    world.does("Bo", vec![Act::Care { no: HEARD, step: Step::Close(Outcome::Done, Some(reason)) }]).await.unwrap();
    world.keeps(vec![Act::AskOwner { no: HEARD, who: somebody("Kim", "Kim") }]).await;
    world.does("Kim", vec![Act::NotHeard(HEARD)]).await.unwrap();
    assert_eq!(world.record(1).await.heard_too, []);
    let kim = world.0.known(somebody("Kim", "Kim").tenant, somebody("Kim", "Kim").user).await.unwrap().unwrap().0;
    assert_eq!(world.0.news_of(kim).await.unwrap().unwrap().nos, [HEARD]);
}

#[tokio::test]
async fn who_is_not_counted_takes_nothing_back() {
    let world = World::default();
    world.keeps(hear(hearing("words"))).await;
    assert_eq!(world.known(vec![Act::NotHeard(HEARD)]).await, Some(HEARD), "who told it");
    world.keeps(withdraw(1, Why::Undone)).await;
    assert!(matches!(world.does("Kim", vec![Act::NotHeard(HEARD)]).await, Err(CommitError::Refused(Refused::NoRecord(HEARD)))));
}
