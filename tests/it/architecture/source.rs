//! The modules as they are written: who declares whom, in which order, and what each one names.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Ident, Item, UseTree, Visibility};

use super::rules::Fault;

/// The names from the root down to a module: `["slack", "web"]`; the root is empty.
pub(super) type Place = Vec<String>;

/// All modules of the library, tests apart, and `main.rs` as the module `main`, which nothing else can name.
pub(super) struct House {
    pub(super) modules: BTreeMap<Place, Module>,
}

/// One module.
#[derive(Default)]
pub(super) struct Module {
    pub(super) place: Place,
    pub(super) file: String,
    /// Its child modules, in the order of their `mod` lines.
    pub(super) children: Vec<String>,
    /// How many children are declared before its own first item; nothing where it only declares and re-exports.
    pub(super) body: Option<usize>,
    /// The names of its own items.
    pub(super) items: BTreeSet<String>,
    pub(super) imports: Vec<Import>,
    /// Every path of two names or more in its code, imports apart, with its line.
    pub(super) paths: Vec<(Vec<String>, usize)>,
    /// Every identifier, and every literal as it is written, with its line.
    pub(super) words: Vec<(String, usize)>,
    /// Lines with `async` or `.await`.
    pub(super) asyncs: Vec<usize>,
}

/// One name that a `use` brings in.
pub(super) struct Import {
    /// Nothing for a glob.
    pub(super) name: Option<String>,
    pub(super) path: Vec<String>,
    pub(super) line: usize,
    /// Whether others see it: `pub use`, `pub(crate) use`.
    pub(super) public: bool,
}

impl House {
    /// Reads the files, each by its path, from `src/lib.rs` and `src/main.rs` down.
    pub(super) fn read(files: &BTreeMap<String, String>) -> Result<Self, Vec<Fault>> {
        let mut reading = Reading { files, modules: BTreeMap::new(), seen: BTreeSet::new(), faults: Vec::new() };
        reading.file(Spot { file: "src/lib.rs".to_owned(), folder: "src/".to_owned(), place: Place::new() }, false);
        if files.contains_key("src/main.rs") {
            reading.file(Spot { file: "src/main.rs".to_owned(), folder: "src/".to_owned(), place: vec!["main".to_owned()] }, false);
        }
        for file in files.keys().filter(|file| !reading.seen.contains(*file)) {
            reading.faults.push(Fault { file: file.clone(), line: 1, rule: "no module declares this file".to_owned() });
        }
        if reading.faults.is_empty() { Ok(Self { modules: reading.modules }) } else { Err(reading.faults) }
    }
}

/// The lines of a file that are not tests.
pub(super) fn lines_without_tests(text: &str) -> usize {
    let tests = |item: &Item| {
        let first = item.span().start().line;
        if is_test(about(item).1) { item.span().end().line - first + 1 } else { 0 }
    };
    let all = text.lines().count();
    syn::parse_file(text).map_or(all, |file| all - file.items.iter().map(tests).sum::<usize>())
}

struct Reading<'f> {
    files: &'f BTreeMap<String, String>,
    modules: BTreeMap<Place, Module>,
    seen: BTreeSet<String>,
    faults: Vec<Fault>,
}

/// Where a module is written, where the files of its children are, and its place in the house.
struct Spot {
    file: String,
    folder: String,
    place: Place,
}

impl Reading<'_> {
    /// Reads one file and those it declares. The files of tests are known, but not looked into.
    fn file(&mut self, spot: Spot, tests: bool) {
        self.seen.insert(spot.file.clone());
        match syn::parse_file(self.files.get(&spot.file).map_or("", String::as_str)) {
            Ok(parsed) => self.items(&parsed.items, spot, tests),
            Err(error) => self.fault(&spot.file, error.span().start().line, format!("does not parse: {error}")),
        }
    }

    fn items(&mut self, items: &[Item], spot: Spot, tests: bool) {
        let mut module = Module { place: spot.place.clone(), file: spot.file.clone(), ..Module::default() };
        for item in items {
            let (name, attributes) = about(item);
            let tests = tests || is_test(attributes);
            if let Item::Mod(declared) = item {
                if !tests {
                    module.children.push(declared.ident.to_string());
                }
                self.child(declared, &spot, tests);
            } else if !tests {
                module.items.extend(name);
                if !matches!(item, Item::Use(_)) {
                    module.body.get_or_insert(module.children.len());
                }
                module.visit_item(item);
            }
        }
        if !tests {
            self.modules.insert(spot.place, module);
        }
    }

    fn child(&mut self, declared: &syn::ItemMod, parent: &Spot, tests: bool) {
        let name = declared.ident.to_string();
        let folder = format!("{}{name}/", parent.folder);
        let choices = [format!("{}{name}.rs", parent.folder), format!("{folder}mod.rs")];
        let place = [&parent.place[..], std::slice::from_ref(&name)].concat();
        if let Some((_, items)) = &declared.content {
            return self.items(items, Spot { file: parent.file.clone(), folder, place }, tests);
        }
        match choices.into_iter().find(|choice| self.files.contains_key(choice)) {
            Some(file) => self.file(Spot { file, folder, place }, tests),
            None => self.fault(
                &parent.file,
                declared.span().start().line,
                format!("there is no file for the module `{name}` in its usual place"),
            ),
        }
    }

    fn fault(&mut self, file: &str, line: usize, rule: String) {
        self.faults.push(Fault { file: file.to_owned(), line, rule });
    }
}

