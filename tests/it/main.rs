//! Tests through the front door, against real servers.

mod private_postgres;
