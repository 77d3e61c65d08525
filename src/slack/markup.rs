//! Slack's markup in what people wrote, made plain: `&amp;`, `<@U1>`, `<#C1|sales>`, `<!here>`, `<https://...|text>`.
//!
//! Rules: <https://docs.slack.dev/messaging/formatting-message-text>. Nothing that comes out can be live again.

/// The plain text of a message or of a command with `should_escape`.
///
/// `name_of` gives a person's name for their id.
pub(super) fn plain(text: &str, name_of: impl Fn(&str) -> Option<String>) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('<') {
        unescape(before, &mut out);
        // People's own angle brackets are escaped, so that an open one without its end is no markup.
        let Some((inside, behind)) = after.split_once('>') else {
            // Nor is any other behind it: looking for each one's end anew would take by the square of the length.
            out.push('<');
            rest = after;
            break;
        };
        unescape(&said(inside, &name_of), &mut out);
        rest = behind;
    }
    unescape(rest, &mut out);
    out
}

/// What stands on the screen for one `<...>`.
fn said(inside: &str, name_of: &impl Fn(&str) -> Option<String>) -> String {
    let (target, label) = inside.split_once('|').map_or((inside, None), |(target, label)| (target, Some(label).filter(|l| !l.is_empty())));
    let label = |otherwise: &str| label.map_or_else(|| otherwise.to_owned(), ToOwned::to_owned);
    if let Some(user) = target.strip_prefix('@') {
        let name = name_of(user).unwrap_or_else(|| label("somebody"));
        return format!("@{}", name.trim_start_matches('@'));
    }
    if target.starts_with('#') {
        // Without a label it is a private channel, whose name never leaves it.
        let name = label("");
        return if name.is_empty() { "a private channel".to_owned() } else { format!("#{}", name.trim_start_matches('#')) };
    }
    if let Some(special) = target.strip_prefix('!') {
        let word = special.split('^').next().unwrap_or(special);
        return match word {
            "date" => label("a date"),
            "subteam" => format!("@{}", label("a group").trim_start_matches('@')),
            word => format!("@{word}"),
        };
    }
    let address = target.strip_prefix("mailto:").or_else(|| target.strip_prefix("tel:")).unwrap_or(target);
    let shown = label(address);
    if shown == address || address.ends_with(&shown) { shown } else { format!("{shown} ({address})") }
}

fn unescape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let known = [("lt;", '<'), ("gt;", '>'), ("amp;", '&')].into_iter().find_map(|(name, c)| Some((after.strip_prefix(name)?, c)));
        let (behind, c) = known.unwrap_or((after, '&'));
        out.push(c);
        rest = behind;
    }
    out.push_str(rest);
}

/// Text for a place where Slack reads markup: nothing in it is.
pub(super) fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn name_of(user: &str) -> Option<String> {
        (user == "U1").then(|| "lee".to_owned())
    }

    #[test]
    fn markup_becomes_what_people_see() {
        for (slack, seen) in [
            ("a &amp; b &lt;c&gt;", "a & b <c>"),
            ("&amp;lt;", "&lt;"),
            ("ask <@U1> or <@U2|kim> or <@U3>", "ask @lee or @kim or @somebody"),
            ("in <#C1|sales> and <#C2|>", "in #sales and a private channel"),
            ("<!here> <!channel|channel> <!subteam^S1|@crew>", "@here @channel @crew"),
            ("<!date^1700000000^{date}|14 November>", "14 November"),
            ("<https://acme.test/a?b=1&amp;c=2>", "https://acme.test/a?b=1&c=2"),
            ("<https://acme.test|their page>", "their page (https://acme.test)"),
            ("<mailto:cfo@acme.test|cfo@acme.test>", "cfo@acme.test"),
            ("1 < 2", "1 < 2"),
            ("open <https://acme.test", "open <https://acme.test"),
        ] {
            assert_eq!(plain(slack, name_of), seen, "{slack}");
        }
    }

    proptest! {
        #[test]
        fn what_people_typed_comes_back(text in any::<String>()) {
            prop_assert_eq!(plain(&escape(&text), name_of), text);
        }

        #[test]
        fn escaped_text_holds_no_markup(text in any::<String>()) {
            prop_assert!(!escape(&text).contains(['<', '>']));
        }
    }
}
