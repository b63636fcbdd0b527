//! Refuses calls that a foreign page makes with its visitor's cookies.
//!
//! A browser says where a request comes from in `Sec-Fetch-Site` (Fetch Metadata) and, for every
//! `POST`, in `Origin` (Fetch §3.1). Whatever is not a browser sends neither and has no visitor's
//! cookies, so it may pass. That a call must be of a content type which no HTML form can send
//! (the service checks it) covers browsers too old for either header.

use http::header::{self, HeaderMap, HeaderValue};
use http::{Response, StatusCode};

use crate::body::Body;

/// Whether a request may pass, and whose page made it.
pub(crate) enum Origin {
    /// Of the server's own page, or of no page.
    Own,
    /// Of a page that the configuration allows.
    Allowed(HeaderValue),
    /// Of any other page.
    Foreign,
}

impl Origin {
    pub(crate) fn of(headers: &HeaderMap, host: Option<&str>, allowed: &[String]) -> Self {
        let origin = headers.get(header::ORIGIN);
        if let Some(origin) = origin
            .filter(|origin| allowed.iter().any(|allowed| allowed.as_bytes() == origin.as_bytes()))
        {
            return Self::Allowed(origin.clone());
        }
        match headers.get("sec-fetch-site").map(HeaderValue::as_bytes) {
            Some(b"same-origin" | b"none") => return Self::Own,
            Some(_) => return Self::Foreign,
            None => {}
        }
        match origin {
            None => Self::Own,
            Some(origin) if host.is_some() && authority(origin) == host => Self::Own,
            Some(_) => Self::Foreign,
        }
    }

    /// Lets an allowed page read the answer (CORS, Fetch §3.2).
    pub(crate) fn stamp(&self, headers: &mut HeaderMap) {
        if let Self::Allowed(origin) = self {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin.clone());
            headers
                .insert(header::ACCESS_CONTROL_ALLOW_CREDENTIALS, HeaderValue::from_static("true"));
            headers.append(header::VARY, HeaderValue::from_static("origin"));
        }
    }

    /// The answer to `OPTIONS`: what may be sent, and for an allowed page the leave to send it.
    pub(crate) fn preflight(&self, asked: &HeaderMap) -> Response<Body> {
        let mut response = Response::new(Body::whole(""));
        *response.status_mut() = StatusCode::NO_CONTENT;
        let headers = response.headers_mut();
        headers.insert(header::ALLOW, ALLOW);
        if let Self::Allowed(_) = self {
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("POST"));
            if let Some(wanted) = asked.get(header::ACCESS_CONTROL_REQUEST_HEADERS) {
                headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, wanted.clone());
            }
            // Ten minutes, so that a change of the configuration soon reaches open pages.
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("600"));
        }
        response
    }
}

/// `host[:port]` of an origin, as `Host` writes it.
fn authority(origin: &HeaderValue) -> Option<&str> {
    origin.to_str().ok()?.split_once("://").map(|(_, authority)| authority)
}

/// The value of `Allow`.
pub(crate) const ALLOW: HeaderValue = HeaderValue::from_static("POST, OPTIONS");

#[cfg(test)]
mod tests {
    use super::*;

    fn passes(headers: &[(&'static str, &'static str)]) -> bool {
        let headers = headers.iter().map(|(name, value)| {
            (header::HeaderName::from_static(name), HeaderValue::from_static(value))
        });
        let allowed = ["https://friend.example".to_owned()];
        !matches!(
            Origin::of(&headers.collect(), Some("app.example:8080"), &allowed),
            Origin::Foreign
        )
    }

    #[test]
    fn own_pages_allowed_pages_and_programs_pass() {
        assert!(passes(&[]));
        assert!(passes(&[
            ("sec-fetch-site", "same-origin"),
            ("origin", "http://app.example:8080")
        ]));
        assert!(passes(&[("sec-fetch-site", "none")]));
        assert!(passes(&[("origin", "http://app.example:8080")]));
        assert!(passes(&[("sec-fetch-site", "cross-site"), ("origin", "https://friend.example")]));
    }

    #[test]
    fn foreign_pages_do_not() {
        assert!(!passes(&[("sec-fetch-site", "cross-site")]));
        assert!(!passes(&[
            ("sec-fetch-site", "same-site"),
            ("origin", "https://evil.app.example")
        ]));
        assert!(!passes(&[("origin", "http://app.example")]));
        assert!(!passes(&[("origin", "null")]));
        assert!(!passes(&[("origin", "https://friend.example.evil.example")]));
    }
}
