//! Enums and other alternatives.

use super::object::{find, is_string};
use super::{Check, End};
use crate::validate::number::Number;
use crate::validate::report::{Path, Report};
use crate::validate::scan::{Kind, Scanner};
use crate::validate::schema::{Choice, Id, Kinds, Rest, Values};

impl Check<'_> {
    pub(super) fn choice<'b>(
        &mut self,
        choice: &Choice,
        kind: Kind,
        at: Scanner<'b>,
        path: &Path<'_>,
        report: &mut Report,
    ) -> End<'b> {
        match choice {
            Choice::Tagged { key, cases } => self.tagged(key, cases, at, path, report),
            Choice::External { names, cases } if kind == Kind::Object => {
                self.external(cases, at, path, report)
            }
            Choice::External { names, .. } => {
                let mut end = at;
                let text = end.string()?;
                if !names.iter().any(|name| *name == text) {
                    unknown_variant(names.clone(), path, report);
                }
                Some(end)
            }
            Choice::ByKind(cases) => {
                let fitting = cases.iter().find(|(kinds, _)| self.is_one_of(*kinds, kind, at));
                match fitting {
                    Some((_, rest)) => self.rest(*rest, at, path, report),
                    // The node's own types leave only numbers that are no integers.
                    None => {
                        let all = cases.iter().fold(Kinds::NONE, |all, (kinds, _)| all.or(*kinds));
                        report.add(path, "type", || format!("must be {all}"));
                        at.skipped()
                    }
                }
            }
            Choice::Any(branches) => self.branches(branches, false, kind, at, path, report),
            Choice::One(branches) => self.branches(branches, true, kind, at, path, report),
        }
    }

    fn rest<'b>(
        &mut self,
        rest: Rest,
        at: Scanner<'b>,
        path: &Path<'_>,
        report: &mut Report,
    ) -> End<'b> {
        let end = self.place(rest, at, path, report)?;
        if end.is_some() { end } else { at.skipped() }
    }

    fn is_one_of(&self, kinds: Kinds, kind: Kind, mut at: Scanner<'_>) -> bool {
        let mut whole = || {
            let number = at.scalar().and_then(Number::parse);
            number.is_some_and(|number| number.is_integer())
        };
        kinds.allow(kind) && (kind != Kind::Number || !kinds.only_integers() || whole())
    }

    fn tagged<'b>(
        &mut self,
        key: &str,
        cases: &[(String, Rest)],
        at: Scanner<'b>,
        path: &Path<'_>,
        report: &mut Report,
    ) -> End<'b> {
        let tag_path = Path::Key(path, key);
        let Some(mut tag) = find(at, key) else {
            report.add(&tag_path, "missing", || "is missing".to_owned());
            return at.skipped();
        };
        if !is_string(tag) {
            report.add(&tag_path, "type", || format!("must be {}", Kinds::STRING));
            return at.skipped();
        }
        let tag = tag.string()?;
        match cases.iter().find(|(name, _)| *name == tag) {
            Some((_, rest)) => self.rest(*rest, at, path, report),
            None => {
                unknown_variant(names(cases), &tag_path, report);
                at.skipped()
            }
        }
    }

    fn external<'b>(
        &mut self,
        cases: &[(String, Rest)],
        mut at: Scanner<'b>,
        path: &Path<'_>,
        report: &mut Report,
    ) -> End<'b> {
        let mut entries = 0;
        at.open();
        while at.more()? {
            let key = at.key()?;
            let key_path = Path::Key(path, &key);
            entries += 1;
            at = match cases.iter().find(|(name, _)| *name == key) {
                Some((_, rest)) => self.rest(*rest, at, &key_path, report)?,
                None => {
                    unknown_variant(names(cases), &key_path, report);
                    at.skipped()?
                }
            };
        }
        if entries != 1 {
            let message =
                || format!("must have exactly one of the keys {}", names(cases).join(", "));
            report.add(path, "type", message);
        }
        Some(at)
    }

    /// Reports the issues of the branch that the value was most likely meant for.
    fn branches<'b>(
        &mut self,
        branches: &[Id],
        exclusive: bool,
        kind: Kind,
        at: Scanner<'b>,
        path: &Path<'_>,
        report: &mut Report,
    ) -> End<'b> {
        let mut best: Option<(usize, Report)> = None;
        let mut fitting = 0;
        for id in branches.iter().filter(|id| self.nodes[**id].kinds.allow(kind)) {
            let mut attempt = report.alike();
            self.value(*id, at, path, &mut attempt);
            if !attempt.has_failed() {
                fitting += 1;
                if exclusive { continue } else { break }
            }
            let misfit = misfit(&attempt);
            if best.as_ref().is_none_or(|(least, _)| misfit < *least) {
                best = Some((misfit, attempt));
            }
        }
        match (fitting, best) {
            (1, _) => {}
            (0, Some((_, attempt))) => report.append(attempt),
            (0, None) => report.add(path, "type", || "is of none of the possible types".to_owned()),
            _ => {
                report.add(path, "ambiguous", || "fits more than one of its variants".to_owned());
            }
        }
        at.skipped()
    }
}

/// How far a value is from a branch: a wrong constant says that another branch is meant, a field
/// too few nearly so, a wrong type less, a broken constraint hardly.
fn misfit(attempt: &Report) -> usize {
    let weigh = |code: &str| match code {
        "unknown_variant" => 100,
        "missing" | "unknown_field" => 20,
        "type" => 10,
        _ => 1,
    };
    attempt.issues().iter().map(|issue| weigh(&issue.code)).sum()
}

fn names(cases: &[(String, Rest)]) -> Vec<String> {
    cases.iter().map(|(name, _)| name.clone()).collect()
}

fn unknown_variant(texts: Vec<String>, path: &Path<'_>, report: &mut Report) {
    let values = Values { texts, others: Vec::new() };
    report.add(path, "unknown_variant", || format!("must be {values}"));
}
