//! Every kind of signed statement at the place of every other kind: none is taken for another (ATK-LNK-10).

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its auxiliary functions too"
)]

use reference_organisation::{
    Act, ActStatement, AdmissionStatement, Announcement, Charter, Digest, Directory,
    EnrolmentProof, Grant, Invitation, OrganisationName, Policy, PublicKey, Question, Role, Says,
    Serial, Signed, SigningKey, Statement, Subject, Suite, Tenant, Time, UserName, policy::Rules,
    read, value_of,
};
use serde_json::{Value, json};

const NOW: Time = Time(1_000_000_000);

/// A kind of statement: its word, a true one, and its reader.
struct Kind {
    word: &'static str,
    signed: Value,
    takes: fn(&Value, &PublicKey) -> bool,
}

fn kind<T: Statement>(body: T, key: &SigningKey) -> Kind {
    Kind {
        word: T::DOMAIN,
        signed: value_of(&Signed::new(body, key).unwrap()).unwrap(),
        takes: |value, by| {
            let signed: Result<Signed<T>, _> = read(value);
            signed.is_ok_and(|signed| signed.verify(by).is_ok())
        },
    }
}

/// One true statement of each kind, all by one key.
fn kinds(key: &SigningKey) -> Vec<Kind> {
    let organisation = key.public();
    let serial = Serial::from_bytes([9; 16]);
    let tenant = Tenant::new("sales").unwrap();
    let user = UserName::new("@alice:example.org").unwrap();
    let act = ActStatement {
        organisation,
        number: 0,
        previous: Digest::of_value(&json!({})).unwrap(),
        by: vec![organisation],
        tenant: Some(tenant.clone()),
        act: Act::RemoveUser { user: user.clone() },
        issued: NOW,
    };
    vec![
        kind(act, key),
        kind(admission(organisation, serial, &user), key),
        kind(announcement(organisation, serial, &tenant), key),
        kind(charter(organisation, &tenant), key),
        kind(directory(organisation, &tenant), key),
        kind(proof(organisation, serial, &user), key),
        kind(grant(organisation, serial, &tenant), key),
        kind(invitation(organisation, serial, &tenant), key),
        kind(policy(organisation, &tenant), key),
        kind(question(organisation, &tenant), key),
    ]
}

#[test]
fn no_statement_is_taken_for_one_of_another_kind() {
    let key = SigningKey::from_seed(&[1; 32]);
    let kinds = kinds(&key);
    for made in &kinds {
        for reader in &kinds {
            let same = made.word == reader.word;
            let takes = |value: &Value| (reader.takes)(value, &key.public());
            assert_eq!(
                takes(&made.signed),
                same,
                "{} as {}",
                made.word,
                reader.word
            );
            // With the other's word written over its own, it no longer says what was signed.
            let mut renamed = made.signed.clone();
            renamed["type"] = json!(reader.word);
            assert_eq!(
                takes(&renamed),
                same,
                "{} called {}",
                made.word,
                reader.word
            );
            // So also if its fields are those of the other.
            let mut filled = reader.signed.clone();
            filled["signatures"] = made.signed["signatures"].clone();
            assert_eq!(takes(&filled), same, "{} signs {}", made.word, reader.word);
        }
    }
}

#[test]
fn every_kind_has_a_word_of_its_own() {
    let kinds = kinds(&SigningKey::from_seed(&[1; 32]));
    let words: std::collections::BTreeSet<_> = kinds.iter().map(|kind| kind.word).collect();
    assert_eq!(words.len(), kinds.len());
}

fn admission(organisation: PublicKey, serial: Serial, user: &UserName) -> AdmissionStatement {
    AdmissionStatement {
        organisation,
        serial,
        user: user.clone(),
        master_key: "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE".to_owned(),
        issued: NOW,
    }
}

fn proof(organisation: PublicKey, serial: Serial, user: &UserName) -> EnrolmentProof {
    EnrolmentProof {
        organisation,
        serial,
        user: user.clone(),
        issued: NOW,
    }
}

fn announcement(organisation: PublicKey, channel: Serial, tenant: &Tenant) -> Announcement {
    Announcement {
        organisation,
        tenant: tenant.clone(),
        channel,
        room: "!r:example.org".to_owned(),
        number: 1,
        previous: None,
        issued: NOW,
        says: Says::Found {
            name: "News".to_owned(),
        },
    }
}

fn charter(organisation: PublicKey, tenant: &Tenant) -> Charter {
    Charter {
        organisation,
        name: OrganisationName::new("Example AG").unwrap(),
        tenants: [tenant.clone()].into(),
        suite_floor: Suite(1),
        issued: NOW,
    }
}

fn directory(organisation: PublicKey, tenant: &Tenant) -> Directory {
    Directory {
        organisation,
        tenant: tenant.clone(),
        version: 1,
        issued: NOW,
        pages: Vec::new(),
    }
}

fn grant(organisation: PublicKey, serial: Serial, tenant: &Tenant) -> Grant {
    Grant {
        organisation,
        serial,
        key: organisation,
        role: Role::Admin,
        tenant: Some(tenant.clone()),
        issued: NOW,
        expires: NOW.plus(1),
    }
}

fn invitation(organisation: PublicKey, serial: Serial, tenant: &Tenant) -> Invitation {
    Invitation {
        organisation,
        tenant: tenant.clone(),
        role: Role::Member,
        serial,
        invite_key: organisation,
        issued: NOW,
        expires: NOW.plus(1),
    }
}

fn policy(organisation: PublicKey, tenant: &Tenant) -> Policy {
    Policy {
        organisation,
        tenant: tenant.clone(),
        version: 1,
        issued: NOW,
        rules: Rules::default(),
        log: None,
    }
}

fn question(organisation: PublicKey, tenant: &Tenant) -> Question {
    Question {
        organisation,
        tenant: Some(tenant.clone()),
        about: Subject::Users {},
        issued: NOW,
    }
}
