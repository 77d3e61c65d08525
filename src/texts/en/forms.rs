//! What stands on forms.

use super::pieces::{grouped, shortened};
use crate::domain::ids::FeedbackNo;

/// The title of the form that tells: at most 24 characters, as for the others.
pub const TELL: &str = "What did you hear?";
/// The title of the form with a record's words.
pub const EDIT: &str = "Edit";
/// The title of the form with a record's functions.
pub const TEAMS: &str = "Which teams?";
/// The title where a message cannot be passed on.
pub const SORRY: &str = "Not passed on";
/// The title of what a press in a view is answered with.
pub const RECORD: &str = "All Ears";
/// The title of the form that closes a record.
pub const CLOSE_RECORD: &str = "What became of it?";
/// The title of the form that brings a record back.
pub const REOPEN: &str = "Is it not solved?";
/// Closes the record.
pub const CLOSE_IT: &str = "Close it";
/// Brings the record back.
pub const OPEN_AGAIN: &str = "Open it again";
/// The field of the outcome.
pub const OUTCOME: &str = "What happened?";
/// The outcomes.
pub const DONE: &str = "Done";
/// It will be done.
pub const PLANNED: &str = "Planned";
/// It is as it is meant to be.
pub const INTENDED: &str = "It works as intended";
/// It will not be done.
pub const DECLINED: &str = "No, we will not do this";
/// The field of the reason.
pub const REASON: &str = "Why, in words that the customer may hear?";
/// What stands in it before anything is typed.
pub const REASON_EXAMPLE: &str = "The invoice takes the VAT number from the contract now";
/// What is to be known of it.
pub const REASON_HINT: &str = "Everybody who reads the record reads this, and whoever told it may tell the customer.";
/// The field of the day.
pub const DAY: &str = "By when, if it is planned?";
/// What is to be known of it.
pub const DAY_HINT: &str = "If it is not closed as done by then, it opens again by itself.";
/// The field of why it comes back.
pub const NOT_SOLVED: &str = "What is still wrong?";
/// What stands in it before anything is typed.
pub const NOT_SOLVED_EXAMPLE: &str = "The new invoice shows the old number again";
/// The title of the form that says what a record contradicts.
pub const CONTRADICT: &str = "Does it contradict us?";
/// The field of what the company believes.
pub const CONTRADICTS: &str = "What do we believe, that this contradicts?";
/// What stands in it before anything is typed.
pub const CONTRADICTS_EXAMPLE: &str = "Our invoices are right";
/// What is to be known of it.
pub const CONTRADICTS_HINT: &str = "Everybody who reads the record reads this. A second team signs before it is closed.";
/// The title of the form that says why a record is not to be closed.
pub const NOT_YET: &str = "Why not yet?";
/// The field of it.
pub const WHY_NOT: &str = "What is missing for the customer?";
/// What stands in it before anything is typed.
pub const WHY_NOT_EXAMPLE: &str = "They still cannot pay";
/// Leaves the record open.
pub const KEEP_OPEN: &str = "Keep it open";
/// The title of the form in which the council gives a record to somebody.
pub const DECIDE: &str = "Decide";
/// The field of what the council decides.
pub const CHANGES: &str = "What do we change?";
/// What stands in it before anything is typed.
pub const CHANGES_EXAMPLE: &str = "The page says what is on the invoice";
/// What is to be known of it.
pub const CHANGES_HINT: &str = "One sentence. It stands in the next digest, and whoever you choose has the record until then.";
/// The field of who does it.
pub const WHO: &str = "Who does it?";
/// The field of the day until which.
pub const UNTIL: &str = "By when?";
/// Sends it.
pub const DECIDE_IT: &str = "Decide";
/// Nobody was chosen, or nobody who may.
pub const NO_WHO: &str = "Choose a colleague who works here: no guest, no program, and nobody of another company.";
/// The title of the form in which the council says why a record contradicts nothing.
pub const LIFT: &str = "It contradicts nothing";
/// The field of the reason.
pub const WHY_LIFT: &str = "Why does it not contradict us?";
/// What stands in it before anything is typed.
pub const WHY_LIFT_EXAMPLE: &str = "Both are right: they mean another invoice";
/// No reason was given.
pub const NO_REASON: &str = "Write why. Whoever told it will read this.";
/// No outcome was chosen.
pub const NO_OUTCOME: &str = "Choose what happened.";
/// A plan without a day.
pub const NO_DAY: &str = "Choose the day by which it is done.";
/// A day that has passed, or lies too far ahead.
pub const BAD_DAY: &str = "Choose a day that is still to come, within two years.";

/// What a form about a record begins with.
pub fn of_record(no: FeedbackNo, verbatim: &str) -> String {
    format!("{no}: “{}”", shortened(verbatim))
}

