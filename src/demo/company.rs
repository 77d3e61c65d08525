//! The company of the demo: its people, its channels, and a week of what its customers said.

use std::collections::BTreeMap;

use slack_sim::{NewChannel, NewPerson, Sim};

use crate::config::{Config, Env, Faults, Text, Texts};
use crate::domain::ids::UserId;
use crate::domain::routing::{ChannelRef, Routing};
use crate::domain::tagging::Language;

/// The time zone of the company.
pub(super) const ZONE: &str = "Europe/Berlin";
/// The channel that is listened to.
pub(super) const STORIES: &str = "customer-stories";

/// People, by the function that they belong to; the first leads it.
const PEOPLE: &[(&str, &[(&str, &str)])] = &[
    ("product", &[("mia", "Mia Lindqvist"), ("noah", "Noah Brandt"), ("elin", "Elin Roth"), ("karl", "Karl Nowak"), ("yuki", "Yuki Mori")]),
    (
        "engineering",
        &[
            ("tom", "Tom Okafor"),
            ("priya", "Priya Raman"),
            ("felix", "Felix Adler"),
            ("wei", "Wei Chen"),
            ("ola", "Ola Berg"),
            ("rosa", "Rosa Silva"),
            ("ivan", "Ivan Petrov"),
        ],
    ),
    ("design", &[("ana", "Ana Duarte"), ("leo", "Leo Marchetti"), ("signe", "Signe Holm")]),
    ("marketing", &[("kofi", "Kofi Mensah"), ("clara", "Clara Voss"), ("hugo", "Hugo Blanc"), ("nina", "Nina Kowal")]),
    (
        "sales",
        &[
            ("lee", "Lee Park"),
            ("max", "Max Weber"),
            ("amir", "Amir Nasser"),
            ("julia", "Julia Stein"),
            ("pete", "Pete Doyle"),
            ("zoe", "Zoe Lang"),
        ],
    ),
    ("finance", &[("dana", "Dana Fischer"), ("ben", "Ben Haddad"), ("lina", "Lina Koch"), ("omar", "Omar Said"), ("ruth", "Ruth Klein")]),
    (
        "support",
        &[
            ("sara", "Sara Nilsson"),
            ("jun", "Jun Tanaka"),
            ("mark", "Mark Jansen"),
            ("tess", "Tess Byrne"),
            ("paul", "Paul Meyer"),
            ("vera", "Vera Popa"),
        ],
    ),
    ("operations", &[("olga", "Olga Marek"), ("bruno", "Bruno Costa"), ("gita", "Gita Rao"), ("sven", "Sven Dahl"), ("tim", "Tim Hartl")]),
    ("legal", &[("raj", "Raj Mehta"), ("iris", "Iris Falk")]),
    ("people", &[("eva", "Eva Kraus"), ("jonas", "Jonas Wolf")]),
];

/// Its customers: what they are called, of which kind they are, and who looks after them.
const CUSTOMERS: &[(&str, &str, &str)] = &[
    ("Acme", "Enterprise", "lee"),
    ("Bluefin", "Mid-market", "amir"),
    ("Bridgeway", "Mid-market", "julia"),
    ("Delta Health", "Enterprise", "max"),
    ("Finch", "Prospect", "lee"),
    ("Harbour Foods", "Mid-market", "julia"),
    ("Juniper", "Prospect", "max"),
    ("Kestrel", "Prospect", "max"),
    ("Luma", "Enterprise", "lee"),
    ("Marigold", "Small business", "zoe"),
    ("Nordwind", "Mid-market", "amir"),
    ("Orbit", "Small business", "zoe"),
    ("Pelican", "Enterprise", "pete"),
    ("Quarry", "Mid-market", "pete"),
    ("Stoneham", "Enterprise", "julia"),
];

/// How somebody told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum By {
    /// `/heard` in this channel.
    Command(&'static str),
    /// A message in the channel that is listened to.
    Message,
}

