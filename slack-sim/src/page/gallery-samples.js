// One example of each block and element: [part, [[name, blocks, surface?]]].
const plain = (text) => ({ type: "plain_text", text });
const mrkdwn = (text) => ({ type: "mrkdwn", text });
const option = (text, description) => ({ text: plain(text), value: text.toLowerCase().replaceAll(" ", "-"), ...(description && { description: plain(description) }) });
const options = ["Finance", "Product", "Support", "People and culture"].map((text) => option(text));
const button = (text, more) => ({ type: "button", text: plain(text), action_id: text.toLowerCase().replaceAll(" ", "-"), ...more });
const text = (words, style) => ({ type: "text", text: words, ...(style && { style }) });
const rich = (...elements) => ({ type: "rich_text", elements });
const section = (...elements) => ({ type: "rich_text_section", elements });
const picture = "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 360 160'%3E%3Crect width='360' height='160' fill='%23174d63'/%3E%3Ccircle cx='286' cy='46' r='24' fill='%23ffd27d'/%3E%3Cpath d='M0 160L90 70l60 54 56-68 154 104z' fill='%230b6b5b'/%3E%3Cpath d='M0 160l60-40 80 40z' fill='%233fcdb2'/%3E%3C/svg%3E";
const image = (image_url, alt_text) => ({ type: "image", image_url, alt_text });
const confirm = { title: plain("Archive this?"), text: mrkdwn("It leaves the list for *everyone*."), confirm: plain("Archive it"), deny: plain("Keep it"), style: "danger" };

const TEXT = [
  ["mrkdwn", [{ type: "section", text: mrkdwn("*Bold*, _italic_, ~struck~, `code`, *bold with _italic_ within*, a <https://example.com/a?b=1&amp;c=2|link>, <mailto:lee@example.com|mail>, <@U01>, <#C01>, <!here> and <!subteam^S1|@helpers>. 2 * 3 * 4 and snake_case_names stay. :tada: :+1::skin-tone-4: :not_an_emoji: &amp; &lt;tags&gt;\n• lists\n• as typed\n&gt; A quote\n&gt; of two lines\n```let code = \"kept *as is*\";```\nDue <!date^1795600800^{date_short_pretty} at {time}|soon>, that is <!date^1795600800^{ago}^https://example.com|some time>.") }]],
  ["header", [1, 2, 3, 4].map((level) => ({ type: "header", level, text: plain(`Header of level ${level} :bulb:`) }))],
  ["markdown", [{ type: "markdown", text: "# Weekly report\nText with **bold**, *italic*, ~~struck~~, `code` and a [link](https://example.com).\n\n1. First\n   - nested point\n   - another\n2. Second\n\n- [x] Done\n- [ ] To do\n\n> A quote\n\n| Team | Count | Change |\n|:-----|------:|:------:|\n| Finance | 12 | +3 |\n| Support | 1,204 | -17 |\n\n```rust\nfn main() { println!(\"hello\"); }\n```\n---\nThe end." }]],
  ["rich_text", [rich(
    section(text("Styles: "), text("bold", { bold: true }), text(", "), text("italic", { italic: true }), text(", "), text("struck", { strike: true }), text(", "), text("underlined", { underline: true }), text(", "), text("code", { code: true }), text(", "), text("all of it", { bold: true, italic: true, strike: true, underline: true }), text(".\n"),
      { type: "user", user_id: "U01" }, text(" "), { type: "channel", channel_id: "C01" }, text(" "), { type: "broadcast", range: "channel" }, text(" "), { type: "usergroup", usergroup_id: "S1" }, text(" "), { type: "emoji", name: "wave", skin_tone: 3 }, text(" "), { type: "link", url: "https://example.com", text: "a link" }, text(" "), { type: "date", timestamp: 1795600800, format: "{date_long} at {time}", fallback: "soon", style: { highlight: true } }, text(" "), { type: "color", value: "#0b6b5b" }),
    { type: "rich_text_list", style: "bullet", indent: 0, elements: [section(text("A point")), section(text("Another, with "), text("weight", { bold: true }))] },
    { type: "rich_text_list", style: "bullet", indent: 1, elements: [section(text("set in"))] },
    { type: "rich_text_list", style: "bullet", indent: 2, elements: [section(text("further"))] },
    { type: "rich_text_list", style: "ordered", indent: 0, elements: [section(text("First")), section(text("Second"))] },
    { type: "rich_text_list", style: "ordered", indent: 1, elements: [section(text("second, a"))] },
    { type: "rich_text_list", style: "ordered", indent: 0, offset: 2, elements: [section(text("Third"))] },
    { type: "rich_text_quote", elements: [text("What was said")] },
    { type: "rich_text_preformatted", elements: [text("kept  as\n  it is")] },
  )]],
];

