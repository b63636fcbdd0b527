//! Arrays and tuples.

use std::collections::HashSet;

use super::scalar::Counted;
use super::{Check, End};
use crate::validate::canonical::canonical_text;
use crate::validate::report::{Path, Report};
use crate::validate::scan::Scanner;
use crate::validate::schema::{Array, Rest};

impl Check<'_> {
    pub(super) fn array<'b>(
        &mut self,
        array: &Array,
        mut at: Scanner<'b>,
        path: &Path<'_>,
        report: &mut Report,
    ) -> End<'b> {
        let mut met = array.unique.then(HashSet::new);
        let mut contains = array.contains.is_none();
        let mut length = 0;
        at.open();
        while at.more()? {
            let item_path = Path::Index(path, length);
            let start = at;
            at = match array.prefix.get(length).copied().unwrap_or(array.items) {
                Rest::Node(id) => self.value(id, at, &item_path, report)?,
                Rest::Any | Rest::Unevaluated(_) => at.skipped()?,
                Rest::Nothing => {
                    // Too long a tuple is said once, below.
                    if array.max.is_none() {
                        report.add(&item_path, "unknown_field", || "is one too many".to_owned());
                    }
                    at.skipped()?
                }
            };
            if let Some(met) = &mut met
                && !met.insert(canonical_text(start.until(at)?)?)
            {
                let message = || "must not be in the list twice".to_owned();
                report.add(&item_path, "not_unique", message);
            }
            contains =
                contains || array.contains.is_some_and(|id| self.fits(id, start, &item_path));
            length += 1;
        }
        lengths(array, length, path, report);
        if !contains {
            let message = || "lacks an item that it must have".to_owned();
            report.add(path, "missing_item", message);
        }
        Some(at)
    }
}

fn lengths(array: &Array, length: usize, path: &Path<'_>, report: &mut Report) {
    let exact = array.min == array.max;
    let which = |bound: &'static str| if exact { "exactly" } else { bound };
    if let Some(min) = array.min.filter(|min| length < *min) {
        let which = which("at least");
        report.add(path, "too_short", || format!("must have {which} {}", Counted(min, "item")));
    }
    if let Some(max) = array.max.filter(|max| length > *max) {
        let which = which("at most");
        report.add(path, "too_long", || format!("must have {which} {}", Counted(max, "item")));
    }
}
