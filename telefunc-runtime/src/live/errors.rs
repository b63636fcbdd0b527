//! Why something was not sent, and why a call of the other side's has no result.

use std::error::Error as StdError;
use std::fmt;

use serde::de::DeserializeOwned;
use telefunc_protocol::{Failure, Issue};

use crate::connection::Refused;
use crate::encode::EncodeError;

/// Why a message was not sent on a channel.
#[derive(Debug)]
#[non_exhaustive]
pub enum SendError {
    /// There is no room until the client has read more; only of what does not wait.
    Full,
    /// The channel is over.
    Closed,
    /// The message is longer than the client takes.
    TooLarge,
    /// The message can not be written: NaN, an integer beyond ±(2⁵³−1), …
    Invalid(Box<dyn StdError + Send + Sync>),
}

/// Why a callback or a request has no result.
#[derive(Debug)]
#[non_exhaustive]
pub enum CallError {
    /// The other side refused, with this value: it threw an `Abort`.
    Refused(serde_json::Value),
    /// The other side failed. It has the details under this id.
    Failed(String),
    /// The result is not of its type, or breaks a constraint of it; or what was passed can not be
    /// written, or was found invalid by the other side.
    Invalid(Vec<Issue>),
    /// The other side, or its client as a whole, is gone.
    Closed,
    /// There is no room until the other side has read more; only of `notify`, which does not wait.
    Full,
    /// What was passed is longer than the other side takes.
    TooLarge,
}

impl CallError {
    /// The value of a refusal, if this is one and the value is of this type.
    #[must_use]
    pub fn refusal<T: DeserializeOwned>(&self) -> Option<T> {
        match self {
            Self::Refused(value) => T::deserialize(value).ok(),
            _ => None,
        }
    }

    /// What a failure of the other side's means, as JSON text.
    pub(super) fn from_json(failure: &[u8]) -> Self {
        match Failure::from_json(failure) {
            Ok(Failure::Abort { value }) => serde_json::from_str(value.get())
                .map_or_else(|_| Self::Failed(String::new()), Self::Refused),
            Ok(Failure::Validation { issues }) => Self::Invalid(issues),
            Ok(Failure::Bug { id }) => Self::Failed(id),
            Ok(Failure::Protocol { code, .. }) => Self::Failed(code.name().to_owned()),
            Err(_) => Self::Failed(String::new()),
        }
    }

    /// What was passed can not be written.
    pub(super) fn unwritten(error: &EncodeError) -> Self {
        let (path, message) = (error.path().to_vec(), error.message().to_owned());
        Self::Invalid(vec![Issue { path, message, code: "invalid".to_owned() }])
    }
}

impl From<Refused> for CallError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Full | Refused::TooMany => Self::Full,
            Refused::TooLarge => Self::TooLarge,
            Refused::Closed | Refused::UnknownRequest => Self::Closed,
        }
    }
}

impl From<Refused> for SendError {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Full | Refused::TooMany => Self::Full,
            Refused::TooLarge => Self::TooLarge,
            Refused::Closed | Refused::UnknownRequest => Self::Closed,
        }
    }
}

impl From<EncodeError> for SendError {
    fn from(error: EncodeError) -> Self {
        Self::Invalid(error.into())
    }
}

/// Whether the error says no more than that the other side is gone, which is how a task ends that
/// serves it, and no bug.
pub(crate) fn is_end(error: &(dyn StdError + Send + Sync + 'static)) -> bool {
    matches!(error.downcast_ref(), Some(SendError::Closed))
        || matches!(error.downcast_ref(), Some(CallError::Closed))
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "the client reads slower than this",
            Self::Closed => "the channel is closed",
            Self::TooLarge => "the message is longer than the client takes",
            Self::Invalid(_) => "the message can not be written",
        })
    }
}

impl StdError for SendError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Invalid(error) => Some(&**error),
            _ => None,
        }
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused(value) => write!(f, "the other side refused: {value}"),
            Self::Failed(id) => write!(f, "the other side failed (its id for it: {id})"),
            Self::Invalid(issues) => {
                f.write_str("invalid")?;
                issues
                    .iter()
                    .try_for_each(|issue| write!(f, "; {}: {}", Place(issue), issue.message))
            }
            Self::Closed => f.write_str("the other side is gone"),
            Self::Full => f.write_str("the other side reads slower than this"),
            Self::TooLarge => f.write_str("it is longer than the other side takes"),
        }
    }
}

impl StdError for CallError {}

/// Where an issue is, for a person.
struct Place<'a>(&'a Issue);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        use telefunc_protocol::PathSegment;
        if self.0.path.is_empty() {
            return f.write_str("the value");
        }
        for (place, segment) in self.0.path.iter().enumerate() {
            match segment {
                PathSegment::Key(key) if place == 0 => f.write_str(key)?,
                PathSegment::Key(key) => write!(f, ".{key}")?,
                PathSegment::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}
