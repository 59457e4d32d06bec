//! Contacts: cards that are sent, and the address book that the relay keeps for the user's devices.

use harness_driver::{Act, ContactAct};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::{company::Company, megolm::pair};
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    dialect::Class,
    scene::{Actor, Scene},
};

/// The wire type of the reference messenger.
const ADDRESS_BOOK: &str = "dev.pruefstand.address_book";

pub(super) const CHECKS: &[Check] = &[
    Check {
        id: "contact-sealed",
        version: 1,
        subject: Subject::Client,
        requirements: &["CON-03", "E2E-01"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "A contact that is sent is protected like a message.",
        precondition: "Alice and Bob share an encrypted room.",
        expected: "Bob sees the contact that Alice sends; its name and number are in no request.",
        needs: &[Need::Verb("contact.share")],
        twins: &[Seeded::client("contact-in-clear", "contact-on-the-wire")],
        run: sealed,
    },
    Check {
        id: "contact-malformed",
        version: 1,
        subject: Subject::Client,
        requirements: &["CON-03"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A card that would make the client fetch something, or that is none, is not shown.",
        precondition: "Mallory is a member of Alice's room and has sent her a good card.",
        expected: "Cards with remote pictures, with two contacts or without a name show no content.",
        needs: &[Need::Verb("contact.share")],
        twins: &[Seeded::client("any-card-taken", "bad-card-shown")],
        run: malformed,
    },
    Check {
        id: "address-book-sealed",
        version: 1,
        subject: Subject::Client,
        requirements: &["CON-03", "E2E-01"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Wire,
        purpose: "The relay learns from the address book that it keeps neither names nor numbers nor how many there are.",
        precondition: "Alice puts contacts into her address book.",
        expected: "No request holds a name; with one contact and with five the relay gets the same number of bytes.",
        needs: &[Need::Verb("contact.add"), Need::Verb("contact.list")],
        twins: &[
            Seeded::client("address-book-in-clear", "book-on-the-wire"),
            Seeded::client("address-book-unpadded", "count-on-the-wire"),
        ],
        run: book_sealed,
    },
    Check {
        id: "address-book-rollback",
        version: 1,
        subject: Subject::Client,
        requirements: &["CON-03", "E2E-08"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A relay that serves an old address book is found out, and nothing is lost.",
        precondition: "Alice has put one contact into her address book and then another.",
        expected: "The relay serves the first state again; Alice keeps both contacts and is told.",
        needs: &[Need::Verb("contact.add"), Need::Verb("contact.list")],
        twins: &[Seeded::client("address-book-rollback", "contact-lost")],
        run: book_rollback,
    },
];

fn sealed(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let mark = scene.mark();
    let (name, vcard) = card(scene);
    let share = ContactAct::Share {
        conv: room.id.clone(),
        vcard,
    };
    let sent = scene.act(&alice, Act::Contact(share))?;
    let message = sent
        .get("message")
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    scene.sync(&bob)?;
    let item = scene.item(&bob, &room, &message)?;
    scene.expect(
        Role::Control,
        "contact-lost",
        &[&item],
        is("/facts/contact/name", json!(name)),
    );
    let clear = scene.clear_on_wire(&name, mark)?;
    scene.expect(
        Role::Attack,
        "contact-on-the-wire",
        &[&clear],
        is("/clear", json!(0)),
    );
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

fn malformed(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    let (alice, room) = (company.alice.clone(), company.room.clone());
    let mut key = company.give_key(scene)?;
    let (name, good) = card(scene);
    let message =
        |vcard: &str| json!({ "msgtype": "dev.pruefstand.contact", "body": name, "vcard": vcard });
    let sent = company.say_event(scene, &mut key, "m.room.message", &message(&good))?;
    let item = scene.item(&alice, &room, &sent)?;
    scene.expect(
        Role::Control,
        "contact-lost",
        &[&item],
        is("/facts/contact/name", json!(name)),
    );
    let remote = good.replace("END:", "PHOTO:https://example.org/seen.png\r\nEND:");
    let nameless = good.replace("FN:", "NOTE:");
    for bad in [
        remote,
        nameless,
        format!("{good}{good}"),
        "no card".to_owned(),
    ] {
        let sent = company.say_event(scene, &mut key, "m.room.message", &message(&bad))?;
        let item = scene.item(&alice, &room, &sent)?;
        let lacks = Claim::Lacks {
            pointer: String::new(),
            value: json!("body"),
        };
        scene.expect(Role::Attack, "bad-card-shown", &[&item], lacks);
    }
    company.must_hear(scene, Role::State, "next-message-lost")
}

fn book_sealed(scene: &mut Scene) -> Result<(), Stop> {
    let alice = scene.client("alice")?;
    let mark = scene.mark();
    let mut names = vec![add(scene, &alice)?];
    scene.sync(&alice)?;
    for _ in 0..4 {
        names.push(add(scene, &alice)?);
    }
    scene.sync(&alice)?;
    let list = scene.try_act(&alice, Act::Contact(ContactAct::List))?;
    let five = Claim::Within {
        pointer: "/value/contacts".to_owned(),
        least: 5,
        most: 5,
    };
    scene.expect(Role::Control, "contact-lost", &[&list], five);
    for name in &names {
        let clear = scene.clear_on_wire(name, mark)?;
        scene.expect(
            Role::Attack,
            "book-on-the-wire",
            &[&clear],
            is("/clear", json!(0)),
        );
    }
    let sizes = scene.sizes_to(&alice, ADDRESS_BOOK, mark);
    let one = Claim::Within {
        pointer: "/sizes".to_owned(),
        least: 1,
        most: 1,
    };
    scene.expect(Role::Attack, "count-on-the-wire", &[&sizes], one);
    let bob = scene.client("bob")?;
    let room = scene.room(&[&alice, &bob])?;
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

fn book_rollback(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    scene.attack(Rule::new(
        "rollback",
        &alice.name,
        Point::Response(Class::Sync),
        Action::rewrite("serve_old_account_data", serve_first()),
    ));
    add(scene, &alice)?;
    scene.sync(&alice)?;
    let list = scene.try_act(&alice, Act::Contact(ContactAct::List))?;
    scene.expect(
        Role::Control,
        "false-alarm",
        &[&list],
        is("/value/rolled_back", json!(false)),
    );
    add(scene, &alice)?;
    scene.sync(&alice)?;
    scene.must_fire("rollback");
    let list = scene.try_act(&alice, Act::Contact(ContactAct::List))?;
    let both = Claim::Within {
        pointer: "/value/contacts".to_owned(),
        least: 2,
        most: 2,
    };
    scene.expect(Role::Attack, "contact-lost", &[&list], both);
    scene.expect(
        Role::Attack,
        "rollback-not-told",
        &[&list],
        is("/value/rolled_back", json!(true)),
    );
    scene.adversary().lift("rollback");
    add(scene, &alice)?;
    scene.sync(&alice)?;
    let list = scene.try_act(&alice, Act::Contact(ContactAct::List))?;
    let three = Claim::Within {
        pointer: "/value/contacts".to_owned(),
        least: 3,
        most: 3,
    };
    scene.expect(Role::State, "next-contact-lost", &[&list], three);
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &room)?;
    Ok(())
}

/// Serves the first address book that went through instead of every later one.
fn serve_first() -> impl FnMut(&mut Value) -> bool + Send + 'static {
    let mut first: Option<Value> = None;
    move |answer: &mut Value| {
        let events = answer
            .pointer_mut("/account_data/events")
            .and_then(Value::as_array_mut);
        let mut changed = false;
        let is_book = |event: &&mut Value| event.get("type") == Some(&json!(ADDRESS_BOOK));
        for event in events.into_iter().flatten().filter(is_book) {
            match &first {
                None => first = Some(event.clone()),
                Some(old) if *event != *old => {
                    *event = old.clone();
                    changed = true;
                }
                Some(_) => {}
            }
        }
        changed
    }
}

/// Puts a card into the actor's address book; the name on it.
pub(super) fn add(scene: &mut Scene, actor: &Actor) -> Result<String, Stop> {
    let (name, vcard) = card(scene);
    scene.act(actor, Act::Contact(ContactAct::Add { vcard }))?;
    Ok(name)
}

/// A card, and the name on it that occurs nowhere else.
fn card(scene: &mut Scene) -> (String, String) {
    let name = scene.text("Ada");
    let lines = format!(
        "BEGIN:VCARD\r\nVERSION:4.0\r\nFN:{name}\r\nTEL:+49 30 1234\r\nEMAIL:ada@example.org\r\nEND:VCARD\r\n"
    );
    (name, lines)
}

fn is(pointer: &str, value: Value) -> Claim {
    Claim::Is {
        pointer: pointer.to_owned(),
        value,
    }
}
