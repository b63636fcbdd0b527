//! Lists the files of the built client runtime, so that they are part of the program.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=runtime");
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("runtime");
    let mut files = Vec::new();
    if root.is_dir() {
        collect(&root, "", &mut files)?;
    }
    files.sort();
    let mut text = String::from(
        "/// Every file of the runtime: its path in the runtime's folder, and its text.\n\
         pub(crate) const FILES: &[(&str, &str)] = &[\n",
    );
    for name in files {
        let path = root.join(&name);
        writeln!(text, "    ({name:?}, include_str!({path:?})),").map_err(io::Error::other)?;
    }
    text.push_str("];\n");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    fs::write(out.join("runtime.rs"), text)
}

/// Adds the paths of all `.js` and `.d.ts` files below `folder`, with `/` between folders.
fn collect(folder: &Path, prefix: &str, files: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let Ok(name) = entry.file_name().into_string() else { continue };
        let name = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        if entry.file_type()?.is_dir() {
            collect(&entry.path(), &name, files)?;
        } else if name.ends_with(".js") || name.ends_with(".d.ts") {
            files.push(name);
        }
    }
    Ok(())
}
