use harness_driver::{Payload, Request};
use serde_json::{Value, json};

use super::{Action, Adversary, Passage, Point, Rule, RuleError};
use crate::dialect::{Class, Delivery, Place};

fn request(body: Value) -> Request {
    Request {
        id: "1".to_owned(),
        method: "PUT".to_owned(),
        path: "/".to_owned(),
        token: None,
        body: Payload::Json(body),
    }
}

fn sync(events: &[Value]) -> Payload {
    Payload::Json(json!({ "rooms": { "join": { "!r": { "timeline": { "events": events } } } } }))
}

fn delivered(body: &Payload) -> Vec<Value> {
    let events = body
        .json()
        .and_then(|sync| sync.pointer("/rooms/join/!r/timeline/events"));
    events
        .and_then(Value::as_array)
        .cloned()
        .unwrap_or_default()
}

fn every_delivery() -> Point {
    Point::Delivery(Box::new(|_: &Delivery| true))
}

/// Sends two events through one rule of Bob's; what Bob gets, and how often the rule fired.
fn through(action: Action) -> (Vec<Value>, usize) {
    let mut adversary = Adversary::default();
    adversary.add(Rule::new("rule", "bob", every_delivery(), action));
    let mut body = sync(&[json!({ "n": 1 }), json!({ "n": 2 })]);
    let firings = adversary
        .on_response("bob", Class::Sync, &mut body)
        .unwrap();
    (delivered(&body), firings.len())
}

#[test]
fn a_rule_concerns_its_viewer_and_its_class_alone() {
    let mut adversary = Adversary::default();
    adversary.add(Rule::new(
        "drop",
        "bob",
        Point::Request(Class::RoomSend),
        Action::Drop,
    ));
    let mut meet = |actor, class| {
        adversary
            .on_request(actor, class, &mut request(json!({})))
            .unwrap()
    };
    assert_eq!(meet("alice", Class::RoomSend).0, Passage::Pass);
    assert_eq!(meet("bob", Class::Sync).0, Passage::Pass);
    let (passage, firings) = meet("bob", Class::RoomSend);
    assert_eq!(passage, Passage::Lost);
    assert_eq!(firings[0].rule, "drop");
}

#[test]
fn a_rule_acts_as_often_as_it_says() {
    let mut adversary = Adversary::default();
    let rule = Rule::new(
        "once",
        "bob",
        Point::Request(Class::Sync),
        Action::Status(503),
    );
    adversary.add(rule.at_most(1));
    let mut meet = || {
        adversary
            .on_request("bob", Class::Sync, &mut request(json!({})))
            .unwrap()
            .0
    };
    assert_eq!(meet(), Passage::Answered(503));
    assert_eq!(meet(), Passage::Pass);
}

#[test]
fn deliveries_are_dropped_doubled_and_renamed() {
    assert_eq!(through(Action::Drop), (vec![], 2));
    assert_eq!(through(Action::Withhold), (vec![], 2));
    assert_eq!(through(Action::Duplicate).0.len(), 4);
    let (events, fired) = through(Action::SwapSender {
        sender: "@bob:x".to_owned(),
    });
    assert!(events.iter().all(|event| event["sender"] == "@bob:x"));
    assert_eq!(fired, 2);
}

#[test]
fn what_is_held_comes_when_it_is_released_and_to_its_viewer() {
    let mut adversary = Adversary::default();
    adversary.add(Rule::new("hold", "bob", every_delivery(), Action::Hold));
    let mut first = sync(&[json!({ "n": 1 })]);
    adversary
        .on_response("bob", Class::Sync, &mut first)
        .unwrap();
    assert!(delivered(&first).is_empty());
    adversary.lift("hold");
    adversary.release("hold", "bob");
    let mut other = sync(&[]);
    adversary
        .on_response("alice", Class::Sync, &mut other)
        .unwrap();
    assert!(delivered(&other).is_empty());
    let mut next = sync(&[]);
    let firings = adversary
        .on_response("bob", Class::Sync, &mut next)
        .unwrap();
    assert_eq!(delivered(&next), [json!({ "n": 1 })]);
    assert_eq!(firings[0].action, "release");
}

