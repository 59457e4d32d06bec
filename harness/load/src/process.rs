//! What the system says of a process and its children: `/proc`, Linux.

use std::{fs, io};

use crate::LoadError;

/// A process with all that it has started.
pub(crate) struct Process(u32);

/// What it has used so far.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Usage {
    /// Milliseconds of CPU time.
    pub(crate) cpu_ms: u64,
    /// Bytes in memory that are its own or its share of shared ones (PSS).
    pub(crate) memory: u64,
}

/// Clock ticks of `/proc/PID/stat` in a second; the kernel's interface fixes it.
const TICKS: u64 = 100;

impl Process {
    pub(crate) fn of(id: u32) -> Self {
        Self(id)
    }

    /// CPU and memory of the process and of its children that live.
    pub(crate) fn usage(&self) -> Result<Usage, LoadError> {
        let mut usage = Usage::default();
        for id in self.family().map_err(LoadError::Process)? {
            let one = match usage_of(id) {
                // A child that has ended meanwhile uses nothing any longer.
                Err(_) if id != self.0 => continue,
                one => one.map_err(LoadError::Process)?,
            };
            usage.cpu_ms = usage.cpu_ms.saturating_add(one.cpu_ms);
            usage.memory = usage.memory.saturating_add(one.memory);
        }
        Ok(usage)
    }

    fn family(&self) -> io::Result<Vec<u32>> {
        let mut parents = Vec::new();
        for entry in fs::read_dir("/proc")? {
            let name = entry?.file_name();
            let id = name.to_str().and_then(|name| name.parse::<u32>().ok());
            // Whoever ends meanwhile is nobody's child any longer.
            if let Some(id) = id
                && let Ok(fields) = stat(id)
                && let Some(parent) = fields.get(1).and_then(|parent| parent.parse::<u32>().ok())
            {
                parents.push((id, parent));
            }
        }
        let mut family = vec![self.0];
        let mut at = 0;
        while let Some(elder) = family.get(at).copied() {
            let children = parents.iter().filter(|(_, parent)| *parent == elder);
            family.extend(children.map(|(id, _)| *id));
            at += 1;
        }
        Ok(family)
    }
}

/// What the system does not say is an error and no 0.
fn usage_of(id: u32) -> io::Result<Usage> {
    let fields = stat(id)?;
    let unsaid = || io::Error::other("the system does not say what it uses");
    let maps = fs::read_to_string(format!("/proc/{id}/smaps_rollup"))?;
    let share = maps.lines().find_map(|line| line.strip_prefix("Pss:"));
    let kib = share.and_then(|share| share.trim().split(' ').next()?.parse::<u64>().ok());
    Ok(Usage {
        cpu_ms: cpu_of(&fields).ok_or_else(unsaid)?,
        memory: kib.ok_or_else(unsaid)?.saturating_mul(1_024),
    })
}

/// CPU time of a process that has not been waited for, without its children, in milliseconds; `None` where the system does not say.
#[must_use]
pub fn cpu_ms(id: u32) -> Option<u64> {
    cpu_of(&stat(id).ok()?)
}

/// `proc_pid_stat(5)`: utime and stime are fields 14 and 15, the state is field 3.
fn cpu_of(fields: &[String]) -> Option<u64> {
    let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
    let ticks = number(11)?.saturating_add(number(12)?);
    Some(ticks.saturating_mul(1_000 / TICKS))
}

/// The fields behind the process's name, which may hold spaces.
fn stat(id: u32) -> io::Result<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{id}/stat"))?;
    let (_, behind) = text.rsplit_once(") ").unwrap_or_default();
    Ok(behind.split_whitespace().map(str::to_owned).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_uses_memory() {
        let usage = Process::of(std::process::id()).usage().unwrap();
        assert!(usage.memory > 100_000, "{usage:?}");
        assert!(Process::of(u32::MAX).usage().is_err());
    }
}
