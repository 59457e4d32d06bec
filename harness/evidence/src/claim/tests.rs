use serde_json::{Value, json};

use super::{Claim, Finding};

fn evaluate(claim: &Claim, values: &[Value]) -> &'static str {
    let values: Vec<_> = values.iter().collect();
    match claim.evaluate(&values, |rule| usize::from(rule == "swap")) {
        Finding::Held(_) => "held",
        Finding::Violated(_) => "violated",
        Finding::Undecided(_) => "undecided",
    }
}

fn item(body: &str, sender: &str, state: &str, trust: &str) -> Value {
    json!({"body": body, "sender": sender, "state": state, "trust": trust, "reason": "sender-swapped"})
}

fn timeline(items: &[Value]) -> Value {
    json!({ "timeline": items })
}

#[test]
fn shown_once_means_once_decrypted_from_the_named_sender() {
    let claim = Claim::ShownOnce {
        body: "hello".to_owned(),
        sender: "@alice".to_owned(),
    };
    let right = item("hello", "@alice", "decrypted", "unverified");
    for (items, finding) in [
        (vec![right.clone()], "held"),
        (vec![], "violated"),
        (vec![right.clone(), right.clone()], "violated"),
        (
            vec![item("hello", "@eve", "decrypted", "verified")],
            "violated",
        ),
        (
            vec![item("hello", "@alice", "plain", "verified")],
            "violated",
        ),
        (
            vec![item("hello", "@alice", "decrypted", "warn")],
            "violated",
        ),
        (vec![right, json!({"body": "half an item"})], "undecided"),
    ] {
        assert_eq!(evaluate(&claim, &[timeline(&items)]), finding, "{items:?}");
    }
    assert_eq!(evaluate(&claim, &[json!({})]), "undecided");
}

#[test]
fn not_shown_allows_a_warning_and_nothing_else() {
    let claim = Claim::NotShown {
        body: "evil".to_owned(),
    };
    for (items, finding) in [
        (vec![], "held"),
        (vec![item("evil", "@a", "rejected", "unverified")], "held"),
        (vec![item("evil", "@a", "decrypted", "warn")], "held"),
        (
            vec![item("evil", "@a", "decrypted", "unverified")],
            "violated",
        ),
        (vec![item("evil", "@a", "plain", "verified")], "violated"),
    ] {
        assert_eq!(evaluate(&claim, &[timeline(&items)]), finding, "{items:?}");
    }
    assert_eq!(evaluate(&claim, &[json!({"timeline": null})]), "undecided");
}

#[test]
fn not_repeated_allows_none_or_one() {
    let claim = Claim::NotRepeated {
        body: "hello".to_owned(),
    };
    let shown = item("hello", "@a", "decrypted", "unverified");
    assert_eq!(evaluate(&claim, &[timeline(&[])]), "held");
    assert_eq!(
        evaluate(&claim, &[timeline(std::slice::from_ref(&shown))]),
        "held"
    );
    assert_eq!(
        evaluate(&claim, &[timeline(&[shown.clone(), shown])]),
        "violated"
    );
    assert_eq!(evaluate(&claim, &[json!([])]), "undecided");
}

#[test]
fn marked_needs_an_entry_that_the_product_marked_for_that_reason() {
    let claim = |hint: &str| Claim::Marked {
        hint: hint.to_owned(),
    };
    let marked = timeline(&[item("x", "@a", "rejected", "unverified")]);
    let plain = timeline(&[item("x", "@a", "decrypted", "verified")]);
    assert_eq!(evaluate(&claim(""), std::slice::from_ref(&marked)), "held");
    assert_eq!(
        evaluate(&claim("swapped"), std::slice::from_ref(&marked)),
        "held"
    );
    assert_eq!(evaluate(&claim("replayed"), &[marked]), "violated");
    assert_eq!(evaluate(&claim(""), &[plain]), "violated");
    assert_eq!(evaluate(&claim(""), &[json!(3)]), "undecided");
}

#[test]
fn status_compares_the_status_and_the_named_codes() {
    let claim = |codes: &[&str]| Claim::Status {
        one_of: vec![401, 403],
        errcode: codes.iter().map(ToString::to_string).collect(),
    };
    let seen = json!({"status": 403, "errcode": "M_FORBIDDEN"});
    assert_eq!(evaluate(&claim(&[]), std::slice::from_ref(&seen)), "held");
    assert_eq!(
        evaluate(&claim(&["M_FORBIDDEN"]), std::slice::from_ref(&seen)),
        "held"
    );
    assert_eq!(evaluate(&claim(&["M_UNKNOWN"]), &[seen]), "violated");
    assert_eq!(evaluate(&claim(&[]), &[json!({"status": 200})]), "violated");
    assert_eq!(
        evaluate(&claim(&[]), &[json!({"status": "403"})]),
        "undecided"
    );
}

