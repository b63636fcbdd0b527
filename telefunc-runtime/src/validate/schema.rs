//! A compiled schema: nodes that refer to each other by number, so that a recursive type is a
//! cycle and not an endless tree.

use regex::Regex;
use serde_json::Value;

use super::canonical::canonical;
use super::format::Format;
use super::number::{Limit, Number};
use super::scan::Kind;

/// The number of a [`Node`].
pub(super) type Id = usize;

/// All nodes of one checker.
#[derive(Debug)]
pub(super) struct Nodes(pub(super) Vec<Node>);

/// What one schema demands of a value.
#[derive(Clone, Debug)]
pub(super) struct Node {
    pub(super) kinds: Kinds,
    pub(super) values: Option<Values>,
    pub(super) text: Option<Text>,
    pub(super) range: Option<Range>,
    pub(super) array: Option<Array>,
    pub(super) object: Option<Object>,
    /// `allOf`, and a `$ref` beside other keywords.
    pub(super) all: Vec<Id>,
    /// `anyOf` and `oneOf`.
    pub(super) choices: Vec<Choice>,
    pub(super) not: Option<Id>,
    pub(super) condition: Option<Condition>,
}

/// A set of JSON types. A number is an integer or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Kinds(u8);

/// `enum` and `const`.
#[derive(Clone, Debug)]
pub(super) struct Values {
    pub(super) texts: Vec<String>,
    /// The canonical JSON of what is not a string.
    pub(super) others: Vec<String>,
}

/// What is demanded of a string.
#[derive(Clone, Debug, Default)]
pub(super) struct Text {
    pub(super) min: Option<usize>,
    pub(super) max: Option<usize>,
    pub(super) pattern: Option<Regex>,
    pub(super) format: Option<Format>,
}

/// What is demanded of a number.
#[derive(Clone, Debug, Default)]
pub(super) struct Range {
    pub(super) min: Option<Limit>,
    pub(super) max: Option<Limit>,
    pub(super) multiple: Option<Number>,
}

/// What is demanded of an array.
#[derive(Clone, Debug)]
pub(super) struct Array {
    pub(super) prefix: Vec<Rest>,
    pub(super) items: Rest,
    pub(super) min: Option<usize>,
    pub(super) max: Option<usize>,
    pub(super) unique: bool,
    pub(super) contains: Option<Id>,
}

/// What is demanded of an object.
#[derive(Clone, Debug)]
pub(super) struct Object {
    /// Sorted by name.
    pub(super) fields: Vec<Field>,
    pub(super) patterns: Vec<(Regex, Rest)>,
    pub(super) additional: Rest,
    /// Whether the schema says something of all fields, so that none is left to another schema's
    /// `unevaluatedProperties`.
    pub(super) is_open: bool,
    pub(super) names: Option<Id>,
    pub(super) min: Option<usize>,
    pub(super) max: Option<usize>,
}

/// A field that the schema names.
#[derive(Clone, Debug)]
pub(super) struct Field {
    pub(super) name: String,
    pub(super) value: Rest,
    pub(super) required: bool,
}

/// A place in an array or object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Rest {
    /// Anything may stand there.
    Any,
    /// Nothing may stand there.
    Nothing,
    /// What the node allows may stand there.
    Node(Id),
    /// As `Any`, where schemas beside this one in an `allOf` or `oneOf` know the field; else as
    /// the inner one says. (`unevaluatedProperties`.)
    Unevaluated(Option<Id>),
}

/// Several schemas of which a value fits one.
#[derive(Clone, Debug)]
pub(super) enum Choice {
    /// Objects that say in the field `key` which one they are.
    Tagged { key: String, cases: Vec<(String, Rest)> },
    /// Strings, and objects whose one key says which one they are.
    External { names: Vec<String>, cases: Vec<(String, Rest)> },
    /// Each of other JSON types.
    ByKind(Vec<(Kinds, Rest)>),
    /// Whichever fits.
    Any(Vec<Id>),
    /// The only one that fits.
    One(Vec<Id>),
}

/// `if`, `then` and `else`.
#[derive(Clone, Copy, Debug)]
pub(super) struct Condition {
    pub(super) test: Id,
    pub(super) then: Option<Id>,
    pub(super) otherwise: Option<Id>,
}

impl Nodes {
    pub(super) fn add(&mut self, node: Node) -> Id {
        self.0.push(node);
        self.0.len() - 1
    }
}

impl std::ops::Index<Id> for Nodes {
    type Output = Node;

    fn index(&self, id: Id) -> &Node {
        &self.0[id]
    }
}

impl std::ops::IndexMut<Id> for Nodes {
    fn index_mut(&mut self, id: Id) -> &mut Node {
        &mut self.0[id]
    }
}

