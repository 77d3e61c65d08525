//! The arguments of a Web API call, however they come: query, form, multipart, JSON, or a JSON content type with nothing in it.
//! Source: <https://docs.slack.dev/apis/web-api> and the errors that every method lists.
use axum::body::Bytes;
use axum::http::{HeaderMap, header};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use futures_util::future::FutureExt;
use futures_util::stream;
use multer::Multipart;
use serde_json::{Map, Value};
use std::convert::Infallible;

const BAD_FORM: &str = "invalid_form_data";
/// Bytes of the longest name of an argument; Slack says only that very long ones are refused.
const LONGEST_NAME: usize = 255;

/// Arguments that are text or a number in every method that has them.
const PLAIN: &[&str] = &[
    "channel",
    "channel_id",
    "code",
    "cursor",
    "file",
    "filename",
    "initial_comment",
    "latest",
    "length",
    "limit",
    "markdown_text",
    "message_ts",
    "name",
    "oldest",
    "post_at",
    "scheduled_message_id",
    "text",
    "thread_ts",
    "timestamp",
    "trigger_id",
    "ts",
    "user",
    "user_id",
    "usergroup",
    "view_id",
];

/// Arguments of one call, merged; the body wins over the query.
#[derive(Clone, Debug, Default)]
pub(crate) struct Args(Map<String, Value>);

/// Which part of a list is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Page {
    pub(crate) limit: usize,
    /// The item that comes first, and where it stood.
    pub(crate) from: Option<(String, usize)>,
}

/// Reads the arguments of a call: a pure function that never panics. Errors are Slack's names.
pub(crate) fn decode(query: Option<&str>, content_type: Option<&str>, body: &[u8]) -> Result<Args, &'static str> {
    let mut args = Args::default();
    args.add_pairs(query.unwrap_or_default().as_bytes())?;
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(args);
    }
    let kind = content_type.ok_or("missing_post_type")?;
    let mut parts = kind.split(';').map(str::trim);
    let essence = parts.next().unwrap_or_default().to_ascii_lowercase();
    let charset = parts.find_map(|part| part.split_once('=').filter(|(name, _)| name.trim().eq_ignore_ascii_case("charset")));
    if charset.is_some_and(|(_, name)| !["utf-8", "utf8", "iso-8859-1"].contains(&name.trim_matches('"').to_ascii_lowercase().as_str())) {
        return Err("invalid_charset");
    }
    match essence.as_str() {
        "application/json" => match serde_json::from_slice(body).map_err(|_| "invalid_json")? {
            Value::Object(fields) => fields.into_iter().try_for_each(|(name, value)| args.add(name, value))?,
            _ => return Err("json_not_object"),
        },
        // Slack lists plain text among the valid types; how it reads it is not said.
        "application/x-www-form-urlencoded" | "text/plain" => args.add_pairs(body)?,
        "multipart/form-data" => {
            for part in multipart(kind, body)? {
                let text = String::from_utf8(part.bytes.to_vec()).map_err(|_| BAD_FORM)?;
                args.add(part.name, Value::String(text))?;
            }
        }
        _ => return Err("invalid_post_type"),
    }
    Ok(args)
}

/// As [`decode`], for fuzzing: the merged arguments, or Slack's name of the error.
#[doc(hidden)]
pub fn decode_arguments(query: Option<&str>, content_type: Option<&str>, body: &[u8]) -> Result<Value, &'static str> {
    decode(query, content_type, body).map(|args| Value::Object(args.0))
}

/// One part of a multipart body.
pub(crate) struct Part {
    pub(crate) name: String,
    /// Whether the part says that it is a file.
    pub(crate) is_file: bool,
    pub(crate) bytes: Bytes,
}

/// The parts of a multipart body, whose boundary stands in its content type.
pub(crate) fn multipart(content_type: &str, body: &[u8]) -> Result<Vec<Part>, &'static str> {
    let boundary = multer::parse_boundary(content_type).map_err(|_| BAD_FORM)?;
    let whole = Bytes::copy_from_slice(body);
    let once = stream::once(std::future::ready(Ok::<_, Infallible>(whole)));
    // The whole body is here, so that nothing is ever waited for.
    parts(Multipart::new(once, boundary)).now_or_never().ok_or(BAD_FORM)?.map_err(|_| BAD_FORM)
}

async fn parts(mut form: Multipart<'_>) -> Result<Vec<Part>, multer::Error> {
    let mut parts = Vec::new();
    while let Some(field) = form.next_field().await? {
        let (name, is_file) = (field.name().unwrap_or_default().to_owned(), field.file_name().is_some());
        parts.push(Part { name, is_file, bytes: field.bytes().await? });
    }
    Ok(parts)
}

