//! Prunes a checked type to what serde has not checked yet: mostly to nothing.
//!
//! What a keyword says that a Rust type can say by itself does not count: the types of values,
//! required fields, variants, unknown fields, the range of an integer type, the length of a tuple,
//! the uniqueness of a set, and formats that only types state. Where something is left, the types
//! of the values around it are checked as well, since serde also reads a struct from an array, and
//! so would find a way around its fields' constraints.

use super::schema::{Array, Choice, Id, Node, Nodes, Object, Range, Rest, Text};

/// Adds the pruned form of every node, and gives its number; `None` where nothing is left.
pub(super) fn prune(nodes: &mut Nodes) -> Vec<Option<Id>> {
    let bound = bound(nodes);
    let mut next = nodes.0.len();
    let number = |bound: &bool| {
        bound.then(|| {
            next += 1;
            next - 1
        })
    };
    let pruned: Vec<_> = bound.iter().map(number).collect();
    for (id, _) in bound.iter().enumerate().filter(|(_, bound)| **bound) {
        let node = shrink(&nodes[id], &pruned);
        nodes.add(node);
    }
    pruned
}

/// Which nodes lead to a constraint: the least set that its rules are true of.
fn bound(nodes: &Nodes) -> Vec<bool> {
    let mut bound: Vec<bool> = nodes.0.iter().map(is_constraint).collect();
    loop {
        let before = bound.clone();
        for (id, node) in nodes.0.iter().enumerate() {
            bound[id] |= leads_to(node).any(|id| bound[id]);
        }
        if bound == before {
            return bound;
        }
    }
}

/// Whether the node itself demands something that serde does not.
fn is_constraint(node: &Node) -> bool {
    let array = node.array.as_ref().is_some_and(|array| {
        let lengths = array.min.is_some() || array.max.is_some();
        array.contains.is_some() || (lengths && !array.is_tuple())
    });
    let object = node.object.as_ref().is_some_and(|object| {
        object.names.is_some() || object.min.is_some() || object.max.is_some()
    });
    let scalar = text(node).is_some() || range(node).is_some();
    array || object || scalar || node.not.is_some() || node.condition.is_some()
}

fn leads_to(node: &Node) -> impl Iterator<Item = Id> {
    let array = node.array.iter().flat_map(|array| array.prefix.iter().chain([&array.items]));
    let object = node.object.iter().flat_map(|object| {
        let fields = object.fields.iter().map(|field| &field.value);
        let patterns = object.patterns.iter().map(|(_, value)| value);
        fields.chain(patterns).chain([&object.additional])
    });
    let places = array.chain(object).filter_map(|rest| rest.node());
    places.chain(node.all.iter().copied()).chain(node.choices.iter().flat_map(Choice::leads_to))
}

fn text(node: &Node) -> Option<Text> {
    let mut text = node.text.clone()?;
    text.format = text.format.filter(|format| !format.is_of_type());
    text.pattern = text.pattern.filter(|pattern| !PATTERNS_OF_TYPES.contains(&pattern.as_str()));
    let left = text.min.is_some() || text.max.is_some();
    (left || text.pattern.is_some() || text.format.is_some()).then_some(text)
}

fn range(node: &Node) -> Option<Range> {
    let mut range = node.range.clone()?;
    range.min = range.min.filter(|limit| !limit.implied);
    range.max = range.max.filter(|limit| !limit.implied);
    let left = range.min.is_some() || range.max.is_some() || range.multiple.is_some();
    left.then_some(range)
}

fn shrink(node: &Node, pruned: &[Option<Id>]) -> Node {
    if node.object.as_ref().is_some_and(|object| object.additional.is_unevaluated(pruned)) {
        // Which fields are meant can only be told from the schemas beside it, whole.
        return node.clone();
    }
    Node {
        kinds: node.kinds,
        values: None,
        text: text(node),
        range: range(node),
        array: node.array.as_ref().map(|array| shrink_array(array, pruned)),
        object: node.object.as_ref().map(|object| shrink_object(object, pruned)),
        all: node.all.iter().filter_map(|id| pruned[*id]).collect(),
        choices: node.choices.iter().filter_map(|choice| shrink_choice(choice, pruned)).collect(),
        not: node.not,
        condition: node.condition,
    }
}

