//! The bodies of the user's types: one per direction, their unused type parameters dropped, and
//! whether the two directions differ.

use std::collections::{BTreeMap, BTreeSet};

use crate::ast::Keyword;
use crate::catalog::Catalog;
use crate::error::Error;
use crate::resolve::{Direction, Resolver};
use crate::shape::{Object, Property, Shape};

/// Every user type that a signature reaches.
pub(crate) struct Bodies(BTreeMap<String, Body>);

/// One user type.
pub(crate) struct Body {
    /// Its TypeScript name.
    pub(crate) ident: String,
    pub(crate) docs: Vec<String>,
    /// Its type parameters, without the ones no place uses.
    pub(crate) parameters: Vec<String>,
    pub(crate) input: Option<Shape>,
    pub(crate) output: Option<Shape>,
    /// Whether clients see another type when sending than when receiving.
    pub(crate) differs: bool,
    /// Which of the parameters in Rust are in `parameters`.
    kept: Vec<bool>,
}

impl Body {
    pub(crate) fn shape(&self, direction: Direction) -> Option<&Shape> {
        match direction {
            Direction::Input => self.input.as_ref(),
            Direction::Output => self.output.as_ref(),
        }
    }
}

impl Bodies {
    pub(crate) fn new(
        catalog: &Catalog,
        input: &Resolver<'_>,
        output: &Resolver<'_>,
    ) -> Result<Self, Error> {
        let mut bodies = Self(BTreeMap::new());
        for (resolver, direction) in [(input, Direction::Input), (output, Direction::Output)] {
            for (path, shape) in resolver.bodies() {
                bodies.add(catalog, path, shape, direction)?;
            }
        }
        bodies.drop_unused();
        bodies.compare();
        Ok(bodies)
    }

    /// Types with a body that nothing is known of, by Rust path and TypeScript name.
    #[cfg(test)]
    pub(crate) fn opaque(names: &[(&str, &str)]) -> Self {
        let body = |ident: &str| Body {
            ident: ident.to_owned(),
            docs: Vec::new(),
            parameters: Vec::new(),
            input: None,
            output: Some(Shape::Plain(Keyword::String)),
            differs: false,
            kept: Vec::new(),
        };
        Self(names.iter().map(|(path, ident)| ((*path).to_owned(), body(ident))).collect())
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&String, &Body)> {
        self.0.iter()
    }

    pub(crate) fn get(&self, path: &str) -> Option<&Body> {
        self.0.get(path)
    }

    /// The body of a named type with its arguments filled in.
    pub(crate) fn bound(
        &self,
        path: &str,
        arguments: &[Shape],
        direction: Direction,
    ) -> Option<Shape> {
        let body = self.0.get(path)?;
        let pairs: Vec<_> =
            body.parameters.iter().cloned().zip(arguments.iter().cloned()).collect();
        Some(body.shape(direction)?.bind(&pairs))
    }

    /// A shape without the arguments of dropped parameters.
    pub(crate) fn trimmed(&self, shape: &Shape) -> Shape {
        trim(shape, &|path| self.0.get(path).map(|body| body.kept.as_slice()))
    }

    fn add(
        &mut self,
        catalog: &Catalog,
        path: &str,
        shape: &Shape,
        direction: Direction,
    ) -> Result<(), Error> {
        let Some(user) = catalog.get(path) else { return Ok(()) };
        let body = self.0.entry(path.to_owned()).or_insert_with(|| Body {
            ident: user.ident.clone(),
            docs: user.docs.clone(),
            parameters: user.alias.parameters.clone(),
            input: None,
            output: None,
            differs: false,
            kept: vec![false; user.alias.parameters.len()],
        });
        let slot = match direction {
            Direction::Input => &mut body.input,
            Direction::Output => &mut body.output,
        };
        *slot = Some(match slot.take() {
            None => shape.clone(),
            Some(before) => common(&before, shape, direction)
                .ok_or_else(|| Error::ManyShapes { rust: path.to_owned() })?,
        });
        Ok(())
    }

    /// A type parameter that only stands where no value goes over the wire is an error under
    /// `noUnusedParameters`, so it goes.
    fn drop_unused(&mut self) {
        loop {
            let mut found = Vec::new();
            for (path, body) in &self.0 {
                for (at, parameter) in
                    body.parameters.iter().enumerate().filter(|(at, _)| !body.kept[*at])
                {
                    let shapes = [&body.input, &body.output];
                    if shapes.into_iter().flatten().any(|shape| self.uses(shape, parameter)) {
                        found.push((path.clone(), at));
                    }
                }
            }
            if found.is_empty() {
                break;
            }
            for (path, at) in found {
                if let Some(body) = self.0.get_mut(&path) {
                    body.kept[at] = true;
                }
            }
        }
        let kept: BTreeMap<_, _> =
            self.0.iter().map(|(path, body)| (path.clone(), body.kept.clone())).collect();
        let keeps = |path: &str| kept.get(path).map(Vec::as_slice);
        for body in self.0.values_mut() {
            let mut flags = body.kept.iter();
            body.parameters.retain(|_| flags.next().copied().unwrap_or(true));
            body.input = body.input.as_ref().map(|shape| trim(shape, &keeps));
            body.output = body.output.as_ref().map(|shape| trim(shape, &keeps));
        }
    }

