//! Tests through the front door, against real servers.

mod architecture;
mod browser;
mod http;
mod private_postgres;
