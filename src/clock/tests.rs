use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

use super::*;

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// On several workers, since a task that moves between them is where a count of who is awake goes wrong.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn walks_from_sleeper_to_sleeper_and_settles_at_each() {
    let (clock, hand) = Clock::by_hand(at("2026-11-22T18:00:00Z"));
    let seen = Arc::new(std::sync::Mutex::new(vec![]));
    for hours in [3, 1, 2] {
        let (clock, seen) = (clock.clone(), Arc::clone(&seen));
        clock.clone().spawn(async move {
            clock.sleep(SignedDuration::from_hours(hours)).await;
            // A commit in a thread, and what follows from it, belong to the same instant.
            clock.blocking("commit", || guard::pause_thread(Duration::from_millis(3))).await;
            seen.lock().unwrap().push((hours, clock.now()));
        });
    }
    hand.settled().await.unwrap();
    assert_eq!(hand.next(), Some(at("2026-11-22T19:00:00Z")));
    hand.advance(SignedDuration::from_hours(2)).await.unwrap();
    assert_eq!(hand.next(), Some(at("2026-11-22T21:00:00Z")));
    assert_eq!(*seen.lock().unwrap(), [(1, at("2026-11-22T19:00:00Z")), (2, at("2026-11-22T20:00:00Z"))]);
    hand.advance(SignedDuration::from_hours(24)).await.unwrap();
    assert_eq!(seen.lock().unwrap().len(), 3);
    assert_eq!(hand.next(), None);
    assert_eq!(clock.now(), at("2026-11-23T20:00:00Z"));
}

/// A result on its way from one task to another keeps the hand still, though neither task is awake.
#[tokio::test]
async fn a_baton_that_is_held_is_not_quiet() {
    let (clock, hand) = Clock::by_hand(at("2026-11-22T18:00:00Z"));
    let baton = clock.spawn({
        let clock = clock.clone();
        async move { clock.baton() }
    });
    let baton = baton.await.unwrap();
    assert!(!clock.0.as_ref().unwrap().is_quiet());
    drop(baton);
    hand.settled().await.unwrap();
}

#[tokio::test]
async fn a_limit_passes_only_when_the_hand_turns() {
    let (clock, hand) = Clock::by_hand(at("2026-11-22T18:00:00Z"));
    let waiting = clock.spawn({
        let clock = clock.clone();
        async move { clock.within(SignedDuration::from_secs(10), std::future::pending::<()>()).await }
    });
    hand.advance(SignedDuration::from_secs(9)).await.unwrap();
    assert!(!waiting.is_finished());
    hand.advance(SignedDuration::from_secs(1)).await.unwrap();
    assert_eq!(waiting.await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_is_slow_on_purpose_does_not_hold_up_the_hand() {
    let (clock, hand) = Clock::by_hand(at("2026-11-22T18:00:00Z"));
    let answers = Arc::new(AtomicUsize::new(0));
    let server = clock.clone();
    clock.spawn({
        let (clock, answers) = (clock.clone(), Arc::clone(&answers));
        async move {
            // The simulator's side of the call rests; ours is away.
            let call = guard::spawn(async move { server.rest(SignedDuration::from_secs(30)).await });
            clock.away("call", call).await.unwrap();
            answers.fetch_add(1, SeqCst);
        }
    });
    hand.advance(SignedDuration::from_secs(29)).await.unwrap();
    assert_eq!(answers.load(SeqCst), 0);
    hand.advance(SignedDuration::from_secs(1)).await.unwrap();
    assert_eq!(answers.load(SeqCst), 1);
}

#[tokio::test]
async fn a_clock_that_jumps_forward_wakes_all_at_the_new_time_and_may_go_back() {
    let (clock, hand) = Clock::by_hand(at("2026-11-22T18:00:00Z"));
    let woken = clock.spawn({
        let clock = clock.clone();
        async move {
            clock.sleep(SignedDuration::from_hours(1)).await;
            clock.now()
        }
    });
    hand.jump_to(at("2026-12-24T00:00:00Z")).await.unwrap();
    assert_eq!(woken.await.unwrap(), at("2026-12-24T00:00:00Z"));
    let waits = clock.spawn({
        let clock = clock.clone();
        async move { clock.sleep(SignedDuration::from_hours(1)).await }
    });
    hand.jump_to(at("2026-11-01T00:00:00Z")).await.unwrap();
    assert_eq!(clock.now(), at("2026-11-01T00:00:00Z"));
    assert!(waits.is_finished(), "nobody waits for a time that was wrong");
    waits.await.unwrap();
}
