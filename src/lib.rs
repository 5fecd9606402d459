//! Tenantry: a portal in which a service provider creates and runs the organizations it serves.
//!
//! The modules below are the map of the product; ARCHITECTURE.md walks through them.

pub mod app;
pub mod audit;
pub mod billing;
pub mod clock;
pub mod commands;
pub mod config;
pub mod credentials;
pub mod custom_roles;
pub mod dashboard;
pub mod database;
pub mod demo;
pub mod error;
pub mod events;
pub mod factors;
pub mod groups;
pub mod health;
pub mod help;
pub mod invitations;
pub mod jobs;
pub mod limits;
pub mod mail;
pub mod mailbox;
pub mod members;
pub mod memberships;
pub mod metrics;
pub mod onboarding;
pub mod organizations;
pub mod passwords;
pub mod probe;
pub mod profile;
pub mod refusals;
pub mod roles;
pub mod saved_views;
pub mod scope;
pub mod sessions;
pub mod settings;
pub mod setup;
pub mod subscriptions;
pub mod support_visits;
pub mod telemetry;
pub mod types;
pub mod users;
pub mod web;
pub mod why;
