//! Checks what a client sends against the JSON Schemas of a function's parameters.
//!
//! At start each schema is compiled twice. The *pruned* form holds only what serde has not checked
//! when it accepted a value, and for most functions is empty. The *full* form is used once serde
//! has refused: serde stops at the first mistake, and the client is to hear of all.
//!
//! Both walk the JSON text itself. No value is built, and nothing is allocated while all is well.
//!
//! # Codes
//!
//! The codes of issues are stable:
//!
//! | code | the value |
//! |---|---|
//! | `type` | is of another JSON type, or a number that must be whole is not |
//! | `missing` | is not there |
//! | `unknown_field` | must not be there |
//! | `unknown_variant` | is not one of the values, or variants, that there are |
//! | `too_short`, `too_long` | has too few or too many characters, items or entries |
//! | `too_small`, `too_big` | is a number out of range |
//! | `not_multiple` | is not a multiple of a number |
//! | `pattern` | does not match a regular expression |
//! | `format` | is not an email address, a URL, a date, … |
//! | `not_unique` | equals another item of a list of different ones |
//! | `missing_item` | is a list without an item that it must have |
//! | `not_allowed` | is one that is excluded |
//! | `ambiguous` | fits more variants than one |
//! | `too_many_arguments` | is an argument without a parameter |
//! | `too_complex` | takes too long to be checked |
//! | `invalid` | was refused by its type's own `Deserialize` |

mod canonical;
mod check;
mod classify;
mod compile;
mod format;
mod locate;
mod number;
mod prune;
mod report;
mod scan;
mod schema;

use serde::de::IgnoredAny;
use serde_json::{Map, Value};
use telefunc_protocol::{Issue, PathSegment};

use check::Check;
pub use compile::CompileError;
use compile::Compiler;
use report::{Path, Report};
use scan::{Kind, Scanner};
use schema::{Id, Nodes};

/// Checks the arguments of one function.
#[derive(Debug)]
pub struct ArgumentChecker {
    nodes: Nodes,
    parameters: Vec<Checked>,
    is_free: bool,
}

/// A parameter as the schema describes it.
#[derive(Clone, Copy, Debug)]
pub struct Parameter<'s> {
    /// Its TypeScript name.
    pub name: &'s str,
    /// The schema of its type, for deserializing.
    pub schema: &'s Value,
    /// Whether it may be left out.
    pub optional: bool,
}

/// Which 64-bit integers a client can mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Integers {
    /// Those up to ±(2⁵³−1): a `number` beyond was rounded before it was sent.
    Safe,
    /// All: they are a `bigint` there, or the client is not JavaScript.
    Exact,
}

#[derive(Debug)]
struct Checked {
    name: String,
    optional: bool,
    full: Id,
    pruned: Option<Id>,
}

