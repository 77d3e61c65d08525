//! A simulated disk: fails any call, and at a power cut keeps any subset of what was not synced.
//!
//! Unsynced are pages of 4 KiB, a file's length, names in folders. Its views lose any of their last batches, as sled
//! may; what its lock guards ends with the process.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::domain::views::Unreadable;
use crate::store::local::disk::{Disk, DiskFile};
use crate::store::local::views::{OpenRows, Rows};
use crate::store::rows::{Base, Pair, Written};

const PAGE: usize = 4096;

/// Numbers that look random and are the same for the same seed (xorshift64*).
#[derive(Debug, Clone)]
pub(super) struct Dice(u64);

impl Dice {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub(super) fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) % n.max(1)
    }

    pub(super) fn coin(&mut self) -> bool {
        self.below(2) == 0
    }
}

/// What goes wrong at a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mishap {
    /// This call fails; a write may have written a part.
    Error,
    /// This call fails after it has written all.
    LateError,
    /// The power goes: this call may have happened, no later one does.
    PowerCut,
}

#[derive(Debug, Clone)]
struct Inode {
    now: Vec<u8>,
    durable: Vec<u8>,
    dirty: BTreeSet<usize>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    Folder,
    File(usize),
}

#[derive(Debug, Clone)]
enum NameOp {
    Put(String, Node),
    Remove(String),
    Rename(String, String),
}

type Names = BTreeMap<String, Node>;
pub(super) type Bytes = BTreeMap<Vec<u8>, Vec<u8>>;

#[derive(Debug, Clone, Default)]
struct SimViews {
    now: Bytes,
    flushed: Bytes,
    since: Vec<Written>,
}

