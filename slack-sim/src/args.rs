//! The arguments of a Web API call, however they come: query, form, JSON, or a JSON content type with nothing in it.
use axum::http::{HeaderMap, header};
use serde_json::{Map, Value};

/// Arguments of one call, merged; the body wins over the query.
#[derive(Clone, Debug, Default)]
pub(crate) struct Args(Map<String, Value>);

impl Args {
    /// Reads them. Errors are Slack's names.
    pub(crate) fn read(query: Option<&str>, headers: &HeaderMap, body: &[u8]) -> Result<Self, &'static str> {
        let mut args = Self::default();
        args.add_pairs(query.unwrap_or_default().as_bytes());
        let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        if body.iter().all(u8::is_ascii_whitespace) {
            return Ok(args);
        }
        if kind.to_ascii_lowercase().starts_with("application/json") {
            match serde_json::from_slice(body).map_err(|_| "invalid_json")? {
                Value::Object(fields) => args.0.extend(fields),
                _ => return Err("json_not_object"),
            }
        } else if kind.to_ascii_lowercase().starts_with("multipart/") {
            return Err("invalid_post_type");
        } else {
            args.add_pairs(body);
        }
        Ok(args)
    }

    fn add_pairs(&mut self, encoded: &[u8]) {
        for (name, value) in form_urlencoded::parse(encoded) {
            self.0.insert(name.into_owned(), Value::String(value.into_owned()));
        }
    }

    /// The token of the call, taken out, so that nothing that is kept holds it: from the header, else the arguments.
    pub(crate) fn take_token(&mut self, headers: &HeaderMap) -> Option<String> {
        let in_body = self.0.remove("token").and_then(|token| token.as_str().map(str::to_owned));
        let header = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok());
        let bearer = header.and_then(|value| value.split_once(' '));
        let bearer = bearer.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, token)| token.trim());
        bearer.map(str::to_owned).or(in_body).filter(|token| !token.is_empty())
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
        self.text(name).filter(|text| !text.is_empty()).ok_or(error)
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

    /// How many a page may hold, and where it begins.
    pub(crate) fn page(&self, usual: usize) -> Result<(usize, usize), &'static str> {
        let limit = match self.text("limit").filter(|text| !text.is_empty()) {
            Some(text) => text.parse::<usize>().map_err(|_| "invalid_limit")?,
            None => usual,
        };
        let start = match self.text("cursor").filter(|text| !text.is_empty()) {
            Some(text) => cursor_start(&text).ok_or("invalid_cursor")?,
            None => 0,
        };
        Ok((if limit == 0 { usual } else { limit.min(1000) }, start))
    }

    /// Everything, as it is kept in the record of calls.
    pub(crate) fn into_map(self) -> Map<String, Value> {
        self.0
    }
}

/// A cursor for the page that begins at `start`. The signs at its end have to be encoded in a form, as in Slack's.
pub(crate) fn cursor(start: usize) -> String {
    format!("bmV4dDo{start}==")
}

fn cursor_start(cursor: &str) -> Option<usize> {
    cursor.strip_prefix("bmV4dDo")?.strip_suffix("==")?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(kind: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, kind.parse().unwrap());
        headers
    }

    #[test]
    fn arguments_come_in_every_form() {
        let form = "application/x-www-form-urlencoded";
        let json = "application/json; charset=utf-8";
        for (query, kind, body) in [
            (None, form, "channel=C1&limit=5&blocks=%5B1%5D&ok=true"),
            (None, json, r#"{"channel":"C1","limit":5,"blocks":[1],"ok":true}"#),
            (Some("channel=C1&limit=5&blocks=[1]&ok=1"), json, ""),
            (Some("channel=C9&limit=5"), form, "channel=C1&blocks=%5B1%5D&ok=true"),
        ] {
            let args = Args::read(query, &headers(kind), body.as_bytes()).unwrap();
            assert_eq!(args.text("channel").as_deref(), Some("C1"), "{body}");
            assert_eq!(args.page(100), Ok((5, 0)), "{body}");
            assert_eq!(args.json("blocks", "invalid_blocks"), Ok(Some(serde_json::json!([1]))), "{body}");
            assert!(args.flag("ok"), "{body}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named() {
        let json = headers("application/json");
        assert_eq!(Args::read(None, &json, b"{\"a\":").err(), Some("invalid_json"));
        assert_eq!(Args::read(None, &json, b"[1]").err(), Some("json_not_object"));
        let args = Args::read(Some("cursor=junk&blocks=%7B"), &json, b"").unwrap();
        assert_eq!(args.page(100), Err("invalid_cursor"));
        assert_eq!(args.json("blocks", "invalid_blocks"), Err("invalid_blocks"));
    }

    #[test]
    fn the_token_leaves_the_arguments() {
        let mut given = headers("application/json");
        let mut args = Args::read(None, &given, br#"{"token":"xoxb-body","a":1}"#).unwrap();
        assert_eq!(args.clone().take_token(&given).as_deref(), Some("xoxb-body"));
        given.insert(header::AUTHORIZATION, "Bearer xoxb-head".parse().unwrap());
        assert_eq!(args.take_token(&given).as_deref(), Some("xoxb-head"));
        assert!(!args.into_map().contains_key("token"));
    }
}
