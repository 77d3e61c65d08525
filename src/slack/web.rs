//! Slack's Web API: one `call` around every method, with a time limit, retries, and errors that hold no words.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hyper_rustls::ConfigBuilderExt;
use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use slack_morphism::errors::SlackClientError;
use slack_morphism::hyper_tokio::{SlackClientHyperConnector, SlackHyperClient};
use slack_morphism::prelude::{SlackApiPostWebhookMessageRequest, SlackMessageContent, SlackResponseUrl};
use slack_morphism::{SlackApiToken, SlackApiTokenValue, SlackClient};
use tracing::debug;

use super::pace::{Pace, Turn};
use crate::clock::Clock;
use crate::config::{Address, Secret, Secrets};

/// How long one call may take.
const LIMIT: SignedDuration = SignedDuration::from_secs(10);
/// How often a call is tried in all.
const TRIES: u32 = 4;
/// The longest wait that Slack may ask for between tries; where it is longer, whoever asked comes again later.
const MOST_RETRY_AFTER: SignedDuration = SignedDuration::from_secs(120);

/// Slack, as the bot calls it.
pub struct Slack {
    client: SlackHyperClient,
    bot: SlackApiToken,
    clock: Clock,
    pace: Mutex<Pace>,
}

/// Why a call failed. Never holds what was sent or answered, which may be customers' words.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// Slack refused, by the name that it gives the reason.
    #[error("Slack answered {0}")]
    Refused(String),
    /// Too many calls; how long to wait, where Slack said so.
    #[error("Slack asks to wait")]
    RateLimited(Option<SignedDuration>),
    /// Whether it had an effect is not known: no answer, one without sense, or a fault on Slack's side.
    #[error("no good answer from Slack: {0}")]
    InDoubt(&'static str),
}

impl CallError {
    /// Slack's name for the reason; empty where it gave none.
    pub fn code(&self) -> &str {
        if let Self::Refused(code) = self { code } else { "" }
    }
}