    fn uses(&self, shape: &Shape, parameter: &str) -> bool {
        match shape {
            Shape::Parameter(name) => name == parameter,
            Shape::Named { path, arguments } => {
                let kept = self.0.get(path).map_or(&[][..], |body| &body.kept);
                arguments
                    .iter()
                    .zip(kept)
                    .any(|(argument, kept)| *kept && self.uses(argument, parameter))
            }
            other => other.children().into_iter().any(|child| self.uses(child, parameter)),
        }
    }

    /// Finds the types whose directions differ, assuming that all others are alike.
    fn compare(&mut self) {
        loop {
            let differing: BTreeSet<String> = self
                .0
                .iter()
                .filter(|(_, body)| body.differs)
                .map(|(path, _)| path.clone())
                .collect();
            let mut changed = false;
            for body in self.0.values_mut().filter(|body| !body.differs) {
                if let (Some(input), Some(output)) = (&body.input, &body.output) {
                    let mentions = |shape: &Shape| {
                        shape.any(&mut |inner| {
                            matches!(inner, Shape::Named { path, .. } if differing.contains(path))
                        })
                    };
                    body.differs = input != output || mentions(input);
                    changed |= body.differs;
                }
            }
            if !changed {
                return;
            }
        }
    }
}

fn trim<'k>(shape: &Shape, kept: &dyn Fn(&str) -> Option<&'k [bool]>) -> Shape {
    let all = |shapes: &[Shape]| shapes.iter().map(|shape| trim(shape, kept)).collect::<Vec<_>>();
    let one = |shape: &Shape| Box::new(trim(shape, kept));
    if let Some(live) = shape.map_live(|inner| trim(inner, kept)) {
        return live;
    }
    match shape {
        Shape::Array(item) => Shape::Array(one(item)),
        Shape::Tuple(items) => Shape::Tuple(all(items)),
        Shape::Union(members) => Shape::Union(all(members)),
        Shape::Intersection(members) => Shape::Intersection(all(members)),
        Shape::Map { key, value, partial } => {
            Shape::Map { key: one(key), value: one(value), partial: *partial }
        }
        Shape::Object(object) => Shape::Object(Object {
            properties: object
                .properties
                .iter()
                .map(|property| Property { shape: trim(&property.shape, kept), ..property.clone() })
                .collect(),
            rest: object.rest.as_deref().map(one),
        }),
        Shape::Named { path, arguments } => {
            let kept_here = kept(path).unwrap_or(&[]);
            let arguments = arguments.iter().zip(kept_here).filter(|(_, kept)| **kept);
            let arguments = arguments.map(|(argument, _)| trim(argument, kept)).collect();
            Shape::Named { path: path.clone(), arguments }
        }
        leaf => leaf.clone(),
    }
}

/// What two bodies of a generic type have in common. They differ only where an argument is an
/// `Option`, which makes a field optional that is not with other arguments.
fn common(one: &Shape, other: &Shape, direction: Direction) -> Option<Shape> {
    let undefined = Shape::Plain(Keyword::Undefined);
    match (one, other) {
        (one, other) if one == other => Some(one.clone()),
        (Shape::Object(a), Shape::Object(b))
            if a.rest == b.rest && a.properties.len() == b.properties.len() =>
        {
            let pairs = a.properties.iter().zip(&b.properties);
            let properties =
                pairs.map(|(a, b)| property(a, b, direction)).collect::<Option<Vec<_>>>()?;
            Some(Shape::Object(Object { properties, rest: a.rest.clone() }))
        }
        (Shape::Intersection(a), Shape::Intersection(b)) | (Shape::Union(a), Shape::Union(b))
            if a.len() == b.len() =>
        {
            let members = a.iter().zip(b).map(|(a, b)| common(a, b, direction));
            let members = members.collect::<Option<Vec<_>>>()?;
            Some(match one {
                Shape::Union(_) => Shape::Union(members),
                _ => Shape::Intersection(members),
            })
        }
        (Shape::Union(members), bare) | (bare, Shape::Union(members)) => {
            let defined: Vec<_> =
                members.iter().filter(|member| **member != undefined).cloned().collect();
            (Shape::union(defined) == *bare).then(|| bare.clone())
        }
        _ => None,
    }
}

fn property(a: &Property, b: &Property, direction: Direction) -> Option<Property> {
    if a.name != b.name {
        return None;
    }
    let optional = match direction {
        Direction::Input => a.optional && b.optional,
        Direction::Output => a.optional || b.optional,
    };
    Some(Property { optional, shape: common(&a.shape, &b.shape, direction)?, ..a.clone() })
}
