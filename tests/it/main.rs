//! Tests through the front door, against real servers.
#![allow(clippy::unwrap_used)] // a panic is how a test fails

mod architecture;
mod dashboard;
mod events;
mod health;
mod isolation;
mod jobs;
mod limits;
mod mail;
mod onboarding;
mod organizations;
mod private_postgres;
mod sessions;
mod settings;
mod setup;
mod support;
