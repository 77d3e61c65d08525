//! A company at work: the real bot on a simulated workspace, and a clock that is turned.
//!
//! A test reads as a day: somebody tells, reads the receipt; the clock strikes; the digest stands in its channel.
//! [`World::end`] fails on whatever nobody expected: letters left in the outbox, methods that Slack does not have,
//! acknowledgements of nothing, and any verbatim or token in the log.

use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use allears::clock::{Clock, Hand, guard};
use allears::config::{Config, Env, Secrets, Text, Texts, Transport};
use allears::demo::OneClock;
use allears::domain::ids::{FeedbackNo, LetterNo};
use allears::domain::tagging::Language;
use allears::domain::views::{Letter, Record};
use allears::serve::{Bot, Keep, Setup, StartError};
use allears::slack::{Ended, Grants, Guards};
use allears::store::SharedStore;
use daachorse::DoubleArrayAhoCorasick;
use jiff::{SignedDuration, Timestamp, Zoned};
use serde_json::Value;
use slack_sim::{Addresses, HandTime, NewChannel, Rest, Seen, Sim, Time};
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::apart::Worker;

/// How long, on real time, the network may take.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long Slack waits for an acknowledgement.
const ACK_LIMIT: SignedDuration = SignedDuration::from_secs(3);
/// How many seconds of the wire a story may need until something has come about: more than all of Slack's retries.
const MOST_SECONDS: usize = 600;

/// The functions of the company, with the words by which they are found.
const RULES: &str = r#"
[[rule]]
id = "finance.invoice"
function = "finance"
phrases = ["invoice*", "VAT number", "refund*"]
weight = 3.0
[[rule]]
id = "product.missing"
function = "product"
phrases = ["missing feature", "PDF"]
weight = 1.6
[[rule]]
id = "legal.contract"
function = "legal"
phrases = ["contract*", "privacy"]
weight = 3.0
"#;

/// How what the bot says of itself begins and ends, below the first thing that comes to a channel.
const INTRODUCTION: [&str; 2] = ["\nThis is new in this channel.", "/allears pause here."];

/// The channels of every company; all of them know the bot.
const CHANNELS: [&str; 5] = ["stories", "sales", "finance-voice", "product-voice", "legal-voice"];

/// What a company is made of; each part may be another in a test.
pub(crate) struct Company {
    pub(crate) allears: String,
    pub(crate) functions: String,
    pub(crate) rules: String,
    /// The rules of languages.
    pub(crate) rules_of: Vec<(Language, String)>,
    /// The list of customers.
    pub(crate) accounts: Option<String>,
    /// What the tagger learns from before anybody corrects it.
    pub(crate) examples: Option<String>,
    /// Sunday evening.
    pub(crate) begins: &'static str,
    pub(crate) keep: Keep,
    /// The folder of a bot that is a process of its own, and remembers there; else it runs in this one.
    pub(crate) apart: Option<PathBuf>,
    /// Whether it is an enterprise of several workspaces, and the app is installed for all of it.
    pub(crate) org_wide: bool,
    /// How long lines may keep the bot waiting, on real time.
    pub(crate) guards: Guards,
    /// How long a line lives on the wire's clock; for ever where nothing stands here.
    pub(crate) life: Option<SignedDuration>,
    /// The scopes that the bot was granted; all where nothing stands here.
    pub(crate) scopes: Option<Vec<&'static str>>,
    /// How far Slack's clock is behind the bot's.
    pub(crate) slack_lags: SignedDuration,
}

impl Default for Company {
    fn default() -> Self {
        Self {
            allears: "[care]\nremind = false\n[[listen]]\nchannel = \"#stories\"\nmode = \"all\"\nchosen_by = \"U00000001\"\n".to_owned(),
            functions: functions::<&str>(&[]),
            rules: RULES.to_owned(),
            rules_of: vec![],
            accounts: None,
            examples: None,
            begins: "2026-11-22T18:00:00+01:00[Europe/Berlin]",
            keep: Keep::InMemory,
            apart: None,
            org_wide: false,
            guards: Guards::default(),
            life: None,
            scopes: None,
            slack_lags: SignedDuration::ZERO,
        }
    }
}

impl Company {
    /// What its files say, with Slack to be called at this address.
    pub(crate) fn config(&self, api: &str) -> Config {
        let file = |name, text| Text { name, text };
        let rules_of: Vec<_> = self.rules_of.iter().map(|(language, text)| (*language, file("rules of a language", text))).collect();
        let texts = Texts {
            allears: file("allears.toml", &self.allears),
            functions: file("functions.toml", &self.functions),
            rules: file("rules.toml", &self.rules),
            rules_of: &rules_of,
            accounts: self.accounts.as_deref().map(|text| file("accounts.csv", text)),
            examples: self.examples.as_deref().map(|text| file("examples.jsonl", text)),
        };
        Config::parse(&texts, &Env::given([("SLACK_API_URL", api.trim_end_matches('/'))])).unwrap()
    }
}

