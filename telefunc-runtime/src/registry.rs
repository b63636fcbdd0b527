//! The functions of a server: found, checked and made ready once, at start.

use std::collections::HashMap;
use std::fmt;
use std::sync::OnceLock;

use http::HeaderMap;
use serde_json::error::Category;
use telefunc_protocol::{Failure, Issue, Message, ProtocolCode, media};
use telefunc_schema::{Entry, Output, Signature, Types};

use crate::call::Handler;
use crate::output;
use crate::validate::{ArgumentChecker, CompileError, Integers, Parameter};

/// Every function of a server, by key.
pub(crate) struct Registry {
    routes: Vec<Route>,
    by_key: HashMap<String, usize>,
}

/// One function, ready to be called.
pub(crate) struct Route {
    pub(crate) key: String,
    pub(crate) handler: &'static Handler,
    entry: &'static Entry,
    checker: ArgumentChecker,
    /// That of clients which read and write integers exactly; made when the first one calls.
    exact_checker: OnceLock<ArgumentChecker>,
    carries_bytes: bool,
    is_live: bool,
    hash: OnceLock<String>,
}

/// Why a server can not start. `Debug` is the same text as `Display`, since that is what `unwrap` and
/// a `main` that fails print.
pub enum StartError {
    /// No function is linked.
    Empty,
    /// Two functions have one key.
    Duplicate {
        /// The key.
        key: String,
        /// The Rust paths of both.
        paths: [String; 2],
    },
    /// A constraint of a parameter can not be enforced.
    Constraint {
        /// The function's Rust path.
        path: String,
        /// What is wrong.
        reason: String,
    },
    /// A parameter holds a value that a client can not pass.
    Misplaced {
        /// The function's Rust path.
        path: String,
        /// The parameter's type.
        what: &'static str,
    },
}

impl Registry {
    /// Every function linked into this program.
    pub(crate) fn linked() -> Result<Self, StartError> {
        let entries = telefunc_schema::entries();
        if entries.is_empty() {
            return Err(StartError::Empty);
        }
        let mut registry =
            Self { routes: Vec::with_capacity(entries.len()), by_key: HashMap::new() };
        for entry in entries {
            registry.add(entry)?;
        }
        Ok(registry)
    }

    /// The number of the function with this key.
    pub(crate) fn find(&self, key: &str) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    /// A function by its number.
    pub(crate) fn route(&self, index: usize) -> &Route {
        &self.routes[index]
    }

    /// The keys, sorted.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &str> {
        self.routes.iter().map(|route| route.key.as_str())
    }

    /// The known key most like an unknown one, if one is near enough to be a slip.
    pub(crate) fn near(&self, key: &str) -> Option<&str> {
        let near = self.keys().map(|known| (distance(key, known), known)).min()?;
        (near.0 <= 2.max(key.len() / 4)).then_some(near.1)
    }

    fn add(&mut self, entry: &'static Entry) -> Result<(), StartError> {
        let route = Route::new(entry)?;
        if let Some(other) = self.by_key.insert(route.key.clone(), self.routes.len()) {
            let paths = [self.routes[other].entry.rust_path(), entry.rust_path()];
            return Err(StartError::Duplicate { key: route.key, paths });
        }
        self.routes.push(route);
        Ok(())
    }
}

impl Route {
    fn new(entry: &'static Entry) -> Result<Self, StartError> {
        let handler = entry
            .handler
            .downcast_ref()
            .expect("`links` keeps a second runtime out of the program");
        let mut types = Types::new();
        let Signature { parameters, output, .. } = (entry.describe)(&mut types);
        let refused = |reason| StartError::Constraint { path: entry.rust_path(), reason };
        if let [reason, ..] = types.problems() {
            return Err(refused(reason.clone()));
        }
        let checker = checker(&parameters, &types, Integers::Safe)
            .map_err(|CompileError { reason, .. }| refused(reason))?;
        let mut is_live = false;
        for parameter in &parameters {
            match types.live_values(&parameter.ty, true) {
                found if found.contains("channel") => {
                    let (path, what) = (entry.rust_path(), parameter.ty.rust);
                    return Err(StartError::Misplaced { path, what });
                }
                found => is_live |= !found.is_empty(),
            }
        }
        let (Output::Value(output) | Output::Stream(output)) = output;
        is_live |= !types.live_values(&output, false).is_empty();
        let carries_bytes = types.carries_bytes(&output, false);
        let (exact_checker, hash) = (OnceLock::new(), OnceLock::new());
        let key = entry.key();
        Ok(Self { key, handler, entry, checker, exact_checker, carries_bytes, is_live, hash })
    }

