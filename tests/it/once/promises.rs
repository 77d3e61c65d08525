//! What readers are promised of the digests in their channel, and what of it is broken.

use std::collections::BTreeMap;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

/// When digests are due.
const HOUR: i8 = 9;
/// How long after that they may come.
const LIVES: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What a channel is to show.
#[derive(Debug, Clone)]
pub(super) struct Promised {
    /// The function's name.
    pub(super) function: String,
    /// The days with a digest, in order.
    pub(super) days: Vec<Date>,
    /// The numbers of the records that stand in one of them.
    pub(super) told: Vec<u64>,
}

/// A part of a digest: its day, and its place in it, from nought.
type Part = (Date, u32);

impl Promised {
    /// What is not as it was promised; empty where all is well. `posts`: the channel's messages as Slack's history has them,
    /// each followed by its thread.
    pub(super) fn broken(&self, posts: &[Value]) -> Vec<String> {
        let mut broken = vec![];
        let (mut standing, mut of) = (vec![], BTreeMap::new());
        for post in posts {
            let title = text(post).lines().next().unwrap_or_default();
            match self.days.iter().find_map(|day| self.part(title, *day)) {
                Some((part, parts)) => {
                    of.entry(part.0).and_modify(|most: &mut u32| *most = parts.max(*most)).or_insert(parts);
                    standing.push((part, post));
                }
                None => broken.push(format!("nobody was promised {title:?}")),
            }
        }
        broken.extend(self.miscounted(&standing, &of));
        if !standing.is_sorted_by(|(one, first), (other, next)| one <= other && moment(first) <= moment(next)) {
            broken.push("they stand out of order".to_owned());
        }
        for (part, post) in &standing {
            broken.extend(misplaced(*part, post, &standing));
        }
        broken.extend(self.misquoted(posts));
        broken
    }

    /// The part that a message is by its title, and how many follow the first.
    fn part(&self, title: &str, day: Date) -> Option<(Part, u32)> {
        let of_day = format!("{}, {}", self.function, day.strftime("%A %-d %B"));
        if title == format!("What customers told us: {of_day}") {
            return Some(((day, 0), 0));
        }
        let (part, of) = title.strip_prefix(&format!("More for {of_day} ("))?.strip_suffix(')')?.split_once(" of ")?;
        Some(((day, part.parse().ok()?), of.parse().ok()?))
    }

    fn miscounted(&self, standing: &[(Part, &Value)], of: &BTreeMap<Date, u32>) -> Vec<String> {
        let parts = self.days.iter().flat_map(|day| (0..=of.get(day).copied().unwrap_or(0)).map(|part| (*day, part)));
        let counted = parts.map(|part| (part, standing.iter().filter(|(other, _)| *other == part).count()));
        counted.filter(|(_, times)| *times != 1).map(|(part, times)| format!("{} stands {times} times", named(part))).collect()
    }

    /// Records that do not stand there once.
    fn misquoted(&self, posts: &[Value]) -> Vec<String> {
        let mut times: BTreeMap<u64, usize> = self.told.iter().map(|no| (*no, 0)).collect();
        for no in posts.iter().flat_map(|post| text(post).split("VOC-").skip(1)) {
            let digits = no.split(|c: char| !c.is_ascii_digit()).next().unwrap_or_default();
            *times.entry(digits.parse().unwrap()).or_default() += 1;
        }
        let wrong = times.into_iter().filter(|(no, times)| *times != 1 || !self.told.contains(no));
        wrong.map(|(no, times)| format!("VOC-{no} stands {times} times")).collect()
    }
}

/// What is wrong with where and when a part stands, and with what it says of itself.
fn misplaced(part: Part, post: &Value, standing: &[(Part, &Value)]) -> Vec<String> {
    let mut broken = vec![];
    let due = part.0.at(HOUR, 0, 0, 0).to_zoned(TimeZone::get("Europe/Berlin").unwrap()).unwrap().timestamp();
    let late = moment(post).duration_since(due);
    if late.is_negative() || late > LIVES {
        broken.push(format!("{} came {} seconds after its hour", named(part), late.as_secs_f64()));
    }
    let roots: Vec<&Value> = standing.iter().filter(|(other, _)| *other == (part.0, 0)).map(|(_, post)| &post["ts"]).collect();
    if part.1 > 0 && !roots.contains(&&post["thread_ts"]) {
        broken.push(format!("{} stands outside of its thread", named(part)));
    }
    if text(post).contains("may be a repeat") {
        broken.push(format!("{} says that it may be a repeat", named(part)));
    }
    broken
}