const LAYOUT = [
  ["section", [
    { type: "section", text: mrkdwn("*A section* with a button beside it"), accessory: button("Open") },
    { type: "section", text: mrkdwn("*Fields* stand in two columns"), fields: [mrkdwn("*Owner*\nlee"), mrkdwn("*Channel*\n#sales"), mrkdwn("*Due*\nFriday"), plain("Plain text")] },
    { type: "section", text: mrkdwn("*An image* as accessory"), accessory: image(picture, "Hills under a small sun") },
    { type: "section", text: plain("A long text folds until somebody wants it all. ".repeat(18)) },
  ]],
  ["divider", [{ type: "section", text: plain("Above") }, { type: "divider" }, { type: "section", text: plain("Below") }]],
  ["context", [{ type: "context", elements: [image(picture, "Hills"), mrkdwn("Asked by *lee*"), plain("3 replies"), image("https://example.com/face.png", "A face")] }]],
  ["image", [{ type: "image", title: plain("hills.svg"), image_url: picture, alt_text: "Hills under a small sun" }, { type: "image", image_url: "https://images.example.com/tiger.png", alt_text: "A tiger that lies elsewhere and is not loaded" }]],
  ["video", [{ type: "video", title: plain("How it is built"), title_url: "https://example.com/watch", video_url: "https://example.com/embed", thumbnail_url: "https://example.com/thumb.png", alt_text: "A workbench from above", author_name: "Dana", provider_name: "Example TV", description: plain("Two minutes about digests.") }]],
  ["file", [{ type: "file", source: "remote", external_id: "quarterly-figures.pdf" }]],
  ["alert", ["default", "info", "success", "warning", "error"].map((level) => ({ type: "alert", level, text: mrkdwn(`An alert of the level *${level}*.`) })), "modal"],
  ["card", [{ type: "card", hero_image: image(picture, "Hills"), icon: image("https://example.com/icon.png", "Icon"), title: mrkdwn("Autumn offsite"), subtitle: mrkdwn("12 answers, 4 to go"), body: mrkdwn("Most people want *hills*, not the sea."), actions: [button("Details"), button("Vote", { style: "primary" })] }]],
  ["carousel", [{ type: "carousel", elements: ["rocket", "lightbulb", "heart", "bug"].map((name, at) => ({ type: "card", slack_icon: { type: "icon", name }, title: mrkdwn(`Idea ${at + 1}`), subtitle: mrkdwn(`${7 - at} votes`), body: mrkdwn("One sentence about what it would change."), actions: [button("Vote", { action_id: `vote-${at}` })] })) }]],
  ["container", [
    { type: "container", title: plain("Details"), subtitle: plain("Press to fold"), is_collapsible: true, child_blocks: [{ type: "section", text: mrkdwn("Whatever stands in it.") }, { type: "actions", elements: [button("Agree")] }] },
    { type: "container", width: "narrow", title: plain("Narrow, with a line"), has_header_divider: true, child_blocks: [{ type: "section", text: plain("Stays open.") }] },
  ]],
  ["plan", [{ type: "plan", title: "Preparing the digest", tasks: [
    { task_id: "1", title: "Read the week's messages", status: "complete", output: rich(section(text("214 messages in 6 channels"))), sources: [{ type: "url", url: "https://example.com/1", text: "The list" }] },
    { task_id: "2", title: "Group by theme", status: "in_progress", details: rich(section(text("Themes with at least three voices"))) },
    { task_id: "3", title: "Post to #leads", status: "pending" },
  ] }]],
  ["task_card", [{ type: "task_card", task_id: "4", title: "Fetch the invoice", status: "error", output: rich(section(text("The server did not answer."))) }]],
];

const rows = [["Finance", 128, "+12 %"], ["Support", 1204, "-3 %"], ["Product", 87, "+41 %"], ["People", 42, "0 %"], ["Sales", 311, "+5 %"], ["Legal", 9, "-50 %"], ["Office", 17, "+2 %"]];
const cell = (value) => (typeof value === "number" ? { type: "raw_number", value, text: value.toLocaleString("en-US") } : { type: "raw_text", text: value });
const week = ["Week 41", "Week 42", "Week 43", "Week 44", "Week 45", "Week 46"];
const points = (values) => values.map((value, at) => ({ label: week[at], value }));
const axis_config = { categories: week, x_label: "Week", y_label: "Messages" };
const chart = (title, type, ...series) => ({ type: "data_visualization", title, chart: { type, axis_config, series: series.map(([name, ...values]) => ({ name, data: points(values) })) } });

