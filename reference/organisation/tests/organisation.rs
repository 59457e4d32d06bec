//! The objects as administrators, relays and clients use them, and as they are attacked.

#![expect(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its auxiliary functions too"
)]

use reference_organisation::{
    Act, ActStatement, Admission, Authorised, Chain, Charter, Digest, EnrolmentToken, Entry, Grant,
    Head, Invitation, InvitationCode, Log, LogFault, OrganisationName, Policy, PublicKey, Question,
    Role, Serial, ServerName, Signed, Signer, SigningKey, Subject, Suite, Tenant, Time, Trust,
    TrustError, UserName, json,
    policy::{External, PolicyError, Provisioning, Rules},
    read, value_of,
};
use serde_json::{Value, json};

const NOW: Time = Time(1_000_000_000);
const DAY: u64 = 24 * 60 * 60 * 1000;
/// 32 bytes in unpadded standard base64.
const MASTER: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";

struct Organisation {
    root: SigningKey,
    owner: (SigningKey, Chain),
    admin: (SigningKey, Chain),
    log: Log,
}

impl Organisation {
    fn new() -> Self {
        let root = key(1);
        let owner = key(2);
        let admin = key(3);
        let of_owner = grant(&root, &root, &owner, Role::Owner, None, 2);
        let owners = Chain::root().with(of_owner).unwrap();
        let of_admin = grant(&root, &owner, &admin, Role::Admin, Some("sales"), 3);
        let admins = owners.with(of_admin).unwrap();
        let log = Log::new(root.public());
        Self {
            root,
            owner: (owner, owners),
            admin: (admin, admins),
            log,
        }
    }

    fn charter(&self) -> Signed<Charter> {
        let charter = Charter {
            organisation: self.root.public(),
            name: OrganisationName::new("Example AG").unwrap(),
            tenants: ["sales", "board"].map(tenant).into(),
            suite_floor: Suite(1),
            issued: NOW,
        };
        charter.sign(&self.root).unwrap()
    }

    fn invitation(&self, of: &str, role: Role) -> (Authorised<Invitation>, SigningKey) {
        let invite = key(9);
        let invitation = Invitation {
            organisation: self.root.public(),
            tenant: tenant(of),
            role,
            serial: serial(9),
            invite_key: invite.public(),
            issued: NOW,
            expires: NOW.plus(DAY),
        };
        (authorised(invitation, &self.admin), invite)
    }

    fn code(&self) -> InvitationCode {
        let (invitation, invite) = self.invitation("sales", Role::Member);
        let server = ServerName::new("example.org").unwrap();
        InvitationCode::new(self.charter(), invitation, server, invite).unwrap()
    }

    fn trust(&self) -> Trust<'_> {
        self.log.trust()
    }

    fn policy(&self, version: u64) -> Policy {
        Policy {
            organisation: self.root.public(),
            tenant: tenant("sales"),
            version,
            issued: NOW,
            rules: Rules::default(),
            log: None,
        }
    }

    fn act(&self, act: Act, of: Option<&str>, by: &[&(SigningKey, Chain)]) -> Entry {
        let head = self.log.head();
        let statement = ActStatement {
            organisation: self.root.public(),
            number: head.length,
            previous: head.digest,
            by: Vec::new(),
            tenant: of.map(tenant),
            act,
            issued: NOW,
        };
        let signers: Vec<_> = by
            .iter()
            .map(|(key, chain)| Signer { key, chain })
            .collect();
        Entry::new(statement, &signers).unwrap()
    }
}

fn key(number: u8) -> SigningKey {
    SigningKey::from_seed(&[number; 32])
}

fn serial(number: u8) -> Serial {
    Serial::from_bytes([number; 16])
}

fn tenant(name: &str) -> Tenant {
    Tenant::new(name).unwrap()
}

fn user(name: &str) -> UserName {
    UserName::new(name).unwrap()
}

fn authorised<T: reference_organisation::Statement>(
    statement: T,
    (key, chain): &(SigningKey, Chain),
) -> Authorised<T> {
    Authorised {
        statement: Signed::new(statement, key).unwrap(),
        chain: chain.clone(),
    }
}

