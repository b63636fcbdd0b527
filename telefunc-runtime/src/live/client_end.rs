//! The end of a channel that travels to the client.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use ts_rs::{TS, TypeVisitor};

use super::binding::Binding;
use super::placeholder;

/// The client's end of a [`Channel`](super::Channel), to be returned or sent, once, anywhere in a
/// value. TypeScript has a `Channel<In, Out>`: it sends `In` and hears `Out`.
///
/// Dropping it unsent closes the channel.
pub struct ClientEnd<In, Out, InReply = (), OutReply = ()> {
    binding: Arc<Binding>,
    types: Types<In, Out, InReply, OutReply>,
}

type Types<In, Out, InReply, OutReply> = PhantomData<fn() -> (In, Out, InReply, OutReply)>;

impl<In, Out, InReply, OutReply> ClientEnd<In, Out, InReply, OutReply> {
    pub(super) fn new(binding: Arc<Binding>) -> Self {
        Self { binding, types: PhantomData }
    }
}

impl<In, Out, InReply, OutReply> Drop for ClientEnd<In, Out, InReply, OutReply> {
    fn drop(&mut self) {
        self.binding.unsent();
    }
}

impl<In, Out, InReply, OutReply> fmt::Debug for ClientEnd<In, Out, InReply, OutReply> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientEnd").finish_non_exhaustive()
    }
}

impl<In, Out, InReply, OutReply> Serialize for ClientEnd<In, Out, InReply, OutReply> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let channel = placeholder::bind(|link, cx| {
            let channel = self.binding.send(link, cx)?;
            let binding = Arc::clone(&self.binding);
            Ok((channel, Box::new(move || binding.close())))
        });
        serializer.serialize_u64(channel.map_err(serde::ser::Error::custom)?)
    }
}

/// So that it may stand in a `#[telefunc::data]` type. That it comes from a client is refused when
/// the server starts.
impl<'de, In, Out, InReply, OutReply> Deserialize<'de> for ClientEnd<In, Out, InReply, OutReply> {
    fn deserialize<D: Deserializer<'de>>(_: D) -> Result<Self, D::Error> {
        Err(serde::de::Error::custom(
            "a `ClientEnd` is made by a server and never comes from a client",
        ))
    }
}

impl<In, Out, InReply, OutReply> TS for ClientEnd<In, Out, InReply, OutReply>
where
    In: TS + 'static,
    Out: TS + 'static,
    InReply: TS + 'static,
    OutReply: TS + 'static,
{
    type WithoutGenerics = Self;
    type OptionInnerType = Self;

    fn name(config: &ts_rs::Config) -> String {
        let replies = [InReply::name(config), OutReply::name(config)];
        let replies = match replies.each_ref().map(String::as_str) {
            ["null", "null"] => String::new(),
            [input, output] => format!(", {input}, {output}"),
        };
        format!("Channel<{}, {}{replies}>", In::name(config), Out::name(config))
    }

    fn inline(config: &ts_rs::Config) -> String {
        Self::name(config)
    }

    fn visit_generics(visitor: &mut impl TypeVisitor)
    where
        Self: 'static,
    {
        super::visit::<In>(visitor);
        super::visit::<Out>(visitor);
        super::visit::<InReply>(visitor);
        super::visit::<OutReply>(visitor);
    }
}

impl<In, Out, InReply, OutReply> JsonSchema for ClientEnd<In, Out, InReply, OutReply>
where
    In: JsonSchema,
    Out: JsonSchema,
    InReply: JsonSchema,
    OutReply: JsonSchema,
{
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        format!("Channel_of_{}_and_{}", In::schema_name(), Out::schema_name()).into()
    }

    fn schema_id() -> Cow<'static, str> {
        let ids = [In::schema_id(), Out::schema_id(), InReply::schema_id(), OutReply::schema_id()];
        format!("telefunc::ClientEnd<{}>", ids.join(", ")).into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "type": "integer",
            "x-telefunc": "channel",
            "x-in": generator.subschema_for::<In>(),
            "x-out": generator.subschema_for::<Out>(),
            "x-in-reply": generator.subschema_for::<InReply>(),
            "x-out-reply": generator.subschema_for::<OutReply>(),
        })
    }
}
