//! Tests through the front door, against real servers.
#![allow(clippy::unwrap_used)] // a panic is how a test fails

mod architecture;
mod health;
mod jobs;
mod limits;
mod mail;
mod naughty;
mod onboarding;
mod private_postgres;
mod sessions;
mod setup;
mod support;