fn grant(
    root: &SigningKey,
    by: &SigningKey,
    to: &SigningKey,
    role: Role,
    of: Option<&str>,
    number: u8,
) -> Signed<Grant> {
    let grant = Grant {
        organisation: root.public(),
        serial: serial(number),
        key: to.public(),
        role,
        tenant: of.map(tenant),
        issued: NOW,
        expires: NOW.plus(365 * DAY),
    };
    Signed::new(grant, by).unwrap()
}

#[test]
fn an_invitation_leads_from_the_code_to_an_admitted_account() {
    let org = Organisation::new();
    let text = org.code().reveal().unwrap();
    let code = InvitationCode::parse(&text).unwrap();
    assert_eq!(*code.organisation(), org.root.public());
    assert!(!format!("{code:?}").contains(&text));
    let alice = user("@alice:example.org");
    let token = code.token(&alice, NOW).unwrap().to_text().unwrap();
    let token = EnrolmentToken::parse(&token).unwrap();
    let invitation = token.verify(org.trust(), &alice, NOW).unwrap();
    assert_eq!(invitation.tenant, tenant("sales"));
    let admission = code.admission(&alice, MASTER, NOW).unwrap();
    let read: Admission = read(&value_of(&admission).unwrap()).unwrap();
    let admitted = read.verify(org.trust(), &alice, MASTER).unwrap();
    assert_eq!(admitted.role, Role::Member);
    // long after the invitation ended the account is still one of the organisation's
    assert!(read.invitation.verify_invitation(org.trust()).is_ok());
}

#[test]
fn an_invitation_is_for_its_time_user_and_server() {
    let org = Organisation::new();
    let code = org.code();
    let (alice, mallory) = (user("@alice:example.org"), user("@mallory:example.org"));
    let token = code.token(&alice, NOW).unwrap();
    assert_eq!(
        token.verify(org.trust(), &mallory, NOW),
        Err(TrustError::Other { what: "user" })
    );
    let later = NOW.plus(DAY);
    assert_eq!(
        token.verify(org.trust(), &alice, later),
        Err(TrustError::Expired { expired: later })
    );
    assert!(code.token(&user("@alice:elsewhere.org"), NOW).is_err());
    let admission = code.admission(&alice, MASTER, NOW).unwrap();
    let other = MASTER.replace('Q', "g");
    assert_eq!(
        admission.verify(org.trust(), &alice, &other),
        Err(TrustError::Other { what: "master key" })
    );
    assert!(admission.verify(org.trust(), &mallory, MASTER).is_err());
    assert!(code.admission(&alice, "no key", NOW).is_err());
}

#[test]
fn nobody_but_an_admin_of_the_tenant_invites() {
    let org = Organisation::new();
    let (mut other_tenant, _) = org.invitation("board", Role::Member);
    assert_eq!(
        other_tenant.verify_invitation(org.trust()),
        Err(TrustError::OtherTenant {
            wanted: tenant("sales")
        })
    );
    other_tenant.chain = org.owner.1.clone();
    assert_eq!(
        other_tenant.verify_invitation(org.trust()),
        Err(TrustError::BrokenChain)
    );
    let (with_power, _) = org.invitation("sales", Role::Admin);
    assert_eq!(
        with_power.verify_invitation(org.trust()),
        Err(TrustError::Role { got: Role::Admin })
    );
    // a root of the relay's own
    let relays = Organisation {
        root: key(66),
        ..Organisation::new()
    };
    let (minted, _) = relays.invitation("sales", Role::Member);
    assert!(minted.verify_invitation(org.trust()).is_err());
    // an admin who makes an admin
    let puppet = key(67);
    let by_admin = grant(
        &org.root,
        &org.admin.0,
        &puppet,
        Role::Admin,
        Some("sales"),
        8,
    );
    assert!(org.admin.1.with(by_admin).is_err());
}