/// The title where something stands otherwise than the form needs.
pub const NOT_DONE: &str = "Not done";
/// Sends the form.
pub const PASS_ON: &str = "Pass it on";
/// Saves a change.
pub const SAVE: &str = "Save";
/// Leaves the form.
pub const CANCEL: &str = "Cancel";
/// Leaves a form that says something.
pub const CLOSE: &str = "Close";
/// The field of the customer's words.
pub const VERBATIM: &str = "What did the customer say?";
/// What stands in it before anything is typed.
pub const VERBATIM_EXAMPLE: &str = "The invoice shows the wrong VAT number, third time this quarter";
/// What is to be known of it.
pub const VERBATIM_HINT: &str = "In their own words where you can. One thing at a time works best.";
/// The field of the customer.
pub const CUSTOMER: &str = "Which customer?";
/// What stands in it before anything is typed.
pub const CUSTOMER_EXAMPLE: &str = "Type a name";
/// The field of the functions.
pub const FUNCTIONS: &str = "Which teams does it concern?";
/// What is to be known of it.
pub const FUNCTIONS_HINT: &str = "Leave it as it is, or empty, and I choose by the words.";
/// What stands in it where nothing is chosen.
pub const FUNCTIONS_EXAMPLE: &str = "Chosen by the words";
/// The field of what cannot wait.
pub const URGENT: &str = "Can it wait for the digest?";
/// Its one choice.
pub const AT_ONCE: &str = "No: tell the teams at once";
/// What is to be known of it.
pub const URGENT_HINT: &str = "For a customer who is about to leave, cannot work, or whose data is at risk.";
/// The field of the teller's name.
pub const NAME: &str = "Your name";
/// Its one choice.
pub const HIDE: &str = "Hide my name";
/// What is to be known of it.
pub const HIDE_HINT: &str = "It is shown as told by a colleague, and the channel is hidden. Whoever runs the server could find out.";
/// The field of words from where only some may read.
pub const PRIVATE: &str = "These words stand where only some people may read";
/// Its one choice.
pub const MAY_LEAVE: &str = "They may go to the teams that they concern";
/// What is to be known of it.
pub const PRIVATE_HINT: &str = "The name of the private channel is not shown.";
/// The words are missing.
pub const BLANK: &str = "Write what the customer said.";
/// Other colleagues wait for too much at once, or something is broken.
pub const AGAIN: &str = "Not kept: something went wrong on my side. Nothing is lost here; send it again in a moment.";
/// The disk is full.
pub const FULL: &str = "Not kept: my disk is full. Keep this form open, or copy the words, and tell whoever runs me.";
/// Somebody changed the record meanwhile.
pub const CHANGED: &str = "Somebody changed this meanwhile. Close the form and open it again.";
/// No function was chosen.
pub const NO_FUNCTION: &str = "Choose at least one team.";
/// Nobody said that the words may leave.
pub const PRIVATE_NEEDED: &str = "Say that they may, or leave the form.";
/// Somebody of another company sends it.
pub const NOT_OURS: &str = "I only take what people of this company tell me. Ask a colleague here to pass it on.";
/// Somebody of another company wrote it.
pub const NOT_OF_OURS: &str =
    "Somebody of another company wrote this, and I do not take their messages. Tell in your own words what they said.";
/// We wrote it.
pub const OUR_OWN: &str = "I wrote this myself. Pass on what a colleague wrote.";
/// Its author, or its deletion, forbids it.
pub const CLOSED: &str = "Its author does not want this message passed on, or it was deleted.";
/// It is gone meanwhile.
pub const GONE: &str = "The message is gone, or I may not read it any more. Nothing was passed on.";
/// While a thread is read.
pub const READING: &str = "I am reading the thread.";

/// Instead of the field, where a thread is too long for it.
pub fn whole_thread(messages: usize, characters: usize) -> String {
    format!("The thread is passed on whole, as it is: {messages} messages, {} characters.", grouped(characters))
}

/// Where the thread could not be read.
pub const ONE_MESSAGE: &str =
    "I am not in this channel, so that I see this message alone and not its thread. Invite me to take the thread whole.";

/// The message is there already.
pub fn known(no: FeedbackNo) -> String {
    format!("I have this already: it is {no}. Type /allears {no} to see it.")
}

/// The record is not there any more.
pub fn gone(no: FeedbackNo) -> String {
    format!("{no} is not there any more. Nothing was changed.")
}

/// Somebody else told it.
pub fn not_yours(no: FeedbackNo) -> String {
    format!("{no} was told by somebody else, so that only they can change it. Nothing was changed.")
}

/// The option that takes a name as it was typed.
pub fn as_typed(name: &str) -> String {
    format!("{name} (not on the list)")
}
