//! Metrics.

/// Counts a mail by what became of it.
pub(crate) fn mail(outcome: &'static str) {
    metrics::counter!("tenantry_mails_total", "outcome" => outcome).increment(1);
}