#[test]
fn every_byte_of_a_token_counts() {
    let org = Organisation::new();
    let alice = user("@alice:example.org");
    let token = value_of(&org.code().token(&alice, NOW).unwrap()).unwrap();
    for path in [
        "/invitation/statement/body/expires",
        "/invitation/statement/body/issued",
        "/invitation/chain/0/body/expires",
        "/proof/body/issued",
    ] {
        let mut changed = token.clone();
        let number = changed.pointer_mut(path).unwrap();
        *number = json!(number.as_u64().unwrap() + 1);
        let changed: EnrolmentToken = read(&changed).unwrap();
        assert!(changed.verify(org.trust(), &alice, NOW).is_err(), "{path}");
    }
    for (path, value) in [
        ("/invitation/statement/body/more", json!(1)),
        (
            "/invitation/statement/type",
            json!("dev.pruefstand.organisation.grant.v1"),
        ),
        ("/invitation/statement/signatures", json!([])),
        ("/proof/body/user", json!("alice")),
    ] {
        let mut changed = token.clone();
        let (parent, name) = path.rsplit_once('/').unwrap();
        changed.pointer_mut(parent).unwrap()[name] = value;
        assert!(read::<EnrolmentToken>(&changed).is_err(), "{path}");
    }
    assert!(EnrolmentToken::parse("AAAA").is_err());
    assert!(EnrolmentToken::parse(&"A".repeat(1 << 20)).is_err());
}

#[test]
fn one_statement_cannot_be_taken_for_another() {
    let org = Organisation::new();
    let alice = user("@alice:example.org");
    let admission = value_of(&org.code().admission(&alice, MASTER, NOW).unwrap()).unwrap();
    let mut as_proof = admission["admission"].clone();
    as_proof["type"] = json!("dev.pruefstand.organisation.enrolment.v1");
    as_proof["body"]
        .as_object_mut()
        .unwrap()
        .remove("master_key");
    let token = json!({"invitation": admission["invitation"], "proof": as_proof});
    let token: EnrolmentToken = read(&token).unwrap();
    assert_eq!(token.check_proof(&alice), Err(TrustError::WrongSignature));
}

#[test]
fn what_was_revoked_no_longer_counts() {
    let mut org = Organisation::new();
    let code = org.code();
    let alice = user("@alice:example.org");
    let admission = code.admission(&alice, MASTER, NOW).unwrap();
    let revoke = Act::RevokeGrant {
        serial: serial(3),
        from: NOW.plus(1),
    };
    let by_admin = org.act(revoke.clone(), None, &[&org.admin]);
    assert!(org.log.check(&by_admin).is_err());
    let by_owner = org.act(revoke, None, &[&org.owner]);
    org.log.append(&by_owner).unwrap();
    // what the admin signed before stands, what they sign from now on does not
    assert!(admission.verify(org.trust(), &alice, MASTER).is_ok());
    let mut late = code.invitation.body().clone();
    late.issued = NOW.plus(1);
    let late = authorised(late, &org.admin);
    assert_eq!(
        late.verify_invitation(org.trust()),
        Err(TrustError::Revoked { serial: serial(3) })
    );
    let all = Act::RevokeInvitation {
        serial: serial(9),
        from: Time(0),
    };
    let entry = org.act(all, Some("sales"), &[&org.owner]);
    org.log.append(&entry).unwrap();
    assert!(admission.verify(org.trust(), &alice, MASTER).is_err());
}

#[test]
fn a_policy_is_signed_for_its_tenant_and_never_goes_back() {
    let org = Organisation::new();
    let first = authorised(org.policy(1), &org.admin);
    let first: Authorised<Policy> = read(&value_of(&first).unwrap()).unwrap();
    first.verify_policy(org.trust(), NOW).unwrap();
    let mut board = org.policy(2);
    board.tenant = tenant("board");
    assert_eq!(first.body().accepts(&board), Err(PolicyError::Elsewhere));
    let board = authorised(board, &org.admin);
    assert!(board.verify_policy(org.trust(), NOW).is_err());
    assert_eq!(first.body().accepts(&org.policy(2)), Ok(()));
    for version in [0, 1] {
        let refused = PolicyError::NotHigher {
            got: version,
            seen: 1,
        };
        assert_eq!(first.body().accepts(&org.policy(version)), Err(refused));
    }
    assert!(first.verify_policy(org.trust(), Time(0)).is_err());
}

