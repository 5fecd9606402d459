//! Tests through the front door, against real servers.

mod architecture;
mod browser;
mod http;
mod ledger;
mod portal;
mod private_postgres;
mod routes;
