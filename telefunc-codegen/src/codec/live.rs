//! Codecs of live values: what goes through one goes with or against the direction of the whole.

use super::{Builder, Codec, Part, is_absent};
use crate::error::Error;
use crate::resolve::Direction;
use crate::shape::{Ends, Shape};

impl Builder<'_> {
    /// A callback's result goes the way that the callback went; its arguments come back.
    pub(super) fn callback(
        &mut self,
        parameters: &[(String, Shape)],
        result: &Shape,
        direction: Direction,
    ) -> Result<Codec, Error> {
        let mut parts = Vec::new();
        let arguments = parameters.iter().map(|(_, shape)| self.against(shape, direction));
        let arguments = arguments.collect::<Result<Vec<_>, _>>()?;
        if let Some(last) = arguments.iter().rposition(Option::is_some) {
            parts.push(("args", Part::List(arguments[..=last].to_vec())));
        }
        parts.extend(self.reply(result, direction)?.map(|codec| ("result", Part::One(codec))));
        let name = if self.is_received(direction) { "toCallback" } else { "fromCallback" };
        Ok(Codec::Live(name, parts))
    }

    /// A channel is received; what the client sends on it goes against that.
    pub(super) fn channel(&mut self, ends: &Ends, direction: Direction) -> Result<Codec, Error> {
        if !self.is_received(direction) {
            return Err(Error::ChannelSent { place: self.place.clone() });
        }
        let parts = [
            ("in", self.against(&ends.input, direction)?),
            ("out", self.codec(&ends.output, direction)?),
            ("inReply", self.reply(&ends.in_reply, direction)?),
            ("outReply", self.flipped(|this| this.reply(&ends.out_reply, direction))?),
        ];
        let parts = parts.into_iter().filter_map(|(name, codec)| Some((name, Part::One(codec?))));
        Ok(Codec::Live("toChannel", parts.collect()))
    }

    /// What a request gives: nothing at all where that is `()`, whatever the page's function gives.
    fn reply(&mut self, shape: &Shape, direction: Direction) -> Result<Option<Codec>, Error> {
        if is_absent(shape) {
            return Ok(Some(Codec::Symbol("nothing")));
        }
        self.codec(shape, direction)
    }

    fn against(&mut self, shape: &Shape, direction: Direction) -> Result<Option<Codec>, Error> {
        self.flipped(|this| this.codec(shape, direction))
    }

    fn flipped<T>(&mut self, then: impl FnOnce(&mut Self) -> T) -> T {
        self.is_flipped = !self.is_flipped;
        let value = then(self);
        self.is_flipped = !self.is_flipped;
        value
    }
}
