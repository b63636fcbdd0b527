//! What a generation did.

use std::fmt;

/// The files of a client, by what happened to them. Paths are relative to the output folder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Report {
    /// Files that are new or have new content.
    pub written: Vec<String>,
    /// Files that were as they should be.
    pub unchanged: Vec<String>,
    /// Files of an earlier generation that nothing needs any more.
    pub removed: Vec<String>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (written, unchanged) = (self.written.len(), self.unchanged.len());
        write!(f, "{written} written, {unchanged} unchanged, {} removed", self.removed.len())?;
        for (sign, files) in [('+', &self.written), ('-', &self.removed)] {
            for file in files {
                write!(f, "\n{sign} {file}")?;
            }
        }
        Ok(())
    }
}
