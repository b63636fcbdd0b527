//! Why a value could not be written, and where in it.

use std::fmt;

use telefunc_protocol::PathSegment;

/// A value could not be written as JSON.
#[derive(Debug)]
pub struct EncodeError(
    // Boxed, so that the `Result` of every single value fits in a register.
    Box<Refusal>,
);

#[derive(Debug)]
struct Refusal {
    path: Vec<PathSegment>,
    message: String,
}

impl EncodeError {
    /// Where the culprit stands in the value.
    #[must_use]
    pub fn path(&self) -> &[PathSegment] {
        &self.0.path
    }

    /// What is wrong with it.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// The error passes the value that holds its place at `segment`. The path grows backwards.
    #[cold]
    pub(super) fn inside(mut self, segment: impl Into<PathSegment>) -> Self {
        self.0.path.push(segment.into());
        self
    }

    /// The error has passed all values.
    #[cold]
    pub(super) fn outermost(mut self) -> Self {
        self.0.path.reverse();
        self
    }
}

impl serde::ser::Error for EncodeError {
    #[cold]
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self(Box::new(Refusal { path: Vec::new(), message: message.to_string() }))
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, segment) in self.path().iter().enumerate() {
            match segment {
                PathSegment::Key(key) if place == 0 => f.write_str(key)?,
                PathSegment::Key(key) => write!(f, ".{key}")?,
                PathSegment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        f.write_str(if self.path().is_empty() { "" } else { ": " })?;
        f.write_str(self.message())
    }
}

impl std::error::Error for EncodeError {}