#[derive(Debug)]
struct World {
    inodes: Vec<Inode>,
    now: Names,
    durable: Names,
    pending: Vec<NameOp>,
    views: BTreeMap<String, SimViews>,
    locked: bool,
    calls: u64,
    mishap: Option<(u64, Mishap)>,
    mishap_at: Option<(&'static str, Mishap)>,
    dead: bool,
    ignores_syncs: bool,
    free: u64,
    dice: Dice,
    /// The names of the calls, for whoever looks for the one that failed.
    log: Vec<String>,
}

/// A simulated disk. Clones are the same disk.
#[derive(Debug, Clone)]
pub(super) struct SimDisk(Arc<Mutex<World>>);

fn apply(names: &mut Names, op: &NameOp) {
    match op {
        NameOp::Put(path, node) => {
            let parent_is_there = path.rsplit_once('/').is_none_or(|(folder, _)| names.contains_key(folder));
            if parent_is_there {
                names.insert(path.clone(), node.clone());
            }
        }
        NameOp::Remove(path) => names.retain(|name, _| name != path && !name.starts_with(&format!("{path}/"))),
        NameOp::Rename(from, to) => {
            let inside = format!("{from}/");
            let moved: Vec<String> = names.keys().filter(|name| *name == from || name.starts_with(&inside)).cloned().collect();
            for old in moved {
                let node = names.remove(&old).unwrap();
                names.insert(format!("{to}{}", &old[from.len()..]), node);
            }
        }
    }
}

fn parent(op: &NameOp) -> &str {
    let (NameOp::Put(path, _) | NameOp::Remove(path) | NameOp::Rename(path, _)) = op;
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

impl SimDisk {
    pub(super) fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(World {
            inodes: vec![],
            now: Names::new(),
            durable: Names::new(),
            pending: vec![],
            views: BTreeMap::new(),
            locked: false,
            calls: 0,
            mishap: None,
            mishap_at: None,
            dead: false,
            ignores_syncs: false,
            free: u64::MAX,
            dice: Dice::new(seed),
            log: vec![],
        })))
    }

    fn world(&self) -> MutexGuard<'_, World> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The switch that shows that a lost sync is seen.
    pub(super) fn ignore_syncs(&self) {
        self.world().ignores_syncs = true;
    }

    pub(super) fn set_free(&self, bytes: u64) {
        self.world().free = bytes;
    }

    /// Something goes wrong at the call after so many more.
    pub(super) fn plan(&self, calls: u64, mishap: Mishap) {
        let mut world = self.world();
        world.mishap = Some((world.calls + calls, mishap));
    }

    /// Something goes wrong at the next call whose name begins so.
    pub(super) fn plan_at(&self, call: &'static str, mishap: Mishap) {
        self.world().mishap_at = Some((call, mishap));
    }

    /// How many calls there were.
    pub(super) fn calls(&self) -> u64 {
        self.world().calls
    }

    pub(super) fn last_calls(&self) -> Vec<String> {
        let world = self.world();
        world.log.iter().rev().take(12).rev().cloned().collect()
    }

    /// The same disk for the next process: nothing is lost, its lock is free.
    pub(super) fn after_crash(&self) -> Self {
        let mut world = self.world();
        let copy = World {
            inodes: world.inodes.clone(),
            now: world.now.clone(),
            durable: world.durable.clone(),
            pending: world.pending.clone(),
            views: world.views.clone(),
            locked: false,
            calls: 0,
            mishap: None,
            mishap_at: None,
            dead: false,
            ignores_syncs: world.ignores_syncs,
            free: world.free,
            dice: Dice::new(world.dice.below(u64::MAX)),
            log: vec![],
        };
        // Whoever still holds the old one is a process that is gone.
        world.dead = true;
        Self(Arc::new(Mutex::new(copy)))
    }

    /// The same, with the views deleted, and as another disk: this one lives on.
    pub(super) fn after_crash_without_views(&self) -> Self {
        let next = self.after_crash();
        self.world().dead = false;
        let mut world = next.world();
        world.views.clear();
        drop(world);
        next
    }

    /// What is there when the power comes back.
    pub(super) fn after_power_cut(&self) -> Self {
        let next = self.after_crash();
        let mut guard = next.world();
        let World { inodes, now, durable, pending, views, dice, .. } = &mut *guard;
        for op in pending.drain(..) {
            if dice.coin() {
                apply(durable, &op);
            }
        }
        *now = durable.clone();
        for inode in inodes {
            inode.lose(dice);
        }
        for views in views.values_mut() {
            let kept = dice.below(views.since.len() as u64 + 1) as usize;
            views.now = views.flushed.clone();
            for batch in views.since.drain(..).take(kept) {
                write(&mut views.now, batch);
            }
            views.flushed = views.now.clone();
        }
        drop(guard);
        next
    }

    /// All bytes of the files in a folder, as the next process would read them.
    pub(super) fn bytes_in(&self, folder: &str) -> Vec<(String, Vec<u8>)> {
        let world = self.world();
        let inside = format!("{folder}/");
        let files = world.now.iter().filter(|(name, _)| name.starts_with(&inside));
        files
            .filter_map(|(name, node)| if let Node::File(n) = node { Some((name.clone(), world.inodes[*n].now.clone())) } else { None })
            .collect()
    }

    /// Puts bytes into a file, durably, as damage does.
    pub(super) fn damage(&self, path: &str, change: impl FnOnce(&mut Vec<u8>)) {
        let mut world = self.world();
        let Some(Node::File(n)) = world.now.get(path).cloned() else { panic!("no file {path}") };
        let inode = &mut world.inodes[n];
        change(&mut inode.now);
        inode.durable = inode.now.clone();
    }

    /// The rows of the views, the engine's own left out.
    pub(super) fn rows(&self) -> Bytes {
        let views = self.world().views.get("views").cloned().unwrap_or_default();
        views.now.into_iter().filter(|(key, _)| key[0] != 0).collect()
    }

    fn call(&self, what: &str) -> Result<MutexGuard<'_, World>, io::Error> {
        let mut world = self.world();
        world.pass(what)?;
        Ok(world)
    }

    fn name(&self, op: NameOp) -> io::Result<()> {
        let mut world = self.call(&format!("{op:?}"))?;
        apply(&mut world.now, &op);
        world.pending.push(op);
        Ok(())
    }
}

impl World {
    fn pass(&mut self, what: &str) -> io::Result<()> {
        if self.dead {
            return Err(io::Error::other("the power is gone"));
        }
        self.calls += 1;
        self.log.push(what.to_owned());
        let named = self.mishap_at.take_if(|(call, _)| what.starts_with(*call)).map(|(_, mishap)| (self.calls, mishap));
        match named.or(self.mishap) {
            Some((at, mishap)) if at == self.calls => {
                self.dead = mishap == Mishap::PowerCut;
                Err(io::Error::other(format!("a call fails by plan: {mishap:?}")))
            }
            _ => Ok(()),
        }
    }
}

impl Inode {
    fn write(&mut self, bytes: &[u8], offset: usize) {
        let end = offset + bytes.len();
        if self.now.len() < end {
            self.now.resize(end, 0);
        }
        self.now[offset..end].copy_from_slice(bytes);
        self.dirty.extend(offset / PAGE..=end.saturating_sub(1) / PAGE);
    }

    fn cut(&mut self, length: usize) {
        self.dirty.extend(length / PAGE..=self.now.len() / PAGE);
        self.now.resize(length, 0);
    }

