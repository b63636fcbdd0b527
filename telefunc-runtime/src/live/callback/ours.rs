//! A function of the server's that the client calls.

use std::collections::HashMap;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};

use futures_util::StreamExt;
use futures_util::future::{AbortHandle, Abortable};
use futures_util::stream::FuturesUnordered;
use telefunc_protocol::{Failure, Message, RequestId, live};
use tokio::task::AbortHandle as TaskHandle;

use super::Signature;
use crate::answer;
use crate::connection::{Incoming, Port};
use crate::context::Context;
use crate::decode::Arguments;
use crate::error::{Error, Value};
use crate::live::checked::CheckedArguments;
use crate::live::{message, unwanted};
use crate::unwind::{catch, catch_unwind};

/// The user's closure, and how the client's calls of it are read and answered.
pub struct Ours<F: Signature> {
    closure: Closure<F>,
    serve: Serve<F>,
}

type Closure<F> = Box<dyn Fn(<F as Signature>::Arguments) -> Running<F> + Send + Sync>;
type Running<F> = Boxed<Result<<F as Signature>::Reply, Error>>;
/// A call of the client's: what it asked for a reply with, and the reply.
type Asked = Boxed<(Option<RequestId>, Answer)>;

type Boxed<T> = Pin<Box<dyn Future<Output = T> + Send>>;
type Serve<F> = Box<dyn Fn(&Closure<F>, &Context, Message) -> Boxed<Answer> + Send + Sync>;
type Answer = Result<Message, Failure>;

/// Calls of one callback that run at once; further ones wait in the channel.
const RUNNING: usize = 1024;

impl<F: Signature> Ours<F> {
    pub(super) fn new(
        checked: CheckedArguments<F::Arguments>,
        closure: impl Fn(F::Arguments) -> Running<F> + Send + Sync + 'static,
    ) -> Self
    where
        F::Arguments: Arguments,
        F::Reply: Value,
    {
        let serve: Serve<F> = Box::new(move |closure, cx, message| {
            let called = match checked.read(cx, message) {
                Ok(arguments) => catch(|| cx.within(|| closure(arguments))),
                Err(issues) => {
                    return Box::pin(async { Err(Failure::Validation { issues }) });
                }
            };
            let cx = cx.clone();
            Box::pin(async move {
                let outcome = match called {
                    Ok(running) => cx.enter(catch_unwind(running)).await,
                    Err(panic) => Err(panic),
                };
                let written = match outcome {
                    Ok(Ok(value)) => message::write(&cx, &value).map_err(Error::bug),
                    Ok(Err(error)) => Err(error),
                    Err(panic) => return Err(answer::panicked(&cx, panic)),
                };
                match written {
                    Ok((message, opened)) => {
                        opened.keep();
                        Ok(message)
                    }
                    Err(error) => Err(answer::failure_of(&cx, error).1),
                }
            })
        });
        Self { closure: Box::new(closure), serve }
    }

    /// The server's own call.
    pub(super) fn call(&self, arguments: F::Arguments) -> Running<F> {
        (self.closure)(arguments)
    }
}

/// Answers the client's calls until it lets go of the function.
pub(super) fn serve<F: Signature>(ours: Arc<Ours<F>>, port: Port) -> TaskHandle {
    let cx = port.cx().clone();
    let mut calls = Calls { running: FuturesUnordered::new(), aborts: HashMap::new() };
    let task = tokio::spawn(async move {
        poll_fn(|task| calls.poll(&ours, &port, task)).await;
        // The closure and the calls of it that still run are dropped in the context of their call.
        port.cx().clone().within(|| {
            drop(calls);
            drop(ours);
        });
        port.left_by_client();
    });
    let handle = task.abort_handle();
    cx.scope().watch(task.abort_handle());
    handle
}

/// The calls that run.
struct Calls {
    running: FuturesUnordered<Abortable<Asked>>,
    aborts: HashMap<RequestId, AbortHandle>,
}

impl Calls {
    /// Ready when the client has let go.
    fn poll<F: Signature>(
        &mut self,
        ours: &Ours<F>,
        port: &Port,
        task: &mut task::Context<'_>,
    ) -> Poll<()> {
        loop {
            for request in port.take_cancelled() {
                if let Some(abort) = self.aborts.remove(&request) {
                    abort.abort();
                    port.reply(request, Err(unwanted()));
                }
            }
            let mut progress = false;
            while let Poll::Ready(Some(done)) = self.running.poll_next_unpin(task) {
                progress = true;
                let Ok((Some(request), answer)) = done else { continue };
                self.aborts.remove(&request);
                port.reply(request, answer);
            }
            if self.running.len() < RUNNING {
                match port.poll_incoming(task) {
                    Poll::Ready(Some(incoming)) => {
                        progress = true;
                        self.start(ours, port, incoming);
                    }
                    Poll::Ready(None) => return Poll::Ready(()),
                    Poll::Pending => {}
                }
            }
            if !progress {
                return Poll::Pending;
            }
        }
    }

    fn start<F: Signature>(&mut self, ours: &Ours<F>, port: &Port, incoming: Incoming) {
        let (request, message) = match incoming {
            Incoming::Message(message) if message.json.first() == Some(&live::COMPLAINT) => return,
            Incoming::Message(message) => (None, message),
            Incoming::Request(request, message) => (Some(request), message),
        };
        let call = (ours.serve)(&ours.closure, port.cx(), message);
        let call: Boxed<_> = Box::pin(async move { (request, call.await) });
        let (abort, registration) = AbortHandle::new_pair();
        if let Some(request) = request {
            self.aborts.insert(request, abort);
        }
        self.running.push(Abortable::new(call, registration));
    }
}
