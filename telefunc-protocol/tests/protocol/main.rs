//! The protocol crate from outside: its vectors, and what must hold for any bytes and any schedule.

mod bytes;
mod network;
mod pure;
mod vectors;
