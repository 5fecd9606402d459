//! Tests through the front door, against real servers.
#![allow(clippy::unwrap_used)] // a panic is how a test fails

mod architecture;
mod private_postgres;
