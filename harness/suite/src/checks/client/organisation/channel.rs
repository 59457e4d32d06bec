//! Announcement channels: who is heard in them, and what a recall does.

use harness_driver::{Act, MessageAct};
use harness_evidence::{Claim, Role, Severity, Witness};
use serde_json::{Value, json};

use super::{meet_stranger, publish, rules};
use crate::{
    check::{Check, Need, Seeded, Stop, Subject},
    checks::client::company::Company,
    evil::EvilRoomKey,
    scene::{Scene, Sent},
    target::{BenchChannel, Officer, TENANT},
};

/// The event type that carries entries of a channel.
pub(super) const ANNOUNCEMENT: &str = "dev.pruefstand.announcement";

pub(in crate::checks) const CHECKS: &[Check] = &[
    Check {
        id: "channel-authentic",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-05"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "In a channel nobody is heard but the publishers of the organisation, whoever brings the events.",
        precondition: "Mallory is in the room of a channel and delivers its entries; a publisher's post is shown to Alice.",
        expected: "Not shown: a post by a stranger's key, by a member's, one whose text was changed, and an ordinary message; the publisher's next post is.",
        needs: NEEDS,
        twins: &[
            Seeded::client("announcement-unsigned", "forged-post-shown"),
            Seeded::client("announcement-by-any-role", "post-by-member-shown"),
            Seeded::client("announcement-content-unbound", "altered-post-shown"),
            Seeded::client("channel-open-to-all", "others-heard"),
        ],
        run: authentic,
    },
    Check {
        id: "channel-recall",
        version: 1,
        subject: Subject::Client,
        requirements: &["GRP-05", "USE-02"],
        attacks: &[],
        severity: Severity::Must,
        witness: Witness::Driver,
        purpose: "A recall counts from the author or an administrator alone, and takes the text out of the reader's store.",
        precondition: "Alice sees two posts of one publisher.",
        expected: "A recall by a stranger and by another publisher changes nothing; the author's removes the text from view and store, and the other post stays.",
        needs: NEEDS,
        twins: &[
            Seeded::client("recall-by-anyone", "foreign-recall-obeyed"),
            Seeded::client("recalled-content-kept", "recalled-text-stored"),
        ],
        run: recall,
    },
];

pub(super) const NEEDS: &[Need] = &[
    Need::Organisation,
    Need::Verb("organisation.enrol"),
    Need::Verb("channel.view"),
    Need::Verb("message.traces"),
];

/// A channel in a room of Alice and Mallory, who delivers its entries.
pub(super) struct News {
    pub(super) company: Company,
    pub(super) channel: BenchChannel,
    pub(super) publisher: Officer,
    key: EvilRoomKey,
}

impl News {
    /// A founded channel whose first post Alice sees.
    pub(super) fn begin(scene: &mut Scene) -> Result<Self, Stop> {
        let issued = scene.now();
        publish(scene, 1, issued, &rules(json!("allow")))?;
        let organisation = scene.organisation()?;
        let (id, owner) = (organisation.id(), &organisation.owner);
        let publisher = owner.grants(id, "publisher", Some(TENANT));
        let alice = scene.member("alice")?;
        let mut company = meet_stranger(scene, &alice)?;
        let key = company.give_key(scene)?;
        let channel = BenchChannel::new(id, &company.room.id, issued);
        let mut news = Self {
            company,
            channel,
            publisher,
            key,
        };
        let founded = news.channel.found(&news.publisher);
        news.bring(scene, &founded)?;
        news.post(scene, Role::Control, "control-lost")?;
        Ok(news)
    }

    /// Mallory delivers an entry; the event that brings it.
    pub(super) fn bring(&mut self, scene: &mut Scene, entry: &Value) -> Result<String, Stop> {
        self.company
            .say_event(scene, &mut self.key, ANNOUNCEMENT, entry)
    }

