//! What a form that was sent is answered with.

use crate::domain::feedback::Identity;
use crate::slack::desk::Desk;
use crate::slack::inbound::Actor;

/// What is wrong with a form, by its field.
pub(super) struct Wrong(pub(super) &'static str, pub(super) String);

pub(super) enum Sent {
    /// The form closes.
    Done,
    /// It stays, with what is wrong.
    Wrong(Wrong),
    /// It says something instead.
    Says(String),
    /// It says instead how the record stands.
    Stands(String),
}

/// Who sends it; nobody where they are of another company.
pub(super) async fn teller(desk: &Desk, by: &Actor) -> Option<Identity> {
    if !desk.is_one_of_us(by) {
        return None;
    }
    desk.colleague(&by.user, None, &by.name).await
}
