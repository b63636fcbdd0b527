//! Everything that needs a whole server: one binary, a module a subject.

mod calls;
mod compile_fail;
mod context;
mod errors;
mod generators;
mod http_server;
mod limits;
mod live;
mod macros;
mod origins;
mod support;

/// A file that no `mod` names would be skipped without a word.
#[test]
fn every_file_beside_this_one_is_a_module_of_it() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
    let main = include_str!("main.rs");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let is_module =
            path.extension().is_some_and(|ending| ending == "rs") || path.join("mod.rs").exists();
        let name = path.file_stem().unwrap().to_str().unwrap();
        assert!(
            !is_module || name == "main" || main.contains(&format!("mod {name};")),
            "{name} is forgotten"
        );
    }
}
