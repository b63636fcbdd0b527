//! The public way to generate a client: settings in, files on disk out.

use std::collections::BTreeMap;
use std::env;
use std::path::{Path, PathBuf};

use telefunc_schema::Entry;

use crate::error::Error;
use crate::model::Model;
use crate::print::{self, Settings};
use crate::report::Report;
use crate::runtime;
use crate::write::Plan;

/// Generates the TypeScript client of every telefunction that is linked into the program.
///
/// ```no_run
/// use telefunc_codegen::{Builder, Emit};
///
/// let report = Builder::new("web/src/telefunc").emit(Emit::Js).generate()?;
/// println!("{report}");
/// # Ok::<(), telefunc_codegen::Error>(())
/// ```
///
/// In a build script, relative paths are relative to the package and Cargo is told which files
/// to watch.
#[derive(Clone, Debug)]
pub struct Builder {
    folder: PathBuf,
    emit: Emit,
    runtime: Runtime,
    large_ints: LargeInts,
}

/// The language of the generated files.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Emit {
    /// `.ts` files, for projects that compile TypeScript.
    #[default]
    Ts,
    /// `.js` files with `.d.ts` beside them, which a browser imports as they are.
    Js,
}

/// Where generated files import the client runtime from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Runtime {
    /// From the folder `runtime` beside them, which is written too.
    #[default]
    Embedded,
    /// From an npm package: `Runtime::Package("telefunc-client".into())`.
    Package(String),
}

/// What 64-bit integers (`i64`, `u64`, `isize`, `usize`) are in TypeScript.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LargeInts {
    /// `number`: values beyond ±(2⁵³−1) are refused by the server.
    #[default]
    Number,
    /// `bigint`: all values, exact.
    BigInt,
}

impl Builder {
    /// A generation into the folder `out_dir`. The folder is created if its parent exists.
    #[must_use]
    pub fn new(out_dir: impl AsRef<Path>) -> Self {
        Self {
            folder: out_dir.as_ref().to_owned(),
            emit: Emit::default(),
            runtime: Runtime::default(),
            large_ints: LargeInts::default(),
        }
    }

    /// Chooses the language of the generated files.
    #[must_use]
    pub fn emit(self, emit: Emit) -> Self {
        Self { emit, ..self }
    }

    /// Chooses where the client runtime comes from.
    #[must_use]
    pub fn runtime(self, runtime: Runtime) -> Self {
        Self { runtime, ..self }
    }

    /// Chooses what 64-bit integers are in TypeScript.
    #[must_use]
    pub fn large_ints(self, large_ints: LargeInts) -> Self {
        Self { large_ints, ..self }
    }

    /// Brings the folder up to date: writes what is new or changed, and removes files of earlier
    /// generations. Files that this generator did not write are never touched.
    ///
    /// # Errors
    ///
    /// Nothing is written unless the whole client could be generated.
    pub fn generate(&self) -> Result<Report, Error> {
        let folder = self.absolute();
        let plan = Plan::new(&folder, self.files(&telefunc_schema::entries())?)?;
        let report = plan.apply()?;
        if in_build_script() {
            println!("cargo::rerun-if-changed=build.rs");
            for file in report.written.iter().chain(&report.unchanged) {
                println!("cargo::rerun-if-changed={}", folder.join(file).display());
            }
        }
        Ok(report)
    }

    /// Like [`generate`](Self::generate), but writes nothing.
    ///
    /// # Errors
    ///
    /// [`Error::Stale`] when anything would be written or removed.
    pub fn check(&self) -> Result<Report, Error> {
        let plan = Plan::new(&self.absolute(), self.files(&telefunc_schema::entries())?)?;
        plan.check()
    }

    /// Every file of the client, by its path in the output folder.
    pub(crate) fn files(&self, entries: &[&Entry]) -> Result<BTreeMap<String, String>, Error> {
        let package = match &self.runtime {
            Runtime::Embedded => None,
            Runtime::Package(name) => Some(name.clone()),
        };
        let mut files = BTreeMap::new();
        if package.is_none() {
            for (path, text) in runtime::FILES {
                files.insert(format!("runtime/{path}"), (*text).to_owned());
            }
        }
        let settings = Settings { emit: self.emit, large_ints: self.large_ints, package };
        let model = Model::new(entries, self.large_ints)?;
        for (path, file) in &model.files {
            for (name, text) in print::file(&model, path, file, &settings)? {
                if files.contains_key(&name) {
                    let sources =
                        [format!("the module `{}`", file.module), "the runtime".to_owned()];
                    return Err(Error::FileClash { file: name, sources });
                }
                files.insert(name, text);
            }
        }
        Ok(files)
    }

    fn absolute(&self) -> PathBuf {
        match env::var_os("CARGO_MANIFEST_DIR") {
            Some(package) if in_build_script() => Path::new(&package).join(&self.folder),
            _ => self.folder.clone(),
        }
    }
}

/// Cargo sets these for build scripts only.
fn in_build_script() -> bool {
    ["OUT_DIR", "HOST", "CARGO_MANIFEST_DIR"].iter().all(|name| env::var_os(name).is_some())
}
