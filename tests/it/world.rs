//! A company at work: the real bot on a simulated workspace, and a clock that is turned.
//!
//! A test reads as a day: somebody tells, reads the receipt; the clock strikes; the digest stands in its channel.
//! [`World::end`] fails on whatever nobody expected: letters left in the outbox, methods that Slack does not have,
//! acknowledgements of nothing, and any verbatim or token in the log.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, OnceLock};

use allears::clock::{Clock, Hand};
use allears::config::{Config, Env, Secrets, Text, Texts};
use allears::serve::{Bot, Keep, Setup, StartError};
use allears::store::SharedStore;
use jiff::{SignedDuration, Timestamp, Zoned};
use slack_sim::{NewChannel, Rest, Sim, Time};

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

/// What a company is made of; each part may be another in a test.
pub(crate) struct Company {
    pub(crate) allears: String,
    pub(crate) functions: String,
    pub(crate) rules: String,
    /// Sunday evening.
    pub(crate) begins: &'static str,
    pub(crate) keep: Keep,
}

impl Default for Company {
    fn default() -> Self {
        let function = |id: &str, name: &str, lead: &str| {
            format!("[[function]]\nid = \"{id}\"\nname = \"{name}\"\nchannel = \"#{id}-voice\"\nlead = \"{lead}\"\n")
        };
        let functions = [("finance", "Finance"), ("product", "Product"), ("legal", "Legal")];
        let functions: String = functions.iter().map(|(id, name)| function(id, name, "U00000001")).collect();
        Self {
            allears: "[[listen]]\nchannel = \"#stories\"\nmode = \"all\"\nchosen_by = \"U00000001\"\n".to_owned(),
            functions: format!("[defaults]\nzone = \"Europe/Berlin\"\n{functions}"),
            rules: RULES.to_owned(),
            begins: "2026-11-22T18:00:00+01:00[Europe/Berlin]",
            keep: Keep::InMemory,
        }
    }
}

/// A company at work.
pub(crate) struct World {
    pub(crate) sim: Sim,
    pub(crate) hand: Hand,
    pub(crate) clock: Clock,
    company: Company,
    bot: Option<Bot>,
    /// What people said, to be looked for in the log.
    said: Mutex<Vec<String>>,
}

/// The workspace's time is the bot's.
struct OneClock(Clock);

impl Time for OneClock {
    fn now(&self) -> Timestamp {
        self.0.now()
    }
    fn rest(&self, span: SignedDuration) -> Rest {
        let clock = self.0.clone();
        Box::pin(async move { clock.rest(span).await })
    }
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
        let sim = Sim::builder().commands(["/heard"]).time(Arc::new(OneClock(clock.clone()))).start().await.unwrap();
        sim.add_people(["lee", "dana", "mia", "raj"]);
        for channel in ["stories", "sales", "finance-voice", "product-voice", "legal-voice"] {
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
        Self { sim, hand, clock, company, bot: None, said: Mutex::default() }
    }

    /// Starts the bot, and waits until it hears.
    pub(crate) async fn start_bot(&mut self) -> Result<(), StartError> {
        let file = |name, text| Text { name, text };
        let Company { allears, functions, rules, .. } = &self.company;
        let texts = Texts {
            allears: file("allears.toml", allears),
            functions: file("functions.toml", functions),
            rules: file("rules.toml", rules),
        };
        let api = self.sim.api_url();
        let config = Config::parse(&texts, &Env::given([("SLACK_API_URL", api.trim_end_matches('/'))])).unwrap();
        let tokens = [("SLACK_BOT_TOKEN", self.sim.bot_token()), ("SLACK_APP_TOKEN", self.sim.app_token())];
        let secrets = Secrets::load(&Env::given(tokens)).unwrap();
        let keep = self.company.keep.clone();
        let setup = Setup { config, secrets, clock: self.clock.clone(), keep, listen: None, on_progress: Arc::new(|_| {}) };
        self.bot = Some(Bot::start(setup).await?);
        self.settled().await;
        Ok(())
    }

    /// Stops the bot as SIGTERM does.
    pub(crate) async fn stop_bot(&mut self) {
        assert!(self.bot.take().expect("a bot runs").stop().await, "it did not stop in time");
    }

    /// What the bot remembers.
    pub(crate) fn store(&self) -> &SharedStore {
        self.bot.as_ref().expect("a bot runs").store()
    }

    /// `/heard TEXT` in a channel; gives what the person reads.
    pub(crate) async fn heard(&self, who: &str, channel: &str, text: &str) -> String {
        self.remember(text);
        let seen = self.sim.command(who, channel, "/heard", text).await.unwrap();
        self.settled().await;
        seen.text().to_owned()
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
        self.hand.turn_to(moment.timestamp()).await.unwrap();
        self.settled().await;
    }

    /// Waits until nobody has anything to do.
    pub(crate) async fn settled(&self) {
        self.hand.settled().await.unwrap();
    }

    /// What stands in a channel, each message as text, its thread behind it.
    pub(crate) fn channel(&self, name: &str) -> Vec<String> {
        let text = |message: &serde_json::Value| message["text"].as_str().unwrap_or_default().to_owned();
        let with_thread = |message: &serde_json::Value| {
            let replies = message["replies"].as_array().cloned().unwrap_or_default();
            std::iter::once(text(message)).chain(replies.iter().map(text)).collect::<Vec<_>>().join("\n--\n")
        };
        self.sim.messages(name).unwrap().iter().map(with_thread).map(|text| self.named(text)).collect()
    }

    /// Ids of channels as their names, so that a test reads well.
    fn named(&self, mut text: String) -> String {
        for name in ["stories", "sales", "finance-voice", "product-voice", "legal-voice"] {
            text = text.replace(&format!("<#{}>", self.sim.channel_id(name).unwrap()), &format!("#{name}"));
        }
        text
    }

    /// How many records there are, by number.
    pub(crate) async fn records(&self) -> BTreeMap<u64, String> {
        let mut records = BTreeMap::new();
        let mut no = 1;
        while let Some(record) = self.store().record(allears::domain::ids::FeedbackNo(no)).await.unwrap() {
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
        if self.bot.is_some() {
            assert_eq!(self.store().outbox().await.unwrap(), [], "letters are left in the outbox");
            self.stop_bot().await;
        }
        assert_eq!(self.sim.unknown_methods(), Vec::<String>::new(), "Slack has no such methods");
        assert_eq!(self.sim.stray_acks(), Vec::<String>::new(), "acknowledgements of nothing");
        let tokens = [self.sim.bot_token().to_owned(), self.sim.app_token().to_owned(), "ticket=".to_owned()];
        let log = log().lock().unwrap().clone();
        for words in self.said.lock().unwrap().iter().chain(&tokens).filter(|words| words.trim().len() > 8) {
            assert!(!log.contains(words.trim()), "{words:?} stands in the log");
        }
    }
}

/// A folder that goes with the test, and a store in it.
pub(crate) fn kept() -> (tempfile::TempDir, Keep) {
    let folder = tempfile::tempdir().unwrap();
    let keep = Keep::In(PathBuf::from(folder.path()));
    (folder, keep)
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
        use tracing_subscriber::layer::SubscriberExt;
        use tracing_subscriber::util::SubscriberInitExt;
        let lines = tracing_subscriber::fmt::layer().with_ansi(false).with_writer(|| ToLog);
        tracing_subscriber::registry().with(tracing_subscriber::Layer::with_filter(lines, ours)).init();
    });
}
