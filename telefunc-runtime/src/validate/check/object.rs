//! Objects: structs and maps.

use super::{Check, End};
use crate::validate::report::{Path, Report};
use crate::validate::scan::{Kind, Scanner};
use crate::validate::schema::{Choice, Id, Node, Object, Rest};

impl Check<'_> {
    pub(super) fn object<'b>(
        &mut self,
        node: &Node,
        mut at: Scanner<'b>,
        path: &Path<'_>,
        report: &mut Report,
    ) -> End<'b> {
        let Some(object) = &node.object else { return at.skipped() };
        let start = at;
        let mut met = Met::new(object.fields.len());
        let mut entries = 0;
        at.open();
        while at.more()? {
            let key_at = at;
            let key = at.key()?;
            let path = Path::Key(path, &key);
            entries += 1;
            if let Some(names) = object.names {
                self.value(names, key_at, &path, report)?;
            }
            let field = object.field(&key);
            let mut end = None;
            if let Some((place, field)) = field {
                met.insert(place);
                end = self.place(field.value, at, &path, report)?;
            }
            let mut known = field.is_some();
            for (pattern, value) in &object.patterns {
                if pattern.is_match(&key) {
                    known = true;
                    end = self.place(*value, at, &path, report)?.or(end);
                }
            }
            if !known {
                let rest = self.additional(node, object, start, &key);
                end = self.place(rest, at, &path, report)?;
            }
            at = if let Some(end) = end { end } else { at.skipped()? };
        }
        for (place, field) in object.fields.iter().enumerate() {
            if field.required && !met.contains(place) {
                report.add(&Path::Key(path, &field.name), "missing", || "is missing".to_owned());
            }
        }
        count(object, entries, path, report);
        Some(at)
    }

    /// What is demanded of a field that the schema does not name.
    fn additional(&mut self, node: &Node, object: &Object, start: Scanner<'_>, key: &str) -> Rest {
        match object.additional {
            Rest::Unevaluated(_) if self.evaluates_beside(node, key, start) => Rest::Any,
            Rest::Unevaluated(rest) => rest.map_or(Rest::Nothing, Rest::Node),
            rest => rest,
        }
    }

    /// `Some(None)` when there was no need to read the value.
    pub(super) fn place<'b>(
        &mut self,
        rest: Rest,
        at: Scanner<'b>,
        path: &Path<'_>,
        report: &mut Report,
    ) -> Option<End<'b>> {
        match rest {
            Rest::Node(id) => self.value(id, at, path, report).map(Some),
            Rest::Any | Rest::Unevaluated(_) => Some(None),
            Rest::Nothing => {
                report.add(path, "unknown_field", || "is not a known field".to_owned());
                Some(None)
            }
        }
    }

    /// Whether a schema beside the node's own fields, and true of the whole object, knows the key.
    fn evaluates_beside(&mut self, node: &Node, key: &str, object: Scanner<'_>) -> bool {
        let mut beside: Vec<Id> = node.all.clone();
        for choice in &node.choices {
            match choice {
                Choice::Any(ids) | Choice::One(ids) => beside.extend(ids),
                Choice::Tagged { cases, .. } => beside.extend(cases.iter().filter_map(case)),
                Choice::External { cases, .. } => {
                    if cases.iter().any(|(name, _)| name == key) {
                        return true;
                    }
                }
                Choice::ByKind(cases) => beside.extend(cases.iter().filter_map(case)),
            }
        }
        if let Some(condition) = node.condition {
            let met = self.fits(condition.test, object, &Path::Root);
            beside.extend(met.then_some(condition.test));
            beside.extend(if met { condition.then } else { condition.otherwise });
        }
        let known = |id| self.evaluates(id, key, object) && self.fits(id, object, &Path::Root);
        beside.into_iter().any(known)
    }

    fn evaluates(&mut self, id: Id, key: &str, object: Scanner<'_>) -> bool {
        if self.fuel == 0 {
            return false;
        }
        self.fuel -= 1;
        let node = &self.nodes[id];
        let own = node.object.as_ref().is_some_and(|object| {
            let pattern = object.patterns.iter().any(|(pattern, _)| pattern.is_match(key));
            pattern || object.field(key).is_some() || object.is_open
        });
        own || self.evaluates_beside(node, key, object)
    }
}

fn case<T>((_, rest): &(T, Rest)) -> Option<Id> {
    match rest {
        Rest::Node(id) => Some(*id),
        _ => None,
    }
}

fn count(object: &Object, entries: usize, path: &Path<'_>, report: &mut Report) {
    let counted =
        |count| if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") };
    if let Some(min) = object.min.filter(|min| entries < *min) {
        report.add(path, "too_short", || format!("must have at least {}", counted(min)));
    }
    if let Some(max) = object.max.filter(|max| entries > *max) {
        report.add(path, "too_long", || format!("must have at most {}", counted(max)));
    }
}

/// Which fields were there: a bit each, without an allocation for the first 64.
struct Met {
    first: u64,
    more: Vec<u64>,
}

impl Met {
    fn new(fields: usize) -> Self {
        Self { first: 0, more: vec![0; fields.saturating_sub(1) / 64] }
    }

    fn word(&mut self, place: usize) -> &mut u64 {
        match place / 64 {
            0 => &mut self.first,
            word => &mut self.more[word - 1],
        }
    }

    fn insert(&mut self, place: usize) {
        *self.word(place) |= 1 << (place % 64);
    }

    fn contains(&mut self, place: usize) -> bool {
        *self.word(place) & (1 << (place % 64)) != 0
    }
}

/// Finds the value of `key` in the object at `at`.
pub(super) fn find<'b>(mut at: Scanner<'b>, key: &str) -> Option<Scanner<'b>> {
    at.open();
    while at.more()? {
        if at.key()? == key {
            at.kind()?;
            return Some(at);
        }
        at.skip()?;
    }
    None
}

/// Whether what stands at `at` is a string.
pub(super) fn is_string(mut at: Scanner<'_>) -> bool {
    at.kind() == Some(Kind::String)
}
