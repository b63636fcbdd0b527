//! The rules of the protocol that a call can break, with their HTTP status and their stable name.

/// Which rule was broken. The name is the wire's and never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ProtocolCode {
    /// No function has this key.
    UnknownFunction,
    /// The body is not the JSON, or not the frames, that it says it is.
    MalformedBody,
    /// The body is longer than the server reads.
    BodyTooLarge,
    /// The JSON is nested deeper than the server reads.
    TooDeep,
    /// A call is a `POST`.
    WrongMethod,
    /// The body has a content type that no call has.
    UnsupportedMediaType,
    /// The page that called is of another origin, and that origin is not allowed.
    CrossSite,
    /// The body did not arrive in time.
    BodyTimeout,
    /// The function did not answer in time.
    Timeout,
    /// The stub was generated from another version of the function.
    StaleClient,
    /// The server takes no new calls; `retry-after` says when another one will.
    ShuttingDown,
    /// The server has as many calls as it can take.
    Overloaded,
    /// The function's types hold live values, and the call names no connection for them.
    ConnectionRequired,
    /// The wire that a request names is not bound here.
    UnknownWire,
}

impl ProtocolCode {
    /// Every code.
    pub const ALL: [Self; 14] = [
        Self::UnknownFunction,
        Self::MalformedBody,
        Self::BodyTooLarge,
        Self::TooDeep,
        Self::WrongMethod,
        Self::UnsupportedMediaType,
        Self::CrossSite,
        Self::BodyTimeout,
        Self::Timeout,
        Self::StaleClient,
        Self::ShuttingDown,
        Self::Overloaded,
        Self::ConnectionRequired,
        Self::UnknownWire,
    ];

    /// The HTTP status that goes with it.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::UnknownFunction => 404,
            Self::MalformedBody | Self::TooDeep | Self::ConnectionRequired => 400,
            Self::BodyTooLarge => 413,
            Self::WrongMethod => 405,
            Self::UnsupportedMediaType => 415,
            Self::CrossSite => 403,
            Self::BodyTimeout => 408,
            Self::Timeout => 504,
            Self::StaleClient => 409,
            Self::UnknownWire => 410,
            Self::ShuttingDown | Self::Overloaded => 503,
        }
    }

    /// The name on the wire.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::UnknownFunction => "unknown_function",
            Self::MalformedBody => "malformed_body",
            Self::BodyTooLarge => "body_too_large",
            Self::TooDeep => "too_deep",
            Self::WrongMethod => "wrong_method",
            Self::UnsupportedMediaType => "unsupported_media_type",
            Self::CrossSite => "cross_site",
            Self::BodyTimeout => "body_timeout",
            Self::Timeout => "timeout",
            Self::StaleClient => "stale_client",
            Self::ShuttingDown => "shutting_down",
            Self::Overloaded => "overloaded",
            Self::ConnectionRequired => "connection_required",
            Self::UnknownWire => "unknown_wire",
        }
    }
}

impl std::fmt::Display for ProtocolCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_is_what_serde_writes() {
        for code in ProtocolCode::ALL {
            assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{code}\""));
        }
    }
}
