//! Finds where dates, bytes and big integers stand in a type, and builds the codec expression
//! that revives or encodes exactly those places.

mod live;
mod union;

use std::collections::{BTreeMap, BTreeSet};

use crate::ast::Keyword;
use crate::error::Error;
use crate::model::{Bodies, Function, Output};
use crate::resolve::Direction;
use crate::shape::{Object, Shape};

/// A codec expression, made of what the runtime exports.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Codec {
    /// A codec of the runtime: `toDate`.
    Symbol(&'static str),
    List(Box<Codec>),
    Record(Box<Codec>),
    Nullable(Box<Codec>),
    Tuple(Vec<Option<Codec>>),
    Fields(Vec<(String, Codec)>),
    Tagged(String, Vec<(String, Codec)>),
    Kinds(Vec<(&'static str, Codec)>),
    /// A constant of the file, by number.
    Constant(usize),
    /// A constant that is not yet initialised where this stands.
    Lazy(usize),
    /// A live value, with the codecs of what goes through it.
    Live(&'static str, Vec<(&'static str, Part)>),
}

/// The codec of one thing that goes through a live value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Part {
    One(Codec),
    /// Of each argument.
    List(Vec<Option<Codec>>),
}

/// The codecs of one function.
#[derive(Default)]
pub(crate) struct FunctionCodecs {
    pub(crate) arguments: Vec<Option<Codec>>,
    pub(crate) result: Option<Codec>,
    pub(crate) refusal: Option<Codec>,
    /// Whether integers must survive `JSON.parse`.
    pub(crate) exact: bool,
    /// Whether raw bytes go beside the JSON, other than in a stream, which always has frames.
    pub(crate) frames: bool,
    /// Whether there are live values, which also takes care of bytes.
    pub(crate) live: bool,
}

/// The codec of one named type, a constant in a file.
pub(crate) struct Constant {
    /// Whether it encodes or decodes.
    pub(crate) direction: Direction,
    /// The Rust path of the type.
    pub(crate) path: String,
    pub(crate) codec: Codec,
}

/// Builds the codecs of one file.
pub(crate) struct Builder<'a> {
    bodies: &'a Bodies,
    known: BTreeMap<String, State>,
    /// In the order in which they can be initialised; a number is the place in `slots`.
    pub(crate) order: Vec<usize>,
    pub(crate) slots: Vec<Option<Constant>>,
    /// Where the value stands, for messages.
    place: String,
    /// The innermost named type, for messages.
    inside: Vec<String>,
    /// Whether what is at hand goes against the direction of the whole, as a callback's arguments do.
    is_flipped: bool,
}

#[derive(Clone)]
enum State {
    Open(usize),
    Known(Option<Codec>),
}

type Built = Result<Option<Codec>, Error>;

impl<'a> Builder<'a> {
    pub(crate) fn new(bodies: &'a Bodies) -> Self {
        Self {
            bodies,
            known: BTreeMap::new(),
            order: Vec::new(),
            slots: Vec::new(),
            place: String::new(),
            inside: Vec::new(),
            is_flipped: false,
        }
    }

    pub(crate) fn function(&mut self, function: &Function) -> Result<FunctionCodecs, Error> {
        let mut codecs = FunctionCodecs::default();
        for parameter in &function.parameters {
            self.place = format!("parameter `{}` of `{}`", parameter.name, function.rust);
            codecs.arguments.push(self.codec(&parameter.shape, Direction::Input)?);
        }
        self.place = format!("the result of `{}`", function.rust);
        codecs.result = match &function.output {
            Output::Void => Some(Codec::Symbol("nothing")),
            Output::Value(shape) | Output::Stream(shape) => self.codec(shape, Direction::Output)?,
        };
        if let Some(refusal) = &function.refusal {
            self.place = format!("the refusal of `{}`", function.rust);
            codecs.refusal = self.codec(refusal, Direction::Output)?;
        }
        let reach =
            |test: Shape, shape: &Shape, direction| self.reaches(shape, direction, &|s| *s == test);
        codecs.exact = function.shapes().any(|(shape, at)| reach(Shape::BigInt, shape, at));
        codecs.live =
            function.shapes().any(|(shape, at)| self.reaches(shape, at, &|inner| inner.is_live()));
        codecs.frames = match &function.output {
            Output::Value(shape) => reach(Shape::Bytes, shape, Direction::Output),
            Output::Void | Output::Stream(_) => false,
        };
        let mut parameters = function.parameters.iter();
        codecs.frames |= parameters.any(|p| reach(Shape::Bytes, &p.shape, Direction::Input));
        if function.refusal.as_ref().is_some_and(|s| reach(Shape::Bytes, s, Direction::Output)) {
            return Err(Error::BytesInRefusal { function: function.rust.clone() });
        }
        Ok(codecs)
    }

    /// Whether `test` holds anywhere in a shape or the types it names.
    fn reaches(&self, shape: &Shape, direction: Direction, test: &dyn Fn(&Shape) -> bool) -> bool {
        let mut met = BTreeSet::new();
        let mut open = vec![shape.clone()];
        while let Some(shape) = open.pop() {
            let found = shape.any(&mut |inner| {
                if let Shape::Named { path, arguments } = inner
                    && met.insert(format!("{path}{arguments:?}"))
                {
                    open.extend(self.bodies.bound(path, arguments, direction));
                }
                test(inner)
            });
            if found {
                return true;
            }
        }
        false
    }

