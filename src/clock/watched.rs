//! A task that the works know of: awake from the moment it is woken until it has nothing to do again.

use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::AtomicU8;
use std::sync::atomic::Ordering::SeqCst;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Wake, Waker};

use super::dial::{OnDrop, Works};

const IDLE: u8 = 0;
const STIRRED: u8 = 1;
const OVER: u8 = 2;

/// Stands between the task and whoever wakes it.
struct Stir {
    works: Arc<Works>,
    state: AtomicU8,
    task: Mutex<Option<Waker>>,
}

fn calms_down(works: &Works) {
    let mut dial = works.dial();
    dial.awake = dial.awake.saturating_sub(1);
    drop(dial);
    works.look();
}

/// Counts as awake for as long as it is held; see [`super::Clock::baton`].
#[derive(Debug)]
pub struct Baton(Option<Arc<Works>>);

impl Baton {
    pub(super) fn of(works: Option<Arc<Works>>) -> Self {
        if let Some(works) = &works {
            works.dial().awake += 1;
        }
        Self(works)
    }
}

impl Drop for Baton {
    fn drop(&mut self) {
        if let Some(works) = &self.0 {
            calms_down(works);
        }
    }
}

impl Wake for Stir {
    fn wake(self: Arc<Self>) {
        let mut dial = self.works.dial();
        if self.state.compare_exchange(IDLE, STIRRED, SeqCst, SeqCst).is_ok() {
            dial.awake += 1;
        }
        drop(dial);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(task) = task {
            task.wake();
        }
    }
}

/// A future whose work the clock knows of; see [`super::Clock::watch`].
pub struct Watched<F> {
    f: Pin<Box<F>>,
    stir: Option<Arc<Stir>>,
}

impl<F> Watched<F> {
    pub(super) fn over(f: F, works: Option<Arc<Works>>) -> Self {
        let stir = works.map(|works| {
            works.dial().awake += 1;
            Arc::new(Stir { works, state: AtomicU8::new(STIRRED), task: Mutex::new(None) })
        });
        Self { f: Box::pin(f), stir }
    }
}

impl<F: Future> Future for Watched<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let Some(stir) = self.stir.clone() else { return self.f.as_mut().poll(cx) };
        *stir.task.lock().unwrap_or_else(PoisonError::into_inner) = Some(cx.waker().clone());
        let stirred = stir.state.swap(IDLE, SeqCst) == STIRRED;
        // It counts until this poll ends, by a panic too.
        let _calm = OnDrop(|| {
            if stirred {
                calms_down(&stir.works);
            }
        });
        self.f.as_mut().poll(&mut Context::from_waker(&Waker::from(Arc::clone(&stir))))
    }
}

impl<F> Drop for Watched<F> {
    fn drop(&mut self) {
        if let Some(stir) = &self.stir
            && stir.state.swap(OVER, SeqCst) == STIRRED
        {
            calms_down(&stir.works);
        }
    }
}
