//! What can go wrong while a client is generated, each with what to do about it.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// Why no client was generated. Nothing was written, except with [`Error::Io`].
/// `Debug` is the same text as `Display`, since that is what `unwrap` in a build script prints.
#[non_exhaustive]
pub enum Error {
    /// No telefunction is linked into the program.
    NoFunctions,
    /// Two functions have one key.
    DuplicateKey {
        /// The key.
        key: String,
        /// The Rust paths of the functions.
        functions: [String; 2],
    },
    /// Two Rust types would have one TypeScript name in one file.
    NameClash {
        /// The TypeScript name.
        name: String,
        /// The file.
        file: String,
        /// The Rust paths of the types.
        types: [String; 2],
    },
    /// Two Rust modules would be written to one file.
    FileClash {
        /// The file.
        file: String,
        /// What would be written there.
        sources: [String; 2],
    },
    /// A type names another by a name that several of its types have.
    AmbiguousName {
        /// The TypeScript name.
        name: String,
        /// Where it stands.
        place: String,
        /// The Rust paths it may mean.
        types: Vec<String>,
    },
    /// A type names another that no Rust type is called.
    UnknownName {
        /// The TypeScript name.
        name: String,
        /// The Rust path of the type that uses it.
        rust: String,
    },
    /// A TypeScript name that can't be a name.
    InvalidName {
        /// The name.
        name: String,
        /// The Rust path of the type.
        rust: String,
    },
    /// The TypeScript text of a type was not understood.
    Unreadable {
        /// The Rust path of the type.
        rust: String,
        /// Its TypeScript.
        typescript: String,
        /// What was expected.
        expected: &'static str,
        /// The text from there on.
        rest: String,
    },
    /// `ts-rs` or `schemars` could not describe a function's types.
    Indescribable {
        /// The Rust path of the function.
        function: String,
        /// What the derived code said.
        message: String,
    },
    /// The TypeScript type and the JSON Schema of a type contradict each other.
    Disagreement(Box<Disagreement>),
    /// A generic type looks different with different arguments, beyond the arguments themselves.
    ManyShapes {
        /// The Rust path of the type.
        rust: String,
    },
    /// The client could not tell where in such a value the dates, bytes or big integers stand.
    Untellable {
        /// Where the value stands.
        place: String,
        /// The Rust path of the type, where it has a name.
        rust: String,
        /// Why not.
        reason: String,
    },
    /// A channel stands where the client would have to send one.
    ChannelSent {
        /// Where.
        place: String,
    },
    /// The value of a refusal holds raw bytes, and a failure is only JSON.
    BytesInRefusal {
        /// The Rust path of the function.
        function: String,
    },
    /// With [`Builder::check`](crate::Builder::check): the client on disk is not what would be
    /// generated.
    Stale {
        /// The files that would be written or removed.
        files: Vec<String>,
    },
    /// A file could not be read or written.
    Io {
        /// What was tried: `write`, `read`, `remove`, `create the folder`.
        action: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        source: io::Error,
    },
    /// Where a file would be written is one that this generator did not write.
    Foreign {
        /// The file.
        path: PathBuf,
    },
    /// The folder to write to has no parent.
    MissingParent {
        /// The folder to write to.
        folder: PathBuf,
        /// The part of it that does not exist.
        missing: PathBuf,
    },
}

