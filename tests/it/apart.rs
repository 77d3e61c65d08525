//! A world whose bot is a process of its own, which may be killed while the workspace lives on.

use allears::serve::Bot;
use jiff::Timestamp;
use tokio::sync::{Mutex, MutexGuard};

use crate::once::child::{Came, Child, write_down};
use crate::program::until;
use crate::world::World;

/// Where the bot runs.
pub(crate) enum Worker {
    /// In this process, on its clock.
    Within(Box<Bot>),
    /// In one of its own, whose clock is turned beside that of the workspace.
    Apart(Box<Mutex<Child>>),
}

impl World {
    /// Begins a bot in a process of its own, and does not wait for it.
    pub(crate) fn begins_apart(&mut self) {
        let folder = self.company.apart.clone().expect("it has a folder");
        write_down(&self.company, &folder);
        self.bot = Some(Worker::Apart(Box::new(Mutex::new(Child::begin(self, &folder)))));
    }

    /// The bot, where it is a process of its own.
    pub(crate) async fn child(&self) -> MutexGuard<'_, Child> {
        match self.bot.as_ref().expect("a bot runs") {
            Worker::Apart(child) => child.lock().await,
            Worker::Within(_) => panic!("the bot runs in this process"),
        }
    }

    /// Kills the bot, as a power cut would. Nothing of it reaches its workspace any more, and nothing goes wrong on purpose.
    pub(crate) async fn kills_bot(&mut self) {
        let Some(Worker::Apart(child)) = self.bot.take() else { panic!("no bot runs that can be killed") };
        self.last_words += &child.into_inner().killed().await;
        until("the dead bot's lines are closed", || self.sim.lines() == 0).await;
        self.sim.clear_faults();
    }

    /// Turns the clock of the workspace, and the bot's.
    pub(crate) async fn turns_to(&self, moment: Timestamp) {
        if let Some(Worker::Apart(_)) = &self.bot {
            self.turns_until(moment, |_, _| false).await;
        } else {
            self.hand.turn_to(moment).await.unwrap();
        }
        self.settled().await;
    }

    /// Bot and workspace go on together, from one moment at which the bot has something to do to the next; until then, or until it
    /// is where it is waited for.
    pub(crate) async fn turns_until(&self, latest: Timestamp, there: impl Fn(&Self, &Child) -> bool) -> Came {
        let mut bot = self.child().await;
        loop {
            let at = bot.next.filter(|next| *next <= latest).unwrap_or(latest);
            self.hand.turn_to(at).await.unwrap();
            bot.turn(at);
            if bot.listen(&self.sim, |bot| there(self, bot)).await == Came::There {
                return Came::There;
            }
            if at == latest && bot.next.is_none_or(|next| next > latest) {
                return Came::ToRest;
            }
        }
    }
}