impl Args {
    fn add_pairs(&mut self, encoded: &[u8]) -> Result<(), &'static str> {
        if !escapes_are_whole(encoded) {
            return Err(BAD_FORM);
        }
        form_urlencoded::parse(encoded).try_for_each(|(name, value)| self.add(name.into_owned(), Value::String(value.into_owned())))
    }

    fn add(&mut self, name: String, value: Value) -> Result<(), &'static str> {
        if name.ends_with(']') && name.contains('[') {
            return Err("invalid_array_arg");
        }
        if name.is_empty() || name.len() > LONGEST_NAME || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
        {
            return Err("invalid_arg_name");
        }
        self.0.insert(name, value);
        Ok(())
    }

    /// The token of the call, taken out, so that nothing that is kept holds it: from the header, else the arguments.
    pub(crate) fn take_token(&mut self, headers: &HeaderMap) -> Option<String> {
        let in_body = self.0.remove("token").and_then(|token| token.as_str().map(str::to_owned));
        credentials(headers, "bearer").map(str::to_owned).or(in_body).filter(|token| !token.is_empty())
    }

    /// What the app shows when it exchanges a code, taken out as well: from the header, else the arguments.
    pub(crate) fn take_client(&mut self, headers: &HeaderMap) -> (String, String) {
        let mut take = |name: &str| self.0.remove(name).and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default();
        let given = (take("client_id"), take("client_secret"));
        let basic = credentials(headers, "basic").and_then(|encoded| BASE64_STANDARD.decode(encoded).ok());
        let basic = basic.and_then(|bytes| String::from_utf8(bytes).ok());
        basic.and_then(|both| both.split_once(':').map(|(id, secret)| (id.to_owned(), secret.to_owned()))).unwrap_or(given)
    }

    /// An argument as text; numbers and truth values are written out.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        match self.0.get(name)? {
            Value::String(text) => Some(text.clone()),
            Value::Null => None,
            other => Some(other.to_string()),
        }
    }

    /// As [`Args::text`]; missing or empty is this error.
    pub(crate) fn need(&self, name: &str, error: &'static str) -> Result<String, &'static str> {
        self.some(name).ok_or(error)
    }

    /// As [`Args::text`], when it is not empty.
    pub(crate) fn some(&self, name: &str) -> Option<String> {
        self.text(name).filter(|text| !text.is_empty())
    }

    /// An argument that is true or not.
    pub(crate) fn flag(&self, name: &str) -> bool {
        self.text(name).is_some_and(|text| text == "true" || text == "1")
    }

    /// An argument that is JSON: as a value, or as text that is JSON. An empty text is nothing.
    pub(crate) fn json(&self, name: &str, error: &'static str) -> Result<Option<Value>, &'static str> {
        match self.0.get(name) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) if text.is_empty() => Ok(None),
            Some(Value::String(text)) => serde_json::from_str(text).map(Some).map_err(|_| error),
            Some(value) => Ok(Some(value.clone())),
        }
    }

    /// Arguments that should be text and are not, as the sentences that Slack answers.
    pub(crate) fn mistyped(&self) -> Vec<String> {
        let wrong = PLAIN.iter().filter(|name| self.0.get(**name).is_some_and(|value| value.is_object() || value.is_array()));
        wrong.map(|name| format!("[ERROR] must be a string [json-pointer:/{name}]")).collect()
    }

    /// How many a page of this list may hold, and where it begins.
    pub(crate) fn page(&self, list: &str, usual: usize, most: usize) -> Result<Page, &'static str> {
        let limit = match self.some("limit") {
            Some(text) => text.trim().parse::<usize>().map_err(|_| "invalid_limit")?,
            None => usual,
        };
        let from = match self.some("cursor") {
            Some(text) => Some(read_cursor(list, &text).ok_or("invalid_cursor")?),
            None => None,
        };
        Ok(Page { limit: if limit == 0 { usual } else { limit }.min(most), from })
    }

    /// Everything, as it is kept in the record of calls.
    pub(crate) fn into_map(self) -> Map<String, Value> {
        self.0
    }
}

/// A cursor for the page of `list` that begins with this item; base64, as Slack's.
pub(crate) fn cursor(list: &str, (key, at): (&str, usize)) -> String {
    BASE64_STANDARD.encode(format!("{list}:{at}:{key}"))
}

fn read_cursor(list: &str, cursor: &str) -> Option<(String, usize)> {
    let text = String::from_utf8(BASE64_STANDARD.decode(cursor).ok()?).ok()?;
    let (at, key) = text.strip_prefix(list)?.strip_prefix(':')?.split_once(':')?;
    Some((key.to_owned(), at.parse().ok()?))
}

