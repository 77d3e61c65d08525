//! Pages as Block Kit. Words of people travel as rich text, which Slack shows as it is and reads no markup in.
//!
//! Limits: <https://docs.slack.dev/reference/block-kit/blocks>.

use slack_morphism::prelude::*;

use super::markup::escape;
use crate::domain::press::{MENU, Press};
use crate::texts::en;
use crate::texts::page::{Block, Button, Line, Page, Piece, figures};

/// How a moment is shown: <https://docs.slack.dev/messaging/formatting-message-text#date-formatting>.
const WHEN: &str = "{date_short_pretty} at {time}";
/// The most characters that a heading may have.
const HEADING: usize = 150;
/// The most characters of a message's text: Slack shortens a longer one where it likes.
const TEXT: usize = 3_900;

/// A message's blocks, and its plain text, which says the same for screen readers and notifications.
pub(super) fn content(page: &Page) -> SlackMessageContent {
    SlackMessageContent::new().with_text(text(page)).with_blocks(page.0.iter().map(block).collect())
}

/// The same as the JSON that is posted: `text` and `blocks`.
pub fn block_kit(page: &Page) -> serde_json::Value {
    serde_json::json!(content(page))
}

fn block(block: &Block) -> SlackBlock {
    match block {
        Block::Heading(text) => {
            let text: String = text.chars().take(HEADING).collect();
            SlackHeaderBlock::new(SlackBlockPlainTextOnly::from(SlackBlockPlainText::new(text))).into()
        }
        Block::Text(line) => rich(SlackRichTextElement::Section(SlackRichTextSection::new(inline(line)))),
        Block::Quote(line) => rich(SlackRichTextElement::Quote(SlackRichTextQuote::new(inline(line)))),
        Block::Aside(line) => {
            // Verbatim: else Slack makes links and mentions of plain words, such as the name of whoever told it.
            let text = SlackBlockMarkDownText::new(mrkdwn(line, true)).with_verbatim(true);
            SlackContextBlock::new(vec![SlackContextBlockElement::MarkDown(text)]).into()
        }
        Block::Chart { title, counts, points } => chart(title, counts, points),
        Block::Buttons(buttons) => SlackActionsBlock::new(buttons.iter().map(|one| button(one).into()).collect()).into(),
        Block::Menu(beside, choices) => {
            let options = choices.iter().map(|choice| SlackBlockChoiceItem::new(words(choice.label), Press::in_menu(&choice.press)));
            let menu = SlackBlockOverflowElement::new(options.collect()).with_action_id(SlackActionId::new(MENU.to_owned()));
            SlackActionsBlock::new(beside.iter().map(|one| button(one).into()).chain([menu.into()]).collect()).into()
        }
        Block::Pressable(text, beside) => {
            SlackSectionBlock::new().with_text(SlackBlockText::Plain(inert(text))).with_accessory(button(beside).into()).into()
        }
    }
}

fn chart(title: &str, counts: &str, points: &[(String, u32)]) -> SlackBlock {
    let data = points.iter().map(|(label, value)| SlackChartDataPoint::new(label.clone(), (*value).into())).collect();
    let axes = SlackChartAxisConfig::new(points.iter().map(|(label, _)| label.clone()).collect());
    let series = SlackSeriesChart::new(vec![SlackChartDataSeries::new(counts.to_owned(), data)], axes);
    SlackDataVisualizationBlock::new(title.to_owned(), SlackChart::Bar(series)).into()
}

/// Words as they are: no emoji is made of them.
fn inert(text: &str) -> SlackBlockPlainText {
    SlackBlockPlainText::new(text.to_owned()).with_emoji(false)
}

fn words(text: &str) -> SlackBlockPlainTextOnly {
    SlackBlockPlainTextOnly::from(inert(text))
}

fn button(button: &Button) -> SlackBlockButtonElement {
    let label = SlackBlockPlainTextOnly::from(SlackBlockPlainText::new(button.label.to_owned()));
    let action = SlackActionId::new(button.press.id().to_owned());
    SlackBlockButtonElement::new(label).with_action_id(action).with_value(button.press.value())
}

fn rich(element: SlackRichTextElement) -> SlackBlock {
    SlackRichTextBlock::new(vec![element]).into()
}

fn inline(line: &Line) -> Vec<SlackRichTextInlineElement> {
    let element = |piece: &Piece| match piece {
        Piece::Plain(text) => text.clone().into(),
        Piece::Bold(text) => SlackRichTextText::new(text.clone()).bold().into(),
        Piece::Code(text) => SlackRichTextText::new(text.clone()).code().into(),
        Piece::When { at, otherwise } => {
            SlackRichTextDate::new(SlackDateTime::new(*at), WHEN.to_owned()).with_fallback(otherwise.clone()).into()
        }
        Piece::Channel(id) => SlackRichTextChannel::new(SlackChannelId::new(id.as_str().to_owned())).into(),
        Piece::Link { label, url } => SlackRichTextLink::new(SlackRelaxedUrl(url.as_str().to_owned())).with_text(label.clone()).into(),
    };
    // Slack refuses a piece without letters, and the message with it.
    let is_empty = |piece: &&Piece| matches!(piece, Piece::Plain(text) | Piece::Bold(text) | Piece::Code(text) if text.is_empty());
    line.iter().filter(|piece| !is_empty(piece)).map(element).collect()
}