    fn sync(&mut self) {
        let length = self.now.len();
        self.durable.resize(length, 0);
        for page in std::mem::take(&mut self.dirty) {
            let (start, end) = ((page * PAGE).min(length), ((page + 1) * PAGE).min(length));
            self.durable[start..end].copy_from_slice(&self.now[start..end]);
        }
    }

    /// Any of the unsynced pages stay, and the length is the old one, the new one or one between.
    fn lose(&mut self, dice: &mut Dice) {
        let (old, new) = (self.durable.len(), self.now.len());
        let length = match dice.below(4) {
            0 => old,
            1 => old.min(new) + dice.below((old.max(new) - old.min(new)) as u64 + 1) as usize,
            _ => new,
        };
        let mut after = self.durable.clone();
        after.resize(length, 0);
        for page in &self.dirty {
            let (start, end) = ((page * PAGE).min(length), ((page + 1) * PAGE).min(length).min(new));
            if dice.coin() && start < end {
                after[start..end].copy_from_slice(&self.now[start..end]);
            }
        }
        *self = Self { now: after.clone(), durable: after, dirty: BTreeSet::new() };
    }
}

struct SimLock(SimDisk);

impl Drop for SimLock {
    fn drop(&mut self) {
        self.0.world().locked = false;
    }
}

struct SimFile {
    disk: SimDisk,
    inode: usize,
    path: String,
}

impl Disk for SimDisk {
    fn lock(&self, path: &str) -> io::Result<Option<Box<dyn Send + Sync>>> {
        let mut world = self.call(&format!("lock {path}"))?;
        Ok((!std::mem::replace(&mut world.locked, true)).then(|| Box::new(SimLock(self.clone())) as Box<dyn Send + Sync>))
    }

    fn names(&self, folder: &str) -> io::Result<Vec<String>> {
        let world = self.call(&format!("names {folder}"))?;
        let inside = if folder.is_empty() { String::new() } else { format!("{folder}/") };
        let names = world.now.keys().filter_map(|name| name.strip_prefix(&inside)).filter(|name| !name.contains('/'));
        let mut names: Vec<String> = names.map(ToOwned::to_owned).collect();
        if folder.is_empty() {
            names.extend(world.views.keys().cloned());
        }
        names.sort();
        Ok(names)
    }

    fn make_folder(&self, path: &str) -> io::Result<()> {
        if path.is_empty() || self.world().now.contains_key(path) {
            return Ok(());
        }
        self.name(NameOp::Put(path.to_owned(), Node::Folder))
    }