/// Something that was told: days after the first Sunday, the time of day, who, how, what.
pub(super) type Story = (i8, &'static str, &'static str, By, &'static str);

use By::{Command, Message};

/// The week before the demo begins, in order of time. The last ones stand in Monday's digests.
pub(super) const WEEK: &[Story] = &[
    (0, "19:40", "lee", Command("sales"), "Acme's CFO says the invoice PDF shows the wrong VAT number, third time this quarter"),
    (0, "20:15", "sara", Message, "Bluefin: the export to CSV crashes every time they pick more than one month"),
    (1, "08:20", "jun", Message, "Nordwind waited six days for an answer to their ticket and nobody told them why"),
    (1, "10:05", "max", Command("sales"), "Kestrel signs if we can quote in Swiss francs, their buyer has no dollar budget"),
    (1, "11:30", "olga", Message, "The second pallet for Harbour Foods arrived with torn packaging, two units missing"),
    (
        1,
        "13:45",
        "lee",
        Command("sales"),
        "Luma's privacy officer asks where their data is stored and wants our subprocessor list before they renew",
    ),
    (1, "15:10", "sara", Message, "Two customers could not find the button to cancel a booking, they both clicked the logo"),
    (1, "16:55", "ana", Message, "At the fair a visitor said the grey text on grey is unreadable on her phone in the sun"),
    (2, "08:50", "max", Message, "Orbit says our technician Piet was wonderful: on time, patient, explained everything"),
    (2, "09:40", "jun", Command("support-desk"), "Delta Health was charged twice in October and still waits for the refund"),
    (2, "11:15", "lee", Message, "Prospect at Finch: your website says free trial, the form asks for a credit card"),
    (2, "14:20", "tom", Message, "Status page was green while Quarry could not log in for forty minutes this morning"),
    (2, "15:05", "sara", Message, "Marigold would pay for single sign-on tomorrow, it is the one thing missing for their IT"),
    (2, "17:30", "raj", Message, "Stoneham's counsel will not accept the liability cap in the new contract"),
    (3, "08:35", "lee", Command("sales"), "Renewal call with Pelican: they felt promised a discount that nobody here remembers"),
    (3, "10:10", "jun", Message, "The onboarding guide still shows the old menus, a new customer gave up on page three"),
    (3, "11:50", "olga", Message, "Installation at Bridgeway was moved twice, their site manager hears it from the driver"),
    (3, "13:25", "mia", Message, "Three dentists asked for recurring appointments, they copy them by hand every week"),
    (3, "15:40", "dana", Message, "Acme again: their accountant needs invoices as e-invoice XML from January on"),
    (3, "16:15", "kofi", Message, "A customer forwarded our newsletter with one word: why. She unsubscribed in May"),
    (4, "09:05", "max", Command("sales"), "Lost Juniper to Tiller: they said our quote took eleven days and came as a scan"),
    (4, "10:30", "sara", Message, "The search is slow since the update, Nordwind counts twelve seconds for a name"),
    (4, "11:20", "priya", Message, "Quarry's developers say the API returns 500 when a name has an apostrophe"),
    (4, "14:00", "eva", Message, "Candidate told me she heard from two customers that they get a new account manager every quarter"),
    (4, "15:35", "jun", Message, "Harbour Foods: the driver was rude to their receptionist, she will not sign for him again"),
    (5, "08:45", "lee", Message, "Luma calls the new calendar beautiful, the first one their nurses did not have to learn"),
    (5, "10:25", "sara", Command("support-desk"), "Delta Health says reminders go out at 3 in the night since the clocks changed"),
    (5, "13:10", "olga", Message, "Bridgeway is out of stock of the wall mounts and our portal shows none until January"),
    (5, "15:50", "max", Message, "Kestrel asks whether they may cancel the second site without cancelling the first"),
    (5, "17:20", "lee", Command("sales"), "Acme's CFO will pay the moment the invoice is right, not before, it is past due since the 1st"),
    (6, "11:05", "jun", Message, "Weekend caller could not reset his password, the mail never came, not in spam either"),
    (6, "12:40", "sara", Message, "Marigold's intern deleted a patient list and there is no undo, they are typing it in again"),
    (6, "16:30", "lee", Message, "Met Finch's founder at football: loves us, says nobody in his circle has ever heard of us"),
    (7, "10:15", "sara", Message, "Nordwind writes on Sunday: if Monday's payroll export fails once more they leave"),
    (7, "14:50", "kofi", Message, "A reviewer gives two stars because the app shows ads for a plan he already has"),
    (7, "16:05", "max", Message, "Pelican's lawyer wants the data processing agreement signed before the pilot starts"),
];

/// What somebody does about a record: days after the first Sunday, the time of day, who, the record, what.
pub(super) type Deed = (i8, &'static str, &'static str, u64, Does);

/// What they do.
#[derive(Debug, Clone, Copy)]
pub(super) enum Does {
    /// They take it.
    Take,
    /// They close it with this outcome and reason, planned ones by this day.
    Close(&'static str, &'static str, Option<&'static str>),
}

use Does::{Close, Take};

/// What the company did about it in that week, in order of time.
pub(super) const DEEDS: &[Deed] = &[
    (1, "10:30", "dana", 1, Take),
    (2, "10:00", "sara", 3, Close("done", "Tickets older than a day ring a bell now, and Jun has called them to say sorry", None)),
    (4, "10:00", "mia", 13, Close("planned", "Single sign-on is being built for all plans", Some("2027-01-29"))),
    (5, "10:10", "raj", 14, Close("declined", "The cap is what our insurance pays; we offered a higher one for its price", None)),
];

/// Fills a workspace with people and channels.
pub(super) fn settle_in(sim: &Sim) {
    let everybody: Vec<&str> = PEOPLE.iter().flat_map(|(_, people)| people.iter().map(|(name, _)| *name)).collect();
    for (name, real_name) in PEOPLE.iter().flat_map(|(_, people)| people.iter()) {
        sim.add_person(NewPerson::named(name).real_name(real_name).tz(ZONE));
    }
    for channel in ["general", STORIES, "sales", "support-desk"] {
        sim.add_channel(NewChannel::named(channel).members(&everybody).with_bot());
    }
    for (function, people) in PEOPLE {
        let members: Vec<&str> = people.iter().map(|(name, _)| *name).collect();
        sim.add_channel(NewChannel::named(&voice(function)).members(&members).with_bot());
    }
}

/// The people of a function; its lead first.
pub(super) fn people_of(function: &str) -> Vec<&'static str> {
    let people = PEOPLE.iter().find(|(id, _)| *id == function).map_or(&[][..], |(_, people)| people);
    people.iter().map(|(name, _)| *name).collect()
}

/// All functions that have people.
pub(super) fn functions() -> impl Iterator<Item = &'static str> {
    PEOPLE.iter().map(|(function, _)| *function)
}