impl Node {
    /// A node that demands a type and no more.
    pub(super) fn of(kinds: Kinds) -> Self {
        Self {
            kinds,
            values: None,
            text: None,
            range: None,
            array: None,
            object: None,
            all: Vec::new(),
            choices: Vec::new(),
            not: None,
            condition: None,
        }
    }
}

impl Range {
    pub(super) fn raise(&mut self, limit: Limit) {
        if self.min.is_none_or(|min| limit.at > min.at || (limit.at == min.at && !min.exclusive)) {
            self.min = Some(limit);
        }
    }

    pub(super) fn lower(&mut self, limit: Limit) {
        if self.max.is_none_or(|max| limit.at < max.at || (limit.at == max.at && !max.exclusive)) {
            self.max = Some(limit);
        }
    }

    /// Adds the bounds of an integer type, and tells whether there are any. A bound that says the
    /// same is then one that the type implies.
    pub(super) fn within(&mut self, bounds: Option<(i128, Option<i128>)>) -> bool {
        let Some((min, max)) = bounds else { return false };
        self.raise(Limit::implied(min));
        if let Some(max) = max {
            self.lower(Limit::implied(max));
        }
        true
    }
}

impl Values {
    pub(super) fn of<'v>(values: impl IntoIterator<Item = &'v Value>) -> Self {
        let (mut texts, mut others) = (Vec::new(), Vec::new());
        for value in values {
            match value {
                Value::String(text) => texts.push(text.clone()),
                value => others.push(canonical(value)),
            }
        }
        Self { texts, others }
    }
}

impl Array {
    /// Whether the lengths say no more than that this is a tuple.
    pub(super) fn is_tuple(&self) -> bool {
        let length = Some(self.prefix.len());
        !self.prefix.is_empty() && self.min == length && self.max == length
    }
}

impl Object {
    pub(super) fn field(&self, name: &str) -> Option<(usize, &Field)> {
        let place = self.fields.binary_search_by(|field| field.name.as_str().cmp(name)).ok()?;
        Some((place, &self.fields[place]))
    }
}

impl Default for Array {
    fn default() -> Self {
        let (prefix, items) = (Vec::new(), Rest::Any);
        Self { prefix, items, min: None, max: None, unique: false, contains: None }
    }
}

impl Default for Object {
    fn default() -> Self {
        Self {
            fields: Vec::new(),
            patterns: Vec::new(),
            additional: Rest::Any,
            is_open: false,
            names: None,
            min: None,
            max: None,
        }
    }
}

impl Kinds {
    pub(super) const NONE: Self = Self(0);
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOL: Self = Self(2);
    pub(super) const INTEGER: Self = Self(4);
    pub(super) const NUMBER: Self = Self(4 | 8);
    pub(super) const STRING: Self = Self(16);
    pub(super) const ARRAY: Self = Self(32);
    pub(super) const OBJECT: Self = Self(64);
    pub(super) const ALL: Self = Self(127);

    /// The type of this name.
    pub(super) fn named(name: &str) -> Option<Self> {
        let (kinds, ..) = NAMES.iter().find(|(_, known, _)| *known == name)?;
        Some(*kinds)
    }

    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(super) fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// Whether a value of this kind may fit.
    pub(super) fn allow(self, kind: Kind) -> bool {
        let kinds = match kind {
            Kind::Null => Self::NULL,
            Kind::Bool => Self::BOOL,
            Kind::Number => Self::NUMBER,
            Kind::String => Self::STRING,
            Kind::Array => Self::ARRAY,
            Kind::Object => Self::OBJECT,
        };
        !self.and(kinds).is_empty()
    }

    /// Whether numbers must be integers.
    pub(super) fn only_integers(self) -> bool {
        self.and(Self::NUMBER) == Self::INTEGER
    }
}

impl std::fmt::Display for Kinds {
    /// `a string or null`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut left = *self;
        let mut names = Vec::new();
        for (kinds, _, name) in NAMES {
            if left.and(kinds) == kinds {
                left = Self(left.0 & !kinds.0);
                names.push(name);
            }
        }
        match names.split_last() {
            None => f.write_str("nothing"),
            Some((last, [])) => f.write_str(last),
            Some((last, rest)) => write!(f, "{} or {last}", rest.join(", ")),
        }
    }
}

const NAMES: [(Kinds, &str, &str); 7] = [
    (Kinds::STRING, "string", "a string"),
    (Kinds::NUMBER, "number", "a number"),
    (Kinds::INTEGER, "integer", "a whole number"),
    (Kinds::BOOL, "boolean", "true or false"),
    (Kinds::ARRAY, "array", "a list"),
    (Kinds::OBJECT, "object", "an object"),
    (Kinds::NULL, "null", "null"),
];