    fn create(&self, path: &str) -> io::Result<Box<dyn DiskFile>> {
        let mut world = self.call(&format!("create {path}"))?;
        let inode = match world.now.get(path) {
            Some(Node::File(inode)) => *inode,
            Some(Node::Folder) => return Err(io::ErrorKind::IsADirectory.into()),
            None => {
                world.inodes.push(Inode { now: vec![], durable: vec![], dirty: BTreeSet::new() });
                let inode = world.inodes.len() - 1;
                let op = NameOp::Put(path.to_owned(), Node::File(inode));
                apply(&mut world.now, &op);
                world.pending.push(op);
                inode
            }
        };
        world.inodes[inode].cut(0);
        Ok(Box::new(SimFile { disk: self.clone(), inode, path: path.to_owned() }))
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn DiskFile>> {
        let world = self.call(&format!("open {path}"))?;
        match world.now.get(path) {
            Some(Node::File(inode)) => Ok(Box::new(SimFile { disk: self.clone(), inode: *inode, path: path.to_owned() })),
            Some(Node::Folder) => Err(io::ErrorKind::IsADirectory.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn remove_file(&self, path: &str) -> io::Result<()> {
        if !self.world().now.contains_key(path) {
            return Err(io::ErrorKind::NotFound.into());
        }
        self.name(NameOp::Remove(path.to_owned()))
    }

    fn remove_folder(&self, path: &str) -> io::Result<()> {
        self.world().views.remove(path);
        self.name(NameOp::Remove(path.to_owned()))
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        self.name(NameOp::Rename(from.to_owned(), to.to_owned()))?;
        let mut world = self.world();
        if let Some(views) = world.views.remove(from) {
            world.views.insert(to.to_owned(), views);
        }
        Ok(())
    }

    fn sync_folder(&self, path: &str) -> io::Result<()> {
        let mut world = self.call(&format!("sync folder {path}"))?;
        if world.ignores_syncs {
            return Ok(());
        }
        let World { pending, durable, .. } = &mut *world;
        pending.retain(|op| {
            let here = parent(op) == path;
            if here {
                apply(durable, op);
            }
            !here
        });
        Ok(())
    }

    fn free(&self) -> io::Result<u64> {
        Ok(self.call("free")?.free)
    }

    fn shown(&self, path: &str) -> PathBuf {
        Path::new("/simulated").join(path)
    }
}

impl DiskFile for SimFile {
    fn length(&self) -> io::Result<u64> {
        Ok(self.disk.call(&format!("length {}", self.path))?.inodes[self.inode].now.len() as u64)
    }

    fn read_at(&self, to: &mut [u8], offset: u64) -> io::Result<usize> {
        let world = self.disk.call(&format!("read {} at {offset}", self.path))?;
        let bytes = world.inodes[self.inode].now.get(offset as usize..).unwrap_or_default();
        let n = bytes.len().min(to.len());
        to[..n].copy_from_slice(&bytes[..n]);
        Ok(n)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        let mut world = self.disk.world();
        let was_dead = world.dead;
        let late = world.mishap_at.is_some_and(|(_, mishap)| mishap == Mishap::LateError);
        let passed = world.pass(&format!("write {} at {offset}, {} bytes", self.path, bytes.len()));
        let written = match (&passed, was_dead) {
            (Ok(()), _) => bytes.len(),
            (Err(_), true) => 0,
            (Err(_), false) if late => bytes.len(),
            (Err(_), false) => world.dice.below(bytes.len() as u64 + 1) as usize,
        };
        if written > 0 {
            world.inodes[self.inode].write(&bytes[..written], offset as usize);
        }
        passed
    }

    fn set_length(&self, length: u64) -> io::Result<()> {
        self.disk.call(&format!("set length {} to {length}", self.path))?.inodes[self.inode].cut(length as usize);
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let mut world = self.disk.world();
        let passed = world.pass(&format!("sync {}", self.path));
        match passed {
            Ok(()) if !world.ignores_syncs => world.inodes[self.inode].sync(),
            // As Linux does: the pages that could not be written are taken for clean from here on.
            Err(_) if !world.dead => world.inodes[self.inode].dirty.clear(),
            _ => {}
        }
        passed
    }
}

fn write(rows: &mut Bytes, batch: Written) {
    for (key, value) in batch {
        match value {
            Some(value) => rows.insert(key, value),
            None => rows.remove(&key),
        };
    }
}

struct SimRows {
    disk: SimDisk,
    folder: String,
}

impl SimRows {
    fn with<T>(&self, what: &str, f: impl FnOnce(&mut SimViews) -> T) -> Result<T, Unreadable> {
        let mut world = self.disk.call(what).map_err(|fault| Unreadable(fault.to_string()))?;
        world.views.get_mut(&self.folder).map(f).ok_or_else(|| Unreadable("the folder is gone".to_owned()))
    }
}

impl OpenRows for SimDisk {
    fn wait_until_closed(&self, _: &Path) -> Result<(), Unreadable> {
        Ok(())
    }

    fn open(&self, folder: &Path) -> Result<Arc<dyn Rows>, Unreadable> {
        let folder = folder.file_name().unwrap().to_str().unwrap().to_owned();
        let mut world = self.call("open views").map_err(|fault| Unreadable(fault.to_string()))?;
        world.views.entry(folder.clone()).or_default();
        drop(world);
        Ok(Arc::new(SimRows { disk: self.clone(), folder }))
    }
}

impl Base for SimRows {
    // Reads of views are no calls: there are too many, and they fail like others.
    fn value(&self, key: &[u8]) -> Result<Option<Vec<u8>>, Unreadable> {
        let world = self.disk.world();
        Ok(world.views.get(&self.folder).and_then(|views| views.now.get(key).cloned()))
    }

    fn scan(&self, from: &[u8], below: &[u8], most: usize) -> Result<Vec<Pair>, Unreadable> {
        let world = self.disk.world();
        world.views.get(&self.folder).map_or(Ok(vec![]), |views| views.now.scan(from, below, most))
    }
}

impl Rows for SimRows {
    fn apply(&self, batch: Written) -> Result<(), Unreadable> {
        self.with("views apply", |views| {
            write(&mut views.now, batch.clone());
            views.since.push(batch);
        })
    }

    fn flush(&self) -> Result<(), Unreadable> {
        let ignores = self.disk.world().ignores_syncs;
        self.with("views flush", |views| {
            if !ignores {
                views.flushed = views.now.clone();
                views.since.clear();
            }
        })
    }
}
