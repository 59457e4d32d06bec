//! A capacity statement: a relay with a knee and a soak, and one of which little is known.

use harness_evidence::{
    Artefact, Capacity, LoadAverage, LoadLatency, LoadStep, Machine, Placement, RelayCapacity, Soak,
};

/// `said` is everything that others can say in it.
pub(crate) fn capacity(said: &str) -> Capacity {
    let steps = vec![
        step(1000, 2000, 0),
        step(2000, 4000, 3),
        step(3000, 5000, 1500),
    ];
    let fast = RelayCapacity {
        name: format!("reference {said}"),
        product: format!("Prüfstand {said}"),
        version: Some(format!("0.1.0 {said}")),
        artefacts: vec![Artefact {
            name: format!("pruefstand {said}"),
            sha256: "ab".repeat(32),
        }],
        knee_per_second: RelayCapacity::knee_of(&steps),
        steps,
        soak: Some(Soak {
            seconds: 20,
            parts: vec![step(1000, 2000, 0); Soak::PARTS],
        }),
    };
    let slow = RelayCapacity {
        name: "another".to_owned(),
        product: "unknown".to_owned(),
        version: None,
        artefacts: Vec::new(),
        steps: vec![step(7, 0, 14)],
        knee_per_second: None,
        soak: None,
    };
    Capacity {
        format: Capacity::FORMAT,
        command: format!("pruefstand load --soak 20 {said}"),
        tool: "0.1.0".to_owned(),
        opened: "2026-11-23T03:00:00.000Z".to_owned(),
        closed: "2026-11-23T03:01:00.000Z".to_owned(),
        seconds: 2,
        machine: Machine {
            cores: Some(2),
            model: Some(format!("A processor {said}")),
            memory: Some(8 << 30),
        },
        placement: Placement::SameMachine,
        load_before: Some(LoadAverage {
            one_minute: 1108,
            five_minutes: 7,
            fifteen_minutes: 100,
        }),
        load_after: None,
        relays: vec![fast, slow],
    }
}

/// Two seconds.
fn step(offered_per_second: u64, acknowledged: u64, late: u64) -> LoadStep {
    let latency = LoadLatency {
        p50_us: 1_250,
        p99_us: if late > 100 { 150_000 } else { 9_000 },
        p999_us: 150_000,
        max_us: 450_000,
    };
    let step = LoadStep {
        offered_per_second,
        achieved_per_second: 0,
        due: offered_per_second * 2,
        acknowledged,
        late,
        wall_ms: 2000,
        latency: (acknowledged > 0).then_some(latency),
        cpu_ms: 500,
        cpu_us_per_message: None,
        memory: 50 << 20,
        kept_up: false,
    };
    step.derived()
}