fn shrink_array(array: &Array, pruned: &[Option<Id>]) -> Array {
    let lengths = !array.is_tuple();
    Array {
        prefix: array.prefix.iter().map(|rest| rest.shrink(pruned)).collect(),
        items: array.items.shrink(pruned),
        min: array.min.filter(|_| lengths),
        max: array.max.filter(|_| lengths),
        unique: false,
        contains: array.contains,
    }
}

fn shrink_object(object: &Object, pruned: &[Option<Id>]) -> Object {
    let mut object = object.clone();
    object.additional = object.additional.shrink(pruned);
    for (_, value) in &mut object.patterns {
        *value = value.shrink(pruned);
    }
    for field in &mut object.fields {
        field.value = field.value.shrink(pruned);
        // A constrained field must not be left out for an alias that the schema does not know.
        field.required &= field.value != Rest::Any;
    }
    if object.additional == Rest::Any {
        object.patterns.retain(|(_, value)| *value != Rest::Any);
        object.fields.retain(|field| field.value != Rest::Any);
    }
    object
}

fn shrink_choice(choice: &Choice, pruned: &[Option<Id>]) -> Option<Choice> {
    let shrink = |cases: &[(String, Rest)]| -> Vec<_> {
        cases.iter().map(|(name, value)| (name.clone(), value.shrink(pruned))).collect()
    };
    choice.leads_to().any(|id| pruned[id].is_some()).then(|| match choice {
        Choice::Tagged { key, cases } => Choice::Tagged { key: key.clone(), cases: shrink(cases) },
        Choice::External { names, cases } => {
            let mut cases = shrink(cases);
            // serde also reads a variant without content as `{ "name": null }`.
            cases.extend(names.iter().map(|name| (name.clone(), Rest::Any)));
            Choice::External { names: names.clone(), cases }
        }
        Choice::ByKind(cases) => Choice::ByKind(
            cases.iter().map(|(kinds, value)| (*kinds, value.shrink(pruned))).collect(),
        ),
        // Which one fits can only be told by checking each of them, whole.
        Choice::Any(_) | Choice::One(_) => choice.clone(),
    })
}

impl Choice {
    fn leads_to(&self) -> impl Iterator<Item = Id> {
        let (ids, cases, kinds): (&[Id], &[(String, Rest)], &[_]) = match self {
            Self::Any(ids) | Self::One(ids) => (ids, &[], &[]),
            Self::Tagged { cases, .. } | Self::External { cases, .. } => (&[], cases, &[]),
            Self::ByKind(cases) => (&[], &[], cases),
        };
        let rests = cases.iter().map(|(_, rest)| rest).chain(kinds.iter().map(|(_, rest)| rest));
        ids.iter().copied().chain(rests.filter_map(|rest| rest.node()))
    }
}

impl Rest {
    fn node(self) -> Option<Id> {
        match self {
            Self::Node(id) | Self::Unevaluated(Some(id)) => Some(id),
            Self::Any | Self::Nothing | Self::Unevaluated(None) => None,
        }
    }

    fn shrink(self, pruned: &[Option<Id>]) -> Self {
        self.node().and_then(|id| pruned[id]).map_or(Self::Any, Self::Node)
    }

    fn is_unevaluated(self, pruned: &[Option<Id>]) -> bool {
        matches!(self, Self::Unevaluated(Some(id)) if pruned[id].is_some())
    }
}

/// What `schemars` writes for `rust_decimal::Decimal` and `semver::Version`, which check more.
const PATTERNS_OF_TYPES: [&str; 2] = [
    r"^-?\d+(\.\d+)?([eE]\d+)?$",
    r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$",
];