/// Two descriptions of one type that can't both be true.
#[derive(Debug)]
#[non_exhaustive]
pub struct Disagreement {
    /// The Rust path of the type, or the function where the type has no name.
    pub rust: String,
    /// The way from there to the place, field by field; empty for the type itself.
    pub path: String,
    /// What `ts-rs` says.
    pub typescript: String,
    /// What `schemars` says.
    pub schema: String,
    /// Whether it is about the value that a client sends, or that it receives.
    pub sent: bool,
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoFunctions => f.write_str(
                "no telefunction is linked into this program. A crate that is linked but never \
                 named contributes nothing: write `use your_crate as _;` in the build script or \
                 program that generates",
            ),
            Self::DuplicateKey { key, functions: [first, second] } => write!(
                f,
                "`{first}` and `{second}` have the same key `{key}`. Rename one, or give it \
                 another name with `#[telefunction(name = \"…\")]`",
            ),
            Self::NameClash { name, file, types: [first, second] } => write!(
                f,
                "`{first}` and `{second}` would both be `{name}` in {file}. Give one another name \
                 with `#[serde(rename = \"…\")]` or `#[ts(rename = \"…\")]`",
            ),
            Self::FileClash { file, sources: [first, second] } => {
                write!(
                    f,
                    "{first} and {second} would both be written to {file}. Rename one of them"
                )
            }
            Self::AmbiguousName { name, place, types } => write!(
                f,
                "{place} uses several types that are called `{name}` in TypeScript: {}. Give all \
                 but one another name with `#[ts(rename = \"…\")]`",
                types.join(", "),
            ),
            Self::UnknownName { name, rust } => write!(
                f,
                "`{rust}` uses the TypeScript type `{name}`, which no type of the signature \
                 declares. Write it out in `#[ts(type = \"…\")]`, or derive `TS` for it",
            ),
            Self::InvalidName { name, rust } => write!(
                f,
                "`{rust}` is called `{name}`, which is not a TypeScript name. Give it another with \
                 `#[ts(rename = \"…\")]`",
            ),
            Self::Unreadable { rust, typescript, expected, rest } => write!(
                f,
                "the TypeScript type of `{rust}` is not understood: expected {expected} at \
                 `{rest}` in `{typescript}`",
            ),
            Self::Indescribable { function, message } => write!(
                f,
                "the types of `{function}` can't be described: {message}. A flattened \
                 `Option<T>` is the usual cause: flatten a `T` with `#[serde(default)]` instead",
            ),
            Self::Disagreement(disagreement) => disagreement.fmt(f),
            Self::ManyShapes { rust } => write!(
                f,
                "`{rust}` looks different in JSON with different type arguments, so it can't be \
                 one TypeScript type. Write a type of its own for each use",
            ),
            Self::Untellable { place, rust, reason } => write!(
                f,
                "{place}: the client can't tell where in a `{rust}` the dates, bytes or big \
                 integers stand: {reason}. Give the enum a tag (`#[serde(tag = \"…\")]`), or move \
                 the open map out of the value",
            ),
            Self::ChannelSent { place } => write!(
                f,
                "{place}: a channel is made by the server, so a client can't send one; return its \
                 `ClientEnd`",
            ),
            Self::BytesInRefusal { function } => write!(
                f,
                "`{function}` refuses with a value that holds `Bytes`, which a failure can't carry. \
                 Say it in JSON, or return the bytes in the result",
            ),
            Self::Stale { files } => write!(
                f,
                "the generated client is out of date, generate it again: {}",
                files.join(", "),
            ),
            Self::Io { action, path, source } => {
                write!(f, "can't {action} {}: {source}", path.display())?;
                if source.kind() == io::ErrorKind::PermissionDenied {
                    f.write_str(". Make it writable for this user, or choose another folder")?;
                }
                Ok(())
            }
            Self::Foreign { path } => write!(
                f,
                "{} was not generated by telefunc, so it is not overwritten. Move it, or choose \
                 another folder",
                path.display(),
            ),
            Self::MissingParent { folder, missing } => write!(
                f,
                "can't write to {}: {} does not exist. Create it, or correct the path: only the \
                 last folder is created",
                folder.display(),
                missing.display(),
            ),
        }
    }
}

impl fmt::Display for Disagreement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let direction = if self.sent { "sent by" } else { "received by" };
        let place =
            if self.path.is_empty() { String::new() } else { format!(" at `{}`", self.path) };
        write!(
            f,
            "`{}`{place}: as {direction} a client, ts-rs says `{}` but schemars says `{}`. An \
             attribute that only one of them understands is the usual cause, such as \
             `#[serde(into, from, with)]`: make both say what goes over the wire, with \
             `#[ts(as = \"…\")]` or `#[ts(type = \"…\")]` and `#[schemars(with = \"…\")]`",
            self.rust, self.typescript, self.schema,
        )
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
