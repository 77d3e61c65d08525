//! Files as they are found on disks.

use insta::assert_snapshot;

use super::{Dir, FUNCTIONS, parse};
use crate::config::{Config, Env};

#[test]
fn three_good_files_are_read() {
    let dir = Dir::new();
    dir.write("allears.toml", "");
    dir.write("functions.toml", FUNCTIONS);
    dir.write("rules.toml", "");
    assert!(Config::load(dir.path(), &Env::empty()).is_ok());
}

#[test]
fn no_directory_is_said_once() {
    let dir = Dir::new();
    std::fs::remove_dir(dir.path()).expect("removed");
    assert_snapshot!(dir.faults(), @"config: there is no such directory; name the one that holds allears.toml");
}

#[test]
fn missing_and_odd_files_are_said_and_the_rest_is_read() {
    let dir = Dir::new();
    dir.write("allears.toml", "[web]\nlisten = 1\n");
    dir.write("functions.toml", b"[[function]]\nname = \"Gr\xf6\xdfe\"\n");
    assert_snapshot!(dir.faults(), @r#"
    config/allears.toml:2:10: expected an IP address and a port like "127.0.0.1:8080", found 1
    config/functions.toml:2:11: is not UTF-8 from here on; save the file as UTF-8
    config/rules.toml: there is no such file; copy the one that ships with All Ears
    "#);
}

#[test]
fn a_directory_in_a_files_place_is_said() {
    let dir = Dir::new();
    dir.write("allears.toml", "");
    dir.write("functions.toml", FUNCTIONS);
    std::fs::create_dir(dir.path().join("rules.toml")).expect("a directory");
    assert_snapshot!(dir.faults(), @"config/rules.toml: cannot be read (is a directory); mend its rights or put a file there");
}

#[test]
fn a_byte_order_mark_is_no_letter() {
    assert!(parse("\u{feff}admins = []", FUNCTIONS, "").is_ok());
    assert_snapshot!(parse("\u{feff}admins = 1", FUNCTIONS, "").expect_err("a fault"), @r##"allears.toml:1:10: expected a list like ["U012AB3CD", "#allears-admins"], found 1"##);
}

#[test]
fn lines_may_end_as_they_do_elsewhere() {
    assert!(parse("admins = []\r\n[log]\r\n", FUNCTIONS, "").is_ok());
    assert_snapshot!(parse("admins = []\r\n[log]\r\nlevel = 1\r\n", FUNCTIONS, "").expect_err("a fault"), @r#"allears.toml:3:9: expected a level: "error", "warn", "info", "debug" or "trace", found 1"#);
}
