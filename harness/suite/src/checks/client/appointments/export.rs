//! What leaves for other programs.

use harness_driver::{Act, CalendarAct};
use harness_evidence::{Claim, Role, Witness};
use serde_json::{Value, json};

use super::steps::{APPOINTMENT, set, statement};
use crate::{
    check::Stop,
    checks::client::company::Company,
    evil::EvilRoomKey,
    scene::{Scene, Seen},
};

pub(super) fn icalendar(scene: &mut Scene) -> Result<(), Stop> {
    let mut company = Company::meet(scene, &[])?;
    let mut key = company.give_key(scene)?;
    let holds = |name: &str| Claim::Contains {
        pointer: "/lines".to_owned(),
        value: json!(name),
    };
    let lacks = |name: &str| Claim::Lacks {
        pointer: "/lines".to_owned(),
        value: json!(name),
    };
    let honest = statement(&company, "Review; of figures, and \\n plans");
    let seen = exported(scene, &mut company, &mut key, &honest)?;
    scene.expect(Role::Control, "export-lost", &[&seen], holds("SUMMARY"));

    let mut hostile = statement(&company, "Agenda");
    set(
        &mut hostile,
        "/appointment/description",
        json!("1. Figures\nX-SMUGGLED:1\nBEGIN:VALARM\nEND:VALARM"),
    );
    let seen = exported(scene, &mut company, &mut key, &hostile)?;
    scene.expect(Role::Twin, "lines-lost", &[&seen], holds("DESCRIPTION"));
    scene.expect(
        Role::Attack,
        "property-smuggled-in",
        &[&seen],
        lacks("X-SMUGGLED"),
    );
    scene.expect(
        Role::Attack,
        "component-smuggled-in",
        &[&seen],
        lacks("BEGIN VALARM"),
    );
    for ends in ["\r\n", "\n", "\r", "\u{2028}"] {
        let title = format!("Agenda{ends}X-SMUGGLED:1");
        let hostile = statement(&company, &title);
        let seen = exported(scene, &mut company, &mut key, &hostile)?;
        scene.expect(
            Role::Attack,
            "property-smuggled-in",
            &[&seen],
            lacks("X-SMUGGLED"),
        );
    }
    company.must_hear(scene, Role::State, "next-message-lost")
}

/// The properties of what Alice exports of an appointment that Mallory states; none if she is not shown it.
fn exported(
    scene: &mut Scene,
    company: &mut Company,
    key: &mut EvilRoomKey,
    stated: &Value,
) -> Result<Seen, Stop> {
    let (alice, room) = (company.alice.clone(), company.room.clone());
    let item = company.say_event(scene, key, APPOINTMENT, stated)?;
    let mut text = String::new();
    if !scene.item(&alice, &room, &item)?.value.is_null() {
        let export = CalendarAct::Export {
            conv: room.id,
            message: item,
        };
        let seen = scene.try_act(&alice, Act::Calendar(export))?;
        let found = seen.value.pointer("/value/icalendar");
        text = found.and_then(Value::as_str).unwrap_or_default().to_owned();
    }
    let value = json!({ "lines": lines(&text) });
    Ok(scene.note_seen(
        "the properties of the exported calendar",
        Witness::Driver,
        value,
    ))
}

/// The names of the properties of an iCalendar text, components as `BEGIN VEVENT`.
fn lines(text: &str) -> Vec<String> {
    let unfolded = text.replace("\r\n ", "").replace("\r\n\t", "");
    // Any line end that some reader may take for one.
    let lines = unfolded.split(['\r', '\n', '\u{85}', '\u{2028}', '\u{2029}']);
    let name = |line: &str| match line.split_once(':') {
        Some((begin @ ("BEGIN" | "END"), component)) => format!("{begin} {component}"),
        _ => line.split([':', ';']).next().unwrap_or_default().to_owned(),
    };
    lines.map(name).filter(|name| !name.is_empty()).collect()
}
