//! Blocks that show data: tables and charts. Some libraries allow a data table 200 rows and a chart 12 series; Slack's page
//! says 100 and 6.
use super::inputs::BUTTON;
use super::parts::{ANY_CHARS, SOME_CHARS};
use super::rich::RICH_TEXT;
use super::scene::{Scene, Surface};
use super::shape::Check::{Among, Bare, Chars, Flag, Kind, List, Number, Whole};
use super::shape::{Check, Fields, Object, Rule, bare, block, list, may, need, part, string};
use serde_json::Value;

const SHOWN: &[Surface] = &[Surface::Message, Surface::Home];

/// Characters in the cells of all data tables of a message.
const MOST_IN_CELLS: usize = 20_000;

/// Charts of one message.
const MOST_CHARTS: usize = 2;

/// <https://docs.slack.dev/reference/block-kit/blocks/table-block>: one in a message.
pub(super) static TABLE: Object = block(
    "table",
    &[
        need("rows", List(1, 100, &List(1, 20, &Kind(&[&RAW_TEXT, &RAW_NUMBER, &RICH_TEXT])))),
        may("column_settings", List(0, 20, &Bare(&COLUMN))),
    ],
)
.on(SHOWN)
.rules(&[Rule::Also(one_table)]);

static COLUMN: Object = bare(&[may("align", Among(&["left", "center", "right"])), may("is_wrapped", Flag)]);
static RAW_TEXT: Object = part("raw_text", &[need("text", SOME_CHARS)]);
static RAW_NUMBER: Object = part("raw_number", &[need("value", Number), need("text", SOME_CHARS)]);
static ACTION_CELL: Object = part("action_cell", &[need("element", Kind(&[&BUTTON])), may("fallback", Kind(&[&RAW_TEXT, &RAW_NUMBER]))]);

/// <https://docs.slack.dev/reference/block-kit/blocks/data-table-block>: a header and up to 100 rows.
pub(super) static DATA_TABLE: Object = block(
    "data_table",
    &[
        need("rows", List(2, 101, &List(1, 20, &Kind(&[&RAW_TEXT, &RAW_NUMBER, &RICH_TEXT, &ACTION_CELL])))),
        need("caption", ANY_CHARS),
        may("page_size", Whole(1, 100)),
        may("row_header_column_index", Whole(0, i64::MAX)),
    ],
)
.on(SHOWN)
.rules(&[Rule::Also(even_rows), Rule::Also(plain_header), Rule::Also(few_characters)]);

/// <https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block>: two in a message.
pub(super) static DATA_VISUALIZATION: Object =
    block("data_visualization", &[need("title", Chars(1, 50)), need("chart", CHART)]).on(SHOWN).rules(&[Rule::Also(two_charts)]);

const CHART: Check = Kind(&[&PIE, &BAR, &AREA, &LINE]);
static PIE: Object = part("pie", &[need("segments", List(1, 6, &Bare(&SEGMENT)))]);
static BAR: Object = part("bar", &[need("series", SERIES), need("axis_config", Bare(&AXES))]).rules(&PLOTTED);
static AREA: Object = part("area", &[need("series", SERIES), need("axis_config", Bare(&AXES))]).rules(&PLOTTED);
static LINE: Object = part("line", &[need("series", SERIES), need("axis_config", Bare(&AXES))]).rules(&PLOTTED);

const PLOTTED: [Rule; 2] = [Rule::Also(own_names), Rule::Also(one_point_each)];
const SERIES: Check = List(1, 6, &Bare(&ONE_SERIES));
const LABEL: Check = Chars(1, 20);
static SEGMENT: Object = bare(&[need("label", LABEL), need("value", Number)]).rules(&[Rule::Also(above_zero)]);
static ONE_SERIES: Object = bare(&[need("name", LABEL), need("data", List(1, 20, &Bare(&POINT)))]);
static POINT: Object = bare(&[need("label", LABEL), need("value", Number)]);
static AXES: Object = bare(&[need("categories", List(1, 20, &LABEL)), may("x_label", Chars(1, 50)), may("y_label", Chars(1, 50))]);