/// The usual functions as `functions.toml` has them, some with other lines than their channel's, and perhaps further ones.
pub(crate) fn functions<T: AsRef<str>>(other: &[(&str, T)]) -> String {
    let mut all = ["finance", "product", "legal"].map(|id| (id, format!("channel = \"#{id}-voice\""))).to_vec();
    for (id, lines) in other {
        match all.iter_mut().find(|(known, _)| known == id) {
            Some(usual) => lines.as_ref().clone_into(&mut usual.1),
            None => all.push((id, lines.as_ref().to_owned())),
        }
    }
    let function = |(id, lines): &(&str, String)| {
        let name: String = id.chars().take(1).map(|first| first.to_ascii_uppercase()).chain(id.chars().skip(1)).collect();
        format!("[[function]]\nid = \"{id}\"\nname = \"{name}\"\nlead = \"U00000001\"\n{lines}\n")
    };
    let functions: String = all.iter().map(function).collect();
    format!("[defaults]\nzone = \"Europe/Berlin\"\n{functions}")
}

/// How far one clock is behind another.
type Lag = Arc<Mutex<SignedDuration>>;

/// A clock that is behind another.
struct Lagging(OneClock, Lag);

impl Time for Lagging {
    fn now(&self) -> Timestamp {
        self.0.now() - *self.1.lock().unwrap()
    }
    fn rest(&self, span: SignedDuration) -> Rest {
        self.0.rest(span)
    }
}

/// A company at work.
pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) hand: Hand,
    pub(crate) clock: Clock,
    /// The clock of sockets, acknowledgements and Slack's retries: turning a day does not expire them.
    pub(crate) wire: HandTime,
    /// How far Slack's clock is behind the bot's.
    lag: Lag,
    pub(crate) company: Company,
    pub(crate) bot: Option<Worker>,
    /// What bots that were processes of their own logged until they ended.
    pub(crate) last_words: String,
    /// How many choices were let go since the bot did not get to them in Slack's three seconds: it acknowledges those all the same.
    pub(crate) let_go: AtomicUsize,
    /// What people said, to be looked for in the log.
    said: Mutex<Vec<String>>,
}

impl World {
    /// The usual company on a Sunday evening, its bot connected.
    pub(crate) async fn open() -> Self {
        Self::of(Company::default()).await
    }

    /// Another company.
    pub(crate) async fn of(company: Company) -> Self {
        let mut world = Self::without_bot(company).await;
        world.start_bot().await.unwrap();
        world
    }

    /// The workspace before the bot is there.
    pub(crate) async fn without_bot(company: Company) -> Self {
        listen_to_the_log();
        let begins: Zoned = company.begins.parse().unwrap();
        let (clock, hand) = Clock::by_hand(begins.timestamp());
        let wire = HandTime::at(begins.timestamp());
        let lag: Lag = Arc::new(Mutex::new(company.slack_lags));
        let mut building = Sim::builder().time(Arc::new(Lagging(OneClock(clock.clone()), Arc::clone(&lag)))).wire(Arc::new(wire.clone()));
        if let Some(life) = company.life {
            building = building.lifetime(life);
        }
        if company.org_wide {
            building = building.enterprise("Globular", true);
        }
        if let Some(scopes) = &company.scopes {
            building = building.scopes(scopes);
        }
        let sim = building.start().await.unwrap();
        sim.add_people(["lee", "dana", "mia", "raj"]);
        for channel in CHANNELS {
            sim.add_channel(NewChannel::named(channel).members(["lee"]).with_bot());
        }
        for (name, channel) in [("dana", "finance-voice"), ("mia", "product-voice"), ("raj", "legal-voice")] {
            sim.add_channel(NewChannel::named(channel).members([name]).with_bot());
        }
        let probed = sim.clone();
        hand.probe(Arc::new(move || {
            let sim = probed.clone();
            Box::pin(async move { sim.probe().await })
        }));
        Self {
            sim,
            hand,
            clock,
            wire,
            lag,
            company,
            bot: None,
            last_words: String::new(),
            let_go: AtomicUsize::new(0),
            said: Mutex::default(),
        }
    }

