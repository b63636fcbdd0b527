//! Finds out from `cargo metadata` which package is meant and what is needed to link it.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::arguments::{Arguments, Settings};

/// The package whose client is generated.
pub(crate) struct Project {
    pub(crate) name: String,
    /// The folder of its Cargo.toml.
    pub(crate) folder: PathBuf,
    pub(crate) workspace: PathBuf,
    pub(crate) target: PathBuf,
    /// `[package.metadata.telefunc]`.
    pub(crate) settings: Settings,
    /// How the shim depends on `telefunc-codegen`, in TOML.
    pub(crate) codegen: String,
}

impl Project {
    /// Asks Cargo.
    pub(crate) fn find(arguments: &Arguments) -> Result<Self, String> {
        let metadata = metadata(arguments)?;
        let package = package(&metadata, arguments)?;
        let name = text(package, "name")?.to_owned();
        if !has_library(package) {
            return Err(format!(
                "`{name}` has no library that another program could link. Move its telefunctions \
                 into a library (src/lib.rs), or let the program itself write the client: \
                 `Telefunc::write_client`, or `telefunc_codegen::Builder` in a build script",
            ));
        }
        let manifest = PathBuf::from(text(package, "manifest_path")?);
        let folder = manifest.parent().map(Path::to_owned).unwrap_or_default();
        Ok(Self {
            name,
            folder,
            workspace: text(&metadata, "workspace_root")?.into(),
            target: text(&metadata, "target_directory")?.into(),
            settings: settings(package),
            codegen: codegen(&metadata)?,
        })
    }
}

/// The program that is called `cargo` here.
pub(crate) fn cargo() -> Command {
    Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
}

fn metadata(arguments: &Arguments) -> Result<Value, String> {
    let mut command = cargo();
    command.args(["metadata", "--format-version", "1"]).stderr(Stdio::inherit());
    if let Some(path) = &arguments.manifest_path {
        command.args(["--manifest-path", path]);
    }
    let passed = ["--offline", "--locked", "--frozen"];
    command.args(arguments.cargo.iter().filter(|flag| passed.contains(&flag.as_str())));
    let output = command.output().map_err(|error| format!("can't run cargo: {error}"))?;
    if !output.status.success() {
        return Err("cargo metadata failed".to_owned());
    }
    serde_json::from_slice(&output.stdout).map_err(|error| format!("cargo metadata: {error}"))
}

/// The package with the name that was given, or the one that the user is in, or the only one of
/// the workspace that has settings.
fn package<'m>(metadata: &'m Value, arguments: &Arguments) -> Result<&'m Value, String> {
    let members = list(metadata, "workspace_members");
    let packages: Vec<&Value> = list(metadata, "packages")
        .iter()
        .filter(|package| members.contains(&package["id"]))
        .collect();
    let names = || {
        let names: Vec<_> =
            packages.iter().filter_map(|package| package["name"].as_str()).collect();
        names.join(", ")
    };
    if let Some(name) = &arguments.package {
        let found = packages.iter().find(|package| package["name"].as_str() == Some(name));
        return found.copied().ok_or_else(|| {
            format!("no package `{name}` in this workspace. There are: {}", names())
        });
    }
    let root = &metadata["resolve"]["root"];
    if let Some(found) = packages.iter().find(|package| package["id"] == *root) {
        return Ok(found);
    }
    let mut configured =
        packages.iter().filter(|package| package["metadata"]["telefunc"].is_object());
    match (configured.next(), configured.next()) {
        (Some(only), None) => Ok(only),
        _ => Err(format!("which package? Name it with `-p`. There are: {}", names())),
    }
}

fn has_library(package: &Value) -> bool {
    let linkable = |kind: &Value| kind == "lib" || kind == "rlib";
    list(package, "targets").iter().any(|target| list(target, "kind").iter().any(linkable))
}

fn settings(package: &Value) -> Settings {
    let table = &package["metadata"]["telefunc"];
    let setting = |name: &str| table[name].as_str().map(str::to_owned);
    Settings {
        out: setting("out"),
        emit: setting("emit"),
        runtime: setting("runtime"),
        large_ints: setting("large-ints"),
    }
}

/// The generator must be of the version that the package's own registry is of: it is taken from
/// where `telefunc-schema` comes from.
fn codegen(metadata: &Value) -> Result<String, String> {
    let packages = list(metadata, "packages");
    let schema = packages.iter().find(|package| package["name"] == "telefunc-schema");
    let schema = schema.ok_or("this package does not depend on telefunc")?;
    let version = text(schema, "version")?;
    Ok(match schema["source"].as_str() {
        None => {
            let manifest = Path::new(text(schema, "manifest_path")?);
            let siblings = manifest.ancestors().nth(2).unwrap_or(manifest);
            format!("{{ path = {} }}", quoted(siblings.join("telefunc-codegen").display()))
        }
        Some(source) => match source.strip_prefix("git+").and_then(|git| git.split_once('#')) {
            Some((url, revision)) => {
                let url = url.split('?').next().unwrap_or(url);
                format!("{{ git = {}, rev = {} }}", quoted(url), quoted(revision))
            }
            None => quoted(format!("={version}")),
        },
    })
}

/// A string that TOML and Rust both read back.
pub(crate) fn quoted(text: impl std::fmt::Display) -> String {
    Value::String(text.to_string()).to_string()
}

fn text<'v>(value: &'v Value, name: &str) -> Result<&'v str, String> {
    value[name].as_str().ok_or_else(|| format!("cargo metadata has no `{name}`"))
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}
