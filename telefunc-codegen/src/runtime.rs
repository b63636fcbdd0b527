//! The client runtime that is written beside the generated files.

include!(concat!(env!("OUT_DIR"), "/runtime.rs"));
