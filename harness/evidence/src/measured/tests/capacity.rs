use super::*;
use crate::Results;

/// A relay that kept up with two rates of three, and a soak.
fn capacity() -> Value {
    let step = |offered: u64, span_s: u64, late: u64| {
        let due = offered * span_s;
        let p99 = if late > 100 { 150_000 } else { 9000 };
        json!({
            "offered_per_second": offered, "achieved_per_second": offered, "due": due,
            "acknowledged": due, "late": late, "wall_ms": span_s * 1000,
            "latency": {"p50_us": 900, "p99_us": p99, "p999_us": p99, "max_us": 150_000},
            "cpu_ms": due, "cpu_us_per_message": 1000, "memory": 4096, "kept_up": late * 100 <= due,
        })
    };
    json!({
        "format": 1, "command": "pruefstand load", "tool": "0.1.0",
        "opened": "2026-11-23T03:00:00.000Z", "closed": "2026-11-23T03:00:40.000Z", "seconds": 2,
        "machine": {"cores": 2, "model": "A processor", "memory": 8_000_000},
        "placement": "same machine, loopback",
        "load_before": {"one_minute": 10, "five_minutes": 7, "fifteen_minutes": 0},
        "relays": [{
            "name": "reference", "product": "Relay", "version": "0.1.0",
            "artefacts": [{"name": "relay", "sha256": sha256_hex(b"relay")}],
            "steps": [step(100, 2, 0), step(200, 2, 4), step(300, 2, 500)],
            "knee_per_second": 200,
            "soak": {"seconds": 10, "parts": vec![step(100, 1, 0); 10]},
        }],
    })
}

fn folder(content: impl AsRef<[u8]>) -> Folder {
    let folder = Folder(tempfile::tempdir().unwrap());
    folder.write("capacity.json", content);
    folder
}

fn edited(edit: impl Fn(&mut Value)) -> Folder {
    let mut value = capacity();
    edit(&mut value);
    folder(value.to_string())
}

#[test]
fn a_capacity_statement_is_bound_by_the_run_and_changes_nothing_else() {
    let taken = folder(capacity().to_string()).taken().unwrap();
    let (_root, run) = run_with(&taken);
    assert!(run.join("data/load/capacity.json").is_file());
    let (_root, without) = run_with(&Taken::default());
    let of = |run: &Path| -> Results {
        let check = checked(run);
        assert!(check.is_authentic(), "{:?}", check.differences);
        check.results.unwrap()
    };
    let (with, without) = (of(&run), of(&without));
    assert_eq!(with.measured, taken.measured);
    let capacity = with.measured.capacity.unwrap();
    assert_eq!(capacity.relays[0].knee_per_second, Some(200));
    assert_eq!(with.shortfalls, without.shortfalls);
    assert_eq!(with.overall, without.overall);
}

#[test]
fn what_is_not_known_may_be_absent() {
    let taken = edited(|c| {
        c["machine"] = json!({});
        c.as_object_mut().unwrap().remove("load_before");
        let relay = c["relays"][0].as_object_mut().unwrap();
        for known in ["version", "artefacts", "soak"] {
            relay.remove(known);
        }
    });
    let capacity = taken.taken().unwrap().measured.capacity.unwrap();
    assert_eq!((capacity.machine.cores, capacity.load_after), (None, None));
}

#[test]
fn a_ramp_without_a_knee_may_have_no_message_at_all() {
    let silent = |c: &mut Value| {
        let relay = c["relays"][0].as_object_mut().unwrap();
        relay.remove("knee_per_second");
        relay.remove("soak");
        relay["steps"] = json!([{
            "offered_per_second": 3, "achieved_per_second": 0, "due": 6, "acknowledged": 0,
            "late": 6, "wall_ms": 2000, "cpu_ms": 0, "memory": 1, "kept_up": false,
        }]);
    };
    edited(silent).taken().unwrap();
    let zero = edited(|c| {
        silent(c);
        c["relays"][0]["steps"][0]["cpu_us_per_message"] = json!(0);
    });
    assert!(zero.refused().contains("figures that do not follow"));
}

/// Each edit makes a statement that is refused with these words.
fn all_refused<const N: usize>(edits: [(&str, Edit); N]) {
    for (told, edit) in edits {
        let refused = edited(edit).refused();
        assert!(refused.starts_with("capacity.json: "), "{refused}");
        assert!(refused.contains(told), "{refused}");
    }
}

#[test]
fn a_statement_has_its_parts_in_order() {
    all_refused([
        ("here is 1", |c| c["format"] = json!(2)),
        ("too long", |c| c["tool"] = json!("x".repeat(300))),
        ("too long", |c| {
            c["relays"][0]["version"] = json!("x".repeat(300))
        }),
        ("steps of not 1 to 600 seconds", |c| c["seconds"] = json!(0)),
        ("not 1 to 2 relays", |c| c["relays"] = json!([])),
        ("no digest", |c| {
            c["relays"][0]["artefacts"][0]["sha256"] = json!("../x")
        }),
        ("not 1 to 16 steps", |c| c["relays"][0]["steps"] = json!([])),
        ("steps do not rise", |c| {
            c["relays"][0]["steps"].as_array_mut().unwrap().swap(0, 1)
        }),
        ("after one that was too much", |c| {
            let steps = c["relays"][0]["steps"].as_array_mut().unwrap();
            steps[1] = json!({
                "offered_per_second": 200, "achieved_per_second": 0, "due": 400,
                "acknowledged": 0, "late": 400, "wall_ms": 2000, "cpu_ms": 0, "memory": 1,
                "kept_up": false,
            });
        }),
        ("the knee is not", |c| {
            c["relays"][0]["knee_per_second"] = json!(150)
        }),
        ("the knee is not", |c| {
            c["relays"][0]["knee_per_second"] = json!(300)
        }),
    ]);
}