#[test]
fn is_and_is_not_compare_the_value_at_the_pointer() {
    let is = Claim::Is {
        pointer: "/a/0".to_owned(),
        value: json!(1),
    };
    assert_eq!(evaluate(&is, &[json!({"a": [1]})]), "held");
    assert_eq!(evaluate(&is, &[json!({"a": [2]})]), "violated");
    assert_eq!(evaluate(&is, &[json!({"a": []})]), "undecided");
    let is_not = |values: &[Value]| Claim::IsNot {
        pointer: "/a".to_owned(),
        values: values.to_vec(),
    };
    assert_eq!(evaluate(&is_not(&[json!(1)]), &[json!({"a": 2})]), "held");
    assert_eq!(
        evaluate(&is_not(&[json!(1)]), &[json!({"a": 1})]),
        "violated"
    );
    assert_eq!(evaluate(&is_not(&[Value::Null]), &[json!({})]), "violated");
    assert_eq!(evaluate(&is_not(&[]), &[]), "undecided");
}

#[test]
fn within_counts_numbers_and_lengths_ends_included() {
    let claim = Claim::Within {
        pointer: String::new(),
        least: 1,
        most: 2,
    };
    for held in [
        json!(1),
        json!(2),
        json!([0, 0]),
        json!("ab"),
        json!({"a": 0}),
    ] {
        assert_eq!(evaluate(&claim, &[held]), "held");
    }
    for violated in [
        json!(0),
        json!(3),
        json!(-1),
        json!(1.5),
        json!([]),
        json!(""),
    ] {
        assert_eq!(evaluate(&claim, &[violated]), "violated");
    }
    for undecided in [json!(null), json!(true)] {
        assert_eq!(evaluate(&claim, &[undecided]), "undecided");
    }
}

#[test]
fn contains_and_lacks_are_decided_by_containers_only() {
    let contains = Claim::Contains {
        pointer: "/m".to_owned(),
        value: json!("@eve"),
    };
    let lacks = Claim::Lacks {
        pointer: "/m".to_owned(),
        value: json!("@eve"),
    };
    for (value, held, lacking) in [
        (json!({"m": ["@eve"]}), "held", "violated"),
        (json!({"m": {"@eve": 1}}), "held", "violated"),
        (json!({"m": ["@bob"]}), "violated", "held"),
        (json!({"m": null}), "undecided", "undecided"),
        (json!({"m": "@eve"}), "undecided", "undecided"),
        (json!({}), "undecided", "undecided"),
    ] {
        assert_eq!(evaluate(&contains, std::slice::from_ref(&value)), held);
        assert_eq!(evaluate(&lacks, &[value]), lacking);
    }
}

#[test]
fn same_and_different_compare_every_pair_and_need_two() {
    let (a, b) = (json!("a"), json!("b"));
    for (values, same, different) in [
        (vec![a.clone(), a.clone()], "held", "violated"),
        (vec![a.clone(), b.clone()], "violated", "held"),
        (vec![a.clone(), b, a.clone()], "violated", "violated"),
        (vec![a], "undecided", "undecided"),
        (vec![], "undecided", "undecided"),
    ] {
        assert_eq!(evaluate(&Claim::Same {}, &values), same);
        assert_eq!(evaluate(&Claim::Different {}, &values), different);
    }
}

#[test]
fn fired_counts_the_rule_in_the_whole_transcript() {
    let fired = |rule: &str| Claim::Fired {
        rule: rule.to_owned(),
    };
    assert_eq!(evaluate(&fired("swap"), &[]), "held");
    assert_eq!(evaluate(&fired("drop"), &[]), "violated");
}

#[test]
fn the_worst_of_several_values_counts() {
    let claim = Claim::Is {
        pointer: "/a".to_owned(),
        value: json!(1),
    };
    let (held, undecided, violated) = (json!({"a": 1}), json!({}), json!({"a": 2}));
    assert_eq!(
        evaluate(&claim, &[held.clone(), undecided.clone()]),
        "undecided"
    );
    assert_eq!(evaluate(&claim, &[undecided, violated, held]), "violated");
}

#[test]
fn a_long_value_is_cut_in_words() {
    let claim = Claim::Is {
        pointer: String::new(),
        value: json!(0),
    };
    let seen = claim.evaluate(&[&json!("ä".repeat(10_000))], |_| 0);
    assert_eq!(seen.seen().chars().count(), 401);
}
