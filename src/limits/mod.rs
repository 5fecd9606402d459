//! Limits on guessing.