#[test]
fn a_policy_names_every_key_and_keeps_its_bounds() {
    let org = Organisation::new();
    let mut value = value_of(&authorised(org.policy(1), &org.admin)).unwrap();
    let rules = value.pointer_mut("/statement/body/rules").unwrap();
    let groups = [
        "sign_in",
        "passwords",
        "functions",
        "leaving",
        "recovery",
        "provisioning",
    ];
    let keys = groups.map(|group| rules[group].as_object().unwrap().len());
    assert_eq!(keys, [5, 8, 3, 7, 3, 4]);
    rules["leaving"]
        .as_object_mut()
        .unwrap()
        .remove("disableOpenIn");
    assert!(read::<Authorised<Policy>>(&value).is_err());
    let faults: [fn(&mut Rules); 5] = [
        |rules| rules.sign_in.password_tries = 1_000,
        |rules| rules.sign_in.lock_application_delay = 721,
        |rules| rules.retention.other_seconds = 0,
        |rules| rules.external = External::List(["no name".to_owned()].into()),
        |rules| _ = rules.attachment_types.insert("text/html; x".to_owned()),
    ];
    for (at, fault) in faults.iter().enumerate() {
        let mut policy = org.policy(1);
        fault(&mut policy.rules);
        let policy = authorised(policy, &org.admin);
        assert!(
            policy.verify_policy(org.trust(), NOW).is_err(),
            "fault {at}"
        );
    }
    let mut policy = org.policy(1);
    policy.rules.provisioning = Provisioning {
        first_name: Some("Ada".to_owned()),
        ..Provisioning::default()
    };
    assert_eq!(policy.check_publishable(), Err(PolicyError::Personal));
}

#[test]
fn people_from_outside_are_admitted_by_name_or_server() {
    let list = External::List(["@a:one.org", "two.org"].map(str::to_owned).into());
    for (user, admitted) in [
        ("@a:one.org", true),
        ("@b:one.org", false),
        ("@b:two.org", true),
    ] {
        assert_eq!(list.admits(user), admitted, "{user}");
        assert!(!External::Deny.admits(user));
        assert!(External::Allow.admits(user));
    }
}

/// A log of three: first owner, admin, an account removed.
fn short_log(org: &mut Organisation) -> Vec<Entry> {
    let root = (key(1), Chain::root());
    let of_owner = grant(&org.root, &org.root, &org.owner.0, Role::Owner, None, 2);
    let of_admin = grant(
        &org.root,
        &org.owner.0,
        &org.admin.0,
        Role::Admin,
        Some("sales"),
        3,
    );
    let mut entries = Vec::new();
    let mut add = |org: &mut Organisation, entry: Entry| {
        org.log.append(&entry).unwrap();
        entries.push(entry);
    };
    let entry = org.act(
        Act::Grant {
            grant: of_owner.into(),
        },
        None,
        &[&root],
    );
    add(org, entry);
    let entry = org.act(
        Act::Grant {
            grant: of_admin.into(),
        },
        Some("sales"),
        &[&org.owner],
    );
    add(org, entry);
    let gone = user("@gone:example.org");
    let entry = org.act(Act::RemoveUser { user: gone }, Some("sales"), &[&org.admin]);
    add(org, entry);
    entries
}

#[test]
fn a_log_shows_gaps_order_forks_and_truncation() {
    let mut org = Organisation::new();
    let entries = short_log(&mut org);
    let organisation: PublicKey = org.root.public();
    let verify = |entries: &[&Entry]| Log::verify(organisation, entries.iter().copied());
    let [one, two, three] = [&entries[0], &entries[1], &entries[2]];
    let whole = verify(&[one, two, three]).unwrap();
    assert_eq!(whole.head(), org.log.head());
    let known = whole.head();
    assert!(matches!(
        verify(&[one, three]),
        Err(LogFault::Gap { got: 2, wanted: 1 })
    ));
    assert!(verify(&[two, one, three]).is_err());
    let short = verify(&[one, two]).unwrap();
    assert_eq!(
        short.check_continues(&known),
        Err(LogFault::Truncated { got: 2, known: 3 })
    );
    assert_eq!(whole.check_continues(&short.head()), Ok(()));
    let other = Head {
        length: 3,
        digest: Digest::beginning(&organisation),
    };
    assert_eq!(
        whole.check_continues(&other),
        Err(LogFault::Rewritten { known: 3 })
    );
    let mut fork = three.body().clone();
    fork.previous = Digest::beginning(&organisation);
    let signer = Signer {
        key: &org.admin.0,
        chain: &org.admin.1,
    };
    let fork = Entry::new(fork, &[signer]).unwrap();
    assert_eq!(
        verify(&[one, two, &fork]),
        Err(LogFault::Forked { number: 2 })
    );
}