fn named((day, part): Part) -> String {
    format!("part {part} of {day}")
}

fn text(post: &Value) -> &str {
    post["text"].as_str().unwrap()
}

/// When it was posted.
fn moment(post: &Value) -> Timestamp {
    let (seconds, micros) = post["ts"].as_str().unwrap().split_once('.').unwrap();
    Timestamp::new(seconds.parse().unwrap(), micros.parse::<i32>().unwrap() * 1_000).unwrap()
}

/// The control of the checker itself: whatever is wrong with a channel that keeps all promises is found.
#[test]
fn each_broken_promise_is_found() {
    let (monday, tuesday) = (Date::constant(2026, 11, 23), Date::constant(2026, 11, 24));
    let promised = Promised { function: "F0".to_owned(), days: vec![monday, tuesday], told: vec![1, 2, 3] };
    let at = |day: Date, second: i64, text: &str, thread: Option<&Value>| {
        let due = day.at(HOUR, 0, 0, 0).to_zoned(TimeZone::get("Europe/Berlin").unwrap()).unwrap().timestamp().as_second();
        json!({"ts": format!("{}.000000", due + second), "text": text, "thread_ts": thread.map(|root| root["ts"].clone())})
    };
    let first = at(monday, 0, "What customers told us: F0, Monday 23 November\n1 new.\nVOC-1, told by", None);
    let more = at(monday, 1, "More for F0, Monday 23 November (1 of 1)\nVOC-2: words", Some(&first));
    let next = at(tuesday, 60, "What customers told us: F0, Tuesday 24 November\n1 new.\nVOC-3, told by", None);
    let check = |posts: &[&Value], broken: &[&str]| {
        let posts: Vec<Value> = posts.iter().map(|post| (*post).clone()).collect();
        assert_eq!(promised.broken(&posts), broken);
    };
    let but = |post: &Value, key: &str, to: Value| {
        let mut post = post.clone();
        post[key] = to;
        post
    };
    check(&[&first, &more, &next], &[]);
    check(
        &[],
        &[
            "part 0 of 2026-11-23 stands 0 times",
            "part 0 of 2026-11-24 stands 0 times",
            "VOC-1 stands 0 times",
            "VOC-2 stands 0 times",
            "VOC-3 stands 0 times",
        ],
    );
    check(&[&first, &more, &next, &next], &["part 0 of 2026-11-24 stands 2 times", "VOC-3 stands 2 times"]);
    check(&[&first, &more, &more, &next], &["part 1 of 2026-11-23 stands 2 times", "VOC-2 stands 2 times"]);
    check(&[&first, &next], &["VOC-2 stands 0 times"]);
    check(
        &[&more, &next],
        &["part 0 of 2026-11-23 stands 0 times", "part 1 of 2026-11-23 stands outside of its thread", "VOC-1 stands 0 times"],
    );
    check(&[&next, &first, &more], &["they stand out of order"]);
    let elsewhere = but(&more, "thread_ts", next["ts"].clone());
    check(&[&first, &elsewhere, &next], &["part 1 of 2026-11-23 stands outside of its thread"]);
    let early = at(monday, -1, text(&first), None);
    let more_of_early = but(&more, "thread_ts", early["ts"].clone());
    check(&[&early, &more_of_early, &next], &["part 0 of 2026-11-23 came -1 seconds after its hour"]);
    let late = at(tuesday, LIVES.as_secs() + 1, text(&next), None);
    check(&[&first, &more, &late], &["part 0 of 2026-11-24 came 604801 seconds after its hour"]);
    let repeated = but(&next, "text", format!("{}\nThis may be a repeat.", text(&next)).into());
    check(&[&first, &more, &repeated], &["part 0 of 2026-11-24 says that it may be a repeat"]);
    let unknown = but(&next, "text", format!("{}\nVOC-4, told by", text(&next)).into());
    check(&[&first, &more, &unknown], &["VOC-4 stands 1 times"]);
    let chat = at(tuesday, 61, "good morning", None);
    check(&[&first, &more, &next, &chat], &["nobody was promised \"good morning\""]);
}
