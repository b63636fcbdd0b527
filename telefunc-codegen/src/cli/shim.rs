//! Writes and runs the program that links the package and generates its client.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::arguments::{Arguments, Settings};
use crate::project::{Project, cargo, quoted};

/// Generates the client of `project`.
pub(crate) fn run(project: &Project, arguments: &Arguments) -> Result<ExitCode, String> {
    let folder = project.target.join("telefunc").join(&project.name);
    let program = program(project, arguments)?;
    write(&folder.join("Cargo.toml"), &manifest(project, arguments))?;
    write(&folder.join("src/main.rs"), &program)?;
    // The versions of the user's own lock file. Cargo adds the generator's.
    let lock = project.workspace.join("Cargo.lock");
    if lock.is_file() {
        fs::copy(&lock, folder.join("Cargo.lock")).map_err(|error| failed(&lock, &error))?;
    }
    let status = cargo()
        .arg("run")
        .arg("--manifest-path")
        .arg(folder.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&project.target)
        // Cargo would refuse to add the generator to the copy of the lock file.
        .args(
            arguments
                .cargo
                .iter()
                .map(|flag| match flag.as_str() {
                    "--frozen" => "--offline",
                    other => other,
                })
                .filter(|flag| *flag != "--locked"),
        )
        .current_dir(&project.folder)
        .status()
        .map_err(|error| format!("can't run cargo: {error}"))?;
    Ok(if status.success() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn manifest(project: &Project, arguments: &Arguments) -> String {
    let features: Vec<String> = arguments.features.iter().map(quoted).collect();
    format!(
        "[package]\n\
         name = \"telefunc-generate\"\n\
         version = \"0.0.0\"\n\
         edition = \"2024\"\n\
         publish = false\n\n\
         [workspace]\n\n\
         [dependencies]\n\
         telefunc-codegen = {}\n\
         package = {{ package = {}, path = {}, default-features = {}, features = [{}] }}\n",
        project.codegen,
        quoted(&project.name),
        quoted(project.folder.display()),
        !arguments.no_default_features,
        features.join(", "),
    )
}

/// The program itself: what a user would write in a build script.
fn program(project: &Project, arguments: &Arguments) -> Result<String, String> {
    let Settings { emit, runtime, large_ints, .. } = merged(project, arguments);
    let emit = match emit.as_deref() {
        None | Some("ts") => "Ts",
        Some("js") => "Js",
        Some(other) => return Err(format!("emit is `ts` or `js`, not `{other}`")),
    };
    let large_ints = match large_ints.as_deref() {
        None | Some("number") => "Number",
        Some("bigint") => "BigInt",
        Some(other) => return Err(format!("large-ints is `number` or `bigint`, not `{other}`")),
    };
    let runtime = match runtime {
        Some(name) if name != "embedded" => format!("Package({}.to_owned())", quoted(name)),
        _ => "Embedded".to_owned(),
    };
    let action = if arguments.check { "check" } else { "generate" };
    Ok(format!(
        "//! Generates the client of {}. Written by `cargo telefunc`.\n\n\
         use package as _;\n\
         use telefunc_codegen::{{Builder, Emit, LargeInts, Runtime}};\n\n\
         fn main() -> std::process::ExitCode {{\n    \
             let builder = Builder::new({})\n        \
                 .emit(Emit::{emit})\n        \
                 .large_ints(LargeInts::{large_ints})\n        \
                 .runtime(Runtime::{runtime});\n    \
             match builder.{action}() {{\n        \
                 Ok(report) => {{\n            \
                     println!(\"{{report}}\");\n            \
                     std::process::ExitCode::SUCCESS\n        \
                 }}\n        \
                 Err(error) => {{\n            \
                     eprintln!(\"error: {{error}}\");\n            \
                     std::process::ExitCode::FAILURE\n        \
                 }}\n    \
             }}\n\
         }}\n",
        project.name,
        quoted(folder(project, arguments)?.display()),
    ))
}

/// The output folder: relative to where the user is on the command line, to the package in its
/// Cargo.toml.
fn folder(project: &Project, arguments: &Arguments) -> Result<PathBuf, String> {
    match (&arguments.settings.out, &project.settings.out) {
        (Some(out), _) => {
            let here = env::current_dir().map_err(|error| format!("where are we? {error}"))?;
            Ok(here.join(out))
        }
        (None, Some(out)) => Ok(project.folder.join(out)),
        (None, None) => Err(format!(
            "where to? Pass `--out DIR`, or set it in the Cargo.toml of `{}`:\n\n\
             [package.metadata.telefunc]\nout = \"web/src/telefunc\"",
            project.name,
        )),
    }
}

/// The command line's settings, and the package's where it has none.
fn merged(project: &Project, arguments: &Arguments) -> Settings {
    let (given, set) = (arguments.settings.clone(), project.settings.clone());
    Settings {
        out: given.out.or(set.out),
        emit: given.emit.or(set.emit),
        runtime: given.runtime.or(set.runtime),
        large_ints: given.large_ints.or(set.large_ints),
    }
}

/// Writes a file if it is not there already, so that Cargo need not build again.
fn write(path: &Path, text: &str) -> Result<(), String> {
    if fs::read_to_string(path).is_ok_and(|before| before == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder).map_err(|error| failed(folder, &error))?;
    }
    fs::write(path, text).map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &std::io::Error) -> String {
    format!("{}: {error}", path.display())
}
