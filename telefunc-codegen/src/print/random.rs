//! Prints random types and functions, and has Prettier confirm that it would print the same.

use std::process::Command;
use std::{env, fs};

use super::{Settings, file};
use crate::ast::Keyword;
use crate::builder::{Emit, LargeInts};
use crate::codec;
use crate::model::{Bodies, Definition, File, Function, Model, Output, Parameter};
use crate::resolve::Direction;
use crate::shape::{Object, Property, Shape};

/// Small and the same everywhere: a linear congruential generator.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 40).unwrap_or_default() % bound
    }

    fn pick<T: Copy>(&mut self, choices: &[T]) -> T {
        choices[self.below(choices.len())]
    }

    fn name(&mut self) -> String {
        let parts = ["at", "id", "name", "session", "Account", "Description", "OfTheLongerKind"];
        (0..=self.below(4)).map(|_| self.pick(&parts)).collect()
    }

    fn several(&mut self, most: usize, depth: usize) -> Vec<Shape> {
        (0..2 + self.below(most - 1)).map(|_| self.shape(depth + 1)).collect()
    }

    fn shape(&mut self, depth: usize) -> Shape {
        let kind = if depth > 3 { self.below(5) } else { self.below(14) };
        match kind {
            0 => Shape::Plain(self.pick(&[
                Keyword::String,
                Keyword::Number,
                Keyword::Boolean,
                Keyword::Undefined,
            ])),
            1 => Shape::Text(self.name()),
            2 => Shape::Named { path: self.pick(&PATHS).0.to_owned(), arguments: Vec::new() },
            3 => self.pick(&[&Shape::Date, &Shape::Bytes, &Shape::Json, &Shape::NULL]).clone(),
            4 => Shape::Number("42".to_owned()),
            5 | 6 => Shape::Array(Box::new(self.shape(depth + 1))),
            7 => Shape::Tuple(self.several(3, depth)),
            8 => Shape::Object(self.object(depth)),
            9 => Shape::Map {
                key: Box::new(Shape::Plain(Keyword::String)),
                value: Box::new(self.shape(depth + 1)),
                partial: self.below(2) == 0,
            },
            10 | 11 => Shape::union(self.several(4, depth)),
            12 => {
                let arguments = (0..=self.below(2)).map(|_| self.shape(depth + 1)).collect();
                Shape::Named { path: self.pick(&PATHS).0.to_owned(), arguments }
            }
            _ => {
                let object = Shape::Object(self.object(depth));
                let named =
                    Shape::Named { path: self.pick(&PATHS).0.to_owned(), arguments: Vec::new() };
                let objects: Vec<Shape> =
                    (0..2).map(|_| Shape::Object(self.object(depth))).collect();
                Shape::Intersection(match self.below(3) {
                    0 => vec![object, named],
                    1 => vec![object, Shape::union(objects)],
                    _ => vec![object, Shape::union(objects), named],
                })
            }
        }
    }

    fn object(&mut self, depth: usize) -> Object {
        let properties = (0..=self.below(4)).map(|at| Property {
            name: format!("{}{at}", self.name()),
            optional: self.below(4) == 0,
            shape: self.shape(depth + 1),
            docs: if self.below(8) == 0 { vec!["What it is for.".to_owned()] } else { Vec::new() },
        });
        Object { properties: properties.collect(), rest: None }
    }

    fn definition(&mut self, at: usize) -> Definition {
        Definition {
            path: "api::Type".to_owned(),
            direction: Direction::Output,
            name: format!("Type{}{at}", self.name()),
            parameters: Vec::new(),
            shape: self.shape(0),
            docs: Vec::new(),
        }
    }

    fn function(&mut self, at: usize) -> Function {
        let parameters = (0..self.below(4)).map(|parameter| Parameter {
            name: format!("{}{parameter}", self.pick(&["a", "text", "theWholeSession"])),
            shape: self.shape(1),
            optional: false,
        });
        let parameters = parameters.collect();
        Function {
            name: format!("on{}{at}", self.name()),
            rust: "api::function".to_owned(),
            key: format!("{}.{}", self.name(), self.name()),
            hash: "1a2b3c4d".to_owned(),
            docs: Vec::new(),
            deprecated: None,
            parameters,
            output: match self.below(3) {
                0 => Output::Void,
                1 => Output::Value(self.shape(1)),
                _ => Output::Stream(self.shape(1)),
            },
            refusal: (self.below(3) == 0).then(|| self.shape(2)),
        }
    }
}

const PATHS: [(&str, &str); 3] =
    [("api::Todo", "Todo"), ("api::Described", "DescribedAtLength"), ("api::E", "E")];

#[test]
fn prettier_prints_random_clients_in_the_same_way() {
    let seed = env::var("TELEFUNC_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    let folder = env::temp_dir().join(format!("telefunc-random-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    for round in seed..seed + 4 {
        println!("seed {round}");
        let mut random = Random(round);
        let mut page = File {
            module: String::new(),
            definitions: (0..120).map(|at| random.definition(at)).collect(),
            functions: (0..120).map(|at| random.function(at)).collect(),
        };
        // Some random unions can't be told apart on the wire; their layout is not at stake.
        let tellable = |function: &Function| {
            codec::Builder::new(&Bodies::opaque(&PATHS)).function(function).is_ok()
        };
        page.functions.retain(tellable);
        let model = Model { files: [].into(), bodies: Bodies::opaque(&PATHS) };
        for emit in [Emit::Ts, Emit::Js] {
            let settings = Settings { emit, large_ints: LargeInts::Number, package: None };
            for (name, text) in file(&model, "index", &page, &settings).unwrap() {
                fs::write(folder.join(format!("{round}-{name}")), text).unwrap();
            }
        }
    }
    let prettier = concat!(env!("CARGO_MANIFEST_DIR"), "/../client/node_modules/.bin/prettier");
    let output = Command::new(prettier).arg("--check").arg(&folder).output();
    let output = output.expect("npm --prefix client ci installs Prettier");
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{text}\nin {}", folder.display());
    fs::remove_dir_all(folder).unwrap();
}
