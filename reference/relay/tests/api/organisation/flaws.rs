use reference_organisation::{Act, Chain, Role, SigningKey};
use reference_relay::Flaw;
use serde_json::json;

use super::{DAY, OWN, Organisation, grant, remove, token, user};
use crate::support::Bench;

/// Whether a relay of [`Organisation::new`] does what `flaw` says; `None` if the flaw has nothing to do with organisations.
pub(crate) async fn shows(bench: &Bench, flaw: Flaw) -> Option<bool> {
    let org = Organisation::new();
    Some(match flaw {
        Flaw::InvitationReusable => {
            let code = org.code("sales", 10);
            bench.register_with("a", &token(&code, "a")).await.ok();
            enrols(bench, "b", &token(&code, "b")).await
        }
        Flaw::InvitationNeverExpires => {
            bench.clock.advance(DAY);
            enrols(bench, "a", &token(&org.code("sales", 10), "a")).await
        }
        Flaw::InvitationAnyUser => {
            enrols(bench, "mallory", &token(&org.code("sales", 10), "a")).await
        }
        Flaw::InvitationAnyTenant => {
            let code = org.code_by(&org.admin, "board", 10);
            enrols(bench, "a", &token(&code, "a")).await
        }
        Flaw::InvitationUnverified => {
            let relays = Organisation {
                root: SigningKey::from_seed(&[99; 32]),
                ..Organisation::new()
            };
            enrols(bench, "a", &token(&relays.code("sales", 10), "a")).await
        }
        Flaw::PolicyUnsigned => publishes(bench, &org, ("policy", &[1]), Some(99)).await,
        Flaw::PolicyRollback => publishes(bench, &org, ("policy", &[2, 1]), None).await,
        Flaw::DirectoryUnsigned => publishes(bench, &org, ("directory", &[1]), Some(99)).await,
        Flaw::DirectoryRollback => publishes(bench, &org, ("directory", &[2, 1]), None).await,
        Flaw::DirectoryOfAnyTenant => {
            publishes(bench, &org, ("directory", &[1]), None).await;
            let zoe = org.member(bench, "zoe", "board", 11).await;
            bench.get(&zoe, &format!("{OWN}/directory")).await.status == 200
        }
        Flaw::ExistenceTold | Flaw::SeeksUnlimited => tells_of_people(bench, &org, flaw).await,
        Flaw::TenantsMixed => {
            let anna = org.member(bench, "anna", "sales", 10).await;
            let zoe = org.member(bench, "zoe", "board", 11).await;
            let body = json!({ "invite": [zoe.id] });
            let path = "/_matrix/client/v3/createRoom";
            bench.post(&anna, path, body).await.status == 200
        }
        Flaw::TenantToDevice => {
            let anna = org.member(bench, "anna", "sales", 10).await;
            let zoe = org.member(bench, "zoe", "board", 11).await;
            let messages = json!({ "messages": { &zoe.id: { "*": {} } } });
            let path = "/_matrix/client/v3/sendToDevice/m.dummy/1";
            bench.put(&anna, path, messages).await.ok();
            bench.sync(&zoe, None).await["to_device"]["events"][0].is_object()
        }
        Flaw::ActsUnsigned | Flaw::ActsForked | Flaw::OnePersonActs => {
            takes_act(bench, &org, flaw).await
        }
        _ => return None,
    })
}

async fn tells_of_people(bench: &Bench, org: &Organisation, flaw: Flaw) -> bool {
    let anna = org.member(bench, "anna", "sales", 10).await;
    if flaw == Flaw::ExistenceTold {
        org.member(bench, "ben", "sales", 11).await;
        let path = "/_matrix/client/v3/profile/@ben:relay.test";
        return bench.get(&anna, path).await.status == 200;
    }
    let room = bench.room(&anna, &[]).await;
    let path = format!("/_matrix/client/v3/rooms/{room}/invite");
    let mut last = 0;
    for number in 0..40 {
        let body = json!({ "user_id": format!("@nobody{number}:relay.test") });
        last = bench.post(&anna, &path, body).await.status.as_u16();
    }
    last == 404
}

async fn enrols(bench: &Bench, name: &str, token: &str) -> bool {
    bench.register_with(name, token).await.status == 200
}

/// Whether the last of these versions is taken, signed by the admin or by a stranger's seed.
async fn publishes(
    bench: &Bench,
    org: &Organisation,
    (what, versions): (&str, &[u64]),
    by: Option<u8>,
) -> bool {
    let stranger = by.map(|seed| (SigningKey::from_seed(&[seed; 32]), org.admin.1.clone()));
    let signer = stranger.as_ref().unwrap_or(&org.admin);
    let mut taken = false;
    for version in versions {
        let object = match what {
            "policy" => org.policy(*version, signer),
            _ => org.directory(*version, signer),
        };
        let path = format!("{OWN}/{what}");
        taken = bench.put(None, &path, object).await.status == 200;
    }
    taken
}

async fn takes_act(bench: &Bench, org: &Organisation, flaw: Flaw) -> bool {
    org.member(bench, "anna", "sales", 10).await;
    let path = format!("{OWN}/acts");
    let mut entry = org.act(org.beginning(), remove("anna"), &[&org.admin]);
    match flaw {
        Flaw::ActsForked => {
            bench.post(None, &path, entry.clone()).await.ok();
        }
        Flaw::OnePersonActs => {
            let erase = Act::EraseAccount { user: user("anna") };
            entry = org.act(org.beginning(), erase, &[&org.admin]);
        }
        _ => {
            let stranger = SigningKey::from_seed(&[99; 32]);
            let own = grant(&org.root, &stranger, &stranger, (Role::Owner, None));
            let chain = Chain::root().with(own).unwrap();
            entry = org.act(org.beginning(), remove("anna"), &[&(stranger, chain)]);
        }
    }
    bench.post(None, &path, entry).await.status == 200
}
