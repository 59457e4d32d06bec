//! What the system says of the machine: `/proc`, Linux. What it does not say is absent.

use std::{fs, num::NonZeroUsize, thread};

use harness_evidence::{LoadAverage, Machine};

/// The longest name of a processor that is kept, in characters.
const MODEL_LIMIT: usize = 100;

/// The machine that this runs on.
#[must_use]
pub fn machine() -> Machine {
    let cores = thread::available_parallelism().map(NonZeroUsize::get).ok();
    let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
    Machine {
        cores: cores.and_then(|cores| u64::try_from(cores).ok()),
        model: model(&read("/proc/cpuinfo")),
        memory: memory(&read("/proc/meminfo")),
    }
}

/// How busy it is.
#[must_use]
pub fn load_average() -> Option<LoadAverage> {
    average(&fs::read_to_string("/proc/loadavg").ok()?)
}

fn model(cpuinfo: &str) -> Option<String> {
    let lines = cpuinfo.lines().filter_map(|line| line.split_once(':'));
    let named = lines.filter(|(key, _)| key.trim() == "model name");
    let mut models = named.map(|(_, model)| model.trim());
    let model = models.find(|model| !model.is_empty())?;
    Some(model.chars().take(MODEL_LIMIT).collect())
}

fn memory(meminfo: &str) -> Option<u64> {
    let total = meminfo
        .lines()
        .find_map(|line| line.strip_prefix("MemTotal:"))?;
    let kib: u64 = total.trim().strip_suffix(" kB")?.parse().ok()?;
    kib.checked_mul(1_024)
}

/// The first three numbers of `/proc/loadavg`, each with two decimals.
fn average(loadavg: &str) -> Option<LoadAverage> {
    let mut numbers = loadavg.split(' ').map(|text| {
        let (whole, hundredths) = text.split_once('.')?;
        let hundredths: u64 = hundredths.parse().ok().filter(|_| hundredths.len() == 2)?;
        let whole: u64 = whole.parse().ok()?;
        whole.checked_mul(100)?.checked_add(hundredths)
    });
    Some(LoadAverage {
        one_minute: numbers.next()??,
        five_minutes: numbers.next()??,
        fifteen_minutes: numbers.next()??,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_load_average_has_two_decimals() {
        let busy = LoadAverage {
            one_minute: 1108,
            five_minutes: 844,
            fifteen_minutes: 7,
        };
        assert_eq!(average("11.08 8.44 0.07 3/417 9000\n"), Some(busy));
        for other in ["", "1.08 2.1 0.00 1/1 1", "1.08 -2.10 0.00", "1.08 2.10"] {
            assert_eq!(average(other), None, "{other}");
        }
    }

    #[test]
    fn what_the_system_does_not_say_is_absent() {
        assert_eq!(model("processor\t: 0\nmodel name\t: A B\n").unwrap(), "A B");
        assert_eq!(model("processor : 0\nmodel name :\n"), None);
        assert_eq!(memory("MemTotal:       2 kB\n"), Some(2_048));
        assert_eq!(memory("MemFree:        2 kB\n"), None);
    }
}
