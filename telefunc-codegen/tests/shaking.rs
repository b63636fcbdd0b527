//! One unused function costs nothing: of a hundred functions with dates in their types, a page
//! that uses one is as small as if there were only that one.

#![allow(dead_code, reason = "only the types of the fields matter")]

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use telefunc_codegen::{Builder, Emit};
use ts_rs::TS;

/// The wire's date, as the runtime describes it.
#[derive(Serialize, Deserialize)]
struct Date;

impl TS for Date {
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(_: &ts_rs::Config) -> String {
        "Date".to_owned()
    }

    fn inline(_: &ts_rs::Config) -> String {
        "Date".to_owned()
    }
}

impl JsonSchema for Date {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Date".into()
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string", "format": "date-time", "x-telefunc": "date" })
    }
}

/// Declares a type and a function that takes and returns it.
macro_rules! functions {
    ($($ty:ident $name:literal)*) => {
        $(
            #[derive(super::Serialize, super::Deserialize, super::TS, super::JsonSchema)]
            struct $ty {
                at: super::Date,
                more: Vec<Option<super::Date>>,
                nested: Vec<$ty>,
            }

            telefunc_schema::inventory::submit! {
                telefunc_schema::Entry {
                    module_path: module_path!(),
                    rust_name: $name,
                    name: $name,
                    docs: "",
                    deprecated: None,
                    describe: |types| telefunc_schema::Signature {
                        parameters: vec![telefunc_schema::Parameter {
                            name: "value",
                            ty: types.input::<$ty>(),
                            optional: false,
                        }],
                        output: telefunc_schema::Output::Value(types.output::<Vec<$ty>>()),
                        refusal: None,
                    },
                    handler: &(),
                }
            }
        )*
    };
}

/// Ten of them for each word, with names of one length.
macro_rules! tens {
    ($($module:ident)*) => {
        $(
            mod $module {
                functions! {
                    T0 "onCall0" T1 "onCall1" T2 "onCall2" T3 "onCall3" T4 "onCall4"
                    T5 "onCall5" T6 "onCall6" T7 "onCall7" T8 "onCall8" T9 "onCall9"
                }
            }
        )*
    };
}

mod alone {
    functions! { T0 "onCall0" }
}

mod crowd {
    functions! {
        T0 "onCall0" T1 "onCall1" T2 "onCall2" T3 "onCall3" T4 "onCall4" T5 "onCall5"
        T6 "onCall6" T7 "onCall7" T8 "onCall8" T9 "onCall9" T10 "onCall10" T11 "onCall11"
    }
}

tens! { tens0 tens1 tens2 tens3 tens4 tens5 tens6 tens7 tens8 }

#[test]
fn an_unused_function_costs_nothing() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("shaking");
    let _ = fs::remove_dir_all(&folder);
    fs::create_dir_all(&folder).unwrap();
    Builder::new(&folder).emit(Emit::Js).generate().unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/codegen/shake.mjs");
    let output = Command::new("node").arg(script).arg(&folder).output().unwrap();
    let text = [output.stdout, output.stderr].concat();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&text));
}