    /// Whether a result may hold raw bytes.
    pub(crate) fn carries_bytes(&self) -> bool {
        self.carries_bytes
    }

    /// Whether arguments or results may hold live values, which need a connection.
    pub(crate) fn is_live(&self) -> bool {
        self.is_live
    }

    /// The constraints that the arguments break; they are of the right types.
    pub(crate) fn check(&self, json: &[u8], headers: &HeaderMap) -> Vec<Issue> {
        if self.checker.is_free() {
            return Vec::new();
        }
        self.checker(headers).check(json)
    }

    /// Why the arguments could not be decoded, and whether it is because the client is an old one.
    pub(crate) fn explain(
        &self,
        message: &Message,
        error: &serde_json::Error,
        headers: &HeaderMap,
    ) -> Failure {
        let sent = headers.get(media::SCHEMA_HEADER);
        if sent.is_some_and(|sent| sent != self.hash()) {
            return Failure::protocol(
                ProtocolCode::StaleClient,
                format!(
                    "`{}` has changed since this client was generated: reload the page, or generate it anew",
                    self.key
                ),
            );
        }
        let text = error.to_string();
        let explain = || self.checker(headers).explain(&message.json, error);
        match error.classify() {
            Category::Data => Failure::Validation { issues: explain() },
            // A number that no Rust type holds is a wrong value in a well-formed text.
            Category::Syntax if text.starts_with("number out of range") => {
                Failure::Validation { issues: explain() }
            }
            _ if text.starts_with("recursion limit exceeded") => {
                Failure::protocol(ProtocolCode::TooDeep, "the arguments are nested too deeply")
            }
            _ => Failure::protocol(
                ProtocolCode::MalformedBody,
                format!("the body is not JSON: {text}"),
            ),
        }
    }

    /// The checker for what the client means by a large integer.
    fn checker(&self, headers: &HeaderMap) -> &ArgumentChecker {
        if !output::is_exact(headers) {
            return &self.checker;
        }
        self.exact_checker.get_or_init(|| {
            let mut types = Types::new();
            let Signature { parameters, .. } = (self.entry.describe)(&mut types);
            checker(&parameters, &types, Integers::Exact).expect("the same compiled at start")
        })
    }

    fn hash(&self) -> &str {
        self.hash.get_or_init(|| self.entry.hash())
    }
}

fn checker(
    parameters: &[telefunc_schema::Parameter],
    types: &Types,
    integers: Integers,
) -> Result<ArgumentChecker, CompileError> {
    let parameters = parameters.iter().map(|parameter| Parameter {
        name: parameter.name,
        schema: parameter.ty.schema.as_value(),
        optional: parameter.optional,
    });
    ArgumentChecker::compile(parameters, types.definitions(true), integers)
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str(
                "no telefunction is linked into this program: a crate that is depended on but never \
                 named is left out by the linker, so write `use your_crate as _;` beside `main`",
            ),
            Self::Duplicate { key, paths: [a, b] } => write!(
                f,
                "two telefunctions have the key `{key}`: `{a}` and `{b}`; rename one with `#[telefunction(name = \"…\")]`",
            ),
            Self::Constraint { path, reason } => write!(f, "a constraint of `{path}` can not be enforced: {reason}"),
            Self::Misplaced { path, what } => write!(
                f,
                "a parameter of `{path}` of type `{what}` holds a `ClientEnd`, which only a server \
                 makes: return it, and take a `Callback` for what the client makes",
            ),
        }
    }
}

impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for StartError {}

/// How many letters must change to turn `a` into `b` (Levenshtein), for names of at most 64 bytes;
/// longer ones are never near, which bounds the work a caller can ask for.
fn distance(a: &str, b: &str) -> usize {
    if a.len().max(b.len()) > 64 {
        return usize::MAX;
    }
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.bytes().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.bytes().enumerate() {
            let change = diagonal + usize::from(!x.eq_ignore_ascii_case(&y));
            diagonal = row[j + 1];
            row[j + 1] = change.min(row[j] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::distance;

    #[test]
    fn distance_counts_changed_letters() {
        assert_eq!(distance("todos.onNewTodo", "todos.onNewTodo"), 0);
        assert_eq!(distance("todos.onNewTodo", "todos.onnewtodos"), 1);
        assert_eq!(distance("", "abc"), 3);
        assert_eq!(distance("kitten", "sitting"), 3);
    }
}
