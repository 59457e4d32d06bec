use harness_driver::Hello;
use harness_evidence::{CheckedIcs, Limits};

use super::*;
use crate::plan::BASE_VERBS;

/// A statement in which everything but these is declared absent.
fn only(present: &[Switch]) -> Ics {
    let switches = Switch::ALL.map(|switch| (switch, present.contains(&switch)));
    Ics {
        switches: BTreeMap::from(switches),
        limits: Limits::default(),
    }
}

/// A driver with these verbs, beside those that every player has.
fn player(more: &[&str]) -> Hello {
    let verbs: Vec<&str> = BASE_VERBS.iter().chain(more).copied().collect();
    let product = serde_json::json!({"name": "p", "version": "1"});
    let hello = serde_json::json!({
        "protocol": {"major": 1, "minor": 0},
        "driver": product, "product": product,
        "channel": "release", "level": "engine", "clock": "virtual", "verbs": verbs,
    });
    serde_json::from_value(hello).unwrap()
}

fn finding(switch: Switch, declared: bool, seen: &str) -> IcsFinding {
    IcsFinding {
        switch,
        declared,
        seen: seen.to_owned(),
    }
}

#[test]
fn what_is_declared_absent_and_offered_is_a_finding() {
    let relay = RelayOffers::from([(Switch::Push, "GET /pushers".to_owned())]);
    let hello = player(&["channel.view", "channel.found", "file.send"]);
    assert_eq!(
        contradictions(&only(&[Switch::Media]), Some(&hello), &relay),
        [
            finding(Switch::Channels, false, "channel.view, channel.found"),
            finding(Switch::Push, false, "relay: GET /pushers"),
        ]
    );
}

#[test]
fn what_is_declared_and_not_offered_is_a_finding_if_somebody_could_see_it() {
    let declared = only(&[Switch::Channels, Switch::Push, Switch::WebClient]);
    let nothing = RelayOffers::new();
    let push = finding(Switch::Push, true, "relay");
    assert_eq!(
        contradictions(&declared, Some(&player(&[])), &nothing),
        [finding(Switch::Channels, true, "channel."), push.clone()]
    );
    assert_eq!(
        contradictions(&declared, None, &nothing),
        std::slice::from_ref(&push)
    );
    let mut vectors_only = player(&[]);
    vectors_only.verbs = vec!["vec.run".to_owned()];
    assert_eq!(
        contradictions(&declared, Some(&vectors_only), &nothing),
        [push]
    );
}

#[test]
fn a_statement_that_fits_has_no_finding() {
    let relay = RelayOffers::from([(Switch::Media, "config".to_owned())]);
    let hello = player(&["channel.view"]);
    let ics = only(&[Switch::Channels, Switch::Media]);
    assert_eq!(contradictions(&ics, Some(&hello), &relay), []);
}

#[test]
fn every_verb_of_a_switch_is_one_of_the_protocol() {
    let known: Vec<&str> = harness_driver::Call::METHODS
        .iter()
        .chain(harness_driver::Act::NAMES)
        .copied()
        .collect();
    for (switch, prefixes) in VERBS {
        for prefix in prefixes {
            let is_known = known.iter().any(|verb| verb.starts_with(prefix));
            assert!(is_known, "{}: {prefix}", switch.name());
        }
    }
}

#[test]
fn a_check_falls_away_with_its_verb_or_with_all_that_it_bears_on() {
    let find = |id: &str| {
        let mut checks = crate::checks::all().into_iter();
        checks.find(|check| check.id == id).unwrap()
    };
    let needs_of = |id: &str| match id {
        "GRP-05" => &[Switch::Channels][..],
        "GRP-06" => &[Switch::Invitations][..],
        _ => &[],
    };
    let checked = |present: &[Switch]| CheckedIcs {
        ics: only(present),
        findings: Vec::new(),
    };
    let rule = |name: &str| Some(format!("declared absent by the target's ICS: {name}"));
    let by_verb = find("channel-authentic");
    assert_eq!(excuse(by_verb, &checked(&[]), needs_of), rule("channels"));
    assert_eq!(
        excuse(by_verb, &checked(&[Switch::Channels]), needs_of),
        None
    );
    let by_row = find("relay-invitation-single-use");
    // It bears on CLO-01 too, which needs nothing.
    assert_eq!(excuse(by_row, &checked(&[]), needs_of), None);
    let all = |_: &str| &[Switch::Invitations][..];
    assert_eq!(excuse(by_row, &checked(&[]), all), rule("invitations"));
    // A protection that is absent excuses nothing.
    let verify = find("verify-commitment");
    assert_eq!(excuse(verify, &checked(&[]), needs_of), None);
}
