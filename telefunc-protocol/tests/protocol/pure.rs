//! The core is pure: no clock, socket, timer, task or promise is named in its source.

use std::path::Path;

#[test]
fn the_core_knows_no_clock_socket_timer_task_or_promise() {
    fn visit(folder: &Path) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                visit(&path);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            for line in code {
                for word in [
                    "std::time",
                    "std::net",
                    "std::thread",
                    "std::sync",
                    "tokio",
                    "async ",
                    ".await",
                    "Instant",
                    "Future",
                    "unsafe",
                ] {
                    assert!(!line.contains(word), "{word} in {}: {line}", path.display());
                }
            }
            assert!(text.lines().count() < 400, "{} is too long", path.display());
        }
    }
    visit(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"));
}
