//! Walks JSON text and a compiled schema side by side.

mod array;
mod choice;
mod object;
mod scalar;

use super::report::{Path, Report};
use super::scan::{Kind, Scanner};
use super::schema::{Id, Node, Nodes};

/// One check of one body.
pub(super) struct Check<'n> {
    nodes: &'n Nodes,
    fuel: usize,
    depth: usize,
}

/// Where the check of a value ended: behind it, or nowhere, when it was not worth going on.
type End<'b> = Option<Scanner<'b>>;

impl<'n> Check<'n> {
    pub(super) fn new(nodes: &'n Nodes, body: &[u8]) -> Self {
        Self { nodes, fuel: FUEL + body.len().saturating_mul(FUEL_PER_BYTE), depth: 0 }
    }

    /// Whether it was given up.
    pub(super) fn is_exhausted(&self) -> bool {
        self.fuel == 0
    }

    /// Checks the value at `at` and gives the position behind it.
    pub(super) fn value<'b>(
        &mut self,
        id: Id,
        mut at: Scanner<'b>,
        path: &Path<'_>,
        report: &mut Report,
    ) -> End<'b> {
        if report.is_complete() {
            return None;
        }
        if self.fuel == 0 || self.depth == DEPTH {
            report.add(path, "too_complex", || "is too deep or complex to be checked".to_owned());
            self.fuel = 0;
            return None;
        }
        self.fuel -= 1;
        self.depth += 1;
        let end = self.node(&self.nodes[id], &mut at, path, report);
        self.depth -= 1;
        end
    }

    /// Whether the value at `at` is valid.
    fn fits(&mut self, id: Id, at: Scanner<'_>, path: &Path<'_>) -> bool {
        let mut report = Report::silent();
        self.value(id, at, path, &mut report);
        !report.has_failed()
    }

    fn node<'b>(
        &mut self,
        node: &Node,
        at: &mut Scanner<'b>,
        path: &Path<'_>,
        report: &mut Report,
    ) -> End<'b> {
        let kind = at.kind()?;
        let at = *at;
        if !node.kinds.allow(kind) {
            report.add(path, "type", || format!("must be {}", node.kinds));
            return at.skipped();
        }
        let mut end = self.own(node, kind, at, path, report)?;
        for id in &node.all {
            end = Some(self.value(*id, at, path, report)?);
        }
        for choice in &node.choices {
            end = Some(self.choice(choice, kind, at, path, report)?);
        }
        if let Some(not) = node.not
            && self.fits(not, at, path)
        {
            report.add(path, "not_allowed", || self.describe_not(not));
        }
        if let Some(condition) = node.condition {
            let met = self.fits(condition.test, at, path);
            let then = if met { condition.then } else { condition.otherwise };
            if let Some(id) = then {
                end = Some(self.value(id, at, path, report)?);
            }
        }
        if end.is_some() { end } else { at.skipped() }
    }

    /// Checks what the node says itself. `Some(None)` when it had no need to read the value.
    fn own<'b>(
        &mut self,
        node: &Node,
        kind: Kind,
        at: Scanner<'b>,
        path: &Path<'_>,
        report: &mut Report,
    ) -> Option<End<'b>> {
        let mut end = None;
        if let Some(values) = &node.values {
            end = Some(scalar::values(values, at, path, report)?);
        }
        let own = match kind {
            Kind::String => node.text.as_ref().map(|text| self.text(text, at, path, report)),
            Kind::Number if node.range.is_some() || node.kinds.only_integers() => {
                Some(scalar::number(node, at, path, report))
            }
            Kind::Array => node.array.as_ref().map(|array| self.array(array, at, path, report)),
            Kind::Object if node.object.is_some() => Some(self.object(node, at, path, report)),
            _ => None,
        };
        match own {
            Some(own) => own.map(Some),
            None => Some(end.take()),
        }
    }

    fn describe_not(&self, not: Id) -> String {
        match &self.nodes[not].values {
            Some(values) => format!("must not be {values}"),
            None => "is not allowed".to_owned(),
        }
    }
}

/// Steps that any check may take, and those it may take for each byte. A schema of nested
/// alternatives could otherwise take time that is exponential in the depth of the value.
const FUEL: usize = 10_000;
const FUEL_PER_BYTE: usize = 32;

/// Nested schemas, as a bound on the stack: three for each level of the deepest JSON that serde
/// reads.
const DEPTH: usize = 400;