impl<'ast> Visit<'ast> for Module {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(about(item).1) {
            visit::visit_item(self, item);
        }
    }

    fn visit_impl_item(&mut self, item: &'ast syn::ImplItem) {
        if !matches!(item, syn::ImplItem::Fn(function) if is_test(&function.attrs)) {
            visit::visit_impl_item(self, item);
        }
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        let public = !matches!(item.vis, Visibility::Inherited);
        self.import(&item.tree, &[], public);
        visit::visit_item_use(self, item);
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let names: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        if names.len() > 1 {
            self.paths.push((names, path.span().start().line));
        }
        visit::visit_path(self, path);
    }

    fn visit_ident(&mut self, name: &'ast Ident) {
        self.words.push((name.to_string(), name.span().start().line));
    }

    fn visit_lit_str(&mut self, text: &'ast syn::LitStr) {
        self.words.push((format!("{:?}", text.value()), text.span().start().line));
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        self.visit_path(&called.path);
        self.tokens(called.tokens.clone());
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        self.visit_path(attribute.path());
        if let syn::Meta::List(list) = &attribute.meta {
            self.tokens(list.tokens.clone());
        }
    }

    // `pub(super)` and `pub(in ...)` use nothing.
    fn visit_vis_restricted(&mut self, _: &'ast syn::VisRestricted) {}

    fn visit_signature(&mut self, signature: &'ast syn::Signature) {
        self.asyncs.extend(signature.asyncness.as_ref().map(|word| word.span().start().line));
        visit::visit_signature(self, signature);
    }

    fn visit_expr_async(&mut self, block: &'ast syn::ExprAsync) {
        self.asyncs.push(block.span().start().line);
        visit::visit_expr_async(self, block);
    }

    fn visit_expr_await(&mut self, awaited: &'ast syn::ExprAwait) {
        self.asyncs.push(awaited.span().start().line);
        visit::visit_expr_await(self, awaited);
    }

    fn visit_expr_closure(&mut self, closure: &'ast syn::ExprClosure) {
        self.asyncs.extend(closure.asyncness.as_ref().map(|word| word.span().start().line));
        visit::visit_expr_closure(self, closure);
    }
}

impl Module {
    /// Takes a `use` apart: one import for each name it brings in.
    fn import(&mut self, tree: &UseTree, before: &[String], public: bool) {
        let line = tree.span().start().line;
        let with = |name: &Ident| [before, &[name.to_string()]].concat();
        let mut add = |name, path| self.imports.push(Import { name, path, line, public });
        match tree {
            UseTree::Path(path) => self.import(&path.tree, &with(&path.ident), public),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, before, public)),
            UseTree::Glob(_) => add(None, before.to_vec()),
            UseTree::Name(name) if name.ident == "self" => add(before.last().cloned(), before.to_vec()),
            UseTree::Name(name) => add(Some(name.ident.to_string()), with(&name.ident)),
            UseTree::Rename(name) if name.ident == "self" => add(Some(name.rename.to_string()), before.to_vec()),
            UseTree::Rename(name) => add(Some(name.rename.to_string()), with(&name.ident)),
        }
    }

    /// Paths and words of what a macro is given, which is no syntax yet: names with `::` between them.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut names: Vec<String> = Vec::new();
        let (mut first, mut colons) = (0, 0);
        for token in tokens {
            match token {
                TokenTree::Ident(name) => {
                    let line = name.span().start().line;
                    if colons != 2 {
                        self.path_of_tokens(&mut names, first);
                        first = line;
                    }
                    self.words.push((name.to_string(), line));
                    if name == "async" || name == "await" {
                        self.asyncs.push(line);
                    }
                    names.push(name.to_string());
                    colons = 0;
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => colons += 1,
                other => {
                    self.path_of_tokens(&mut names, first);
                    colons = 0;
                    match other {
                        TokenTree::Group(group) => self.tokens(group.stream()),
                        TokenTree::Literal(literal) => self.words.push((literal.to_string(), literal.span().start().line)),
                        _ => {}
                    }
                }
            }
        }
        self.path_of_tokens(&mut names, first);
    }

    fn path_of_tokens(&mut self, names: &mut Vec<String>, line: usize) {
        if names.len() > 1 {
            self.paths.push((std::mem::take(names), line));
        }
        names.clear();
    }
}

/// The name that an item gives, and its attributes.
fn about(item: &Item) -> (Option<String>, &[Attribute]) {
    let (name, attributes) = match item {
        Item::Const(it) => (Some(&it.ident), &it.attrs),
        Item::Enum(it) => (Some(&it.ident), &it.attrs),
        Item::Fn(it) => (Some(&it.sig.ident), &it.attrs),
        Item::Impl(it) => (None, &it.attrs),
        Item::Macro(it) => (it.ident.as_ref(), &it.attrs),
        Item::Mod(it) => (None, &it.attrs),
        Item::Static(it) => (Some(&it.ident), &it.attrs),
        Item::Struct(it) => (Some(&it.ident), &it.attrs),
        Item::Trait(it) => (Some(&it.ident), &it.attrs),
        Item::Type(it) => (Some(&it.ident), &it.attrs),
        Item::Use(it) => (None, &it.attrs),
        _ => return (None, &[]),
    };
    (name.map(ToString::to_string), attributes)
}

/// Whether it is compiled for tests alone.
fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        syn::Meta::List(list) if attribute.path().is_ident("cfg") => {
            list.tokens.to_string().contains("test") && !list.tokens.to_string().contains("not")
        }
        meta => meta.path().is_ident("test"),
    })
}
