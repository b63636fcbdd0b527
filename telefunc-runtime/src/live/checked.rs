//! Reads what the client sends after a call, and checks it as strictly as a call's arguments.

use std::any::{TypeId, type_name};
use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Arc, LazyLock, PoisonError, RwLock};

use schemars::JsonSchema;
use telefunc_protocol::{Issue, Message};
use telefunc_schema::{Type, Types};
use ts_rs::TS;

use super::placeholder;
use crate::context::Context;
use crate::decode::{self, Argument, Arguments};
use crate::validate::{ArgumentChecker, Integers, Parameter};
use crate::value::parts;

/// Reads values of one type. Making one is cheap after the first of its type.
pub(super) struct Checked<T> {
    checker: Arc<ArgumentChecker>,
    value: PhantomData<fn() -> T>,
}

impl<T> Clone for Checked<T> {
    fn clone(&self) -> Self {
        Self { checker: Arc::clone(&self.checker), value: PhantomData }
    }
}

impl<T: Argument> Checked<T> {
    pub(super) fn new() -> Self {
        let checker =
            checker(TypeId::of::<(Self, T)>(), type_name::<T>(), |types| vec![input::<T>(types)]);
        Self { checker, value: PhantomData }
    }

    /// Reads one value.
    pub(super) fn read(&self, cx: &Context, message: Message) -> Result<T, Vec<Issue>> {
        let Message { json, parts } = message;
        placeholder::provide(cx, || {
            let read = || serde_json::from_slice(&json);
            let value = match parts.is_empty() {
                true => read(),
                false => parts::provide(parts, read),
            };
            match value {
                Ok(value) if self.checker.is_free() => Ok(value),
                Ok(value) => match self.checker.check(&listed(&json)) {
                    issues if issues.is_empty() => Ok(value),
                    issues => Err(unlisted(issues)),
                },
                Err(error) => {
                    let json = listed(&json);
                    // Once more, for an error that says where in the list it is.
                    let again = decode::from_json::<(T,)>(&["value"], &json).err();
                    Err(unlisted(self.checker.explain(&json, again.as_ref().unwrap_or(&error))))
                }
            }
        })
    }
}

/// Reads the arguments of one type of function.
pub(super) struct CheckedArguments<A> {
    checker: Arc<ArgumentChecker>,
    arguments: PhantomData<fn() -> A>,
}

impl<A: Arguments + 'static> CheckedArguments<A> {
    /// `describe` adds the type of each.
    pub(super) fn new(describe: impl FnOnce(&mut Types) -> Vec<Type>) -> Self {
        let checker = checker(TypeId::of::<A>(), type_name::<A>(), describe);
        Self { checker, arguments: PhantomData }
    }

    /// Reads a list of them.
    pub(super) fn read(&self, cx: &Context, message: Message) -> Result<A, Vec<Issue>> {
        let Message { json, parts } = message;
        placeholder::provide(cx, || {
            let read = || decode::from_json(&NAMES, &json);
            let arguments = match parts.is_empty() {
                true => read(),
                false => parts::provide(parts, read),
            };
            match arguments {
                Ok(arguments) => match self.checker.check(&json) {
                    issues if issues.is_empty() => Ok(arguments),
                    issues => Err(issues),
                },
                Err(error) => Err(self.checker.explain(&json, &error)),
            }
        })
    }
}

/// What the parameters of a callback are called.
pub(super) const NAMES: [&str; 8] =
    ["arg0", "arg1", "arg2", "arg3", "arg4", "arg5", "arg6", "arg7"];

/// Adds a type that the client sends.
pub(super) fn input<T: TS + JsonSchema + 'static>(types: &mut Types) -> Type {
    types.input::<T>()
}

/// The checker of a type, made when it is first asked for.
fn checker(
    id: TypeId,
    name: &str,
    describe: impl FnOnce(&mut Types) -> Vec<Type>,
) -> Arc<ArgumentChecker> {
    static CHECKERS: LazyLock<RwLock<HashMap<TypeId, Arc<ArgumentChecker>>>> =
        LazyLock::new(RwLock::default);
    if let Some(known) = CHECKERS.read().unwrap_or_else(PoisonError::into_inner).get(&id) {
        return Arc::clone(known);
    }
    let mut types = Types::new();
    let values = describe(&mut types);
    let parameters = values.iter().zip(NAMES).map(|(ty, name)| Parameter {
        name,
        schema: ty.schema.as_value(),
        optional: false,
    });
    let checker =
        match ArgumentChecker::compile(parameters, types.definitions(true), Integers::Safe) {
            Ok(checker) => Arc::new(checker),
            Err(error) => panic!("a constraint of `{name}` can not be enforced: {}", error.reason),
        };
    CHECKERS.write().unwrap_or_else(PoisonError::into_inner).insert(id, Arc::clone(&checker));
    checker
}

/// A list of the one value.
fn listed(json: &[u8]) -> Vec<u8> {
    [b"[", json, b"]"].concat()
}

/// The issues of the one value of a list.
fn unlisted(mut issues: Vec<Issue>) -> Vec<Issue> {
    for issue in &mut issues {
        if !issue.path.is_empty() {
            issue.path.remove(0);
        }
    }
    issues
}
