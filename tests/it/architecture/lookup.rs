//! Where a path leads: through imports, globs and re-exports to the module that holds the thing.

use super::source::{House, Import, Module, Place};

/// Imports that lead to imports end somewhere; in code that compiles, far sooner.
const DEEPEST: usize = 16;

/// Types that look like crates.
const PRIMITIVES: [&str; 17] =
    ["bool", "char", "f32", "f64", "i8", "i16", "i32", "i64", "i128", "isize", "str", "u8", "u16", "u32", "u64", "u128", "usize"];

/// Attributes of tools, which are no crates either.
const TOOLS: [&str; 3] = ["clippy", "diagnostic", "rustfmt"];

/// Where a path leads.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Target {
    /// Into the house.
    Ours(Found),
    /// To another crate: the whole path, beginning with that crate.
    Outside(Vec<String>),
    /// To nothing that matters here: a local name, the prelude.
    Nowhere,
}

/// What a path within the house comes to.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Found {
    /// The module that holds the thing.
    pub(super) owner: Place,
    /// The modules that are named or walked through on the way.
    pub(super) way: Vec<Place>,
    /// Whether the thing is the module itself.
    pub(super) whole: bool,
}

impl House {
    /// Where a path leads that stands in a module.
    pub(super) fn follow(&self, from: &Module, path: &[String]) -> Target {
        self.resolve(from, path, None, 0)
    }

    /// Where an import leads.
    pub(super) fn follow_import(&self, from: &Module, import: &Import) -> Target {
        self.resolve(from, &import.path, Some(import), 0)
    }

    /// An import does not look itself up: `use regex::Regex as regex` is no circle.
    fn resolve(&self, from: &Module, path: &[String], within: Option<&Import>, depth: usize) -> Target {
        let Some((first, rest)) = path.split_first() else { return Target::Nowhere };
        match first.as_str() {
            _ if depth > DEEPEST => Target::Nowhere,
            "Self" => Target::Nowhere,
            "crate" => self.walk(&[], rest, Vec::new(), depth),
            "self" => self.walk(&from.place, rest, Vec::new(), depth),
            "super" => {
                let ups = path.iter().take_while(|name| *name == "super").count();
                let place = &from.place[..from.place.len().saturating_sub(ups)];
                self.walk(place, &path[ups..], Vec::new(), depth)
            }
            name => match self.step(from, name, within, depth) {
                Some(Step::Down(place)) => self.walk(&place, rest, Vec::new(), depth),
                Some(Step::Here) => Target::Ours(Found { owner: from.place.clone(), way: Vec::new(), whole: false }),
                Some(Step::Via(target)) => self.go_on(target, rest, depth),
                None if PRIMITIVES.contains(&name) || TOOLS.contains(&name) || name.starts_with(char::is_uppercase) => Target::Nowhere,
                None => Target::Outside(path.to_vec()),
            },
        }
    }

    /// From a module down along names.
    fn walk(&self, place: &[String], path: &[String], mut way: Vec<Place>, depth: usize) -> Target {
        way.push(place.to_vec());
        let here = |whole, way| Target::Ours(Found { owner: place.to_vec(), way, whole });
        let (Some(module), Some((name, rest))) = (self.modules.get(place), path.split_first()) else { return here(path.is_empty(), way) };
        match self.step(module, name, None, depth) {
            Some(Step::Down(child)) => self.walk(&child, rest, way, depth),
            Some(Step::Here) | None => here(false, way),
            Some(Step::Via(target)) => match self.go_on(target, rest, depth) {
                Target::Ours(mut found) => {
                    found.way.splice(0..0, way);
                    Target::Ours(found)
                }
                other => other,
            },
        }
    }

    /// The rest of a path, from where an import led.
    fn go_on(&self, target: Target, rest: &[String], depth: usize) -> Target {
        match target {
            Target::Ours(found) if found.whole => self.walk(&found.owner, rest, found.way, depth),
            Target::Outside(path) => Target::Outside([&path, rest].concat()),
            other => other,
        }
    }

    /// What a name means in a module: a child, an item of its own, or what an import leads to.
    fn step(&self, module: &Module, name: &str, within: Option<&Import>, depth: usize) -> Option<Step> {
        if module.children.iter().any(|child| child == name) {
            return Some(Step::Down([&module.place[..], &[name.to_owned()]].concat()));
        }
        if module.items.contains(name) {
            return Some(Step::Here);
        }
        let others = || module.imports.iter().filter(|import| !within.is_some_and(|within| std::ptr::eq(*import, within)));
        if let Some(import) = others().find(|import| import.name.as_deref() == Some(name)) {
            return Some(Step::Via(self.resolve(module, &import.path, Some(import), depth + 1)));
        }
        others().filter(|import| import.name.is_none() && depth < DEEPEST).find_map(|glob| {
            let Target::Ours(found) = self.resolve(module, &glob.path, Some(glob), depth + 1) else { return None };
            let whole = self.modules.get(&found.owner).filter(|_| found.whole)?;
            match self.step(whole, name, None, depth + 1)? {
                Step::Down(place) => Some(Step::Via(Target::Ours(Found { owner: place, way: found.way, whole: true }))),
                Step::Here => Some(Step::Via(Target::Ours(Found { owner: found.owner, way: found.way, whole: false }))),
                via @ Step::Via(_) => Some(via),
            }
        })
    }
}

enum Step {
    Down(Place),
    Here,
    Via(Target),
}
