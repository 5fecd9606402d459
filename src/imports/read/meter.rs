//! What reading costs, in bytes: read from the disk, unpacked, fetched again, given away. Counted in tests alone, which hold
//! it against the length of the file, because a clock says more about the machine than about the reader (QUALITY 44).

#[cfg(test)]
thread_local! {
    static WORK: std::cell::Cell<u64> = const { std::cell::Cell::new(0) };
}

/// So much was done.
#[inline]
pub(super) fn add(bytes: usize) {
    #[cfg(test)]
    WORK.set(WORK.get() + bytes as u64);
    #[cfg(not(test))]
    let _ = bytes;
}

/// What this thread has done since it was asked last.
#[cfg(test)]
pub(super) fn taken() -> u64 {
    WORK.replace(0)
}
