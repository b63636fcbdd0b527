//! The failure of a call: the JSON that says why there is no result.
//!
//! The same shapes are the body of a failed call and the payload of a
//! [`Fail`](crate::FrameKind::Fail) frame:
//!
//! ```
//! use telefunc_protocol::{Failure, ProtocolCode};
//!
//! let failure = Failure::protocol(ProtocolCode::UnknownFunction, "no function `onHi`");
//! let json = r#"{"kind":"protocol","code":"unknown_function","message":"no function `onHi`"}"#;
//! assert_eq!(failure.to_json(), json);
//! assert_eq!(Failure::from_json(json.as_bytes())?, failure);
//! # Ok::<(), serde_json::Error>(())
//! ```

mod code;
mod json;

use serde_json::value::RawValue;

pub use code::ProtocolCode;
pub use json::PathSegment;

/// Why a call has no result, as the other side may know it.
#[derive(Clone, Debug)]
pub enum Failure {
    /// The arguments (or what else the peer sent) break the function's own rules.
    Validation {
        /// Every broken rule, not only the first.
        issues: Vec<Issue>,
    },
    /// The function refused and said with what value.
    Abort {
        /// The value, as JSON text: its type is the function's affair.
        value: Box<RawValue>,
    },
    /// The function is broken. Nothing is said but the id under which the log has the details.
    Bug {
        /// The id that the log line carries too.
        id: String,
    },
    /// The call never reached a function, or its answer never left.
    Protocol {
        /// Which rule was broken.
        code: ProtocolCode,
        /// The same for a person.
        message: String,
    },
}

/// One broken rule of an argument.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Issue {
    /// Where: names and indices from the arguments inwards.
    pub path: Vec<PathSegment>,
    /// What is wrong, for a person.
    pub message: String,
    /// What is wrong, for a program: `too_short`, `pattern`, …
    pub code: String,
}

impl Failure {
    /// A [`Failure::Protocol`].
    #[must_use]
    pub fn protocol(code: ProtocolCode, message: impl Into<String>) -> Self {
        Self::Protocol { code, message: message.into() }
    }

    /// The HTTP status that goes with it. An [`Abort`](Self::Abort) may be sent with another one.
    #[must_use]
    pub const fn status(&self) -> u16 {
        match self {
            Self::Validation { .. } => 422,
            Self::Abort { .. } => 403,
            Self::Bug { .. } => 500,
            Self::Protocol { code, .. } => code.status(),
        }
    }

    /// The JSON text.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("strings, integers and raw JSON always serialise")
    }

    /// Reads the JSON text.
    ///
    /// # Errors
    ///
    /// When `json` is not JSON or none of the four shapes.
    pub fn from_json(json: &[u8]) -> Result<Self, serde_json::Error> {
        serde_json::from_slice(json)
    }
}

impl PartialEq for Failure {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Validation { issues: a }, Self::Validation { issues: b }) => a == b,
            (Self::Abort { value: a }, Self::Abort { value: b }) => a.get() == b.get(),
            (Self::Bug { id: a }, Self::Bug { id: b }) => a == b,
            (Self::Protocol { code: a, message: m }, Self::Protocol { code: b, message: n }) => {
                a == b && m == n
            }
            _ => false,
        }
    }
}
