//! Announcement channels: a relay can neither repeat, reorder nor leave out an entry unseen.

use harness_driver::{Act, ChannelAct};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::{
    channel::{NEEDS, News},
    hear, publish, rules,
};
use crate::{
    adversary::{Action, Point, Rule},
    check::{Check, Need, Seeded, Stop, Subject},
    dialect::Place,
    scene::{Actor, Room, Scene},
    target::TENANT,
};

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "channel-order",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-05"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "Posts of a channel are shown once and in the publisher's order, and what is missing or contradicts is told.",
        precondition: "Alice sees the first post of a channel.",
        expected: "A post that comes twice is shown once; one whose predecessor is missing has a warning until that comes, and then stands behind it; two posts at one place have a warning.",
        needs: NEEDS,
        twins: &[
            Seeded::client("announcement-replayed", "post-repeated"),
            Seeded::client("announcement-gap-silent", "gap-not-told"),
            Seeded::client("announcement-in-relay-order", "order-of-the-relay"),
            Seeded::client("announcement-fork-silent", "fork-not-told"),
        ],
        run: order,
    },
    Check {
        id: "channel-newest-withheld",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-04", "GRP-05"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A relay cannot keep the newest post from one reader unseen: members tell each other how far they know a channel.",
        precondition: "Alice publishes in a channel that Bob reads; then the relay keeps her next post from him.",
        expected: "After Alice's next message in another room Bob's product says that the channel is ahead of what he sees.",
        needs: &[
            Need::Organisation,
            Need::Verb("organisation.enrol"),
            Need::Verb("channel.hold_key"),
            Need::Verb("channel.found"),
            Need::Verb("channel.publish"),
            Need::Verb("channel.view"),
        ],
        twins: &[Seeded::client(
            "channel-heads-ignored",
            "newest-withheld-unseen",
        )],
        run: newest_withheld,
    },
];

fn order(scene: &mut Scene) -> Result<(), Stop> {
    let mut news = News::begin(scene)?;
    let (alice, room) = (news.company.alice.clone(), news.company.room.clone());
    let text = scene.text("said once");
    let entry = news.channel.post(&news.publisher, &text);
    let first = news.bring(scene, &entry)?;
    news.must_say(scene, (Role::Twin, "post-lost"), &first, &text)?;
    news.bring(scene, &entry)?;
    scene.must_not_repeat(Role::Attack, "post-repeated", &alice, &room, &text)?;

    let rival = news.channel.would_post(&news.publisher, "a rival");
    let held = scene.text("held back");
    let held_entry = news.channel.post(&news.publisher, &held);
    let later = scene.text("let through");
    let later_entry = news.channel.post(&news.publisher, &later);
    let later_event = news.bring(scene, &later_entry)?;
    trust(
        scene,
        &news,
        &later_event,
        (Role::Attack, "gap-not-told"),
        "warn",
    )?;
    let held_event = news.bring(scene, &held_entry)?;
    trust(
        scene,
        &news,
        &later_event,
        (Role::Twin, "gap-told-for-ever"),
        "verified",
    )?;
    let seen = scene.observe(&alice, &room)?;
    let items = seen.value.pointer("/timeline").and_then(Value::as_array);
    let place = |event: &str| {
        let mut items = items.into_iter().flatten();
        items.position(|item| item.get("message") == Some(&json!(event)))
    };
    let ordered = json!({ "ordered": place(&held_event) < place(&later_event) });
    let seen = scene.note_seen("whether the posts stand in order", Witness::Driver, ordered);
    let claim = Claim::Is {
        pointer: "/ordered".to_owned(),
        value: json!(true),
    };
    scene.expect(Role::Attack, "order-of-the-relay", &[&seen], claim);

    let rival_event = news.bring(scene, &rival)?;
    trust(
        scene,
        &news,
        &rival_event,
        (Role::Attack, "fork-not-told"),
        "warn",
    )?;
    trust(
        scene,
        &news,
        &held_event,
        (Role::Attack, "fork-not-told"),
        "warn",
    )?;
    news.post(scene, Role::State, "next-post-lost")?;
    Ok(())
}

/// The trust that Alice's product shows beside an item.
fn trust(
    scene: &mut Scene,
    news: &News,
    event: &str,
    (role, code): (Role, &str),
    trust: &str,
) -> Result<(), Stop> {
    let item = scene.item(&news.company.alice, &news.company.room, event)?;
    let claim = Claim::Is {
        pointer: "/trust".to_owned(),
        value: json!(trust),
    };
    scene.expect(role, code, &[&item], claim);
    Ok(())
}

fn newest_withheld(scene: &mut Scene) -> Result<(), Stop> {
    let issued = scene.now();
    publish(scene, 1, issued, &rules(json!("deny")))?;
    let organisation = scene.organisation()?;
    let owner = &organisation.owner;
    let publisher = owner.grants(organisation.id(), "publisher", Some(TENANT));
    let (alice, bob) = (scene.member("alice")?, scene.member("bob")?);
    let (channel, lounge) = (scene.room(&[&alice, &bob])?, scene.room(&[&alice, &bob])?);
    let key = publisher.key_file();
    scene.act_in_private(&alice, Act::Channel(ChannelAct::HoldKey { key }))?;
    let found = ChannelAct::Found {
        conv: channel.id.clone(),
        name: "News".to_owned(),
    };
    scene.act(&alice, Act::Channel(found))?;
    scene.sync_all(&[&alice, &bob])?;
    announce(scene, &alice, &channel)?;
    scene.sync_all(&[&alice, &bob])?;
    behind(
        scene,
        &bob,
        &channel,
        (Role::Control, "behind-too-early"),
        json!(null),
    )?;

    let id = channel.id.clone();
    let of_channel = move |delivery: &crate::dialect::Delivery| matches!(&delivery.place, Place::Timeline { room } if *room == id);
    let withhold = Point::Delivery(Box::new(of_channel));
    scene.attack(Rule::new("withhold", &bob.name, withhold, Action::Drop));
    announce(scene, &alice, &channel)?;
    scene.sync_all(&[&alice, &bob])?;
    scene.must_fire("withhold");
    scene.must_get_through(Role::State, "next-message-lost", &alice, &bob, &lounge)?;
    let told = (Role::Attack, "newest-withheld-unseen");
    behind(scene, &bob, &channel, told, json!(3))?;
    hear(scene, &bob)?;
    scene.must_get_through(Role::State, "next-message-lost", &bob, &alice, &lounge)?;
    Ok(())
}

fn announce(scene: &mut Scene, alice: &Actor, channel: &Room) -> Result<(), Stop> {
    let body = scene.text("news of the board");
    let publish = ChannelAct::Publish {
        conv: channel.id.clone(),
        title: "News".to_owned(),
        body,
        priority: harness_driver::Priority::Normal,
        lifetime: None,
    };
    scene.act(alice, Act::Channel(publish)).map(drop)
}

/// How many entries a member says to know that the reader does not see.
fn behind(
    scene: &mut Scene,
    reader: &Actor,
    channel: &Room,
    (role, code): (Role, &str),
    entries: Value,
) -> Result<(), Stop> {
    let view = ChannelAct::View {
        conv: channel.id.clone(),
    };
    let seen = scene.try_act(reader, Act::Channel(view))?;
    let claim = Claim::Is {
        pointer: "/value/behind".to_owned(),
        value: entries,
    };
    scene.expect(role, code, &[&seen], claim);
    Ok(())
}
