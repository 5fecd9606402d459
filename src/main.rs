//! The command line: which part of Tenantry to run.

use std::process::ExitCode;

use tenantry::{commands, database::private_postgres};

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    if arguments.nth(1).is_some_and(|first| first == "__pg-guard") {
        return private_postgres::guard_main(arguments);
    }
    match commands::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("tenantry: {error:#}");
            ExitCode::FAILURE
        }
    }
}
