//! Files: what was announced, uploaded and shared. Nothing touches a disk.
use std::collections::BTreeMap;
use std::sync::Arc;

#[derive(Clone, Debug)]
pub(crate) struct File {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) title: String,
    /// Who uploaded it.
    pub(crate) user: String,
    /// Seconds since 1970.
    pub(crate) created: i64,
    /// Bytes that were announced.
    pub(crate) length: usize,
    /// Nothing until they come.
    pub(crate) bytes: Option<Arc<[u8]>>,
    pub(crate) alt_txt: Option<String>,
    /// Whether the upload was completed: before that, the file does not exist for anybody.
    pub(crate) complete: bool,
    /// Channel and ts of each message that shows it.
    pub(crate) shares: Vec<(String, String)>,
}

impl File {
    /// MIME type, Slack's short name, and the name that people read.
    pub(crate) fn kind(&self) -> (&'static str, &'static str, &'static str) {
        let ending = self.name.rsplit_once('.').map_or("", |(_, ending)| ending);
        match ending.to_ascii_lowercase().as_str() {
            "csv" => ("text/csv", "csv", "CSV"),
            "gif" => ("image/gif", "gif", "GIF"),
            "jpg" | "jpeg" => ("image/jpeg", "jpg", "JPEG"),
            "json" => ("application/json", "json", "JSON"),
            "md" => ("text/markdown", "markdown", "Markdown"),
            "pdf" => ("application/pdf", "pdf", "PDF"),
            "png" => ("image/png", "png", "PNG"),
            "txt" | "log" => ("text/plain", "text", "Plain Text"),
            "zip" => ("application/zip", "zip", "Zip"),
            _ => ("application/octet-stream", "binary", "Binary"),
        }
    }
}

/// A file as somebody gives it.
pub(crate) struct Upload {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

#[derive(Debug, Default)]
pub(crate) struct Files {
    by_id: BTreeMap<String, File>,
    /// The file of each address that takes bytes.
    tickets: BTreeMap<String, String>,
}

impl Files {
    /// Keeps a new file; its bytes may come to the address with this ticket.
    pub(crate) fn announce(&mut self, file: File, ticket: &str) {
        self.tickets.insert(ticket.to_owned(), file.id.clone());
        self.by_id.insert(file.id.clone(), file);
    }

    /// Keeps a file that is whole.
    pub(crate) fn keep(&mut self, file: File) {
        self.by_id.insert(file.id.clone(), file);
    }

    pub(crate) fn get(&self, id: &str) -> Option<&File> {
        self.by_id.get(id)
    }

    pub(crate) fn get_mut(&mut self, id: &str) -> Option<&mut File> {
        self.by_id.get_mut(id)
    }

    /// Takes the bytes that came to an address, once; answers how many, or nothing when the address is none or was used.
    pub(crate) fn upload(&mut self, ticket: &str, bytes: &[u8]) -> Option<usize> {
        let file = self.by_id.get_mut(&self.tickets.remove(ticket)?)?;
        file.bytes = Some(Arc::from(bytes));
        file.length = bytes.len();
        Some(bytes.len())
    }
}
