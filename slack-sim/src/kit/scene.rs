//! What a check carries with it: where it is, what it has found, and what counts across blocks.
use std::collections::BTreeSet;

/// Faults that are told at once; who has more of them reads these first.
const MOST_FAULTS: usize = 20;

/// Where blocks are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Surface {
    /// A message, an ephemeral one too.
    Message,
    /// A modal.
    Modal,
    /// The Home tab of an app.
    Home,
}

/// One pass over the blocks of one surface.
pub(super) struct Scene<'a> {
    pub(super) surface: Surface,
    /// A modal with something to type in needs a button that sends it off.
    pub(super) can_submit: bool,
    /// Characters of all markdown blocks so far.
    pub(super) markdown: usize,
    /// Characters in the cells of all data tables so far.
    pub(super) cells: usize,
    pub(super) tables: usize,
    pub(super) charts: usize,
    /// Something has the focus already.
    pub(super) focused: bool,
    path: String,
    faults: Vec<String>,
    block_ids: BTreeSet<&'a str>,
    /// Those of the block around the present place.
    action_ids: Vec<&'a str>,
}

impl<'a> Scene<'a> {
    pub(super) fn new(surface: Surface, root: &str) -> Self {
        Self {
            surface,
            can_submit: true,
            markdown: 0,
            cells: 0,
            tables: 0,
            charts: 0,
            focused: false,
            path: root.to_owned(),
            faults: Vec::new(),
            block_ids: BTreeSet::new(),
            action_ids: Vec::new(),
        }
    }

    pub(super) fn into_faults(self) -> Vec<String> {
        self.faults
    }

    /// Says what is wrong at the present place.
    pub(super) fn fault(&mut self, what: &str) {
        if self.faults.len() < MOST_FAULTS {
            self.faults.push(format!("[ERROR] {what} [json-pointer:{}]", self.path));
        }
    }

    /// Says what is wrong with one field of the object at the present place.
    pub(super) fn fault_in(&mut self, field: &str, what: &str) {
        self.within(field, |scene| scene.fault(what));
    }

    /// Goes into a field, and comes back.
    pub(super) fn within(&mut self, field: &str, then: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        self.path.push('/');
        self.path.push_str(field);
        then(self);
        self.path.truncate(length);
    }

    /// Goes through a list, and comes back.
    pub(super) fn each<T>(&mut self, items: impl IntoIterator<Item = T>, mut then: impl FnMut(&mut Self, T)) {
        for (at, item) in items.into_iter().enumerate() {
            self.within(&at.to_string(), |scene| then(scene, item));
        }
    }

    /// Goes into a block: its `action_id`s are counted apart from those around it.
    pub(super) fn block(&mut self, then: impl FnOnce(&mut Self)) {
        let around = std::mem::take(&mut self.action_ids);
        then(self);
        self.action_ids = around;
    }

    /// A `block_id` is used once on a surface.
    pub(super) fn block_id(&mut self, id: &'a str) {
        if !self.block_ids.insert(id) {
            self.fault_in("block_id", &format!("`block_id` \"{id}\" already exists"));
        }
    }

    /// An `action_id` is used once in a block.
    pub(super) fn action_id(&mut self, id: &'a str) {
        if self.action_ids.contains(&id) {
            self.fault_in("action_id", &format!("`action_id` \"{id}\" already exists"));
        }
        self.action_ids.push(id);
    }
}
