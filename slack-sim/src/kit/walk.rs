//! The one walker: it holds a value against its description and says each fault where it is.
use super::scene::Scene;
use super::shape::{Check, Field, Fields, Id, Object, Rule, may, need, string};
use serde_json::Value;

/// Holds one value against what it has to be.
pub(super) fn check<'a>(scene: &mut Scene<'a>, value: &'a Value, wanted: &Check) {
    match *wanted {
        Check::Flag if !value.is_boolean() => scene.fault("must provide a boolean"),
        Check::Number if !value.is_number() => scene.fault("must provide a number"),
        Check::Flag | Check::Number => {}
        Check::Whole(least, most) => whole(scene, value, least, most),
        Check::Chars(least, most) => with_string(scene, value, |scene, text| chars(scene, text, least, most)),
        Check::Form(test, sentence) => with_string(scene, value, |scene, text| {
            if !test(text) {
                scene.fault(sentence);
            }
        }),
        Check::Among(names) => with_string(scene, value, |scene, text| {
            if !names.contains(&text) {
                scene.fault("must be a valid enum value");
            }
        }),
        Check::Plain(most) => with_fields(scene, value, |scene, fields| text(scene, fields, &["plain_text"], most)),
        Check::Text(most) => with_fields(scene, value, |scene, fields| text(scene, fields, &["plain_text", "mrkdwn"], most)),
        Check::List(least, most, each) => items(scene, value, (least, most), each),
        Check::Bare(object) => with_fields(scene, value, |scene, fields| inside(scene, fields, object)),
        Check::Kind(kinds) => with_fields(scene, value, |scene, fields| one_of(scene, fields, kinds)),
    }
}

fn with_string<'a>(scene: &mut Scene<'a>, value: &'a Value, then: impl FnOnce(&mut Scene<'a>, &'a str)) {
    match value.as_str() {
        Some(text) => then(scene, text),
        None => scene.fault("must provide a string"),
    }
}

fn with_fields<'a>(scene: &mut Scene<'a>, value: &'a Value, then: impl FnOnce(&mut Scene<'a>, &'a Fields)) {
    match value.as_object() {
        Some(fields) => then(scene, fields),
        None => scene.fault("must provide an object"),
    }
}

fn chars(scene: &mut Scene<'_>, text: &str, least: usize, most: usize) {
    // Most texts are short in bytes already: those need no counting.
    let length = if text.len() < least || text.len() > most { text.chars().count() } else { text.len() };
    if text.is_empty() && least > 0 || length < least {
        scene.fault(&format!("must be more than {} characters", least.saturating_sub(1)));
    } else if length > most {
        scene.fault(&format!("must be less than {} characters", most.saturating_add(1)));
    }
}

fn whole(scene: &mut Scene<'_>, value: &Value, least: i64, most: i64) {
    match value.as_i64() {
        None => scene.fault("must provide an integer"),
        Some(number) if number < least => scene.fault(&format!("must be more than {}", least.saturating_sub(1))),
        Some(number) if number > most => scene.fault(&format!("must be less than {}", most.saturating_add(1))),
        Some(_) => {}
    }
}

fn items<'a>(scene: &mut Scene<'a>, value: &'a Value, (least, most): (usize, usize), each: &Check) {
    let Some(all) = value.as_array() else { return scene.fault("must provide an array") };
    if all.len() < least {
        scene.fault(&format!("must provide at least {least} items"));
    } else if all.len() > most {
        scene.fault(&format!("no more than {most} items allowed"));
    }
    scene.each(all, |scene, item| check(scene, item, each));
}

/// A text object, <https://docs.slack.dev/reference/block-kit/composition-objects/text-object>.
fn text<'a>(scene: &mut Scene<'a>, fields: &'a Fields, kinds: &[&str], most: usize) {
    let Some(kind) = kind_of(scene, fields) else { return };
    if !kinds.contains(&kind) {
        return unsupported(scene, kind);
    }
    let own = if kind == "plain_text" { "emoji" } else { "verbatim" };
    members(scene, fields, &[need("text", Check::Chars(1, most)), may(own, Check::Flag)], [Some("type"), None]);
}

fn one_of<'a>(scene: &mut Scene<'a>, fields: &'a Fields, kinds: &[&'static Object]) {
    let Some(kind) = kind_of(scene, fields) else { return };
    match kinds.iter().find(|object| object.kind == kind) {
        Some(object) if object.on.contains(&scene.surface) => match object.id {
            Id::Block => scene.block(|scene| inside(scene, fields, object)),
            Id::Action | Id::None => inside(scene, fields, object),
        },
        _ => unsupported(scene, kind),
    }
}

fn kind_of<'a>(scene: &mut Scene<'a>, fields: &'a Fields) -> Option<&'a str> {
    let kind = string(fields, "type");
    match (kind, fields.get("type")) {
        (None, None) => scene.fault("missing required field: type"),
        (None, Some(_)) => scene.fault_in("type", "must provide a string"),
        (Some(_), _) => {}
    }
    kind
}

fn unsupported(scene: &mut Scene<'_>, kind: &str) {
    scene.fault_in("type", &format!("unsupported type: {kind}"));
}

/// Fields, id and rules of an object whose kind is settled.
pub(super) fn inside<'a>(scene: &mut Scene<'a>, fields: &'a Fields, object: &'static Object) {
    let kind = (!object.kind.is_empty()).then_some("type");
    if let Some(name) = object.id.field() {
        identity(scene, fields, object.id, name);
    }
    members(scene, fields, object.fields, [kind, object.id.field()]);
    for rule in object.rules {
        hold(scene, fields, rule);
    }
}

fn identity<'a>(scene: &mut Scene<'a>, fields: &'a Fields, id: Id, name: &str) {
    let Some(value) = fields.get(name) else { return };
    scene.within(name, |scene| check(scene, value, &Check::Chars(1, 255)));
    match (id, value.as_str()) {
        (Id::Block, Some(text)) => scene.block_id(text),
        (Id::Action, Some(text)) => scene.action_id(text),
        _ => {}
    }
}

fn members<'a>(scene: &mut Scene<'a>, fields: &'a Fields, wanted: &[Field], known: [Option<&str>; 2]) {
    for field in wanted {
        match fields.get(field.name) {
            Some(value) => scene.within(field.name, |scene| check(scene, value, &field.check)),
            None if field.needed => scene.fault(&format!("missing required field: {}", field.name)),
            None => {}
        }
    }
    for name in fields.keys() {
        if !known.contains(&Some(name)) && wanted.iter().all(|field| field.name != name) {
            scene.fault(&format!("invalid additional property: {name}"));
        }
    }
}

fn hold<'a>(scene: &mut Scene<'a>, fields: &'a Fields, rule: &Rule) {
    match rule {
        Rule::Either(names) if names.iter().all(|name| !fields.contains_key(*name)) => {
            let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
            scene.fault(&format!("must define either {}", names.join(" or ")));
        }
        Rule::NotBoth(one, other) if fields.contains_key(*one) && fields.contains_key(*other) => {
            scene.fault(&format!("must define only one of `{one}` or `{other}`"));
        }
        Rule::Needs(one, other) if fields.contains_key(*one) && !fields.contains_key(*other) => {
            scene.fault_in(one, &format!("must define `{other}` to use `{one}`"));
        }
        Rule::Either(_) | Rule::NotBoth(..) | Rule::Needs(..) => {}
        Rule::Also(also) => also(fields, scene),
    }
}