#[test]
fn a_copy_passes_and_is_kept() {
    let mut adversary = Adversary::default();
    adversary.add(Rule::new("copy", "bob", every_delivery(), Action::Copy));
    let mut body = sync(&[json!({ "n": 1 })]);
    adversary
        .on_response("bob", Class::Sync, &mut body)
        .unwrap();
    assert_eq!(delivered(&body).len(), 1);
    let place = Place::Timeline {
        room: "!r".to_owned(),
    };
    assert_eq!(
        adversary.kept("copy"),
        [Delivery {
            place,
            event: json!({ "n": 1 })
        }]
    );
}

#[test]
fn a_firing_has_digests_of_before_and_after() {
    let mut adversary = Adversary::default();
    let flip = Action::Flip {
        pointer: "/ciphertext".to_owned(),
    };
    adversary.add(Rule::new(
        "flip",
        "bob",
        Point::Request(Class::RoomSend),
        flip,
    ));
    let mut sent = request(json!({ "ciphertext": "AAAA" }));
    let (_, firings) = adversary
        .on_request("bob", Class::RoomSend, &mut sent)
        .unwrap();
    assert_ne!(firings[0].before, firings[0].after);
    assert_eq!(sent.body.json().unwrap()["ciphertext"], "AAEA");
}

#[test]
fn a_rule_that_cannot_act_is_an_error_and_lets_nothing_through() {
    let cut = || Action::Truncate {
        pointer: "/missing".to_owned(),
    };
    let mut adversary = Adversary::default();
    adversary.add(Rule::new(
        "cut",
        "bob",
        Point::Request(Class::RoomSend),
        cut(),
    ));
    let met = adversary.on_request("bob", Class::RoomSend, &mut request(json!({})));
    assert_eq!(met, Err(RuleError::NoField("cut", "/missing".to_owned())));

    adversary.add(Rule::new(
        "raw",
        "bob",
        Point::Response(Class::KeysQuery),
        cut(),
    ));
    let met = adversary.on_response("bob", Class::KeysQuery, &mut Payload::Empty);
    assert_eq!(met, Err(RuleError::NotJson("raw")));

    adversary.add(Rule::new(
        "misplaced",
        "bob",
        Point::Response(Class::Sync),
        Action::Copy,
    ));
    let met = adversary.on_response("bob", Class::Sync, &mut sync(&[]));
    assert_eq!(met, Err(RuleError::Misplaced("misplaced")));
}

#[test]
fn the_directory_can_be_made_to_lie() {
    let answer = || {
        let signed = json!({ "signatures": { "@b:x": { "ed25519:D": "s", "ed25519:M": "m" } } });
        json!({ "device_keys": { "@b:x": { "D": signed } }, "master_keys": { "@b:x": {} } })
    };
    let lied = |mut action: Action| {
        let mut answer = answer();
        (action.apply("lie", &mut answer).unwrap(), answer)
    };
    let (user, device) = ("@b:x".to_owned(), "D".to_owned());
    let (changed, hidden) = lied(Action::HideDevice {
        user: user.clone(),
        device: device.clone(),
    });
    assert!(
        changed
            && hidden["device_keys"]["@b:x"]
                .as_object()
                .unwrap()
                .is_empty()
    );
    let (changed, injected) = lied(Action::InjectDevice {
        user: user.clone(),
        device: "E".to_owned(),
        keys: json!(1),
    });
    assert!(changed && injected["device_keys"]["@b:x"]["E"] == 1);
    let by = vec!["ed25519:M".to_owned()];
    let (changed, stripped) = lied(Action::StripSignature {
        user: user.clone(),
        by,
    });
    let left = &stripped["device_keys"]["@b:x"]["D"]["signatures"]["@b:x"];
    assert!(changed && left == &json!({ "ed25519:D": "s" }));
    let identity = serde_json::Map::from_iter([("master_keys".to_owned(), Value::Null)]);
    let (changed, substituted) = lied(Action::SubstituteKeys {
        user,
        devices: None,
        identity,
    });
    assert!(changed && substituted["master_keys"].as_object().unwrap().is_empty());
}

#[test]
fn a_one_time_key_is_handed_out_again() {
    let mut reuse = Action::ReuseOtk { first: None };
    let (mut first, mut second) = (json!({ "key": 1 }), json!({ "key": 2 }));
    assert_eq!(reuse.apply("otk", &mut first), Ok(false));
    assert_eq!(reuse.apply("otk", &mut second), Ok(true));
    assert_eq!(second, json!({ "key": 1 }));
}

