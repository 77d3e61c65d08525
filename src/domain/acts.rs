//! What somebody wants to have happened: the commit decides on it and makes facts of it.

use jiff::Timestamp;
use jiff::civil::Date;

use super::advocates::{Duty, Turn};
use super::backfill::Backfill;
use super::care::{Level, Step};
use super::facts::DeliveryKey;
use super::feedback::{Customer, Gesture, Identity, Mode, Origin, Part, Source, Verbatim, Why};
use super::function::FunctionId;
use super::ids::{ChannelId, FeedbackNo, LetterNo, PersonNo, Seq};
use super::kind::Kind;
use super::letter::{DigestDone, Note, Posting, Reach, RollupDone};
use super::masking::Sensitive;
use super::pause::Pause;
use super::spread::Spread;
use super::subscription::Hour;
use super::tagging::Tag;
use super::urgent::Urgency;

/// What somebody wants to have happened: all of it, or nothing.
#[derive(Debug, Clone)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    /// Who; nobody where the bot acts by itself.
    pub by: Option<Identity>,
    /// What the delivery is known by. A change with a known key changes nothing.
    pub keys: Vec<DeliveryKey>,
    /// Revisions of records on which the caller decided.
    pub expects: Vec<(FeedbackNo, Seq)>,
    /// What happens, in order.
    pub acts: Vec<Act>,
}

impl Change {
    /// Something that the bot does by itself.
    pub fn of_the_bot(at: Timestamp, acts: Vec<Act>) -> Self {
        Self { at, by: None, keys: vec![], expects: vec![], acts }
    }
}

/// What may happen. Becomes a fact when it is committed.
#[derive(Debug, Clone)]
pub enum Act {
    /// Somebody told what a customer said.
    Hear(Box<Hearing>),
    /// The words of a record are others now; the old ones are blanked.
    Edit(Box<Editing>),
    /// A record concerns other functions.
    Retag {
        /// The record.
        no: FeedbackNo,
        /// All its tags, strongest first.
        tags: Vec<Tag>,
    },
    /// Whoever does this heard the same from a customer.
    HeardToo(FeedbackNo),
    /// Whoever does this takes back that they heard the same.
    NotHeard(FeedbackNo),
    /// A function does not answer a record: it goes to the others, else to the next one in turn.
    NotOurs {
        /// The record.
        no: FeedbackNo,
        /// The function, as it is called now and as it was called: those that were merged into it read the same.
        functions: Vec<FunctionId>,
        /// All functions, in order, for where none is left.
        turns: Vec<FunctionId>,
    },
    /// A record is taken, closed, brought back, or the like.
    Care {
        /// The record.
        no: FeedbackNo,
        /// What is done.
        step: Step<Verbatim>,
    },
    /// The council gives a record to somebody.
    Decide {
        /// The record.
        no: FeedbackNo,
        /// To whom.
        who: Identity,
        /// Until when.
        due: Date,
        /// What changes.
        words: Verbatim,
    },
    /// Whoever looks after the customer of a closed record is asked to tell them.
    AskOwner {
        /// The record.
        no: FeedbackNo,
        /// Whom.
        who: Identity,
    },
    /// Somebody is written what concerns them, of a local day: what became of what they told, too.
    Today(Box<Today>),
    /// The teller's name is shown no more, or is shown again.
    Hide {
        /// The record.
        no: FeedbackNo,
        /// Whether it is hidden from now on.
        hidden: bool,
    },
    /// A record is taken back: its words go.
    Withdraw {
        /// The record.
        no: FeedbackNo,
        /// Why.
        why: Why,
    },
    /// A message is gone, whether or not it was heard yet: what was taken of it goes too.
    WithdrawSource(Source),
    /// A reply in a digest's thread names a record, or does so no more.
    Reply {
        /// The record.
        no: FeedbackNo,
        /// The reply.
        source: Source,
        /// Its words; none where they are taken away.
        words: Option<Verbatim>,
    },
    /// Somebody reacted to a message with the sign that passes it on, or took the reaction away.
    React {
        /// The message.
        source: Source,
        /// When, as the platform numbers its events: the latest counts.
        at: String,
        /// Whether the reaction stands there now.
        on: bool,
    },
    /// Something is to be said.
    Write {
        /// To whom, where it is addressed to one person.
        to: Option<Identity>,
        /// What.
        note: Note,
        /// After which it is not said any more.
        until: Option<Timestamp>,
    },
    /// A channel is listened to in another way than before, and is told.
    Listen {
        /// The channel.
        channel: ChannelId,
        /// How.
        mode: Mode,
        /// Who chose it.
        chosen_by: Identity,
    },
    /// All that was said in a channel up to a message was looked at.
    CaughtUp {
        /// The channel.
        channel: ChannelId,
        /// The message's timestamp.
        upto: String,
    },
    /// A reading of what was said in a channel before is begun, goes on, or ends. There is one at a time.
    Backfill(Backfill),
    /// No digests come to a channel, or they come again; it is told.
    Pause {
        /// The functions that read there.
        functions: Vec<FunctionId>,
        /// The channel.
        channel: ChannelId,
        /// For how long; none: they come again.
        pause: Option<Pause>,
    },
    /// No direct messages come to whoever does this, but answers to what they do; none: they come again.
    Mute(Option<Pause>),
    /// Whoever does this reads a function's digest by direct message.
    Subscribe {
        /// The function.
        function: FunctionId,
        /// When; none: no more.
        hour: Option<Hour>,
    },
    /// A function's digest of one local day.
    Digest(DigestDone),
    /// The same, for somebody who subscribed to it.
    DigestFor(DigestDone, PersonNo),
    /// The company's week.
    Rollup(RollupDone),
    /// Something is done about the advocates of a function.
    Advocate {
        /// The function.
        function: FunctionId,
        /// What.
        duty: Duty,
    },
    /// It was measured how evenly the customer is carried.
    Measure {
        /// How evenly, as far as it may be said.
        shown: Spread,
        /// Who closed more than half of what a function closed.
        heavy: Vec<(PersonNo, FunctionId)>,
    },
    /// A part of a letter stands in a channel.
    Posted {
        /// Where.
        posting: Posting,
        /// The last change that was known when it was rendered: what changed since is shown anew.
        rendered: Seq,
    },
    /// The platform refuses a part of a letter until somebody mends the cause. Known where it was refused for the same last.
    Refused {
        /// The letter.
        letter: LetterNo,
        /// The part, from nought.
        part: u32,
        /// The platform's error code; no words.
        code: String,
        /// Who is told, each once for this letter and code.
        tell: Vec<Identity>,
    },
    /// A part of a letter can never be delivered.
    Failed {
        /// The letter.
        letter: LetterNo,
        /// The part, from nought.
        part: u32,
        /// The platform's error code; no words.
        why: String,
    },
    /// The configuration in force, where it is another than before.
    Configure {
        /// Of everything in it but secrets.
        hash: String,
        /// Ids of the functions, in order.
        functions: Vec<FunctionId>,
        /// Functions that are no longer there, each with the one that it was merged into.
        merged: Vec<(FunctionId, FunctionId)>,
        /// Whether the company's week is posted somewhere.
        rollup: bool,
    },
    /// A person is forgotten: their id and name go, their number stays.
    Erase(PersonNo),
}

