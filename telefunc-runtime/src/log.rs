//! What must not go unheard: through `tracing`, or on standard error while nobody listens there.

use crate::error::Bug;

/// Whether a `tracing` subscriber is installed. Where none is, a bug would be told to nobody.
fn is_heard() -> bool {
    tracing::dispatcher::has_been_set()
}

/// Tells of a bug, which may have a hook that hears of it.
pub(crate) fn bug(id: &str, function: &str, bug: &Bug, has_hook: bool) {
    tracing::error!(bug.id = id, function, "{bug}");
    if !has_hook && !is_heard() {
        eprintln!("telefunc: {bug}");
    }
}

/// Tells where the server listens.
#[cfg(feature = "server")]
pub(crate) fn listening(address: std::net::SocketAddr, base: &str, functions: usize) {
    tracing::info!(functions, "listening on http://{address}{base}");
    if !is_heard() {
        eprintln!("telefunc: {functions} functions at http://{address}{base}");
    }
}
