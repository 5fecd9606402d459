//! Tenantry.
use std::process::ExitCode;

use tenantry::database::private_postgres;

fn main() -> ExitCode {
    let mut args = std::env::args_os().skip(1);
    match args.next() {
        Some(name) if name == private_postgres::GUARD_COMMAND => private_postgres::guard_main(args),
        _ => ExitCode::FAILURE,
    }
}