/// The page as text, a line a block; buttons are nothing to read. What is too long for Slack ends with a whole line, and says so.
fn text(page: &Page) -> String {
    let lines = page.0.iter().filter_map(|block| match block {
        Block::Heading(text) | Block::Pressable(text, _) => Some(escape(text)),
        Block::Text(line) | Block::Aside(line) => Some(mrkdwn(line, false)),
        Block::Quote(line) => Some(format!("“{}”", mrkdwn(line, false))),
        Block::Chart { title, points, .. } => Some(escape(&figures(title, points))),
        Block::Buttons(_) | Block::Menu(..) => None,
    });
    let (mut text, mut left) = (String::new(), TEXT);
    for line in lines {
        let length = line.chars().count();
        if length >= left {
            text.push_str(en::GOES_ON);
            break;
        }
        left -= length + 1;
        if !text.is_empty() {
            text.push('\n');
        }
        text.push_str(&line);
    }
    text
}

/// A line where Slack reads markup: words of people are escaped, and bold only where `bold` is asked for, since a
/// star among them would turn it around.
fn mrkdwn(line: &Line, bold: bool) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Bold(text) if bold => format!("*{}*", escape(text)),
        Piece::Plain(text) | Piece::Code(text) | Piece::Bold(text) => escape(text),
        Piece::When { at, otherwise } => format!("<!date^{}^{WHEN}|{}>", at.as_second(), escape(otherwise).replace('|', " ")),
        Piece::Channel(id) => format!("<#{}>", escape(id.as_str())),
        Piece::Link { label, url } => format!("<{}|{}>", escape(url.as_str()), escape(label).replace('|', " ")),
    };
    line.iter().map(piece).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::ids::ChannelId;
    use crate::texts::page::{WebAddress, bold, plain};

    #[test]
    fn words_of_people_are_never_live() {
        let evil = "<!channel> <@U1> <https://evil.test|click> *_~`";
        let page = Page(vec![Block::Quote(vec![plain(evil), bold("<!here>")]), Block::Aside(vec![plain(evil)])]);
        let json = serde_json::to_value(content(&page)).unwrap();
        let kinds: Vec<&str> =
            json["blocks"][0]["elements"][0]["elements"].as_array().unwrap().iter().map(|e| e["type"].as_str().unwrap()).collect();
        assert_eq!(kinds, ["text", "text"]);
        assert!(!json["text"].as_str().unwrap().contains(['<', '>']));
        assert!(!json["blocks"][1]["elements"][0]["text"].as_str().unwrap().contains(['<', '>']));
    }

    #[test]
    fn a_chart_says_what_it_counts() {
        let points = vec![("24 Aug".to_owned(), 20), ("31 Aug".to_owned(), 35)];
        let page = Page(vec![Block::Chart { title: "Reach in each week, in %".to_owned(), counts: "Reach in %".to_owned(), points }]);
        let json = serde_json::to_value(content(&page)).unwrap();
        assert_eq!(json["text"], "Reach in each week, in %: 24 Aug 20, 31 Aug 35.");
        assert_eq!(json["blocks"][0]["chart"]["series"][0]["name"], "Reach in %");
    }

    #[test]
    fn links_lead_where_they_say() {
        let url = WebAddress::parse("https://acme.slack.com/archives/C1/p1?thread_ts=1.1&cid=C1").unwrap();
        let page = Page(vec![Block::Text(vec![Piece::Link { label: "<it> | all".to_owned(), url }])]);
        let json = serde_json::to_value(content(&page)).unwrap();
        assert_eq!(json["text"], "<https://acme.slack.com/archives/C1/p1?thread_ts=1.1&amp;cid=C1|&lt;it&gt;   all>");
        let element = json!({"type": "link", "url": "https://acme.slack.com/archives/C1/p1?thread_ts=1.1&cid=C1", "text": "<it> | all"});
        assert_eq!(json["blocks"][0]["elements"][0]["elements"][0], element);
    }

    #[test]
    fn moments_and_channels_are_live() {
        let when = Piece::When { at: "2026-11-23T08:00:00Z".parse().unwrap(), otherwise: "Monday".to_owned() };
        let page = Page(vec![Block::Text(vec![when, Piece::Channel(ChannelId::new("C1"))])]);
        let json = serde_json::to_value(content(&page)).unwrap();
        assert_eq!(json["text"], "<!date^1795420800^{date_short_pretty} at {time}|Monday><#C1>");
        assert_eq!(json["blocks"][0]["elements"][0]["elements"][0]["timestamp"], 1_795_420_800);
    }
}
