//! What all calls of a server share.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use http::request::Parts;

use crate::bug::Bugs;
use crate::config::Config;
use crate::connection::Hub;
use crate::error::Error;
use crate::fallback::Fallback;
use crate::registry::Registry;

/// A server's functions, settings and values, fixed once it has started.
pub(crate) struct App {
    pub(crate) registry: Registry,
    pub(crate) config: Config,
    pub(crate) states: States,
    pub(crate) bugs: Bugs,
    pub(crate) providers: Vec<Box<dyn Provide>>,
    pub(crate) fallback: Option<Fallback>,
    pub(crate) hub: Arc<Hub>,
}

/// The values of [`Telefunc::state`](crate::Telefunc::state), by type.
pub(crate) type States = HashMap<TypeId, Box<dyn Any + Send + Sync>>;

impl App {
    /// Runs every provider of [`Telefunc::context`](crate::Telefunc::context).
    pub(crate) async fn provide(&self, parts: &mut Parts) -> Result<(), Error> {
        for provider in &self.providers {
            provider.provide(parts).await?;
        }
        Ok(())
    }

    /// Where the key starts in the path of a call; `None` for other paths.
    pub(crate) fn key_start(&self, path: &str) -> Option<usize> {
        let base = self.config.base.trim_end_matches('/');
        path.strip_prefix(base)?.starts_with('/').then_some(base.len() + 1)
    }

    /// What a client is told that asked for an unknown function.
    pub(crate) fn unknown(&self, key: &str) -> String {
        match self.registry.near(key).filter(|_| self.config.development) {
            Some(near) => format!("no function `{key}`; did you mean `{near}`?"),
            None if self.config.development => format!("no function `{key}`"),
            None => "no such function".to_owned(),
        }
    }
}

/// Finds a value for each call and puts it into the request's extensions.
pub(crate) trait Provide: Send + Sync {
    fn provide<'a>(
        &'a self,
        parts: &'a mut Parts,
    ) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>>;
}

/// A closure that returns a future, or an async fn, of the head of a request.
pub trait Provider<'a, T, E>: Send + Sync {
    /// The future.
    type Future: Future<Output = Result<T, E>> + Send + 'a;

    /// Looks at the head.
    fn find(&self, parts: &'a Parts) -> Self::Future;
}

impl<'a, F, Fut, T, E> Provider<'a, T, E> for F
where
    F: Fn(&'a Parts) -> Fut + Send + Sync,
    Fut: Future<Output = Result<T, E>> + Send + 'a,
{
    type Future = Fut;

    fn find(&self, parts: &'a Parts) -> Fut {
        self(parts)
    }
}

/// A [`Provider`] together with the types of what it finds.
pub(crate) struct Finder<F, T, E> {
    pub(crate) find: F,
    pub(crate) types: std::marker::PhantomData<fn() -> (T, E)>,
}

impl<F, T, E> Provide for Finder<F, T, E>
where
    F: for<'a> Provider<'a, T, E>,
    T: Clone + Send + Sync + 'static,
    E: Into<Error>,
{
    fn provide<'a>(
        &'a self,
        parts: &'a mut Parts,
    ) -> Pin<Box<dyn Future<Output = Result<(), Error>> + Send + 'a>> {
        Box::pin(async move {
            let found = self.find.find(parts).await;
            parts.extensions.insert(found.map_err(Into::into)?);
            Ok(())
        })
    }
}
