//! Group G: files.

use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::json;

use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::megolm::pair,
    dialect::Class,
    scene::Scene,
};

pub(super) const CHECKS: &[Check] = &[Check {
    id: "attachment-altered",
    version: 1,
    subject: Subject::Client,
    requirements: &["MED-02", "E2E-07"],
    attacks: &["ATK-ATT-01"],
    severity: Severity::Must,
    witness: Witness::Driver,
    purpose: "A file that the relay altered, cut or swapped is not opened.",
    precondition: "Alice has sent Bob two files in an encrypted room.",
    expected: "With one bit flipped, half of it cut, or the other file's bytes served, nothing is released; untouched, both open.",
    needs: &[Need::Verb("file.send"), Need::Verb("file.open")],
    twins: &[Seeded::client(
        "att-use-before-check",
        "altered-file-opened",
    )],
    run: altered,
}];

fn altered(scene: &mut Scene) -> Result<(), Stop> {
    let (alice, bob, room) = pair(scene)?;
    let content = scene.text("quarterly figures");
    let file = scene.send_file(&alice, &room, "figures.txt", content.as_bytes())?;
    scene.sync(&bob)?;
    let opened = scene.open_file(&bob, &room, &file)?;
    scene.expect(
        Role::Control,
        "control-not-opened",
        &[&opened],
        Claim::Is {
            pointer: "/text".to_owned(),
            value: json!(content),
        },
    );

    let flip = Action::Flip {
        pointer: String::new(),
    };
    let cut = Action::Truncate {
        pointer: String::new(),
    };
    let swap = Action::Garbage(content.clone().into_bytes());
    for (rule, action) in [("flip", flip), ("cut", cut), ("swap", swap)] {
        scene.attack(Rule::new(
            rule,
            &bob.name,
            Point::Response(Class::MediaDownload),
            action,
        ));
        let opened = scene.open_file(&bob, &room, &file)?;
        scene.adversary().lift(rule);
        scene.must_fire(rule);
        let refused = Claim::Is {
            pointer: "/opened".to_owned(),
            value: json!(false),
        };
        scene.expect(Role::Attack, "altered-file-opened", &[&opened], refused);
    }
    let opened = scene.open_file(&bob, &room, &file)?;
    scene.expect(
        Role::State,
        "untouched-file-not-opened",
        &[&opened],
        Claim::Is {
            pointer: "/text".to_owned(),
            value: json!(content),
        },
    );
    Ok(())
}
