//! Tests through the front door, against real servers.
#![allow(clippy::unwrap_used)] // a panic is how a test fails
#![allow(unreachable_pub)] // what the tests share is written as an interface

mod architecture;
mod audit;
mod browser;
mod bulk;
mod credentials;
mod dashboard;
mod events;
mod exports;
mod factors;
mod groups;
mod health;
mod http;
mod invitations;
mod isolation;
mod jobs;
mod ledger;
mod lifecycle;
mod limits;
mod mail;
mod members;
mod naughty;
mod onboarding;
mod organizations;
mod portal;
mod private_postgres;
mod probe;
mod profile;
mod refusals;
mod restricted;
mod roles;
mod routes;
mod sessions;
mod settings;
mod setup;
mod sign_in_rules;
mod step_up;
mod support;
mod support_visits;
mod tags;
mod tree;
mod why;