#[test]
fn what_a_statement_says_follows_from_what_was_counted() {
    all_refused([
        ("step 2: figures that do not follow", |c| {
            c["relays"][0]["steps"][1]["achieved_per_second"] = json!(201)
        }),
        ("step 3: figures that do not follow", |c| {
            c["relays"][0]["steps"][2]["cpu_us_per_message"] = json!(999)
        }),
        ("step 1: not so many messages", |c| {
            c["relays"][0]["steps"][0]["due"] = json!(199)
        }),
        ("step 1: more messages", |c| {
            c["relays"][0]["steps"][0]["acknowledged"] = json!(201)
        }),
        ("step 1: percentiles do not rise", |c| {
            c["relays"][0]["steps"][0]["latency"]["max_us"] = json!(8)
        }),
        ("step 1: the 99th percentile does not fit", |c| {
            c["relays"][0]["steps"][0]["latency"] =
                json!({"p50_us": 1, "p99_us": 200_000, "p999_us": 200_000, "max_us": 200_000});
        }),
        ("step 3: the 99th percentile does not fit", |c| {
            c["relays"][0]["steps"][2]["latency"] =
                json!({"p50_us": 1, "p99_us": 2, "p999_us": 2, "max_us": 2});
        }),
        ("soak: not 10 parts", |c| {
            c["relays"][0]["soak"]["parts"]
                .as_array_mut()
                .unwrap()
                .truncate(9)
        }),
        ("soak: step 1: not so many", |c| {
            c["relays"][0]["soak"]["seconds"] = json!(20)
        }),
    ]);
}

#[test]
fn a_number_is_finite_whole_and_not_negative() {
    let text = capacity().to_string();
    for number in ["-1", "1.5", "1e999", "NaN", "null", "18446744073709551616"] {
        let bad = text.replacen("\"memory\":4096", &format!("\"memory\":{number}"), 1);
        assert_ne!(bad, text);
        let refused = folder(bad).refused();
        assert!(refused.starts_with("capacity.json: "), "{refused}");
    }
    let beyond = folder(text.replacen("\"memory\":4096", "\"memory\":18446744073709551615", 1));
    assert!(beyond.refused().contains("beyond all relays"));
}

#[test]
fn a_truncated_an_overlong_and_an_extended_statement_are_refused() {
    let text = capacity().to_string();
    for end in [0, 1, text.len() / 2, text.len() - 1] {
        let refused = folder(text.get(..end).unwrap()).refused();
        assert!(refused.starts_with("capacity.json: "), "{refused}");
    }
    let long = folder(text.clone() + &" ".repeat(256 * 1024));
    assert!(long.refused().ends_with("longer than 262144 bytes"));
    let more = edited(|c| c["score"] = json!(7));
    assert!(more.refused().contains("unknown field"));
    let beside = folder(&text);
    beside.write("more", "");
    assert_eq!(beside.refused(), "more: no file of a measurement");
    let steps = edited(|c| {
        let steps = c["relays"][0]["steps"].as_array_mut().unwrap();
        let last = steps[2].clone();
        steps.extend(vec![last; 14]);
    });
    assert!(steps.refused().contains("not 1 to 16 steps"));
}

#[test]
fn a_run_takes_one_statement_beside_one_campaign() {
    let folder = folder(capacity().to_string());
    let mut taken = Folder::new().taken().unwrap();
    taken.add(folder.0.path()).unwrap();
    assert!(taken.measured.fuzz.is_some() && taken.measured.capacity.is_some());
    let again = taken.add(folder.0.path()).unwrap_err().to_string();
    assert!(
        again.ends_with("a second capacity statement; a run takes one"),
        "{again}"
    );
}

#[test]
fn a_record_with_a_contradictory_statement_is_told_with_its_file_and_code() {
    let contradictory = {
        let mut value = capacity();
        value["relays"][0]["knee_per_second"] = json!(100);
        value.to_string()
    };
    for (content, code) in [("{}", 20), (contradictory.as_str(), 14)] {
        let taken = folder(capacity().to_string()).taken().unwrap();
        let (_root, run) = run_with(&taken);
        fs::write(run.join("data/load/capacity.json"), content).unwrap();
        let told = |one: &&crate::Difference| {
            one.code() == code && one.to_string().starts_with("data/load/capacity.json")
        };
        let check = checked(&run);
        assert!(
            check.differences.iter().any(|one| told(&one)),
            "{:?}",
            check.differences
        );
    }
}