/// The connection to Slack could not be set up.
#[derive(Debug, thiserror::Error)]
#[error("no root certificates were found ({0}): install the package ca-certificates")]
pub struct SlackError(#[from] std::io::Error);

/// What `auth.test` says of us.
#[derive(Debug, Clone, Deserialize)]
pub struct AuthTest {
    /// Our workspace.
    pub team_id: String,
    /// Our enterprise, where there is one.
    #[serde(default)]
    pub enterprise_id: Option<String>,
    /// The workspace's name.
    #[serde(default)]
    pub team: String,
    /// Our user.
    pub user_id: String,
    /// Whether the app was installed for the whole enterprise.
    #[serde(default)]
    pub is_enterprise_install: bool,
}

impl Slack {
    /// Sets up the connection. `address` is without a slash at its end.
    pub fn new(address: &Address, secrets: &Secrets, clock: Clock) -> Result<Self, SlackError> {
        let connector = hyper_rustls::HttpsConnectorBuilder::new().with_tls_config(tls(address)?).https_or_http().enable_all_versions();
        let connector = SlackClientHyperConnector::with_connector(connector.build());
        let client = SlackClient::new(connector.with_slack_api_url(address.as_str()));
        Ok(Self { client, bot: token(&secrets.bot_token), clock, pace: Mutex::default() })
    }

    /// Who we are.
    pub async fn auth_test(&self) -> Result<AuthTest, CallError> {
        self.call("auth.test", &self.bot, &serde_json::json!({})).await
    }

    /// The workspaces of the enterprise that the app was installed for: lists are asked for one by one.
    /// Source: <https://docs.slack.dev/enterprise/developing-for-enterprise-orgs>.
    pub async fn teams(&self) -> Result<Vec<String>, CallError> {
        #[derive(Deserialize)]
        struct Page {
            #[serde(default)]
            teams: Vec<Team>,
            response_metadata: Option<Cursor>,
        }
        #[derive(Deserialize)]
        struct Team {
            id: String,
        }
        #[derive(Deserialize)]
        struct Cursor {
            #[serde(default)]
            next_cursor: String,
        }
        let (mut all, mut cursor) = (vec![], String::new());
        loop {
            let page: Page = self.ask("auth.teams.list", &serde_json::json!({"limit": 200, "cursor": cursor})).await?;
            all.extend(page.teams.into_iter().map(|team| team.id));
            cursor = page.response_metadata.map(|meta| meta.next_cursor).unwrap_or_default();
            if cursor.is_empty() {
                return Ok(all);
            }
        }
    }

    /// The address of a new line for Socket Mode. It holds a ticket: never to be logged.
    pub(super) async fn open_line(&self, app_token: &Secret) -> Result<String, CallError> {
        #[derive(Deserialize)]
        struct Opened {
            url: String,
        }
        self.call("apps.connections.open", &token(app_token), &serde_json::json!({})).await.map(|Opened { url }| url)
    }

    /// Asks something that may be asked again, with the bot's token.
    pub(super) async fn ask<T: DeserializeOwned + Send>(
        &self,
        method: &'static str,
        arguments: &(impl Serialize + Send + Sync),
    ) -> Result<T, CallError> {
        self.call(method, &self.bot, arguments).await
    }

    /// Takes the turn for one call, or says how long to wait until it may be asked for again.
    pub(super) fn take_turn(&self, method: &'static str, turn: &Turn) -> Result<(), SignedDuration> {
        self.pace().take(method, turn, self.clock.now())
    }

    /// A channel that was posted into by another name has had its turn.
    pub(super) fn was_turn_of(&self, method: &str, channel: &str) {
        self.pace().was_turn_of(method, channel, self.clock.now());
    }

    fn pace(&self) -> MutexGuard<'_, Pace> {
        self.pace.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something that must not be done twice: tried once. Whoever asks knows what to do next.
    pub(super) async fn act<T: DeserializeOwned + Send>(
        &self,
        method: &'static str,
        arguments: &(impl Serialize + Send + Sync),
    ) -> Result<T, CallError> {
        self.once(method, &self.bot, arguments).await
    }

    /// Answers whoever pressed a button, tried once: in place of the message with the button, or beside it. An empty page in its
    /// place takes the message away. Source: <https://docs.slack.dev/interactivity/handling-user-interaction#message_responses>.
    pub(super) async fn respond(&self, url: &Secret, content: SlackMessageContent, replace: bool) -> Result<(), CallError> {
        let empty = content.blocks.as_ref().is_none_or(Vec::is_empty);
        let request = SlackApiPostWebhookMessageRequest::new(content);
        let request = if empty && replace { request.with_delete_original(true) } else { request.with_replace_original(replace) };
        let Ok(url) = url.expose().parse() else { return Err(CallError::InDoubt("it gave an address that is none")) };
        let url = SlackResponseUrl::new(url);
        let call = self.client.respond_to_event(&url, &request);
        let answered = self.clock.within(LIMIT, self.clock.away("response_url", call)).await;
        answered.ok_or(CallError::InDoubt("it took too long"))?.map(|_| ()).map_err(|error| wordless(&error))
    }

    /// Calls, and again where that may help.
    async fn call<T: DeserializeOwned + Send>(
        &self,
        method: &'static str,
        token: &SlackApiToken,
        arguments: &(impl Serialize + Send + Sync),
    ) -> Result<T, CallError> {
        let mut tried = 0;
        loop {
            let rest = self.pace().rest(method, self.clock.now());
            match rest {
                Some(rest) if rest > MOST_RETRY_AFTER => return Err(CallError::RateLimited(Some(rest))),
                Some(rest) => self.clock.sleep(rest).await,
                None => {}
            }
            let error = match self.once(method, token, arguments).await {
                Ok(answer) => return Ok(answer),
                Err(error) => error,
            };
            tried += 1;
            debug!(method, tried, %error, "call failed");
            if tried >= TRIES || matches!(error, CallError::Refused(_)) {
                return Err(error);
            }
            // What Slack asks for is waited for above.
            if !matches!(error, CallError::RateLimited(Some(_))) {
                self.clock.sleep(wait_before(tried)).await;
            }
        }
    }

    /// Calls. Where Slack asks to wait, the method rests for everybody.
    async fn once<T: DeserializeOwned + Send>(
        &self,
        method: &'static str,
        token: &SlackApiToken,
        arguments: &(impl Serialize + Send + Sync),
    ) -> Result<T, CallError> {
        let answered = self.answered(method, token, arguments).await;
        if let Err(CallError::RateLimited(asked)) = &answered {
            self.pace().let_rest(method, *asked, self.clock.now());
        }
        answered
    }

    async fn answered<T: DeserializeOwned + Send>(
        &self,
        method: &'static str,
        token: &SlackApiToken,
        arguments: &(impl Serialize + Send + Sync),
    ) -> Result<T, CallError> {
        let session = self.client.open_session(token);
        let api = &session.http_session_api;
        let answered = if only_reads(method) {
            let given = in_address(arguments);
            let given: Vec<(&str, Option<&String>)> = given.iter().map(|(name, value)| (name.as_str(), Some(value))).collect();
            self.clock.within(LIMIT, self.clock.away(method, api.http_get(method, &given, None))).await
        } else {
            self.clock.within(LIMIT, self.clock.away(method, api.http_post(method, arguments, None))).await
        };
        answered.ok_or(CallError::InDoubt("it took too long"))?.map_err(|error| wordless(&error))
    }
}

/// Whether a method of ours only reads. Slack promises to take JSON from most of those that write, and from no other, so
/// that these get their arguments in the address: <https://docs.slack.dev/apis/web-api#methods_supporting_json>.
fn only_reads(method: &str) -> bool {
    let families = ["conversations.", "users."].iter().any(|family| method.starts_with(family));
    families || matches!(method, "auth.teams.list" | "chat.getPermalink")
}

/// Arguments as they stand in an address; those without a value are left out.
fn in_address(arguments: &impl Serialize) -> Vec<(String, String)> {
    let Ok(Value::Object(fields)) = serde_json::to_value(arguments) else { return vec![] };
    let shown = fields.into_iter().filter_map(|(name, value)| match value {
        Value::Null => None,
        Value::String(text) if text.is_empty() => None,
        Value::String(text) => Some((name, text)),
        other => Some((name, other.to_string())),
    });
    shown.collect()
}

fn token(secret: &Secret) -> SlackApiToken {
    SlackApiToken::new(SlackApiTokenValue(secret.expose().to_owned()))
}

/// Trusts whom this machine trusts. A simulated workspace on it is met without TLS, and needs no certificates here.
pub fn tls(address: &Address) -> Result<rustls::ClientConfig, std::io::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let config = config.map_err(std::io::Error::other)?;
    if address.as_str().starts_with("http://") {
        return Ok(config.with_root_certificates(rustls::RootCertStore::empty()).with_no_client_auth());
    }
    Ok(config.with_native_roots()?.with_no_client_auth())
}