/// Something heard, before it has a number.
#[derive(Debug, Clone)]
pub struct Hearing {
    /// The customer's words.
    pub verbatim: Verbatim,
    /// The message that they stand in, the first one of a thread; none for a command.
    pub source: Option<Source>,
    /// The first message of the thread that the message is a reply in.
    pub thread: Option<String>,
    /// The messages of which the words are made.
    pub parts: Vec<Part>,
    /// The channel in which the teller was.
    pub channel: ChannelId,
    /// Who may read there.
    pub origin: Origin,
    /// What the teller did.
    pub gesture: Gesture,
    /// The teller's functions at that time.
    pub teller_functions: Vec<FunctionId>,
    /// Who wrote the message, where that is not the teller.
    pub author: Option<Identity>,
    /// What the words concern, strongest first.
    pub tags: Vec<Tag>,
    /// Whether the teller chose the functions.
    pub chosen: bool,
    /// Who said it.
    pub customer: Option<Customer>,
    /// Whether the teller's name is hidden.
    pub hidden: bool,
    /// Of which kind it is, where that is known.
    pub kind: Option<Kind>,
    /// Why it cannot wait, if it cannot.
    pub urgent: Option<Urgency>,
    /// What was made unreadable in the words.
    pub masked: Vec<Sensitive>,
    /// Whether it was said just now: what was said long ago alarms nobody.
    pub is_fresh: bool,
    /// Who takes turns at what no rule fits, in the order of the configuration.
    pub turns: Vec<FunctionId>,
    /// Where the teller reads the receipt, where it is a letter.
    pub receipt: Option<Reach>,
    /// After which neither that nor what the author is told is said any more.
    pub until: Option<Timestamp>,
}

/// Other words for a record.
#[derive(Debug, Clone)]
pub struct Editing {
    /// The record.
    pub no: FeedbackNo,
    /// The new words.
    pub verbatim: Verbatim,
    /// The messages of which they are made.
    pub parts: Vec<Part>,
    /// What they concern.
    pub tags: Vec<Tag>,
    /// Who said it.
    pub customer: Option<Customer>,
}

/// What somebody is to be written of one local day.
#[derive(Debug, Clone)]
pub struct Today {
    /// To whom.
    pub to: Identity,
    /// Of which day.
    pub day: Date,
    /// What they have, whose day comes.
    pub due: Vec<FeedbackNo>,
    /// What nobody has taken, and how far it has come with them.
    pub waits: Vec<(FeedbackNo, Level)>,
    /// What they are asked to sign, and for which function.
    pub signs: Vec<(FeedbackNo, FunctionId)>,
    /// Their turns as advocate, by function; who is assigned is known when it is committed.
    pub turns: Vec<(FunctionId, Turn)>,
    /// Whether they may have been written to on that day: for what is urgent.
    pub anyway: bool,
}
