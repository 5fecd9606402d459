//! What processes use, read from `/proc` (Linux; other users' processes only as root).

use std::{fs, time::Duration};

/// The kernel counts processor time in hundredths of a second (`USER_HZ`, fixed for programs on all architectures).
const TICK: Duration = Duration::from_millis(10);

/// A running portal: its own processes (server and guard) and those of its database.
pub(crate) struct Family {
    own: Vec<u32>,
    database: Vec<u32>,
}

impl Family {
    /// The process and everything it started, as of now.
    pub(crate) fn of(pid: u32) -> Family {
        let parents: Vec<(u32, u32)> = every_process().filter_map(|pid| Some((pid, stat(pid)?.parent))).collect();
        let mut all = vec![pid];
        let mut next = 0;
        while let Some(&parent) = all.get(next) {
            all.extend(parents.iter().filter(|(_, known)| *known == parent).map(|(pid, _)| *pid));
            next += 1;
        }
        let (database, own) = all.into_iter().partition(|pid| name(*pid).starts_with("postgres"));
        Family { own, database }
    }

    /// Memory of server and guard in bytes, shared pages divided among those who share them.
    pub(crate) fn own_memory(&self) -> u64 {
        self.own.iter().map(|pid| memory(*pid)).sum()
    }

    /// The same with the database.
    pub(crate) fn memory(&self) -> u64 {
        self.own_memory() + self.database.iter().map(|pid| memory(*pid)).sum::<u64>()
    }

    /// Processor time of all of them so far, children that have ended included.
    pub(crate) fn cpu(&self) -> Duration {
        let ticks: u64 =
            self.own.iter().chain(&self.database).filter_map(|pid| stat(*pid)).map(|stat| stat.ticks).sum();
        TICK * u32::try_from(ticks).unwrap_or(u32::MAX)
    }
}

struct Stat {
    parent: u32,
    ticks: u64,
}

/// Of `/proc/PID/stat` (proc_pid_stat(5)): the fields behind the name, which may itself hold spaces and brackets.
fn stat(pid: u32) -> Option<Stat> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let fields: Vec<&str> = text.rsplit_once(')')?.1.split_whitespace().collect();
    let number = |index: usize| fields.get(index)?.parse::<u64>().ok();
    let ticks = number(11)? + number(12)? + number(13)? + number(14)?;
    Some(Stat { parent: u32::try_from(number(1)?).ok()?, ticks })
}

fn name(pid: u32) -> String {
    fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default()
}

fn memory(pid: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("Pss:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<u64>().ok()).unwrap_or_default() * 1024
}

fn every_process() -> impl Iterator<Item = u32> {
    let entries = fs::read_dir("/proc").into_iter().flatten().map_while(Result::ok);
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok())
}
