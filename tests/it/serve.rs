//! How the bot starts, and what it says where it cannot.

use std::fs;

use allears::serve::{Keep, StartError};
use slack_sim::{Fault, Sim};

use crate::world::{Company, World, functions, kept, logged};

/// Starts the bot, which it refuses; gives what it says.
async fn refusal(company: Company) -> String {
    let mut world = World::without_bot(company).await;
    world.start_bot().await.expect_err("it does not start").to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unknown_channel_is_told_and_the_rest_works() {
    let channels = [("finance", "channel = \"#finanse-voice\""), ("legal", "channel = \"#legal-voice\"")];
    let world = World::of(Company { functions: functions(&channels), ..Company::default() }).await;
    let cure = "I cannot see #finanse-voice: correct its name in the configuration";
    assert_eq!(logged(&["WARN", "a channel of the configuration is unknown", cure]), 1);
    assert!(world.heard("lee", "sales", "the contract is wrong").await.starts_with("Heard: VOC-1,"));
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_token_that_slack_refuses_is_told_with_its_cure() {
    let mut world = World::without_bot(Company::default()).await;
    world.sim.fail_next("auth.test", 1, Fault::Error("invalid_auth".to_owned()));
    let told = world.start_bot().await.unwrap_err();
    assert!(matches!(told, StartError::Auth { .. }));
    insta::assert_snapshot!(told, @"Slack answered invalid_auth: set SLACK_BOT_TOKEN to the bot's token, under OAuth & Permissions of your Slack app");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_data_of_another_workspace_is_left_alone() {
    let (folder, keep) = kept();
    let mut world = World::of(Company { keep: keep.clone(), ..Company::default() }).await;
    world.stop_bot().await;
    let mut other = World::without_bot(Company { keep, ..Company::default() }).await;
    other.sim = Sim::builder().workspace("Beta", "beta").start().await.unwrap();
    let told = other.start_bot().await.expect_err("it does not start").to_string().replace(folder.path().to_str().unwrap(), "DATA");
    let told = told.replace(&other.sim.team_id(), "BETA").replace(&world.sim.team_id(), "ACME");
    insta::assert_snapshot!(told, @"DATA belongs to workspace ACME, not to BETA: give each workspace a data directory of its own");
    world.start_bot().await.unwrap();
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_directory_is_told() {
    let (folder, _) = kept();
    let file = folder.path().join("data");
    fs::write(&file, "").unwrap();
    let told = refusal(Company { keep: Keep::In(file), ..Company::default() }).await;
    insta::assert_snapshot!(told.replace(folder.path().to_str().unwrap(), "DATA"), @"DATA/data cannot be used (File exists (os error 17)): it must be a directory that this user may write to");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_data_of_a_newer_version_is_left_alone() {
    let (folder, keep) = kept();
    let mut world = World::of(Company { keep: keep.clone(), ..Company::default() }).await;
    world.stop_bot().await;
    fs::write(folder.path().join("format"), "2\n").unwrap();
    let told = world.start_bot().await.expect_err("it does not start").to_string();
    insta::assert_snapshot!(told.replace(folder.path().to_str().unwrap(), "DATA"), @r#"DATA/format was written by a newer version (format "2", known is 1): run that version, or a newer one"#);
}
