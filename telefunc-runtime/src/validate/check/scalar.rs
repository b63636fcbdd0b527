//! Strings, numbers and constants.

use std::fmt;

use super::{Check, End};
use crate::validate::canonical::canonical_text;
use crate::validate::number::Number;
use crate::validate::report::{Path, Report};
use crate::validate::scan::{Kind, Scanner};
use crate::validate::schema::{Node, Text, Values};

impl Check<'_> {
    pub(super) fn text<'b>(
        &self,
        text: &Text,
        mut at: Scanner<'b>,
        path: &Path<'_>,
        report: &mut Report,
    ) -> End<'b> {
        let value = at.string()?;
        length(text, &value, path, report);
        if let Some(pattern) = &text.pattern
            && !pattern.is_match(&value)
        {
            report.add(path, "pattern", || format!("must match the pattern {pattern}"));
        }
        if let Some(format) = text.format
            && !format.matches(&value)
        {
            report.add(path, "format", || format!("must be {}", format.name()));
        }
        Some(at)
    }
}

fn length(text: &Text, value: &str, path: &Path<'_>, report: &mut Report) {
    // A character has one to four bytes, so most lengths need no counting.
    if let Some(min) = text.min
        && value.len() < min.saturating_mul(4)
        && value.chars().count() < min
    {
        let unit = Counted(min, "character");
        report.add(path, "too_short", || match text.max {
            Some(max) if max == min => format!("must be exactly {unit} long"),
            _ => format!("must be at least {unit} long"),
        });
    }
    if let Some(max) = text.max
        && value.len() > max
        && value.chars().count() > max
    {
        let unit = Counted(max, "character");
        report.add(path, "too_long", || match text.min {
            Some(min) if max == min => format!("must be exactly {unit} long"),
            _ => format!("must be at most {unit} long"),
        });
    }
}

pub(super) fn number<'b>(
    node: &Node,
    mut at: Scanner<'b>,
    path: &Path<'_>,
    report: &mut Report,
) -> End<'b> {
    let number = Number::parse(at.scalar()?)?;
    if node.kinds.only_integers() && !number.is_integer() {
        report.add(path, "type", || format!("must be {}", node.kinds));
        return Some(at);
    }
    let Some(range) = &node.range else { return Some(at) };
    if let Some(min) = range.min.filter(|min| min.is_above(number)) {
        let or_equal = if min.exclusive { "greater than" } else { "at least" };
        report.add(path, "too_small", || format!("must be {or_equal} {}", min.at));
    }
    if let Some(max) = range.max.filter(|max| max.is_below(number)) {
        let or_equal = if max.exclusive { "less than" } else { "at most" };
        report.add(path, "too_big", || format!("must be {or_equal} {}", max.at));
    }
    if let Some(unit) = range.multiple.filter(|unit| !number.is_multiple_of(*unit)) {
        report.add(path, "not_multiple", || format!("must be a multiple of {unit}"));
    }
    Some(at)
}

pub(super) fn values<'b>(
    values: &Values,
    mut at: Scanner<'b>,
    path: &Path<'_>,
    report: &mut Report,
) -> End<'b> {
    let start = at;
    let known = if at.kind()? == Kind::String {
        let text = at.string()?;
        values.texts.iter().any(|known| *known == text)
    } else {
        at.skip()?;
        values.others.contains(&canonical_text(start.until(at)?)?)
    };
    if !known {
        report.add(path, "unknown_variant", || format!("must be {values}"));
    }
    Some(at)
}

/// `1 item`, `2 items`.
pub(super) struct Counted(pub(super) usize, pub(super) &'static str);

impl fmt::Display for Counted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plural = if self.0 == 1 { "" } else { "s" };
        write!(f, "{} {}{plural}", self.0, self.1)
    }
}

impl fmt::Display for Values {
    /// `"a"`, or `one of "a", "b"`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts = self.texts.iter().map(|text| format!("{text:?}"));
        let all: Vec<_> = texts.chain(self.others.iter().cloned()).collect();
        match all.as_slice() {
            [one] => f.write_str(one),
            all => write!(f, "one of {}", all.join(", ")),
        }
    }
}
