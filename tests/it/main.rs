//! Tests through the front door, against real servers.

mod architecture;
mod limits;
mod private_postgres;
mod sessions;
mod setup;
mod support;
