//! Surfaces: the blocks of a message, modals and the Home tab.
use super::blocks::BLOCKS;
use super::scene::{Scene, Surface};
use super::shape::Check::{Chars, Flag, Kind, List, Plain};
use super::shape::{Check, Field, Object, may, need, part, string};
use super::walk::check;
use serde_json::Value;

/// <https://docs.slack.dev/reference/views/modal-views>
static MODAL: Object = part(
    "modal",
    &[
        need("title", Plain(24)),
        BLOCKS_OF_VIEW,
        may("close", Plain(24)),
        may("submit", Plain(24)),
        PRIVATE,
        CALLBACK,
        EXTERNAL,
        may("clear_on_close", Flag),
        may("notify_on_close", Flag),
    ],
)
.on(&[Surface::Modal]);

/// <https://docs.slack.dev/reference/views/home-tab-views>
static HOME: Object = part("home", &[BLOCKS_OF_VIEW, PRIVATE, CALLBACK, EXTERNAL]).on(&[Surface::Home]);

static A_BLOCK: Check = Kind(BLOCKS);
static A_VIEW: Check = Kind(&[&MODAL, &HOME]);
static BLOCKS_OF_VIEW: Field = need("blocks", List(1, 100, &A_BLOCK));
const PRIVATE: Field = may("private_metadata", Chars(0, 3000));
const CALLBACK: Field = may("callback_id", Chars(0, 255));
const EXTERNAL: Field = may("external_id", Chars(0, 255));

/// What is wrong with the blocks of a message (at most 50) or of a view (at most 100): sentences such as
/// `[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]`, the first 20 at most.
pub(crate) fn check_blocks(blocks: &Value, surface: Surface) -> Vec<String> {
    let most = if surface == Surface::Message { 50 } else { 100 };
    faults(blocks, &List(0, most, &A_BLOCK), Scene::new(surface, "/blocks"))
}

/// What is wrong with a view, in the same form; pointers begin with `/view`.
pub(crate) fn check_view(view: &Value) -> Vec<String> {
    let kind = view.as_object().and_then(|fields| string(fields, "type"));
    let surface = if kind == Some("home") { Surface::Home } else { Surface::Modal };
    let mut scene = Scene::new(surface, "/view");
    scene.can_submit = kind != Some("modal") || view.get("submit").is_some();
    faults(view, &A_VIEW, scene)
}

fn faults<'a>(value: &'a Value, wanted: &Check, mut scene: Scene<'a>) -> Vec<String> {
    check(&mut scene, value, wanted);
    scene.into_faults()
}