const DATA = [
  ["table", [{ type: "table", column_settings: [{ align: "left" }, { align: "right" }, { align: "center", is_wrapped: true }], rows: [["Team", "Count", "Comment"], ["Finance", 128, "More than last week, most of it about the new way to hand in receipts"], ["Support", 1204, "Less"]].map((row) => row.map(cell)) }]],
  ["data_table", [{ type: "data_table", caption: "Feedback by team", page_size: 5, rows: [["Team", "Messages", "Change"].map(cell), ...rows.map((row) => row.map(cell))] }]],
  ["data_visualization: bar", [chart("Feedback by week", "bar", ["Heard", 24, 31, 18, 42, 37, 51], ["Answered", 20, 22, 17, 30, 31, 44], ["Open", 4, 9, 1, 12, 6, 7])]],
  ["data_visualization: line", [chart("Time to a first answer, in minutes", "line", ["Support", 34, 28, 31, 22, 19, 14], ["Finance", 61, 72, 55, 58, 49, 52])]],
  ["data_visualization: area", [chart("Messages read", "area", ["All", 12_000, 13_500, 15_200, 14_800, 16_400, 19_100], ["Digests", 4_200, 4_100, 5_900, 6_300, 6_000, 8_800])]],
  ["data_visualization: pie", [{ type: "data_visualization", title: "What it was about", chart: { type: "pie", segments: [["Invoices", 45], ["Tools", 28], ["Office", 18], ["Travel", 9], ["Food", 6], ["Other", 3]].map(([label, value]) => ({ label, value })) } }]],
];

const ELEMENTS = [
  ["button", [{ type: "actions", elements: [button("Plain"), button("Approve", { style: "primary" }), button("Delete", { style: "danger", confirm }), button("Docs", { url: "https://example.com" }), button("No answer", { action_id: "fail" }), { type: "workflow_button", action_id: "flow", text: plain("Start a workflow"), workflow: { trigger: { url: "https://example.com" } } }] }]],
  ["overflow", [{ type: "section", text: plain("A menu behind three dots"), accessory: { type: "overflow", action_id: "more", options: [option("Edit"), option("Copy"), { ...option("Read about it"), url: "https://example.com" }] } }]],
  ["context_actions", [{ type: "context_actions", elements: [{ type: "feedback_buttons", action_id: "good", positive_button: { text: plain("Good answer"), value: "good" }, negative_button: { text: plain("Bad answer"), value: "bad" } }, { type: "icon_button", icon: "trash", text: plain("Remove"), action_id: "remove" }] }]],
  ["selects", [{ type: "actions", elements: [{ type: "static_select", action_id: "one", placeholder: plain("A topic"), options }, { type: "users_select", action_id: "who", placeholder: plain("A person") }, { type: "channels_select", action_id: "where", placeholder: plain("A channel") }, { type: "conversations_select", action_id: "conversation", placeholder: plain("A conversation") }, { type: "external_select", action_id: "outside", placeholder: plain("From the app"), min_query_length: 1 }] }]],
  ["multi selects", [{ type: "section", text: plain("Several at once"), accessory: { type: "multi_static_select", action_id: "many", initial_options: options.slice(0, 2), max_selected_items: 3, placeholder: plain("Topics"), option_groups: [{ label: plain("Office"), options: options.slice(0, 2) }, { label: plain("Shop"), options: options.slice(2) }] } }]],
  ["checkboxes, radio_buttons", [{ type: "actions", elements: [{ type: "checkboxes", action_id: "check", initial_options: [option("Weekly", "On Monday at nine")], options: [option("Weekly", "On Monday at nine"), option("Daily"), { text: mrkdwn("*Bold* choice"), value: "bold" }] }, { type: "radio_buttons", action_id: "radio", initial_option: option("Everybody"), options: [option("Everybody"), option("Only me", "Nobody else sees it")] }] }]],
  ["pickers", [{ type: "actions", elements: [{ type: "datepicker", action_id: "date", initial_date: "2026-11-25" }, { type: "timepicker", action_id: "time", initial_time: "09:30" }, { type: "datetimepicker", action_id: "moment", initial_date_time: 1795600800 }] }]],
];

const input = (label, element, more) => ({ type: "input", block_id: label, label: plain(label), element: { action_id: "it", ...element }, ...more });

