//! Tests through the front door, against real servers.
#![allow(clippy::unwrap_used)] // a panic is how a test fails

mod architecture;
mod credentials;
mod health;
mod jobs;
mod limits;
mod mail;
mod onboarding;
mod organizations;
mod private_postgres;
mod profile;
mod sessions;
mod setup;
mod support;
