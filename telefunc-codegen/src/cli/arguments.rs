//! Reads the command line.

/// What the user asks for.
pub(crate) enum Command {
    Help,
    Generate(Arguments),
}

/// The options of `cargo telefunc generate`.
#[derive(Default)]
pub(crate) struct Arguments {
    pub(crate) check: bool,
    pub(crate) package: Option<String>,
    pub(crate) settings: Settings,
    pub(crate) manifest_path: Option<String>,
    pub(crate) features: Vec<String>,
    pub(crate) no_default_features: bool,
    /// Flags that go to Cargo as they are.
    pub(crate) cargo: Vec<String>,
}

/// What may stand in `[package.metadata.telefunc]` too.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    pub(crate) out: Option<String>,
    pub(crate) emit: Option<String>,
    pub(crate) runtime: Option<String>,
    pub(crate) large_ints: Option<String>,
}

pub(crate) const HELP: &str = "\
Generates the TypeScript client of a package's telefunctions.

Usage: cargo telefunc generate [OPTIONS]

Options:
      --check                Write nothing; fail when the client is out of date
      --out DIR              The folder to write to
      --emit ts|js           TypeScript (default), or JavaScript with declarations
      --runtime NAME         Import the runtime from this npm package instead of writing it
      --large-ints KIND      What 64-bit integers are: number (default) or bigint
  -p, --package NAME         The package of the workspace, where it is not the one you are in
  -F, --features FEATURES    Features of the package
      --no-default-features  Without its default features
      --manifest-path PATH   The package's Cargo.toml
      --offline, --locked, --frozen, --release, -q, --quiet
                             As for cargo build
  -h, --help                 This

The first four but --check can also be set in the package's Cargo.toml:

  [package.metadata.telefunc]
  out = \"web/src/telefunc\"
  emit = \"js\"
  runtime = \"telefunc-client\"
  large-ints = \"bigint\"
";

impl Arguments {
    /// Reads arguments, those that Cargo puts before them included.
    pub(crate) fn read(arguments: impl Iterator<Item = String>) -> Result<Command, String> {
        let mut words = arguments.peekable();
        words.next_if(|word| word == "telefunc");
        match words.next().as_deref() {
            Some("generate") => {}
            None | Some("-h" | "--help" | "help") => return Ok(Command::Help),
            Some(other) => return Err(format!("no such command: `{other}`. {HINT}")),
        }
        let mut read = Self::default();
        while let Some(word) = words.next() {
            let (option, attached) = match word.split_once('=') {
                Some((option, value)) if option.starts_with("--") => {
                    (option, Some(value.to_owned()))
                }
                _ => (word.as_str(), None),
            };
            let mut value = || {
                let value = attached.clone().or_else(|| words.next());
                value.ok_or_else(|| format!("`{option}` needs a value. {HINT}"))
            };
            match option {
                "-h" | "--help" => return Ok(Command::Help),
                "--check" => read.check = true,
                "--out" => read.settings.out = Some(value()?),
                "--emit" => read.settings.emit = Some(value()?),
                "--runtime" => read.settings.runtime = Some(value()?),
                "--large-ints" => read.settings.large_ints = Some(value()?),
                "-p" | "--package" => read.package = Some(value()?),
                "--manifest-path" => read.manifest_path = Some(value()?),
                "-F" | "--features" => {
                    let names = value()?;
                    let names = names.split([',', ' ']).filter(|name| !name.is_empty());
                    read.features.extend(names.map(str::to_owned));
                }
                "--no-default-features" => read.no_default_features = true,
                "--offline" | "--locked" | "--frozen" | "--release" | "-q" | "--quiet" => {
                    read.cargo.push(word);
                }
                _ => return Err(format!("no such option: `{word}`. {HINT}")),
            }
        }
        Ok(Command::Generate(read))
    }
}

const HINT: &str = "`cargo telefunc --help` lists what there is";

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Arguments, String> {
        match Arguments::read(line.split_whitespace().map(str::to_owned))? {
            Command::Generate(arguments) => Ok(arguments),
            Command::Help => Err("help".to_owned()),
        }
    }

    #[test]
    fn options_take_their_value_from_either_side_of_an_equals_sign() {
        let read = read("telefunc generate --check --out=web --emit js -p api -F a,b").unwrap();
        assert!(read.check);
        assert_eq!(read.settings.out.as_deref(), Some("web"));
        assert_eq!(read.settings.emit.as_deref(), Some("js"));
        assert_eq!((read.package.as_deref(), read.features.len()), (Some("api"), 2));
    }

    #[test]
    fn mistakes_are_named() {
        assert!(read("generate --chekc").err().unwrap().contains("`--chekc`"));
        assert!(read("generate --out").err().unwrap().contains("needs a value"));
        assert!(read("genrate").err().unwrap().contains("`genrate`"));
    }
}