    /// The publisher's next post must be shown: its event and text.
    pub(super) fn post(
        &mut self,
        scene: &mut Scene,
        role: Role,
        code: &str,
    ) -> Result<(String, String), Stop> {
        let text = scene.text("news of the board");
        let entry = self.channel.post(&self.publisher, &text);
        let event = self.bring(scene, &entry)?;
        self.must_say(scene, (role, code), &event, &text)?;
        Ok((event, text))
    }

    /// The text is shown once, whoever brought it.
    pub(super) fn must_say(
        &self,
        scene: &mut Scene,
        (role, code): (Role, &str),
        event: &str,
        text: &str,
    ) -> Result<(), Stop> {
        let sent = Sent {
            message: event.to_owned(),
            body: text.to_owned(),
            sender: self.company.mallory.device.user.clone(),
        };
        let (alice, room) = (&self.company.alice, &self.company.room);
        scene.must_show_once(role, code, alice, room, &sent)
    }

    fn must_not_say(&self, scene: &mut Scene, code: &str, text: &str) -> Result<(), Stop> {
        let (alice, room) = (&self.company.alice, &self.company.room);
        scene.must_not_show(Role::Attack, code, alice, room, text)
    }
}

fn authentic(scene: &mut Scene) -> Result<(), Stop> {
    let mut news = News::begin(scene)?;
    let organisation = scene.organisation()?;
    let member = organisation
        .owner
        .grants(organisation.id(), "member", Some(TENANT));
    for (by, code) in [
        (Officer::root(), "forged-post-shown"),
        (news.publisher.impostor(), "forged-post-shown"),
        (member, "post-by-member-shown"),
    ] {
        let text = scene.text("lies of the board");
        let entry = news.channel.would_post(&by, &text);
        news.bring(scene, &entry)?;
        news.must_not_say(scene, code, &text)?;
    }
    let text = scene.text("another text");
    let mut altered = news.channel.would_post(&news.publisher, "as it was signed");
    if let Some(body) = altered.pointer_mut("/post/body") {
        *body = json!(text);
    }
    news.bring(scene, &altered)?;
    news.must_not_say(scene, "altered-post-shown", &text)?;
    let said = news.company.say(scene, &mut news.key, "me too")?;
    news.must_not_say(scene, "others-heard", &said.body)?;
    news.post(scene, Role::State, "next-post-lost")?;
    Ok(())
}

fn recall(scene: &mut Scene) -> Result<(), Stop> {
    let mut news = News::begin(scene)?;
    let (event, text) = news.post(scene, Role::Control, "control-lost")?;
    let (stays, other) = news.post(scene, Role::Control, "control-lost")?;
    let organisation = scene.organisation()?;
    let (id, owner) = (organisation.id(), &organisation.owner);
    let colleague = owner.grants(id, "publisher", Some(TENANT));
    let forged = news.channel.would_recall(&Officer::root(), 3);
    news.bring(scene, &forged)?;
    let code = (Role::Attack, "foreign-recall-obeyed");
    news.must_say(scene, code, &event, &text)?;
    let foreign = news.channel.recall(&colleague, 3);
    news.bring(scene, &foreign)?;
    news.must_say(scene, code, &event, &text)?;
    let own = news.channel.recall(&news.publisher, 3);
    news.bring(scene, &own)?;
    let (alice, room) = (news.company.alice.clone(), news.company.room.clone());
    scene.must_not_show(Role::Twin, "recall-ignored", &alice, &room, &text)?;
    let mark = text.rsplit(' ').next().unwrap_or_default().to_owned();
    let traces = Act::Message(MessageAct::Traces { text: mark });
    let found = scene.act(&alice, traces)?;
    let found = scene.note_seen("records with the recalled text", Witness::Driver, found);
    let none = Claim::Is {
        pointer: "/value/records".to_owned(),
        value: json!(0),
    };
    scene.expect(Role::Attack, "recalled-text-stored", &[&found], none);
    news.must_say(scene, (Role::State, "other-post-lost"), &stays, &other)
}