/// Names of all people.
pub(super) fn names() -> Vec<&'static str> {
    PEOPLE.iter().flat_map(|(_, people)| people.iter().map(|(name, _)| *name)).collect()
}

fn voice(function: &str) -> String {
    format!("{function}-voice")
}

/// The channel of a function.
pub(super) fn channel_of(channel: &ChannelRef) -> &str {
    match channel {
        ChannelRef::Name(name) | ChannelRef::Id(name) => name,
    }
}

/// The shipped rules of the language that the demo's people speak.
const RULES_OF: [(Language, &str); 1] = [(Language::En, include_str!("../../config/rules-en.toml"))];

/// Its customers, as a spreadsheet has them.
fn customers(sim: &Sim) -> String {
    let line = |(name, segment, owner): &(&str, &str, &str)| format!("{name},{segment},{}\n", sim.person_id(owner).unwrap_or_default());
    std::iter::once("name,segment,owner\n".to_owned()).chain(CUSTOMERS.iter().map(line)).collect()
}

/// The shipped configuration, with this company's customers and leads, its admin, the channels that it listens to, and the one for its
/// week.
pub(super) fn configuration(sim: &Sim) -> Result<Config, Faults> {
    let [mia, ana] = ["mia", "ana"].map(|name| sim.person_id(name).unwrap_or_default());
    // Whoever opens the page is Ana, and shall see what admins see too.
    let listen = [(STORIES, "all"), ("general", "filtered")]
        .map(|(channel, mode)| format!("[[listen]]\nchannel = \"#{channel}\"\nmode = \"{mode}\"\nchosen_by = \"{mia}\"\n"));
    let allears = format!("admins = [\"{ana}\"]\n[rollup]\nchannel = \"#general\"\n{}", listen.concat());
    let customers = customers(sim);
    let texts = Texts {
        allears: Text { name: "the demo's allears.toml", text: &allears },
        functions: Text { name: "config/functions.toml", text: include_str!("../../config/functions.toml") },
        rules: Text { name: "config/rules.toml", text: include_str!("../../config/rules.toml") },
        rules_of: &RULES_OF.map(|(language, text)| (language, Text { name: "config/rules of a language", text })),
        accounts: Some(Text { name: "the demo's accounts.csv", text: &customers }),
        examples: Some(Text { name: "config/examples.jsonl", text: include_str!("../../config/examples.jsonl") }),
    };
    let api = sim.api_url();
    let mut config = Config::parse(&texts, &Env::given([("SLACK_API_URL", api.trim_end_matches('/'))]))?;
    // Functions take seconds to learn in a build without optimisation, and the demo shows what colleagues teach; kinds of one language
    // take one.
    config.examples.clear();
    config.of_kinds.retain(|example| Language::of(&example.text) == Some(Language::En));
    let leads: BTreeMap<&str, String> =
        PEOPLE.iter().filter_map(|(function, people)| Some((*function, sim.person_id(people.first()?.0)?))).collect();
    let mut functions = config.routing.functions().to_vec();
    for function in &mut functions {
        if let Some(lead) = leads.get(function.id.as_str()) {
            function.lead = UserId::new(lead);
        }
    }
    if let Some(routing) = Routing::new(functions) {
        config.routing = routing;
    }
    Ok(config)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_week_is_told_in_order_by_people_who_are_there() {
        let known = names();
        assert!(WEEK.iter().all(|(_, _, who, ..)| known.contains(who)));
        assert!(WEEK.is_sorted_by_key(|(day, time, ..)| (*day, *time)));
        assert!(WEEK.iter().filter(|(_, _, _, by, _)| *by == Message).count() > 10);
        assert!(DEEDS.iter().all(|(_, _, who, ..)| known.contains(who)));
        assert!(CUSTOMERS.iter().all(|(.., owner)| known.contains(owner)));
        assert!(DEEDS.is_sorted_by_key(|(day, time, ..)| (*day, *time)));
    }
}
