//! Files as the engine needs them: a folder of its own, and every call that can fail.
//!
//! Behind a trait, so that a simulated disk can fail any call and lose power. Paths are relative to the data
//! directory, with `/` between folder and name; the empty path is the directory itself.

use std::fmt;
use std::fs::{DirBuilder, File, OpenOptions, Permissions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt, FileExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A data directory.
pub(super) trait Disk: Send + Sync + fmt::Debug {
    /// Takes a lock that ends with the process, or when the guard is dropped. `None`: another holds it.
    fn lock(&self, path: &str) -> io::Result<Option<Box<dyn Send + Sync>>>;
    /// The names in a folder, sorted; none where the folder is missing.
    fn names(&self, folder: &str) -> io::Result<Vec<String>>;
    /// Makes a folder, for its owner only. One that is there is fine.
    fn make_folder(&self, path: &str) -> io::Result<()>;
    /// Makes a file, for its owner only; empties one that is there.
    fn create(&self, path: &str) -> io::Result<Box<dyn DiskFile>>;
    /// Opens a file that is there.
    fn open(&self, path: &str) -> io::Result<Box<dyn DiskFile>>;
    /// Removes a file.
    fn remove_file(&self, path: &str) -> io::Result<()>;
    /// Removes a folder with all that is in it. A missing one is fine.
    fn remove_folder(&self, path: &str) -> io::Result<()>;
    /// Renames a file or a folder.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;
    /// Makes durable which names a folder holds.
    fn sync_folder(&self, path: &str) -> io::Result<()>;
    /// Bytes that can be written before the disk is full.
    fn free(&self) -> io::Result<u64>;
    /// The path as people see it.
    fn shown(&self, path: &str) -> PathBuf;
}

/// An open file.
pub(super) trait DiskFile: Send {
    /// Its length in bytes.
    fn length(&self) -> io::Result<u64>;
    /// Reads what is there, at most as much as fits; nought at the end.
    fn read_at(&self, to: &mut [u8], offset: u64) -> io::Result<usize>;
    /// Writes all of it, or fails having written a part.
    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()>;
    /// Cuts it.
    fn set_length(&self, length: u64) -> io::Result<()>;
    /// Makes durable what was written, and its length.
    fn sync(&self) -> io::Result<()>;
}

/// Reads exactly `length` bytes.
pub(super) fn read_exactly(file: &dyn DiskFile, offset: u64, length: usize) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    let mut rest = bytes.as_mut_slice();
    let mut at = offset;
    while !rest.is_empty() {
        let n = file.read_at(rest, at)?;
        let left = rest.get_mut(n..).filter(|_| n > 0).ok_or(io::ErrorKind::UnexpectedEof)?;
        at = at.saturating_add(size(n));
        rest = left;
    }
    Ok(bytes)
}

/// A size in memory as a size on disk.
pub(super) fn size(n: usize) -> u64 {
    u64::try_from(n).unwrap_or(u64::MAX)
}

/// A size on disk as a size in memory.
pub(super) fn memory(n: u64) -> usize {
    usize::try_from(n).unwrap_or(usize::MAX)
}

/// Bytes that are free, where a test or a quota knows better than the file system.
pub type FreeSpace = Arc<dyn Fn() -> u64 + Send + Sync>;

/// The operating system's files.
pub(super) struct RealDisk {
    root: PathBuf,
    free: Option<FreeSpace>,
}

impl fmt::Debug for RealDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RealDisk").field("root", &self.root).finish_non_exhaustive()
    }
}

impl RealDisk {
    /// The directory is touched by the first call.
    pub(super) fn new(root: &Path) -> Self {
        Self { root: root.to_owned(), free: None }
    }

    /// Asks this how much is free.
    #[must_use]
    pub(super) fn with_free(self, free: Option<FreeSpace>) -> Self {
        Self { free, ..self }
    }

    fn at(&self, path: &str) -> PathBuf {
        if path.is_empty() { self.root.clone() } else { self.root.join(path) }
    }
}

impl Disk for RealDisk {
    fn lock(&self, path: &str) -> io::Result<Option<Box<dyn Send + Sync>>> {
        let file = options().create(true).truncate(false).open(self.at(path))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Box::new(file))),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(fault)) => Err(fault),
        }
    }

    fn names(&self, folder: &str) -> io::Result<Vec<String>> {
        let entries = match std::fs::read_dir(self.at(folder)) {
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => return Ok(vec![]),
            entries => entries?,
        };
        let mut names = vec![];
        for entry in entries {
            // What is no text is none of our files.
            names.extend(entry?.file_name().into_string());
        }
        names.sort();
        Ok(names)
    }

    fn make_folder(&self, path: &str) -> io::Result<()> {
        let path = self.at(path);
        DirBuilder::new().recursive(true).mode(0o700).create(&path)?;
        // One that was there, a volume for instance, may be open to others.
        if std::fs::metadata(&path)?.permissions().mode() & 0o777 != 0o700 {
            std::fs::set_permissions(&path, Permissions::from_mode(0o700))?;
        }
        Ok(())
    }

    fn create(&self, path: &str) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(options().create(true).truncate(true).open(self.at(path))?))
    }

    fn open(&self, path: &str) -> io::Result<Box<dyn DiskFile>> {
        Ok(Box::new(options().open(self.at(path))?))
    }

    fn remove_file(&self, path: &str) -> io::Result<()> {
        std::fs::remove_file(self.at(path))
    }

    fn remove_folder(&self, path: &str) -> io::Result<()> {
        match std::fs::remove_dir_all(self.at(path)) {
            Err(fault) if fault.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done,
        }
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        std::fs::rename(self.at(from), self.at(to))
    }

    fn sync_folder(&self, path: &str) -> io::Result<()> {
        File::open(self.at(path))?.sync_all()
    }

    fn free(&self) -> io::Result<u64> {
        if let Some(free) = &self.free {
            return Ok(free());
        }
        let disk = rustix::fs::statvfs(&self.root)?;
        Ok(disk.f_bavail.saturating_mul(disk.f_frsize))
    }

    fn shown(&self, path: &str) -> PathBuf {
        self.at(path)
    }
}

fn options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).mode(0o600);
    options
}

impl DiskFile for File {
    fn length(&self) -> io::Result<u64> {
        Ok(self.metadata()?.len())
    }

    fn read_at(&self, to: &mut [u8], offset: u64) -> io::Result<usize> {
        FileExt::read_at(self, to, offset)
    }

    fn write_at(&self, bytes: &[u8], offset: u64) -> io::Result<()> {
        self.write_all_at(bytes, offset)
    }

    fn set_length(&self, length: u64) -> io::Result<()> {
        self.set_len(length)
    }

    fn sync(&self) -> io::Result<()> {
        self.sync_data()
    }
}