    /// Functions as `functions.toml` has them, each with who leads it.
    pub(crate) fn led_by(&self, leads: &[(&str, &str)]) -> String {
        let function = |(id, lead): &(&str, &str)| {
            let (lead, name) = (self.sim.person_id(lead).unwrap(), id[..1].to_uppercase() + &id[1..]);
            format!("[[function]]\nid = \"{id}\"\nname = \"{name}\"\nlead = \"{lead}\"\nchannel = \"#{id}-voice\"\n")
        };
        format!("[defaults]\nzone = \"Europe/Berlin\"\n{}", leads.iter().map(function).collect::<Vec<_>>().concat())
    }

    /// Starts the bot, and waits until it hears.
    pub(crate) async fn start_bot(&mut self) -> Result<(), StartError> {
        self.start_bot_unsettled().await?;
        self.settled().await;
        Ok(())
    }

    /// Starts the bot, and does not wait: for a workspace in which somebody else answers nothing.
    pub(crate) async fn start_bot_unsettled(&mut self) -> Result<(), StartError> {
        if self.company.apart.is_some() {
            self.begins_apart();
            return Ok(());
        }
        let config = self.company.config(&self.sim.api_url());
        let tokens = [
            ("SLACK_BOT_TOKEN", self.sim.bot_token()),
            ("SLACK_APP_TOKEN", self.sim.app_token()),
            ("SLACK_SIGNING_SECRET", self.sim.signing_secret()),
        ];
        let transport = config.slack.transport;
        let secrets = Secrets::load(&Env::given(tokens), transport).unwrap();
        let keep = self.company.keep.clone();
        let listen = (transport == Transport::Http).then(|| SocketAddr::from(([127, 0, 0, 1], 0)));
        let setup =
            Setup { config, secrets, clock: self.clock.clone(), keep, listen, on_progress: Arc::new(|_| {}), guards: self.company.guards };
        let bot = Bot::start(setup).await?;
        if let Some(address) = bot.address() {
            self.sim.deliver_to(Addresses::one(&format!("http://{address}/slack/events")).unwrap());
            self.sim.verify_url().await.unwrap();
        }
        self.bot = Some(Worker::Within(Box::new(bot)));
        Ok(())
    }

    /// Stops the bot as SIGTERM does.
    pub(crate) async fn stop_bot(&mut self) {
        match self.bot.take().expect("a bot runs") {
            Worker::Within(bot) => assert!(bot.stop().await, "it did not stop in time"),
            Worker::Apart(child) => {
                let (_, said) = child.into_inner().stops().await;
                self.last_words += &said;
            }
        }
    }

    /// The bot that runs in this process.
    fn within(&self) -> &Bot {
        match self.bot.as_ref().expect("a bot runs") {
            Worker::Within(bot) => bot,
            Worker::Apart(_) => panic!("the bot is a process of its own"),
        }
    }

    /// Where the bot answers over HTTP.
    pub(crate) fn address(&self) -> SocketAddr {
        self.within().address().expect("it answers over HTTP")
    }

    /// What the bot was granted.
    pub(crate) fn grants(&self) -> &Grants {
        self.within().grants()
    }

    /// Waits until the bot ends by itself; gives the reason.
    pub(crate) async fn ended(&self) -> Ended {
        guard::within(PATIENCE, self.within().ended()).await.expect("it ends by itself")
    }

    /// What the bot remembers.
    pub(crate) fn store(&self) -> &SharedStore {
        self.within().store()
    }

    /// `/heard TEXT` in a channel; gives what the person reads.
    pub(crate) async fn heard(&self, who: &str, channel: &str, text: &str) -> String {
        self.runs(who, channel, "/heard", text).await.text().to_owned()
    }

    /// A command in a channel; gives what comes of it.
    pub(crate) async fn runs(&self, who: &str, channel: &str, command: &str, text: &str) -> Seen {
        self.remember(text);
        let seen = self.patiently(self.sim.command(who, channel, command, text)).await.unwrap();
        self.settled().await;
        seen
    }

    /// An envelope just as it is; gives the acknowledgement, nothing where none comes in Slack's three seconds.
    pub(crate) async fn delivers(&self, envelope: &Value) -> Option<Value> {
        let ack = self.patiently(self.sim.deliver(envelope)).await;
        self.settled().await;
        ack
    }

    /// A command's envelope just as it is; gives what the person reads.
    pub(crate) async fn tells(&self, envelope: &Value) -> String {
        let ack = self.delivers(envelope).await.expect("it is acknowledged");
        ack["payload"]["text"].as_str().unwrap_or_default().to_owned()
    }

