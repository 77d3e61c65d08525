//! What somebody wants to become of a record, and the forms that close it and bring it back.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::sent::{Sent, Wrong, teller};
use super::view::{self, About};
use crate::app::care::{self, Became, Wish};
use crate::domain::care::{MOST_OF_REASON, Outcome};
use crate::domain::facts::DeliveryKey;
use crate::domain::feedback::{Identity, Verbatim};
use crate::domain::ids::FeedbackNo;
use crate::slack::desk::{Desk, DeskError};
use crate::slack::inbound::Submitted;
use crate::texts::en::forms;
use crate::texts::page::Page;
use crate::texts::terminal;

/// How far ahead something may be planned.
const PLANNED_WITHIN: SignedDuration = SignedDuration::from_hours(2 * 366 * 24);

/// The reason that was typed.
fn reason(sent: &Submitted) -> Result<Verbatim, Sent> {
    let typed = sent.typed(view::REASON).and_then(|text| Verbatim::parse(&text).ok());
    let short = typed.filter(|reason| reason.as_str().chars().count() <= MOST_OF_REASON);
    short.ok_or_else(|| Sent::Wrong(Wrong(view::REASON, forms::NO_REASON.to_owned())))
}

/// The outcome that was chosen, with its day where it is planned.
fn outcome(desk: &Desk, sent: &Submitted) -> Result<Outcome, Sent> {
    let wrong = |field, why: &str| Sent::Wrong(Wrong(field, why.to_owned()));
    Ok(match sent.chosen(view::OUTCOME).first().map(String::as_str) {
        Some(view::DONE) => Outcome::Done,
        Some(view::INTENDED) => Outcome::Intended,
        Some(view::DECLINED) => Outcome::Declined,
        Some(view::PLANNED) => Outcome::Planned(day(desk, sent)?),
        _ => return Err(wrong(view::OUTCOME, forms::NO_OUTCOME)),
    })
}

/// The day that was picked, which is to come.
fn day(desk: &Desk, sent: &Submitted) -> Result<Date, Sent> {
    let wrong = |why: &str| Sent::Wrong(Wrong(view::DAY, why.to_owned()));
    let picked = sent.picked(view::DAY).ok_or_else(|| wrong(forms::NO_DAY))?;
    let (now, last) = (desk.clock.now(), desk.clock.now().checked_add(PLANNED_WITHIN).unwrap_or_else(|_| desk.clock.now()));
    let day = |at: Timestamp| at.to_zoned(TimeZone::UTC).date();
    picked.parse().ok().filter(|picked| (day(now)..=day(last)).contains(picked)).ok_or_else(|| wrong(forms::BAD_DAY))
}

/// The council gives a record to somebody.
pub(super) async fn decide(desk: &Desk, sent: &Submitted, about: &About) -> Result<Sent, DeskError> {
    let nobody = || Sent::Wrong(Wrong(view::WHO, forms::NO_WHO.to_owned()));
    let who = match sent.person(view::WHO) {
        Some(user) if !desk.is_guest(&user).await && !desk.is_gone(&user).await => desk.colleague(&user, None, "").await,
        _ => None,
    };
    let wish = reason(sent).and_then(|words| Ok(Wish::Decide(who.ok_or_else(nobody)?, day(desk, sent)?, words)));
    asked(desk, sent, about, wish).await
}

pub(super) async fn close(desk: &Desk, sent: &Submitted, about: &About) -> Result<Sent, DeskError> {
    let wish = outcome(desk, sent).and_then(|outcome| Ok(Wish::Close(outcome, reason(sent)?)));
    asked(desk, sent, about, wish).await
}

/// A form with nothing but a reason.
pub(super) async fn sent(desk: &Desk, sent: &Submitted, about: &About, wish: fn(Verbatim) -> Wish) -> Result<Sent, DeskError> {
    asked(desk, sent, about, reason(sent).map(wish)).await
}

/// Does what the form asks for; what keeps it from that is said in its place.
async fn asked(desk: &Desk, sent: &Submitted, about: &About, wish: Result<Wish, Sent>) -> Result<Sent, DeskError> {
    let (Some(no), wish) = (about.no, wish) else { return Ok(Sent::Says(forms::AGAIN.to_owned())) };
    let wish = match wish {
        Ok(wish) => wish,
        Err(wrong) => return Ok(wrong),
    };
    let Some(who) = teller(desk, &sent.by).await else { return Ok(Sent::Says(forms::NOT_OURS.to_owned())) };
    let key = DeliveryKey::press(&sent.key);
    let became = wished(desk, (who, key), no, &wish).await?;
    if matches!(became, Became::Done(_)) {
        return Ok(Sent::Done);
    }
    let page = care::answer(&desk.store, &desk.in_force, no, &wish, became).await?;
    Ok(Sent::Stands(terminal::text(&page, |_| None)))
}

/// Does what somebody wants, and gives what they read of it.
pub(super) async fn wish(desk: &Desk, by: (Identity, DeliveryKey), no: FeedbackNo, wish: Wish) -> Result<Page, DeskError> {
    let became = wished(desk, by, no, &wish).await?;
    Ok(care::answer(&desk.store, &desk.in_force, no, &wish, became).await?)
}

/// Does what somebody wants.
pub(super) async fn wished(desk: &Desk, (who, key): (Identity, DeliveryKey), no: FeedbackNo, wish: &Wish) -> Result<Became, DeskError> {
    let belongs = desk.in_force.belongs_to(&who.user, &desk.directory.function_members());
    let by = care::By { who: &who, key: &key, belongs: &belongs };
    let became = care::step((&desk.store, &desk.in_force), desk.clock.now(), by, no, wish).await?;
    desk.cared.notify_one();
    Ok(became)
}
