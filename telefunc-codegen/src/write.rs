//! Compares a client with the folder it belongs in, and brings the folder up to date.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::error::Error;
use crate::print::HEADER;
use crate::report::Report;

/// What has to be done to a folder.
pub(crate) struct Plan {
    folder: PathBuf,
    files: BTreeMap<String, String>,
    report: Report,
}

impl Plan {
    /// Compares `files` with what is in `folder`, and changes nothing.
    pub(crate) fn new(folder: &Path, files: BTreeMap<String, String>) -> Result<Self, Error> {
        let mut report = Report::default();
        for (name, text) in &files {
            let path = folder.join(name);
            match read(&path)? {
                None => report.written.push(name.clone()),
                Some(before) if before == *text => report.unchanged.push(name.clone()),
                Some(before) if is_ours(&before) => report.written.push(name.clone()),
                Some(_) => return Err(Error::Foreign { path }),
            }
        }
        let mut found = Vec::new();
        ours(folder, "", &mut found)?;
        report.removed = found.into_iter().filter(|name| !files.contains_key(name)).collect();
        report.removed.sort();
        Ok(Self { folder: folder.to_owned(), files, report })
    }

    /// Whether there is nothing to do.
    pub(crate) fn check(self) -> Result<Report, Error> {
        let Report { written, removed, .. } = &self.report;
        if written.is_empty() && removed.is_empty() {
            return Ok(self.report);
        }
        Err(Error::Stale { files: [written.as_slice(), removed].concat() })
    }

    /// Does it.
    pub(crate) fn apply(self) -> Result<Report, Error> {
        self.create_folder()?;
        for name in &self.report.written {
            let path = self.folder.join(name);
            if let Some(parent) = path.parent() {
                fs::create_dir_all(parent).map_err(failed("create the folder", parent))?;
            }
            fs::write(&path, &self.files[name]).map_err(failed("write", &path))?;
        }
        for name in &self.report.removed {
            let path = self.folder.join(name);
            fs::remove_file(&path).map_err(failed("remove", &path))?;
            self.remove_empty(name);
        }
        Ok(self.report)
    }

    /// Creates the output folder, but not what is above it: that would hide a typing error.
    fn create_folder(&self) -> Result<(), Error> {
        if self.folder.is_dir() {
            return Ok(());
        }
        let parent = self.folder.parent().filter(|parent| !parent.as_os_str().is_empty());
        if let Some(parent) = parent.filter(|parent| !parent.is_dir()) {
            let missing =
                parent.ancestors().filter(|above| is_missing(above)).last().unwrap_or(parent);
            return Err(Error::MissingParent {
                folder: self.folder.clone(),
                missing: missing.to_owned(),
            });
        }
        fs::create_dir(&self.folder).map_err(failed("create the folder", &self.folder))
    }

    /// Removes the folders of a removed file as far as nothing else is in them.
    fn remove_empty(&self, name: &str) {
        let folders =
            Path::new(name).ancestors().skip(1).filter(|path| !path.as_os_str().is_empty());
        for folder in folders {
            // Fails where something is left, which is where it must stop.
            if fs::remove_dir(self.folder.join(folder)).is_err() {
                break;
            }
        }
    }
}

/// Whether there is no such folder. A relative path's last ancestor is empty: the current folder.
fn is_missing(folder: &Path) -> bool {
    !folder.as_os_str().is_empty() && !folder.exists()
}

/// A file's text, with the line ends that were written even where version control changed them.
fn read(path: &Path) -> Result<Option<String>, Error> {
    match fs::read(path) {
        Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).replace("\r\n", "\n"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(failed("read", path)(error)),
    }
}

fn is_ours(text: &str) -> bool {
    let marker = HEADER.lines().next().unwrap_or_default();
    text.lines().take(HEADER.lines().count()).any(|line| line == marker)
}

/// The names of all files in a folder that this generator wrote.
fn ours(folder: &Path, prefix: &str, found: &mut Vec<String>) -> Result<(), Error> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed("read", folder)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(failed("read", folder))?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let kind = entry.file_type().map_err(failed("read", &entry.path()))?;
        let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
        if kind.is_dir() && name != "node_modules" {
            ours(&entry.path(), &path, found)?;
        } else if kind.is_file()
            && (name.ends_with(".ts") || name.ends_with(".js"))
            && read(&entry.path())?.is_some_and(|text| is_ours(&text))
        {
            found.push(path);
        }
    }
    Ok(())
}

fn failed(action: &'static str, path: &Path) -> impl Fn(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::Io { action, path: path.clone(), source }
}