    /// What Slack waits for; once all has settled, its patience is at an end.
    pub(crate) async fn patiently<T>(&self, waiting: impl Future<Output = T>) -> T {
        let patience = async {
            self.settled().await;
            self.wire.advance(ACK_LIMIT);
            std::future::pending().await
        };
        tokio::select! {
            biased;
            out = waiting => out,
            never = patience => never,
        }
    }

    /// Until it is so, on real time: for what only the system's network tells, such as the end of a connection.
    pub(crate) async fn soon(&self, what: &str, so: impl AsyncFn(&Self) -> bool) {
        self.soon_or_later(what, PATIENCE, so).await;
    }

    /// As [`Self::soon`], with a patience of its own.
    pub(crate) async fn soon_or_later(&self, what: &str, patience: Duration, so: impl AsyncFn(&Self) -> bool) {
        let waiting = async {
            while !so(self).await {
                self.settled().await;
                tokio::task::yield_now().await;
            }
        };
        guard::within(patience, waiting).await.expect(what);
        self.settled().await;
    }

    /// Lets the wire's seconds pass, with Slack's retries in them, until it is so.
    pub(crate) async fn until(&self, what: &str, so: impl AsyncFn(&Self) -> bool) {
        for _ in 0..MOST_SECONDS {
            if so(self).await {
                return;
            }
            self.wire.advance(SignedDuration::from_secs(1));
            self.settled().await;
        }
        panic!("it never came about: {what}");
    }

    /// A message in a channel; gives its timestamp.
    pub(crate) async fn says(&self, who: &str, channel: &str, text: &str) -> String {
        self.remember(text);
        let posted = self.sim.message(who, channel, text).unwrap();
        self.settled().await;
        posted.ts
    }

    /// Turns the clock.
    pub(crate) async fn strikes(&self, moment: &str) {
        let moment: Zoned = moment.parse().unwrap();
        self.turns_to(moment.timestamp()).await;
    }

    /// The bot's wall clock is set by so much, forwards or back; Slack's goes on as it was.
    pub(crate) async fn clock_is_set(&self, by: SignedDuration) {
        self.settled().await;
        *self.lag.lock().unwrap() += by;
        self.hand.jump_to(self.clock.now() + by).await.unwrap();
        self.settled().await;
    }

    /// Turns the clock on by so much: a channel takes one message a second.
    pub(crate) async fn passes(&self, seconds: i64) {
        self.turns_to(self.clock.now() + SignedDuration::from_secs(seconds)).await;
    }

    /// Waits until nobody has anything to do.
    pub(crate) async fn settled(&self) {
        match &self.bot {
            Some(Worker::Apart(child)) => child.lock().await.rests(&self.sim).await,
            Some(Worker::Within(_)) | None => self.hand.settled().await.unwrap(),
        }
    }

    /// What stands in a channel, each message as text, its thread behind it.
    pub(crate) fn channel(&self, name: &str) -> Vec<String> {
        let text = |message: &Value| without_introduction(message["text"].as_str().unwrap_or_default());
        let with_thread = |message: &Value| {
            let replies = message["replies"].as_array().cloned().unwrap_or_default();
            std::iter::once(text(message)).chain(replies.iter().map(text)).collect::<Vec<_>>().join("\n--\n")
        };
        self.sim.messages(name).unwrap().iter().map(with_thread).map(|text| self.named(text)).collect()
    }

    /// All messages of a channel as Slack's history gives them, each followed by its thread.
    pub(crate) fn posts(&self, channel: &str) -> Vec<Value> {
        self.newest_posts(channel, usize::MAX)
    }

    /// The same of its newest messages: what people still have before them.
    pub(crate) fn newest_posts(&self, channel: &str, most: usize) -> Vec<Value> {
        let mut all = vec![];
        for mut message in self.sim.newest_messages(channel, most).unwrap() {
            let replies = message["replies"].take();
            all.push(message);
            all.extend(replies.as_array().cloned().unwrap_or_default());
        }
        all
    }

    /// Ids of channels as their names, so that a test reads well.
    pub(crate) fn named(&self, mut text: String) -> String {
        for name in CHANNELS {
            text = text.replace(&format!("<#{}>", self.sim.channel_id(name).unwrap()), &format!("#{name}"));
        }
        text
    }

    /// A record.
    pub(crate) async fn record(&self, no: u64) -> Record {
        self.record_if_any(no).await.expect("there is such a record")
    }

    /// A record, if there is one of this number.
    pub(crate) async fn record_if_any(&self, no: u64) -> Option<Record> {
        match &self.bot {
            Some(Worker::Apart(child)) => child.lock().await.reads(&self.sim, "record", no).await,
            Some(Worker::Within(_)) | None => self.store().record(FeedbackNo(no)).await.unwrap(),
        }
    }