#[test]
fn a_dangerous_act_needs_two_persons() {
    let mut org = Organisation::new();
    short_log(&mut org);
    let erase = Act::EraseAccount {
        user: user("@gone:example.org"),
    };
    let alone = org.act(erase.clone(), Some("sales"), &[&org.admin]);
    let fault = LogFault::TwoPersons { got: 1, wanted: 2 };
    assert_eq!(org.log.check(&alone), Err(fault.clone()));
    let twice = org.act(erase.clone(), Some("sales"), &[&org.admin, &org.admin]);
    assert_eq!(org.log.check(&twice), Err(fault.clone()));
    let both = org.act(erase, Some("sales"), &[&org.admin, &org.owner]);
    org.log.check(&both).unwrap();
    // neither a signer nor a signature can be taken away
    let mut stripped = value_of(&both).unwrap();
    stripped["statement"]["signatures"]
        .as_array_mut()
        .unwrap()
        .pop();
    assert!(org.log.check(&read(&stripped).unwrap()).is_err());
    stripped["statement"]["body"]["by"]
        .as_array_mut()
        .unwrap()
        .pop();
    stripped["chains"].as_array_mut().unwrap().pop();
    assert!(org.log.check(&read(&stripped).unwrap()).is_err());
    // the first owner could be made by the root alone, the second cannot
    let root = (key(1), Chain::root());
    let second = grant(&org.root, &org.root, &key(5), Role::Owner, None, 5);
    let second = Act::Grant {
        grant: second.into(),
    };
    let alone = org.act(second.clone(), None, &[&root]);
    assert_eq!(org.log.check(&alone), Err(fault));
    let both = org.act(second, None, &[&root, &org.owner]);
    org.log.append(&both).unwrap();
}

#[test]
fn an_act_reaches_no_further_than_its_signer() {
    let mut org = Organisation::new();
    short_log(&mut org);
    let remove = |name: &str| Act::RemoveUser { user: user(name) };
    for elsewhere in [None, Some("board")] {
        let entry = org.act(remove("@b:example.org"), elsewhere, &[&org.admin]);
        assert!(matches!(
            org.log.check(&entry),
            Err(LogFault::Trust(TrustError::OtherTenant { .. }))
        ));
    }
    let mut unsigned: Value =
        value_of(&org.act(remove("@b:example.org"), Some("sales"), &[&org.admin])).unwrap();
    unsigned["statement"]["signatures"][0]["signature"] = json!("A".repeat(86));
    let unsigned: Entry = read(&unsigned).unwrap();
    assert!(org.log.check(&unsigned).is_err());
    let text = json::canonical(&value_of(&unsigned).unwrap()).unwrap();
    assert_eq!(
        read::<Entry>(&json::parse(text.as_bytes()).unwrap()).unwrap(),
        unsigned
    );
}

#[test]
fn a_question_is_for_those_who_look_after_the_organisation_and_soon_over() {
    let org = Organisation::new();
    let question = |of: &str| Question {
        organisation: org.root.public(),
        tenant: Some(tenant(of)),
        about: Subject::Acts { from: 0 },
        issued: NOW,
    };
    let asked = authorised(question("sales"), &org.admin);
    asked.verify_question(org.trust(), NOW).unwrap();
    assert!(asked.verify_question(org.trust(), NOW.plus(DAY)).is_err());
    let elsewhere = authorised(question("board"), &org.admin);
    assert!(elsewhere.verify_question(org.trust(), NOW).is_err());
    let publisher = key(7);
    let role = grant(
        &org.root,
        &org.owner.0,
        &publisher,
        Role::Publisher,
        None,
        7,
    );
    let chain = org.owner.1.with(role).unwrap();
    let asked = authorised(question("sales"), &(publisher, chain));
    let refused = TrustError::Role {
        got: Role::Publisher,
    };
    assert_eq!(asked.verify_question(org.trust(), NOW), Err(refused));
}

/// The bench plays an organisation without this crate; its rules must be ours all the same.
#[test]
fn the_rules_that_the_bench_signs_are_the_protective_ones() {
    let text = include_str!("../../../harness/suite/src/target/organisation/rules.json");
    let rules: Rules = read(&serde_json::from_str(text).unwrap()).unwrap();
    assert_eq!(rules, Rules::default());
}
