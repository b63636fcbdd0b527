//! The formats of strings: what `email`, `url`, `ip` and the like mean.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::value::rfc3339::Reader;

/// A known `format` of a string.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Format {
    Email,
    Uri,
    Hostname,
    Ip,
    Ipv4,
    Ipv6,
    Uuid,
    Date,
    Time,
    DateTime,
    LocalTime,
    LocalDateTime,
}

impl Format {
    /// The format of this name; other names are remarks.
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "email" | "idn-email" => Self::Email,
            "uri" | "url" | "iri" => Self::Uri,
            "hostname" => Self::Hostname,
            "ip" => Self::Ip,
            "ipv4" => Self::Ipv4,
            "ipv6" => Self::Ipv6,
            "uuid" => Self::Uuid,
            "date" => Self::Date,
            "time" => Self::Time,
            "date-time" => Self::DateTime,
            "partial-time" => Self::LocalTime,
            "partial-date-time" => Self::LocalDateTime,
            _ => return None,
        })
    }

    /// Whether only a Rust type states it, which then reads the text itself, and more liberally:
    /// `jiff`, `chrono` and `uuid` take spellings that the RFCs do not.
    pub(super) fn is_of_type(self) -> bool {
        matches!(
            self,
            Self::Uuid
                | Self::Date
                | Self::Time
                | Self::DateTime
                | Self::LocalTime
                | Self::LocalDateTime
        )
    }

    /// What a text of this format is called.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Email => "an email address",
            Self::Uri => "a URL",
            Self::Hostname => "a host name",
            Self::Ip => "an IP address",
            Self::Ipv4 => "an IPv4 address",
            Self::Ipv6 => "an IPv6 address",
            Self::Uuid => "a UUID",
            Self::Date => "a date like 2026-01-31",
            Self::Time => "a time like 12:00:00Z",
            Self::DateTime => "a date and time like 2026-01-31T12:00:00Z",
            Self::LocalTime => "a time like 12:00:00",
            Self::LocalDateTime => "a date and time like 2026-01-31T12:00:00",
        }
    }

    /// Whether `text` is of this format.
    pub(super) fn matches(self, text: &str) -> bool {
        match self {
            Self::Email => email(text),
            Self::Uri => uri(text),
            Self::Hostname => hostname(text),
            Self::Ip => text.parse::<IpAddr>().is_ok(),
            Self::Ipv4 => text.parse::<Ipv4Addr>().is_ok(),
            Self::Ipv6 => text.parse::<Ipv6Addr>().is_ok(),
            Self::Uuid => uuid(text),
            Self::Date => whole(text, |reader| reader.day().map(drop)),
            Self::Time => whole(text, |reader| reader.time().and(reader.offset()).map(drop)),
            Self::LocalTime => whole(text, |reader| reader.time().map(drop)),
            Self::DateTime => whole(text, |reader| {
                reader.day().and(reader.separator()).and(reader.time()).and(reader.offset())?;
                Some(())
            }),
            Self::LocalDateTime => whole(text, |reader| {
                reader.day().and(reader.separator()).and(reader.time()).map(drop)
            }),
        }
    }
}

fn whole(text: &str, read: impl FnOnce(&mut Reader<'_>) -> Option<()>) -> bool {
    let mut reader = Reader::new(text);
    read(&mut reader).and(reader.end()).is_some()
}

/// What browsers take in `<input type=email>`, with letters of any language.
fn email(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || ".!#$%&'*+/=?^_`{|}~-".contains(c);
    text.rsplit_once('@').is_some_and(|(name, host)| {
        !name.is_empty() && name.chars().all(|c| plain(c) || !c.is_ascii()) && hostname(host)
    })
}

/// Labels of letters, digits and inner hyphens.
fn hostname(text: &str) -> bool {
    let label = |label: &str| {
        let plain = |c: char| {
            c.is_ascii_alphanumeric() || c == '-' || (!c.is_ascii() && c.is_alphanumeric())
        };
        !label.is_empty()
            && label.len() <= 63
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(plain)
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// An absolute one: a scheme and something behind it, and a host where the scheme has one.
fn uri(text: &str) -> bool {
    let Some((scheme, rest)) = text.split_once(':') else { return false };
    let scheme_is_plain = scheme.starts_with(|c: char| c.is_ascii_alphabetic())
        && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c));
    let forbidden = |c: char| c.is_whitespace() || c.is_control() || "\"<>".contains(c);
    let host = rest.strip_prefix("//").map(|rest| rest.split(['/', '?', '#']).next());
    let host_is_there = match scheme.to_ascii_lowercase().as_str() {
        "http" | "https" | "ws" | "wss" | "ftp" => {
            host.flatten().is_some_and(|host| !host.is_empty())
        }
        _ => true,
    };
    scheme_is_plain && !rest.is_empty() && !rest.contains(forbidden) && host_is_there
}

fn uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_tell_right_from_wrong() {
        let cases: [(&str, &[&str], &[&str]); 11] = [
            (
                "email",
                &["a@b.example", "a.b+c@d-e.example", "jürgen@müller.example", "a@localhost"],
                &["", "a", "@b.c", "a@", "a@b..c", "a b@c.d", "a@b@c.d", "a@-b.c", "a@b.c\n"],
            ),
            (
                "uri",
                &["https://a.b/c?d#e", "mailto:a@b.c", "urn:isbn:1", "HTTP://[::1]:80", "x:ä"],
                &["", "a", "/a/b", "http:", "http://", "https:///a", "1a:b", "http://a b", "://a"],
            ),
            ("hostname", &["a", "a.b-c.d1"], &["", ".", "a.", "-a", "a-", "a_b", "a b"]),
            ("ip", &["127.0.0.1", "::1"], &["", "1.2.3", "1.2.3.256", "::g"]),
            ("ipv4", &["127.0.0.1"], &["::1", "01.2.3.4", " 1.2.3.4"]),
            ("ipv6", &["::1", "fe80::1"], &["127.0.0.1", ":1"]),
            (
                "uuid",
                &["67e55044-10b1-426f-9247-bb680e5fe0c8", "67E55044-10B1-426F-9247-BB680E5FE0C8"],
                &["", "67e5504410b1426f9247bb680e5fe0c8", "67e55044-10b1-426f-9247-bb680e5fe0cg"],
            ),
            ("date", &["2024-02-29"], &["2023-02-29", "2024-2-29", "2024-02-29T"]),
            ("time", &["23:59:59Z", "00:00:00.5+01:00"], &["23:59:59", "24:00:00Z"]),
            ("date-time", &["2024-02-29T00:00:00Z"], &["2024-02-29", "2024-02-29T00:00:00"]),
            ("partial-date-time", &["2024-02-29T00:00:00"], &["2024-02-29T00:00:00Z"]),
        ];
        for (name, right, wrong) in cases {
            let format = Format::named(name).unwrap();
            right.iter().for_each(|text| assert!(format.matches(text), "{name}: {text:?}"));
            wrong.iter().for_each(|text| assert!(!format.matches(text), "{name}: {text:?}"));
        }
    }
}