/// Backs off with jitter.
fn wait_before(tried: u32) -> SignedDuration {
    let most = 500_u64 << tried.min(6);
    let millis = most / 2 + fastrand::u64(0..=most / 2);
    SignedDuration::from_millis(i64::try_from(millis).unwrap_or(i64::MAX))
}

/// The error without the bodies that slack-morphism keeps in it.
fn wordless(error: &SlackClientError) -> CallError {
    match error {
        SlackClientError::ApiError(api) if api.code == "ratelimited" => CallError::RateLimited(None),
        SlackClientError::ApiError(api)
            if matches!(api.code.as_str(), "internal_error" | "fatal_error" | "service_unavailable" | "request_timeout") =>
        {
            CallError::InDoubt("a fault on its side")
        }
        SlackClientError::ApiError(api) => CallError::Refused(api.code.clone()),
        SlackClientError::RateLimitError(limit) => {
            CallError::RateLimited(limit.retry_after.and_then(|after| SignedDuration::try_from(after).ok()))
        }
        SlackClientError::HttpError(http) if http.status_code.is_server_error() => CallError::InDoubt("a fault on its side"),
        SlackClientError::HttpError(http) => CallError::Refused(format!("http_{}", http.status_code.as_u16())),
        SlackClientError::HttpProtocolError(_) => CallError::InDoubt("the connection failed"),
        SlackClientError::ProtocolError(_) => CallError::InDoubt("an answer that makes no sense"),
        SlackClientError::EndOfStream(_) | SlackClientError::SystemError(_) | SlackClientError::SocketModeProtocolError(_) => {
            CallError::InDoubt("the connection ended")
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn arguments_of_readers_stand_in_the_address() {
        assert!(
            only_reads("conversations.history") && only_reads("users.info") && !only_reads("chat.postMessage") && !only_reads("views.open")
        );
        let arguments = json!({"channel": "C1", "limit": 200, "inclusive": true, "cursor": "", "team_id": null});
        let given: Vec<(String, String)> =
            [("channel", "C1"), ("inclusive", "true"), ("limit", "200")].map(|(a, b)| (a.to_owned(), b.to_owned())).into();
        let mut found = in_address(&arguments);
        found.sort();
        assert_eq!(found, given);
    }
}