/// Whether each `%` stands before two hexadecimal digits.
fn escapes_are_whole(encoded: &[u8]) -> bool {
    let mut left = encoded;
    while let Some(at) = left.iter().position(|byte| *byte == b'%') {
        let Some([_, high, low, ..]) = left.get(at..) else { return false };
        if !(high.is_ascii_hexdigit() && low.is_ascii_hexdigit()) {
            return false;
        }
        left = left.get(at + 3..).unwrap_or_default();
    }
    true
}

fn credentials<'a>(headers: &'a HeaderMap, scheme: &str) -> Option<&'a str> {
    let value = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
    let (name, secret) = value.and_then(|value| value.split_once(' '))?;
    name.eq_ignore_ascii_case(scheme).then(|| secret.trim())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const FORM: Option<&str> = Some("application/x-www-form-urlencoded");
    const JSON: Option<&str> = Some("application/json; charset=utf-8");
    const PARTS: Option<&str> = Some("multipart/form-data; boundary=XX");

    #[test]
    fn arguments_come_in_every_form() {
        let parts = "--XX\r\nContent-Disposition: form-data; name=\"channel\"\r\n\r\nC1\r\n--XX\r\nContent-Disposition: form-data; \
                     name=\"blocks\"\r\n\r\n[1]\r\n--XX\r\nContent-Disposition: form-data; name=\"ok\"\r\n\r\n1\r\n--XX--\r\n";
        for (query, kind, body) in [
            (None, FORM, "channel=C1&limit=5&blocks=%5B1%5D&ok=true"),
            (None, JSON, r#"{"channel":"C1","limit":5,"blocks":[1],"ok":true}"#),
            (Some("channel=C1&limit=5&blocks=[1]&ok=1"), JSON, ""),
            (Some("channel=C1&limit=5&blocks=[1]&ok=1"), None, ""),
            (Some("channel=C9&limit=5"), FORM, "channel=C1&blocks=%5B1%5D&ok=true"),
            (Some("channel=C9&limit=5"), PARTS, parts),
        ] {
            let args = decode(query, kind, body.as_bytes()).unwrap();
            assert_eq!(args.text("channel").as_deref(), Some("C1"), "{body}");
            assert_eq!(args.page("x", 100, 1000), Ok(Page { limit: 5, from: None }), "{body}");
            assert_eq!(args.json("blocks", "invalid_blocks"), Ok(Some(json!([1]))), "{body}");
            assert!(args.flag("ok"), "{body}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        for (kind, body, error) in [
            (JSON, "{\"a\":", "invalid_json"),
            (JSON, "[1]", "json_not_object"),
            (JSON, "{\"a b\":1}", "invalid_arg_name"),
            (FORM, "a=%zz", "invalid_form_data"),
            (FORM, "a=%4", "invalid_form_data"),
            (FORM, "users[]=U1", "invalid_array_arg"),
            (FORM, "=1", "invalid_arg_name"),
            (PARTS, "--XX\r\nContent-Disp", "invalid_form_data"),
            (Some("multipart/form-data"), "--XX--", "invalid_form_data"),
            (Some("application/xml"), "<a/>", "invalid_post_type"),
            (Some("application/x-www-form-urlencoded; charset=koi8-r"), "a=1", "invalid_charset"),
            (None, "a=1", "missing_post_type"),
        ] {
            assert_eq!(decode(None, kind, body.as_bytes()).err(), Some(error), "{kind:?} {body}");
        }
        let args = decode(Some("cursor=junk&blocks=%7B&limit=-1"), None, b"").unwrap();
        assert_eq!(args.page("x", 100, 1000), Err("invalid_limit"));
        assert_eq!(args.json("blocks", "invalid_blocks"), Err("invalid_blocks"));
    }

    #[test]
    fn a_cursor_belongs_to_its_list() {
        let next = cursor("members", ("U1", 7));
        let args = decode(None, JSON, json!({"cursor": next, "limit": 2000}).to_string().as_bytes()).unwrap();
        assert_eq!(args.page("members", 100, 1000), Ok(Page { limit: 1000, from: Some(("U1".to_owned(), 7)) }));
        assert_eq!(args.page("channels", 100, 1000), Err("invalid_cursor"));
    }

    #[test]
    fn the_token_leaves_the_arguments() {
        let mut given = HeaderMap::new();
        let mut args = decode(None, JSON, br#"{"token":"xoxb-body","a":1}"#).unwrap();
        assert_eq!(args.clone().take_token(&given).as_deref(), Some("xoxb-body"));
        given.insert(header::AUTHORIZATION, "Bearer xoxb-head".parse().unwrap());
        assert_eq!(args.take_token(&given).as_deref(), Some("xoxb-head"));
        assert!(!args.into_map().contains_key("token"));
    }
}
