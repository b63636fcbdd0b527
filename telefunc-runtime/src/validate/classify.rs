//! Recognises the enums among `anyOf` and `oneOf`, so that the one variant that a value means is
//! found at once, checked alone, and named in the issues.

use super::schema::{Choice, Id, Kinds, Node, Nodes, Rest};

/// Narrows every node to the types that all its parts allow, then classifies its choices.
pub(super) fn classify(nodes: &mut Nodes) {
    let mut narrowed = vec![None; nodes.0.len()];
    for id in 0..nodes.0.len() {
        narrow(nodes, id, &mut narrowed);
    }
    for (id, kinds) in narrowed.iter().enumerate() {
        nodes[id].kinds = kinds.unwrap_or(Kinds::ALL);
    }
    for id in 0..nodes.0.len() {
        let choices = std::mem::take(&mut nodes[id].choices);
        nodes[id].choices = choices.into_iter().map(|choice| class(nodes, choice)).collect();
    }
}

fn narrow(nodes: &Nodes, id: Id, narrowed: &mut Vec<Option<Kinds>>) -> Kinds {
    if let Some(kinds) = narrowed[id] {
        return kinds;
    }
    let node = &nodes[id];
    // What a cycle leads back to counts as this much meanwhile: never too little.
    narrowed[id] = Some(node.kinds);
    let mut kinds = node.kinds;
    for part in &node.all {
        kinds = kinds.and(narrow(nodes, *part, narrowed));
    }
    for choice in &node.choices {
        let (Choice::Any(branches) | Choice::One(branches)) = choice else { continue };
        let any = branches.iter().fold(Kinds::NONE, |any, id| any.or(narrow(nodes, *id, narrowed)));
        kinds = kinds.and(any);
    }
    narrowed[id] = Some(kinds);
    kinds
}

fn class(nodes: &Nodes, choice: Choice) -> Choice {
    let (Choice::Any(branches) | Choice::One(branches)) = &choice else { return choice };
    let class = tagged(nodes, branches).or_else(|| external(nodes, branches));
    class.or_else(|| by_kind(nodes, branches)).unwrap_or(choice)
}

/// Objects with a required field that is another constant in each.
fn tagged(nodes: &Nodes, branches: &[Id]) -> Option<Choice> {
    let first = nodes[*branches.first()?].object.as_ref()?;
    first.fields.iter().find_map(|field| {
        let mut cases: Vec<(String, Rest)> = Vec::new();
        for branch in branches {
            let tag = tag(nodes, &nodes[*branch], &field.name)?;
            if cases.iter().any(|(other, _)| other == tag) {
                return None;
            }
            cases.push((tag.to_owned(), Rest::Node(*branch)));
        }
        Some(Choice::Tagged { key: field.name.clone(), cases })
    })
}

fn tag<'n>(nodes: &'n Nodes, node: &'n Node, key: &str) -> Option<&'n str> {
    let (_, field) = node.object.as_ref()?.field(key)?;
    let Rest::Node(value) = field.value else { return None };
    match names(&nodes[value])? {
        [tag] if field.required && node.kinds == Kinds::OBJECT => Some(tag),
        _ => None,
    }
}

/// The strings that a node allows, if it allows nothing else.
fn names(node: &Node) -> Option<&[String]> {
    let values = node.values.as_ref()?;
    let plain = node.kinds == Kinds::STRING && is_plain(node) && values.others.is_empty();
    (plain && node.text.is_none()).then_some(&values.texts)
}

fn is_plain(node: &Node) -> bool {
    node.all.is_empty() && node.choices.is_empty() && node.not.is_none() && node.condition.is_none()
}

/// Strings, and objects of exactly one key, which is another one in each.
fn external(nodes: &Nodes, branches: &[Id]) -> Option<Choice> {
    let (mut all_names, mut cases) = (Vec::new(), Vec::<(String, Rest)>::new());
    for branch in branches {
        let node = &nodes[*branch];
        if let Some(names) = names(node) {
            all_names.extend_from_slice(names);
            continue;
        }
        let object = node.object.as_ref()?;
        let [field] = object.fields.as_slice() else { return None };
        let sealed = field.required && object.additional == Rest::Nothing;
        let bare = object.patterns.is_empty() && object.names.is_none();
        let unbounded = object.min.is_none() && object.max.is_none() && node.values.is_none();
        let known = cases.iter().any(|(name, _)| *name == field.name);
        if !(sealed && bare && unbounded && is_plain(node) && node.kinds == Kinds::OBJECT) || known
        {
            return None;
        }
        cases.push((field.name.clone(), field.value));
    }
    (!cases.is_empty()).then_some(Choice::External { names: all_names, cases })
}

/// Values of which no two can be of the same type.
fn by_kind(nodes: &Nodes, branches: &[Id]) -> Option<Choice> {
    let mut met = Kinds::NONE;
    let mut cases = Vec::new();
    for branch in branches {
        let kinds = nodes[*branch].kinds;
        if !met.and(kinds).is_empty() {
            return None;
        }
        met = met.or(kinds);
        cases.push((kinds, Rest::Node(*branch)));
    }
    Some(Choice::ByKind(cases))
}