#[test]
fn a_list_is_reordered_and_a_member_put_at_its_end() {
    let pointer = || "/events".to_owned();
    let mut answer = json!({ "events": [1, 2] });
    let mut reorder = Action::Reorder { pointer: pointer() };
    assert_eq!(reorder.apply("reorder", &mut answer), Ok(true));
    let event = json!({ "type": "m.room.member" });
    let mut inject = Action::InjectMember {
        pointer: pointer(),
        event: event.clone(),
    };
    assert_eq!(inject.apply("inject", &mut answer), Ok(true));
    assert_eq!(answer, json!({ "events": [2, 1, event] }));
    assert_eq!(
        inject.apply("inject", &mut json!({})),
        Err(RuleError::NoField("inject", pointer()))
    );
}

#[test]
fn bytes_are_changed_after_all_else_and_need_not_be_json_then() {
    let mut adversary = Adversary::default();
    let cut = Action::rewrite_bytes("cut", |bytes| {
        bytes.truncate(5);
        true
    });
    let point = || Point::Response(Class::Sync);
    adversary.add(Rule::new("cut", "bob", point(), cut));
    let empty = Action::rewrite("empty", |sync| {
        *sync = json!({ "events": [] });
        true
    });
    adversary.add(Rule::new("empty", "bob", point(), empty));
    let mut body = sync(&[json!({ "n": 1 })]);
    let firings = adversary.on_response("bob", Class::Sync, &mut body);
    let rules: Vec<_> = firings.unwrap().into_iter().map(|it| it.rule).collect();
    assert_eq!(rules, ["empty", "cut"]);
    assert_eq!(body, Payload::Raw(b"{\"eve".to_vec().into()));
}

#[test]
fn a_delayed_event_comes_after_so_many_answers() {
    let mut adversary = Adversary::default();
    let late = Action::Delay { answers: 2 };
    adversary.add(Rule::new("late", "bob", every_delivery(), late).at_most(1));
    let mut next = |actor, events: &[Value]| {
        let mut body = sync(events);
        let answered = adversary.on_response(actor, Class::Sync, &mut body);
        (delivered(&body), answered.unwrap().len())
    };
    let (one, two) = (json!({ "n": 1 }), json!({ "n": 2 }));
    assert_eq!(next("bob", std::slice::from_ref(&one)), (vec![], 1));
    // Another viewer's answers do not count.
    assert_eq!(next("alice", &[]), (vec![], 0));
    assert_eq!(next("bob", &[]), (vec![], 0));
    assert_eq!(next("bob", std::slice::from_ref(&two)), (vec![two, one], 1));
    assert_eq!(next("bob", &[]), (vec![], 0));
}

#[test]
fn an_earlier_view_is_served_again_and_history_withheld() {
    let mut rollback = Action::RollbackView { first: None };
    let (mut first, mut second) = (json!({ "devices": 1 }), json!({ "devices": 2 }));
    assert_eq!(rollback.apply("rollback", &mut first), Ok(false));
    assert_eq!(rollback.apply("rollback", &mut second), Ok(true));
    assert_eq!(second, first);
    let mut withhold = Action::WithholdHistory {
        pointer: "/events".to_owned(),
        newest: 1,
    };
    let mut answer = json!({ "events": [1, 2, 3] });
    assert_eq!(withhold.apply("withhold", &mut answer), Ok(true));
    assert_eq!(answer, json!({ "events": [3] }));
    assert_eq!(withhold.apply("withhold", &mut answer), Ok(false));
}

#[test]
fn keys_run_out_and_a_method_is_weakened() {
    let mut exhaust = Action::ExhaustOtk {
        user: "@b:x".to_owned(),
    };
    let mut answer = json!({ "one_time_keys": { "@b:x": {}, "@c:x": {} } });
    assert_eq!(exhaust.apply("exhaust", &mut answer), Ok(true));
    assert_eq!(answer, json!({ "one_time_keys": { "@c:x": {} } }));
    let mut downgrade = Action::Downgrade {
        pointer: "/hash".to_owned(),
        to: json!("none"),
    };
    let mut offer = json!({ "hash": "sha256" });
    assert_eq!(downgrade.apply("downgrade", &mut offer), Ok(true));
    assert_eq!(offer, json!({ "hash": "none" }));
    assert_eq!(
        downgrade.apply("downgrade", &mut json!({})),
        Err(RuleError::NoField("downgrade", "/hash".to_owned()))
    );
}