    /// A letter, if there is one of this number.
    pub(crate) async fn letter(&self, no: LetterNo) -> Option<Letter> {
        match &self.bot {
            Some(Worker::Apart(child)) => child.lock().await.reads(&self.sim, "letter", no.0).await,
            Some(Worker::Within(_)) | None => self.store().letter(no).await.unwrap(),
        }
    }

    /// The words of all records, by number.
    pub(crate) async fn records(&self) -> BTreeMap<u64, String> {
        let mut records = BTreeMap::new();
        let mut no = 1;
        while let Some(record) = self.store().record(FeedbackNo(no)).await.unwrap() {
            records.insert(no, record.verbatim);
            no += 1;
        }
        records
    }

    /// Words that must not be found in the log.
    pub(crate) fn remember(&self, text: &str) {
        self.said.lock().unwrap().push(text.to_owned());
    }

    /// The end of the story: nothing is left that nobody expected.
    pub(crate) async fn end(mut self) {
        self.settled().await;
        // One that was killed has just begun anew.
        let is_killed = matches!(self.bot, Some(Worker::Apart(_)));
        match self.bot.take() {
            Some(Worker::Within(bot)) => {
                assert_eq!(bot.store().outbox().await.unwrap(), [], "letters are left in the outbox");
                assert!(bot.stop().await, "it did not stop in time");
            }
            Some(Worker::Apart(child)) => {
                let (left, said) = child.into_inner().stops().await;
                assert_eq!(left, 0, "letters are left in the outbox");
                self.last_words += &said;
            }
            None => {}
        }
        assert_eq!(self.sim.unknown_methods(), Vec::<String>::new(), "Slack has no such methods");
        assert_eq!(self.sim.stray_acks(), Vec::<String>::new(), "acknowledgements of nothing");
        let (late, let_go) = (self.sim.late_acks(), self.let_go.load(Ordering::Relaxed));
        assert!(is_killed || late.len() <= let_go, "{late:?} were acknowledged when nobody waited any more, {let_go} let go");
        // Looked at where it is, and once: a year's log is long, and people say thousands of things.
        let mut found = self.found_in(&log().lock().unwrap());
        found.extend(self.found_in(&self.last_words));
        assert!(found.is_empty(), "{found:?} stand in the log");
    }

    /// What people said, and tokens, that stand in a log. It is read once, however many words there are.
    fn found_in(&self, log: &str) -> BTreeSet<String> {
        let tokens = [self.sim.bot_token(), self.sim.app_token(), self.sim.signing_secret(), "ticket="].map(str::to_owned);
        let said = self.said.lock().unwrap().clone();
        let words: Vec<&str> = said.iter().chain(&tokens).map(|words| words.trim()).filter(|words| words.len() > 8).collect();
        let sought = DoubleArrayAhoCorasick::<usize>::new(&words).unwrap();
        sought.find_overlapping_iter(log).map(|found| words[found.value()].to_owned()).collect()
    }
}

/// A text of the bot without what it says of itself, which is a story of its own.
fn without_introduction(text: &str) -> String {
    let [begins, ends] = INTRODUCTION;
    let parts = text.split_once(begins).and_then(|(before, rest)| Some((before, rest.split_once(ends)?.1)));
    parts.map_or_else(|| text.to_owned(), |(before, after)| format!("{before}{after}"))
}

/// A folder that goes with the test, and a store in it.
pub(crate) fn kept() -> (tempfile::TempDir, Keep) {
    let folder = tempfile::tempdir().unwrap();
    let keep = Keep::In(PathBuf::from(folder.path()));
    (folder, keep)
}

/// How many lines of the log hold all of these words. The log is that of all tests: name what no other test names.
pub(crate) fn logged(words: &[&str]) -> usize {
    log().lock().unwrap().lines().filter(|line| words.iter().all(|word| line.contains(word))).count()
}

/// All that was logged by any test: at any level, by us and by the libraries that we filter out in production.
pub(crate) fn log() -> &'static Mutex<String> {
    static LOG: Mutex<String> = Mutex::new(String::new());
    &LOG
}

struct ToLog;

impl std::io::Write for ToLog {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        log().lock().unwrap().push_str(&String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn listen_to_the_log() {
    static ONCE: OnceLock<()> = OnceLock::new();
    ONCE.get_or_init(|| {
        let ours = tracing_subscriber::filter::Targets::new().with_target("allears", tracing::Level::TRACE);
        let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(|| ToLog);
        tracing_subscriber::registry().with(tracing_subscriber::Layer::with_filter(lines, ours)).init();
    });
}
