//! Tests through the front door, against real servers.

mod architecture;
mod private_postgres;
