//! A type as it goes over the wire in one direction: what TypeScript prints and codecs follow.

use crate::ast::Keyword;

/// A TypeScript type whose every leaf was proven by the schema.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    /// `string`, `number`, `boolean`, `null` and other plain words; never `bigint`.
    Plain(Keyword),
    /// An integer that is a `bigint` in TypeScript.
    BigInt,
    Date,
    Bytes,
    /// `JsonValue`.
    Json,
    Text(String),
    Number(String),
    Bool(bool),
    Template(String),
    Array(Box<Shape>),
    Tuple(Vec<Shape>),
    Object(Object),
    Map {
        key: Box<Shape>,
        value: Box<Shape>,
        partial: bool,
    },
    Union(Vec<Shape>),
    Intersection(Vec<Shape>),
    /// A user's type, by its Rust path.
    Named {
        path: String,
        arguments: Vec<Shape>,
    },
    Parameter(String),
    /// A function that the other side calls: its parameters, by name, and its result.
    Callback {
        parameters: Vec<(String, Shape)>,
        result: Box<Shape>,
    },
    /// The client's end of a channel.
    Channel(Box<Ends>),
}

/// What goes through a channel: the client sends `input` and receives `output`.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Ends {
    pub(crate) input: Shape,
    pub(crate) output: Shape,
    /// What the client gets for a request.
    pub(crate) in_reply: Shape,
    /// What the client answers to a request.
    pub(crate) out_reply: Shape,
}

/// An object type.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Object {
    pub(crate) properties: Vec<Property>,
    /// The values of a flattened map beside the properties.
    pub(crate) rest: Option<Box<Shape>>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Property {
    pub(crate) name: String,
    /// Whether the property may be absent.
    pub(crate) optional: bool,
    pub(crate) shape: Shape,
    pub(crate) docs: Vec<String>,
}

impl Shape {
    pub(crate) const NULL: Self = Self::Plain(Keyword::Null);

    /// A union with nested unions lifted and repetitions dropped, `null` last.
    pub(crate) fn union(members: impl IntoIterator<Item = Self>) -> Self {
        let mut flat: Vec<Self> = Vec::new();
        for member in members {
            let inner = match member {
                Self::Union(inner) => inner,
                one => vec![one],
            };
            for one in inner {
                if !flat.contains(&one) {
                    flat.push(one);
                }
            }
        }
        flat.sort_by_key(|one| *one == Self::NULL || *one == Self::Plain(Keyword::Undefined));
        match flat.len() {
            0 => Self::Plain(Keyword::Never),
            1 => flat.remove(0),
            _ => Self::Union(flat),
        }
    }

    /// Every shape directly inside this one.
    pub(crate) fn children(&self) -> Vec<&Self> {
        match self {
            Self::Array(item) => vec![item],
            Self::Tuple(items) | Self::Union(items) | Self::Intersection(items) => {
                items.iter().collect()
            }
            Self::Object(object) => object
                .properties
                .iter()
                .map(|property| &property.shape)
                .chain(object.rest.as_deref())
                .collect(),
            Self::Map { key, value, .. } => vec![key, value],
            Self::Named { arguments, .. } => arguments.iter().collect(),
            Self::Callback { parameters, result } => {
                parameters.iter().map(|(_, shape)| shape).chain([&**result]).collect()
            }
            Self::Channel(ends) => {
                vec![&ends.input, &ends.output, &ends.in_reply, &ends.out_reply]
            }
            _ => Vec::new(),
        }
    }

    /// Whether `test` holds for this shape or one inside it, without following names.
    pub(crate) fn any(&self, test: &mut dyn FnMut(&Self) -> bool) -> bool {
        test(self) || self.children().into_iter().any(|child| child.any(test))
    }

    /// Whether this is a live value, which rides on the connection.
    pub(crate) fn is_live(&self) -> bool {
        matches!(self, Self::Callback { .. } | Self::Channel(_))
    }

    /// A live value with `change` done to every shape in it; nothing for other shapes.
    pub(crate) fn map_live(&self, change: impl Fn(&Self) -> Self) -> Option<Self> {
        Some(match self {
            Self::Callback { parameters, result } => {
                let parameters =
                    parameters.iter().map(|(name, shape)| (name.clone(), change(shape)));
                Self::Callback {
                    parameters: parameters.collect(),
                    result: Box::new(change(result)),
                }
            }
            Self::Channel(ends) => Self::Channel(Box::new(Ends {
                input: change(&ends.input),
                output: change(&ends.output),
                in_reply: change(&ends.in_reply),
                out_reply: change(&ends.out_reply),
            })),
            _ => return None,
        })
    }

    /// The shape with type parameters replaced.
    pub(crate) fn bind(&self, parameters: &[(String, Shape)]) -> Self {
        let bind = |shape: &Self| shape.bind(parameters);
        let all = |shapes: &[Self]| shapes.iter().map(bind).collect::<Vec<_>>();
        match self {
            live if live.is_live() => live.map_live(bind).unwrap_or_else(|| live.clone()),
            Self::Parameter(name) => parameters
                .iter()
                .find_map(|(parameter, shape)| (parameter == name).then(|| shape.clone()))
                .unwrap_or_else(|| self.clone()),
            Self::Array(item) => Self::Array(Box::new(bind(item))),
            Self::Tuple(items) => Self::Tuple(all(items)),
            Self::Union(members) => Self::union(all(members)),
            Self::Intersection(members) => Self::Intersection(all(members)),
            Self::Object(object) => Self::Object(Object {
                properties: object
                    .properties
                    .iter()
                    .map(|property| Property { shape: bind(&property.shape), ..property.clone() })
                    .collect(),
                rest: object.rest.as_deref().map(|rest| Box::new(bind(rest))),
            }),
            Self::Map { key, value, partial } => Self::Map {
                key: Box::new(bind(key)),
                value: Box::new(bind(value)),
                partial: *partial,
            },
            Self::Named { path, arguments } => {
                Self::Named { path: path.clone(), arguments: all(arguments) }
            }
            leaf => leaf.clone(),
        }
    }
}
