//! Names: camelCase, reserved words, raw identifiers, and where functions may stand.

use telefunc::__private::schema::entries;
use telefunc::prelude::*;

use super::{entry, signature};

#[telefunction]
fn on_new_todo(due_date: u32, _unused_so_far: bool) {
    let _ = due_date;
}

#[telefunction]
fn delete(new: u32, r#in: u32) -> u32 {
    new + r#in
}

#[telefunction]
async fn r#type(r#fn: u32, mut r#match: u32) -> u32 {
    r#match += r#fn;
    r#match
}

#[telefunction(name = "list")]
fn on_list_all() {}

#[telefunction(name = "class")]
fn on_class() {}

#[telefunction]
#[allow(non_snake_case)]
fn onAlreadyCamel() {}

mod inner {
    pub(super) mod deep {
        use telefunc::prelude::*;

        /// A type that only this module names.
        #[telefunc::data]
        pub(crate) struct Local {
            n: u32,
        }

        #[telefunction]
        pub(in crate::macros) fn on_deep(local: Local) -> u32 {
            local.n
        }
    }
}

/// Functions in a function's body see what stands beside them.
fn registers_within() -> u32 {
    #[telefunc::data]
    struct Within {
        n: u32,
    }

    #[telefunction]
    fn on_within(within: Within) -> u32 {
        within.n
    }

    on_within(Within { n: 3 })
}

macro_rules! function {
    ($name:ident, $ty:ty) => {
        #[telefunction]
        fn $name(value: $ty) -> $ty {
            value
        }
    };
}

function!(on_generated, Vec<u32>);

#[test]
fn names_become_camel_case() {
    assert_eq!(
        signature("names.onNewTodo"),
        "(dueDate: number, unusedSoFar: boolean): Promise<null>"
    );
    assert_eq!(entry("names.onNewTodo").rust_path(), "it::macros::names::on_new_todo");
    assert_eq!(entry("names.onAlreadyCamel").rust_name, "onAlreadyCamel");
}

#[test]
fn reserved_words_of_typescript_get_an_underscore() {
    assert_eq!(signature("names.delete_"), "(new_: number, in_: number): Promise<number>");
    assert_eq!(entry("names.class_").rust_name, "on_class");
}

#[test]
fn reserved_words_of_rust_are_themselves() {
    assert_eq!(signature("names.type"), "(fn: number, match: number): Promise<number>");
    assert_eq!(entry("names.type").rust_name, "r#type");
}

#[test]
fn the_attribute_names_a_function() {
    assert_eq!(entry("names.list").rust_name, "on_list_all");
}

#[test]
fn functions_stand_in_modules_bodies_and_macros() {
    assert_eq!(signature("names.inner.deep.onDeep"), "(local: Local): Promise<number>");
    assert_eq!(signature("names.onGenerated"), "(value: Array<number>): Promise<Array<number>>");
    assert_eq!(registers_within(), 3);
    let within = entries().into_iter().find(|entry| entry.name == "onWithin").unwrap();
    assert_eq!(within.key(), "macros.names.onWithin");
}
