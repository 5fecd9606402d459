//! The mailbox of a portal without a mail server: what would have been sent, for whoever sits at this computer. It
//! exists only on a loopback address, and only without `SMTP_URL`.

pub(crate) mod pages;
