//! Prints the types of live values.

use super::types::{Around, angles};
use super::{Printer, listed};
use crate::doc::Doc;
use crate::resolve::Direction;
use crate::shape::{Ends, Shape};

impl Printer<'_> {
    /// `(percent: number) => Promise<Ack>`, or of a function that the page passes
    /// `(percent: number) => Ack | Promise<Ack>`.
    pub(super) fn callback(
        &mut self,
        parameters: &[(String, Shape)],
        result: &Shape,
        direction: Direction,
        around: Around,
    ) -> Doc {
        let parameters: Vec<Doc> = parameters
            .iter()
            .map(|(name, shape)| {
                let ty = self.shape(shape, direction, Around::Nothing);
                Doc::Concat(vec![Doc::text(format!("{name}: ")), ty])
            })
            .collect();
        let parameters = match parameters.is_empty() {
            true => Doc::text("()"),
            false => Doc::Concat(listed("(", parameters, ")")),
        };
        let promise = self.imports.global("Promise");
        let given = match (direction, *result == Shape::NULL) {
            // A function that gives something may stand where nothing is wanted, but only of exactly
            // this type.
            (Direction::Input, true) => Doc::text("void"),
            (Direction::Output, true) => Doc::text(format!("{promise}<void>")),
            (Direction::Input, false) => {
                let bare = self.shape(result, direction, Around::Union);
                let promised = self.generic(&promise, &[result], direction);
                Doc::Concat(vec![bare, Doc::text(" | "), promised])
            }
            (Direction::Output, false) => self.generic(&promise, &[result], direction),
        };
        let printed = Doc::group([parameters, Doc::text(" => "), given]);
        match around {
            Around::Operator | Around::Union => {
                Doc::Concat(vec![Doc::text("("), printed, Doc::text(")")])
            }
            _ => printed,
        }
    }

    /// `Channel<In, Out>`, with the types of replies where there are some.
    pub(super) fn channel(&mut self, ends: &Ends, direction: Direction) -> Doc {
        let name = self.imports.runtime_type("Channel");
        let mut shapes = vec![&ends.input, &ends.output, &ends.in_reply, &ends.out_reply];
        while shapes.len() > 2 && shapes.last().is_some_and(|last| **last == Shape::NULL) {
            shapes.pop();
        }
        let printed: Vec<Doc> = shapes
            .iter()
            .enumerate()
            .map(|(at, shape)| match at >= 2 && **shape == Shape::NULL {
                true => Doc::text("void"),
                false => self.shape(shape, direction, Around::Arguments),
            })
            .collect();
        Doc::Concat(vec![Doc::text(name), angles(&printed, &shapes)])
    }
}