const INPUTS = [
  ["input, in a modal", [
    input("Title", { type: "plain_text_input", max_length: 40, placeholder: plain("In a few words"), initial_value: "The invoice is wrong" }, { hint: plain("It stands on top of the digest.") }),
    input("What happened", { type: "plain_text_input", multiline: true, min_length: 10 }, { optional: true }),
    input("Search", { type: "plain_text_input", placeholder: plain("Something to look for") }, { dispatch_action: true }),
    input("Mail", { type: "email_text_input" }),
    input("Page", { type: "url_text_input" }),
    input("Count", { type: "number_input", is_decimal_allowed: false, min_value: "1", max_value: "20" }),
    input("Topic", { type: "static_select", options, initial_option: options[0] }, { optional: true }),
    input("People", { type: "multi_users_select", placeholder: plain("Who should hear of it"), initial_users: ["U01"] }),
    input("Notice", { type: "rich_text_input", initial_value: rich(section(text("Please "), text("read", { bold: true }), text(" this")), { type: "rich_text_list", style: "bullet", elements: [section(text("one")), section(text("two"))] }) }),
    input("Files", { type: "file_input", filetypes: ["pdf", "png"], max_files: 3 }),
    input("How often", { type: "radio_buttons", options: [option("Daily"), option("Weekly", "On Monday at nine")] }),
    input("Starts", { type: "datetimepicker", initial_date_time: 1795600800 }),
  ], "modal"],
];

const word = "Donaudampfschifffahrt".repeat(140);
const deep = (levels) => (levels ? { type: "container", title: plain(`Depth ${levels}`), child_blocks: [deep(levels - 1)] } : { type: "section", text: plain("The bottom") });

const WRONG = [
  ["markup is text", [{ type: "section", text: mrkdwn("<img src=x onerror=alert(1)> <script>alert(1)</script> <javascript:alert(1)|a link> <data:text/html,x|another> *<b>bold</b>*"), accessory: image("data:text/html,<script>alert(1)</script>", "no image") }, { type: "markdown", text: "<img src=x onerror=alert(1)> [a](javascript:alert(1)) ![b](data:text/html;base64,xx) <script>alert(1)</script>" }, rich(section({ type: "link", url: "javascript:alert(1)", text: "javascript" }, { type: "color", value: "red;background:url(x)" })), { type: "actions", elements: [button("No such way", { url: "javascript:alert(1)" })] }]],
  ["long words, other scripts", [{ type: "section", text: mrkdwn(word), accessory: button(word.slice(0, 75)) }, { type: "section", text: mrkdwn("שלום *עולם*, `קוד` ו־<https://example.com|קישור>"), fields: [mrkdwn("مرحبا *بالعالم*"), plain(word.slice(0, 300))] }, { type: "table", rows: [[cell(word.slice(0, 200)), cell("b")], [cell("مرحبا"), cell(word.slice(0, 200))]] }]],
  ["wrong shapes", [null, 5, { type: 7 }, {}, [], { type: "hologram" }, { type: "__proto__" }, { type: "section" }, { type: "section", text: 7, fields: "x", accessory: 3 }, { type: "section", text: plain("Odd options"), accessory: { type: "static_select", options: "x", initial_option: 4 } }, { type: "section", text: plain("Odd element"), accessory: { type: "constructor" } }, { type: "context", elements: [null, 3, {}] }, { type: "actions", elements: "x" }, { type: "input", label: null, element: 9 }, { type: "input", element: { type: "checkboxes", options: [null, "x", {}] } }, { type: "rich_text", elements: [null, { type: "rich_text_list", elements: [5, { elements: "x" }], indent: "y" }, { type: 3 }, { type: "rich_text_section", elements: [{ type: "date", timestamp: "x", format: 5 }, { type: "emoji", name: {}, unicode: "zz" }, { type: "user" }, { type: "nothing" }] }] }, { type: "table", rows: [5, null, "x"] }, { type: "data_table", rows: [[null, 5], "x"] }, { type: "data_visualization", chart: { type: "bar", series: "x" } }, { type: "data_visualization", chart: { type: "pie", segments: [{ label: 5, value: "x" }] } }, { type: "card" }, { type: "carousel", elements: [{}] }, { type: "container", child_blocks: [null] }, { type: "plan", tasks: [{ status: "x" }] }, { type: "alert", level: "toString" }, { type: "image" }, { type: "video" }, { type: "file" }, { type: "markdown", text: 5 }, { type: "header", text: { text: { text: "x" } } }]],
  ["deep", [deep(8), rich(...Array.from({ length: 9 }, (_, indent) => ({ type: "rich_text_list", style: indent % 2 ? "ordered" : "bullet", indent, elements: [section(text(`Level ${indent + 1}`))] })))]],
];

export const SAMPLES = [["Text", TEXT], ["Layout", LAYOUT], ["Data", DATA], ["Elements", ELEMENTS], ["Inputs", INPUTS], ["What apps get wrong", WRONG]];

/** What a modal shows when the app refuses it. */
export const ERRORS = { Mail: "This is no address that we know.", People: "Choose at least two people.", Topic: "This topic is closed.", Files: "Too large.", Count: "" };
