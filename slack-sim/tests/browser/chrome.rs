//! Headless Chromium, driven by its own `ChromeDriver`: both from Debian's packages, found by name.
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use thirtyfour::LoggingPrefsLogLevel;
use thirtyfour::prelude::*;

/// On real time, since the browser lives in it: passed by far only where something is broken.
const PATIENCE: Duration = Duration::from_secs(20);
const ASK_EVERY: Duration = Duration::from_millis(50);
/// Chromium asks home for nothing, and needs neither a sandbox of its own nor a graphics card.
const QUIET: [&str; 10] = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
];

/// How a page is shown.
#[derive(Clone, Copy)]
pub(crate) struct Look {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) dark: bool,
}

pub(crate) const DESK: Look = Look { width: 1280, height: 800, dark: false };
pub(crate) const NIGHT: Look = Look { dark: true, ..DESK };
pub(crate) const PHONE: Look = Look { width: 360, height: 740, dark: false };

/// A browser of its own, with nothing remembered.
pub(crate) struct Browser {
    pub(crate) page: WebDriver,
    server: Child,
}

impl Browser {
    pub(crate) async fn open(url: &str, look: Look) -> Self {
        let mut server = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            // Of its own, so that it can be ended with all that it started.
            .process_group(0)
            .spawn()
            .expect("chromedriver starts: apt-get install chromium chromium-driver, or scripts/check browser");
        let mut lines = BufReader::new(server.stdout.take().unwrap()).lines();
        let port = loop {
            let line = lines.next().expect("chromedriver says where it is").unwrap();
            if let Some(port) = line.trim_end_matches('.').rsplit_once("successfully on port ").map(|(_, port)| port.to_owned()) {
                break port;
            }
        };
        // Its pipe must not fill up.
        std::thread::spawn(move || lines.for_each(drop));
        // Built beside the bot, the WebDriver client's HTTP client brings no provider of its own; one named already stays.
        drop(rustls::crypto::ring::default_provider().install_default());
        let mut wanted = DesiredCapabilities::chrome();
        for flag in QUIET {
            wanted.add_arg(flag).unwrap();
        }
        wanted.add_arg(&format!("--window-size={},{}", look.width, look.height)).unwrap();
        wanted.set_browser_log_level(LoggingPrefsLogLevel::All).unwrap();
        let page = WebDriver::new(format!("http://127.0.0.1:{port}"), wanted).await.unwrap();
        let browser = Self { page, server };
        browser.show(look).await;
        browser.page.goto(url).await.unwrap();
        browser
    }

    /// Changes how the page is shown.
    pub(crate) async fn show(&self, look: Look) {
        let size = json!({"width": look.width, "height": look.height, "deviceScaleFactor": 1, "mobile": false});
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        let scheme = if look.dark { "dark" } else { "light" };
        let media = json!({"features": [
            {"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"},
        ]});
        self.devtools("Emulation.setEmulatedMedia", media).await;
    }

    async fn devtools(&self, command: &str, params: Value) {
        self.page.cdp().send_raw(command, params).await.unwrap();
    }

    /// The first element that this selector finds, once it is there and can be seen.
    pub(crate) async fn find(&self, selector: &str) -> WebElement {
        let found = self.page.query(By::Css(selector)).wait(PATIENCE, ASK_EVERY).and_displayed().first().await;
        found.unwrap_or_else(|error| panic!("{selector}: {error}"))
    }

    /// As [`Browser::find`], among those whose words hold `part`.
    pub(crate) async fn find_with(&self, selector: &str, part: &str) -> WebElement {
        let has = thirtyfour::stringmatch::StringMatch::new(part).partial();
        let found = self.page.query(By::Css(selector)).with_text(has).wait(PATIENCE, ASK_EVERY).and_displayed().first().await;
        found.unwrap_or_else(|error| panic!("{selector} with {part:?}: {error}"))
    }

    /// Whether nothing is found by this selector, or soon will be.
    pub(crate) async fn gone(&self, selector: &str) -> bool {
        self.page.query(By::Css(selector)).wait(PATIENCE, ASK_EVERY).not_exists().await.unwrap()
    }

    /// What a script answers.
    pub(crate) async fn ask(&self, script: &str) -> Value {
        self.page.execute(script, vec![]).await.unwrap_or_else(|error| panic!("{script}: {error}")).json().clone()
    }

    /// Writes into the composer of the channel, and sends it.
    pub(crate) async fn write(&self, text: &str) {
        let field = self.find("#main .composer textarea").await;
        field.send_keys(text.to_owned() + Key::Enter).await.unwrap();
    }

    /// Keeps a picture where CI and people look for it.
    pub(crate) async fn picture(&self, name: &str) {
        let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("pictures");
        std::fs::create_dir_all(&folder).unwrap();
        self.page.screenshot(&folder.join(format!("{name}.png"))).await.unwrap();
    }

    /// Ends it. Fails on whatever the page complained about.
    pub(crate) async fn end(self) {
        let kept = self.page.browser_log().await.unwrap();
        let complaints: Vec<String> = kept.into_iter().filter(|one| one.level == "SEVERE").map(|one| one.message).collect();
        self.page.clone().quit().await.unwrap();
        assert_eq!(complaints, Vec::<String>::new(), "the page complained");
    }
}

/// Also where a test failed: what goes on would hold the test's output open.
impl Drop for Browser {
    fn drop(&mut self) {
        let group = format!("-{}", self.server.id());
        let ended = Command::new("kill").args(["-KILL", "--", &group]).status();
        if ended.is_ok_and(|status| status.success()) {
            drop(self.server.wait());
        }
    }
}