    fn special(&self, shape: &Shape, direction: Direction) -> bool {
        self.reaches(shape, direction, &|shape| {
            matches!(shape, Shape::Date | Shape::Bytes | Shape::BigInt) || shape.is_live()
        })
    }

    fn codec(&mut self, shape: &Shape, direction: Direction) -> Built {
        if !self.special(shape, direction) {
            return Ok(None);
        }
        let is_received = self.is_received(direction);
        let symbol = |to, from| Codec::Symbol(if is_received { to } else { from });
        Ok(Some(match shape {
            Shape::Date => symbol("toDate", "fromDate"),
            Shape::Bytes => symbol("toBytes", "fromBytes"),
            Shape::BigInt => symbol("toBigInt", "fromBigInt"),
            Shape::Array(item) => {
                return Ok(self.codec(item, direction)?.map(|item| Codec::List(Box::new(item))));
            }
            Shape::Map { value, .. } => {
                return Ok(self
                    .codec(value, direction)?
                    .map(|value| Codec::Record(Box::new(value))));
            }
            Shape::Tuple(items) => {
                let items: Result<Vec<_>, _> =
                    items.iter().map(|item| self.codec(item, direction)).collect();
                Codec::Tuple(items?)
            }
            Shape::Object(_) | Shape::Intersection(_) => {
                let objects = self.objects(shape, direction);
                return self.variants(&objects, direction);
            }
            Shape::Union(members) => return self.union(members, direction),
            Shape::Callback { parameters, result } => {
                self.callback(parameters, result, direction)?
            }
            Shape::Channel(ends) => self.channel(ends, direction)?,
            Shape::Named { path, arguments } => return self.named(path, arguments, direction),
            _ => return Ok(None),
        }))
    }

    fn named(&mut self, path: &str, arguments: &[Shape], direction: Direction) -> Built {
        // A type that is the same both ways has one codec for what is received, whatever the whole is.
        let is_same = arguments.is_empty() && self.bodies.get(path).is_some_and(|b| !b.differs);
        let whole = if is_same { None } else { Some(direction) };
        let key = format!("{} {whole:?} {path} {arguments:?}", self.is_received(direction));
        match self.known.get(&key) {
            Some(State::Known(codec)) => return Ok(codec.clone()),
            Some(State::Open(slot)) => return Ok(Some(Codec::Lazy(*slot))),
            None => {}
        }
        let Some(body) = self.bodies.bound(path, arguments, direction) else { return Ok(None) };
        let slot = self.slots.len();
        self.slots.push(None);
        self.known.insert(key.clone(), State::Open(slot));
        self.inside.push(path.to_owned());
        let codec = self.codec(&body, direction)?;
        self.inside.pop();
        let codec = match codec {
            // Another name for the same thing needs no constant.
            Some(codec @ (Codec::Symbol(_) | Codec::Constant(_))) => Some(codec),
            Some(codec) => {
                let direction = match self.is_received(direction) {
                    true => Direction::Output,
                    false => Direction::Input,
                };
                self.slots[slot] = Some(Constant { direction, path: path.to_owned(), codec });
                self.order.push(slot);
                Some(Codec::Constant(slot))
            }
            None => None,
        };
        self.known.insert(key, State::Known(codec.clone()));
        Ok(codec)
    }

    /// The objects that a value may be: names followed, intersections multiplied out. Members that
    /// are no objects are left out.
    fn objects(&self, shape: &Shape, direction: Direction) -> Vec<Object> {
        match shape {
            Shape::Object(object) => vec![object.clone()],
            Shape::Map { value, .. } => {
                vec![Object { properties: Vec::new(), rest: Some(value.clone()) }]
            }
            Shape::Named { path, arguments } => self
                .bodies
                .bound(path, arguments, direction)
                .map(|body| self.objects(&body, direction))
                .unwrap_or_default(),
            Shape::Union(members) => {
                members.iter().flat_map(|member| self.objects(member, direction)).collect()
            }
            Shape::Intersection(members) => {
                let mut product = vec![Object::default()];
                for member in members {
                    let factors = self.objects(member, direction);
                    product = product
                        .iter()
                        .flat_map(|object| factors.iter().map(|factor| object.and(factor)))
                        .collect();
                }
                product
            }
            _ => Vec::new(),
        }
    }

    /// Whether the client receives what is at hand.
    fn is_received(&self, direction: Direction) -> bool {
        (direction == Direction::Output) != self.is_flipped
    }

    fn untellable(&self, reason: &str) -> Error {
        Error::Untellable {
            place: self.place.clone(),
            rust: self.inside.last().cloned().unwrap_or_else(|| "value".to_owned()),
            reason: reason.to_owned(),
        }
    }
}

impl Object {
    fn and(&self, other: &Self) -> Self {
        let properties = self.properties.iter().chain(&other.properties).cloned().collect();
        Self { properties, rest: self.rest.clone().or_else(|| other.rest.clone()) }
    }
}

/// Whether a shape stands for nothing but an absent value.
fn is_absent(shape: &Shape) -> bool {
    matches!(shape, Shape::Plain(Keyword::Null | Keyword::Undefined))
}
