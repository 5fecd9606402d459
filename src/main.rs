//! The command line.

use std::process::ExitCode;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os();
    if arguments.nth(1).is_some_and(|first| first == "__pg-guard") {
        return tenantry::database::private_postgres::guard_main(arguments);
    }
    ExitCode::SUCCESS
}