impl ArgumentChecker {
    /// Compiles the schemas of all parameters, in order; `definitions` are what `#/$defs/…` means.
    ///
    /// # Errors
    ///
    /// When a schema demands what can not be checked: an unknown keyword, a pattern that is no
    /// regular expression.
    pub fn compile<'s>(
        parameters: impl IntoIterator<Item = Parameter<'s>>,
        definitions: &'s Map<String, Value>,
        integers: Integers,
    ) -> Result<Self, CompileError> {
        let mut compiler = Compiler::new(definitions, integers);
        let mut checked = Vec::new();
        for Parameter { name, schema, optional } in parameters {
            let full = compiler.named(name, schema)?;
            checked.push(Checked { name: name.to_owned(), optional, full, pruned: None });
        }
        let mut nodes = compiler.nodes;
        classify::classify(&mut nodes);
        let pruned = prune::prune(&mut nodes);
        for parameter in &mut checked {
            parameter.pruned = pruned[parameter.full];
        }
        let is_free = checked.iter().all(|parameter| parameter.pruned.is_none());
        Ok(Self { nodes, parameters: checked, is_free })
    }

    /// Whether serde alone checks everything, so that [`check`](Self::check) has nothing to do.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.is_free
    }

    /// Finds what is wrong with arguments that serde has accepted. `body` is a JSON array of them,
    /// or an object keyed by the parameters' names; empty when there are none.
    #[must_use]
    pub fn check(&self, body: &[u8]) -> Vec<Issue> {
        if self.is_free {
            return Vec::new();
        }
        let (mut issues, is_complete) = self.run(body, true);
        if issues.is_empty() && !is_complete {
            let (path, message) = (Vec::new(), "can not be checked".to_owned());
            issues.push(Issue { path, message, code: "too_complex".to_owned() });
        }
        issues
    }

    /// Finds everything that is wrong with arguments that serde has refused with `error`: at least
    /// one issue.
    #[must_use]
    pub fn explain(&self, body: &[u8], error: &serde_json::Error) -> Vec<Issue> {
        // Behind the place where serde stopped there may be anything, not only JSON.
        let is_json = body.is_empty() || serde_json::from_slice::<IgnoredAny>(body).is_ok();
        let issues = if is_json { self.run(body, false).0 } else { Vec::new() };
        if issues.is_empty() { vec![self.refusal(body, error)] } else { issues }
    }

    /// The issues, and whether everything was looked at.
    fn run(&self, body: &[u8], decoded: bool) -> (Vec<Issue>, bool) {
        let mut report = Report::full();
        let mut check = Check::new(&self.nodes, body);
        let body = if body.is_empty() { b"[]" } else { body };
        let end = self.arguments(&mut check, Scanner::new(body), decoded, &mut report);
        (report.into_issues(), end.is_some() && !check.is_exhausted())
    }

    fn arguments(
        &self,
        check: &mut Check<'_>,
        mut at: Scanner<'_>,
        decoded: bool,
        report: &mut Report,
    ) -> Option<()> {
        let kind = at.kind()?;
        if !matches!(kind, Kind::Array | Kind::Object) {
            report.add(&Path::Root, "type", || "must be a list of the arguments".to_owned());
            return Some(());
        }
        let mut given = vec![false; if decoded { 0 } else { self.parameters.len() }];
        let mut length = 0;
        at.open();
        while at.more()? {
            let key = if kind == Kind::Object { Some(at.key()?) } else { None };
            let place = match &key {
                Some(key) => self.parameters.iter().position(|parameter| parameter.name == *key),
                None => Some(length),
            };
            length += 1;
            let Some((place, parameter)) =
                place.and_then(|at| Some((at, self.parameters.get(at)?)))
            else {
                surplus(key.as_deref(), self.parameters.len(), length, report);
                at.skip()?;
                continue;
            };
            if let Some(given) = given.get_mut(place) {
                *given = true;
            }
            let id = if decoded { parameter.pruned } else { Some(parameter.full) };
            at = match id {
                Some(id) => {
                    check.value(id, at, &Path::Key(&Path::Root, &parameter.name), report)?
                }
                None => at.skipped()?,
            };
        }
        self.missing(&given, report);
        Some(())
    }

    /// Reports what was not given; serde has seen to it where `given` is empty.
    fn missing(&self, given: &[bool], report: &mut Report) {
        for (parameter, given) in self.parameters.iter().zip(given) {
            if !given && !parameter.optional {
                let path = Path::Key(&Path::Root, &parameter.name);
                report.add(&path, "missing", || "is missing".to_owned());
            }
        }
    }

    /// What serde said, at the place where it stood.
    fn refusal(&self, body: &[u8], error: &serde_json::Error) -> Issue {
        let mut path = locate::locate(body, error);
        if let Some(PathSegment::Index(index)) = path.first()
            && let Some(parameter) =
                usize::try_from(*index).ok().and_then(|at| self.parameters.get(at))
        {
            path[0] = PathSegment::from(parameter.name.as_str());
        }
        let message = error.to_string();
        let position = format!(" at line {} column {}", error.line(), error.column());
        let message = message.strip_suffix(&position).unwrap_or(&message).to_owned();
        Issue { path, message, code: "invalid".to_owned() }
    }
}

/// Reports an argument that no parameter takes; of a list, only the first.
fn surplus(key: Option<&str>, parameters: usize, length: usize, report: &mut Report) {
    match key {
        Some(key) => {
            let path = Path::Key(&Path::Root, key);
            report.add(&path, "unknown_field", || "is not a known parameter".to_owned());
        }
        None if length == parameters + 1 => {
            report.add(&Path::Root, "too_many_arguments", || {
                format!("must not be more than {parameters} arguments")
            });
        }
        None => {}
    }
}

#[cfg(test)]
mod tests;
