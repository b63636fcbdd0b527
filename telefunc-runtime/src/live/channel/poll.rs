//! A channel as a `Stream` of what comes and a `Sink` of what goes.

use std::pin::Pin;
use std::task::{self, Poll, ready};

use futures_core::Stream;
use futures_util::Sink;

use super::{Channel, ChannelReceiver, ChannelSender};
use crate::decode::Argument;
use crate::error::Value;
use crate::live::errors::SendError;
use crate::live::message;

impl<Out: Value, OutReply: Argument> ChannelSender<Out, OutReply> {
    fn poll_flush(&mut self, task: &mut task::Context<'_>) -> Poll<Result<(), SendError>> {
        let Some((message, _)) = &self.taken else { return Poll::Ready(Ok(())) };
        let Some(port) = ready!(self.handle.0.poll(task)) else {
            return Poll::Ready(Err(SendError::Closed));
        };
        let sent = ready!(port.poll_send(task, message));
        if let Some((_, opened)) = self.taken.take()
            && sent.is_ok()
        {
            opened.keep();
        }
        Poll::Ready(sent.map_err(SendError::from))
    }

    fn take(&mut self, message: &Out) -> Result<(), SendError> {
        let port = self.handle.0.now().ok_or(SendError::Closed)?;
        self.taken = Some(message::write(port.cx(), message)?);
        Ok(())
    }
}

impl<In: Argument, InReply: Value> Stream for ChannelReceiver<In, InReply> {
    type Item = In;

    fn poll_next(self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<Option<In>> {
        self.get_mut().poll_recv(task)
    }
}

impl<Out: Value, OutReply: Argument> Sink<Out> for ChannelSender<Out, OutReply> {
    type Error = SendError;

    fn poll_ready(
        self: Pin<&mut Self>,
        task: &mut task::Context<'_>,
    ) -> Poll<Result<(), SendError>> {
        let this = self.get_mut();
        ready!(this.poll_flush(task))?;
        match this.handle.0.now() {
            Some(_) => Poll::Ready(Ok(())),
            None => ready!(this.handle.0.poll(task)).ok_or(SendError::Closed).map(|_| ()).into(),
        }
    }

    fn start_send(self: Pin<&mut Self>, message: Out) -> Result<(), SendError> {
        self.get_mut().take(&message)
    }

    fn poll_flush(
        self: Pin<&mut Self>,
        task: &mut task::Context<'_>,
    ) -> Poll<Result<(), SendError>> {
        self.get_mut().poll_flush(task)
    }

    fn poll_close(
        self: Pin<&mut Self>,
        task: &mut task::Context<'_>,
    ) -> Poll<Result<(), SendError>> {
        let this = self.get_mut();
        ready!(this.poll_flush(task))?;
        if let Some(port) = this.handle.0.now() {
            port.close();
        }
        Poll::Ready(Ok(()))
    }
}

impl<In, Out, InReply, OutReply> Stream for Channel<In, Out, InReply, OutReply>
where
    In: Argument,
    InReply: Value,
{
    type Item = In;

    fn poll_next(self: Pin<&mut Self>, task: &mut task::Context<'_>) -> Poll<Option<In>> {
        self.get_mut().receiver.poll_recv(task)
    }
}

impl<In, Out, InReply, OutReply> Sink<Out> for Channel<In, Out, InReply, OutReply>
where
    Out: Value,
    OutReply: Argument,
{
    type Error = SendError;

    fn poll_ready(
        self: Pin<&mut Self>,
        task: &mut task::Context<'_>,
    ) -> Poll<Result<(), SendError>> {
        Pin::new(&mut self.get_mut().sender).poll_ready(task)
    }

    fn start_send(self: Pin<&mut Self>, message: Out) -> Result<(), SendError> {
        Pin::new(&mut self.get_mut().sender).start_send(message)
    }

    fn poll_flush(
        self: Pin<&mut Self>,
        task: &mut task::Context<'_>,
    ) -> Poll<Result<(), SendError>> {
        self.get_mut().sender.poll_flush(task)
    }

    fn poll_close(
        self: Pin<&mut Self>,
        task: &mut task::Context<'_>,
    ) -> Poll<Result<(), SendError>> {
        Pin::new(&mut self.get_mut().sender).poll_close(task)
    }
}
