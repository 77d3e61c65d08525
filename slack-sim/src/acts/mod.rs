//! What people do, and what comes of it: each act changes the state and is told to the app before it is answered.
pub(crate) mod messages;

pub(crate) mod answers;

pub(crate) mod changes;

pub(crate) mod commands;

pub(crate) mod interactions;

pub(crate) mod modals;
