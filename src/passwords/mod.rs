//! Passwords: hashed and checked on a bounded pool.
/// The pool.
#[derive(Clone, Debug, Default)]
pub struct Passwords;
