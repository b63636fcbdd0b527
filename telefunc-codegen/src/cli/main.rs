//! `cargo telefunc`: generates the client of a package without any code of its own for it.
//!
//! The telefunctions of a crate are known only to a program that links it. So this builds and
//! runs a small program that does, in a package below the target folder.

mod arguments;
mod project;
mod shim;

use std::process::ExitCode;

use arguments::{Arguments, Command};
use project::Project;

fn main() -> ExitCode {
    match run() {
        Ok(code) => code,
        Err(message) => {
            eprintln!("error: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<ExitCode, String> {
    match Arguments::read(std::env::args().skip(1))? {
        Command::Help => {
            print!("{}", arguments::HELP);
            Ok(ExitCode::SUCCESS)
        }
        Command::Generate(arguments) => {
            let project = Project::find(&arguments)?;
            shim::run(&project, &arguments)
        }
    }
}