fn one_table(_: &Fields, scene: &mut Scene<'_>) {
    scene.tables += 1;
    if scene.tables > 1 && scene.surface == Surface::Message {
        scene.fault("only one table block allowed");
    }
}

fn two_charts(_: &Fields, scene: &mut Scene<'_>) {
    scene.charts += 1;
    if scene.charts > MOST_CHARTS && scene.surface == Surface::Message {
        scene.fault(&format!("no more than {MOST_CHARTS} data_visualization blocks allowed"));
    }
}

fn even_rows(fields: &Fields, scene: &mut Scene<'_>) {
    let rows = || list(fields, "rows").iter().map(|row| row.as_array().map_or(0, Vec::len));
    let Some(columns) = rows().next() else { return };
    scene.within("rows", |scene| {
        scene.each(rows(), |scene, cells| {
            if cells != columns {
                scene.fault("all rows must have the same number of cells");
            }
        });
    });
    let header = fields.get("row_header_column_index").and_then(Value::as_u64).and_then(|index| usize::try_from(index).ok());
    if header.is_some_and(|index| index >= columns) {
        scene.fault_in("row_header_column_index", "must be the index of a column");
    }
}

fn plain_header(fields: &Fields, scene: &mut Scene<'_>) {
    let Some(cells) = list(fields, "rows").first().and_then(Value::as_array) else { return };
    scene.within("rows/0", |scene| {
        scene.each(cells, |scene, cell| {
            if cell.get("type").and_then(Value::as_str) == Some("rich_text") {
                scene.fault_in("type", "unsupported type: rich_text");
            }
        });
    });
}

fn few_characters(fields: &Fields, scene: &mut Scene<'_>) {
    scene.cells += list(fields, "rows").iter().map(characters).sum::<usize>();
    if scene.cells > MOST_IN_CELLS {
        scene.fault_in("rows", &format!("must be less than {} characters in all cells", MOST_IN_CELLS + 1));
    }
}

/// Characters under any key `text`.
fn characters(value: &Value) -> usize {
    match value {
        Value::Array(items) => items.iter().map(characters).sum(),
        Value::Object(fields) => fields.iter().map(|(name, value)| in_field(name, value)).sum(),
        _ => 0,
    }
}

fn in_field(name: &str, value: &Value) -> usize {
    match value {
        Value::String(text) if name == "text" => text.chars().count(),
        _ => characters(value),
    }
}

fn above_zero(fields: &Fields, scene: &mut Scene<'_>) {
    if fields.get("value").and_then(Value::as_f64).is_some_and(|value| value <= 0.0) {
        scene.fault_in("value", "must be more than 0");
    }
}

fn own_names(fields: &Fields, scene: &mut Scene<'_>) {
    let names: Vec<Option<&str>> = objects(fields, "series").map(|series| string(series, "name")).collect();
    scene.within("series", |scene| {
        scene.each(names.iter().enumerate(), |scene, (at, name)| {
            if name.is_some() && names.iter().take(at).any(|before| before == name) {
                scene.fault_in("name", "must be unique");
            }
        });
    });
}

/// A series has a point for each category, and no other.
fn one_point_each(fields: &Fields, scene: &mut Scene<'_>) {
    let axes = fields.get("axis_config").and_then(Value::as_object);
    let categories: Vec<&str> = axes.map_or(&[][..], |axes| list(axes, "categories")).iter().filter_map(Value::as_str).collect();
    let twice = categories.iter().enumerate().any(|(at, name)| categories.iter().take(at).any(|before| before == name));
    if twice {
        scene.within("axis_config", |scene| scene.fault_in("categories", "must be unique"));
    }
    scene.within("series", |scene| {
        scene.each(objects(fields, "series"), |scene, series| {
            let points: Vec<&str> = objects(series, "data").filter_map(|point| string(point, "label")).collect();
            let each = categories.iter().all(|name| points.iter().filter(|point| *point == name).count() == 1);
            if !each || points.len() != categories.len() {
                scene.fault_in("data", "must have one point for each category");
            }
        });
    });
}

fn objects<'a>(fields: &'a Fields, name: &str) -> impl Iterator<Item = &'a Fields> {
    list(fields, name).iter().filter_map(Value::as_object)
}
