//! Random changes, against the reference.

use super::support::*;
use crate::store::Store;

#[tokio::test]
async fn keeps_what_was_told_beyond_its_end() {
    let dir = tempfile::tempdir().unwrap();
    let store = open(options(dir.path())).await.unwrap();
    let first = store.commit(told("e1", "the invoice is wrong")).await.unwrap();
    let again = store.commit(told("e1", "the invoice is wrong")).await.unwrap();
    assert!(again.duplicate && !first.duplicate && again.no == first.no);
    shut(store).await;
    let store = open(options(dir.path())).await.unwrap();
    let record = store.record(first.no.unwrap()).await.unwrap().unwrap();
    assert_eq!(record.verbatim, "the invoice is wrong");
    assert!(store.notices().is_empty());
    shut(store).await;
}
