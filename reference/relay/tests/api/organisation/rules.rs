use reference_organisation::{Act, Chain, Head, Question, SigningKey, Subject, value_of};
use reference_relay::Limits;
use serde_json::{Value, json};

use super::{DAY, NOW, OWN, Organisation, authorised, remove, tenant, token, user};
use crate::support::{Bench, User};

#[tokio::test]
async fn an_invitation_makes_one_account_of_its_tenant() {
    let org = Organisation::new();
    let bench = org.bench(&[]);
    let code = org.code("sales", 10);
    let first = token(&code, "alice");
    let validity = |token: &str| {
        format!("/_matrix/client/v1/register/m.login.registration_token/validity?token={token}")
    };
    let valid = bench.get(None, &validity(&first)).await.ok();
    assert_eq!(valid, json!({ "valid": true }));
    bench
        .register_with("mallory", &first)
        .await
        .refused(401, "M_FORBIDDEN");
    assert_eq!(bench.register_with("alice", &first).await.status, 200);
    bench
        .register_with("alice", &first)
        .await
        .refused(401, "M_FORBIDDEN");
    let second = token(&code, "bob");
    bench
        .register_with("bob", &second)
        .await
        .refused(401, "M_FORBIDDEN");
    let valid = bench.get(None, &validity(&second)).await.ok();
    assert_eq!(valid, json!({ "valid": false }));
    // the bench's own tokens let nobody into an organisation
    bench
        .register_with("eve", crate::support::TOKEN)
        .await
        .refused(401, "M_FORBIDDEN");
}

#[tokio::test]
async fn two_uses_of_an_invitation_at_once_make_one_account() {
    let org = Organisation::new();
    let bench = org.bench(&[]);
    let code = org.code("sales", 10);
    let (one, other) = (token(&code, "one"), token(&code, "other"));
    let (one, other) = tokio::join!(
        bench.register_with("one", &one),
        bench.register_with("other", &other)
    );
    let made = [one, other]
        .iter()
        .filter(|answer| answer.status == 200)
        .count();
    assert_eq!(made, 1);
}

#[tokio::test]
async fn an_invitation_ends_with_its_time_its_makers_say_and_its_tenant() {
    let org = Organisation::new();
    let bench = org.bench(&[]);
    let elsewhere = org.code_by(&org.admin, "board", 11);
    let refused = bench.register_with("a", &token(&elsewhere, "a")).await;
    refused.refused(401, "M_FORBIDDEN");
    let unknown = org.code("cellar", 12);
    let refused = bench.register_with("b", &token(&unknown, "b")).await;
    refused.refused(401, "M_FORBIDDEN");
    let relays = Organisation {
        root: SigningKey::from_seed(&[99; 32]),
        ..Organisation::new()
    };
    let minted = relays.code("sales", 13);
    let refused = bench.register_with("c", &token(&minted, "c")).await;
    refused.refused(401, "M_FORBIDDEN");
    let late = token(&org.code("sales", 14), "d");
    bench.clock.advance(DAY);
    bench
        .register_with("d", &late)
        .await
        .refused(401, "M_FORBIDDEN");
}

#[tokio::test]
async fn tenants_do_not_see_each_other() {
    let org = Organisation::new();
    let bench = org.bench(&[]);
    let anna = org.member(&bench, "anna", "sales", 10).await;
    let ben = org.member(&bench, "ben", "sales", 11).await;
    let zoe = org.member(&bench, "zoe", "board", 12).await;
    let room = bench.shared_room(&anna, &[&ben]).await;
    let invite = format!("/_matrix/client/v3/rooms/{room}/invite");
    let of_zoe = bench
        .post(&anna, &invite, json!({ "user_id": zoe.id }))
        .await;
    let of_nobody = bench
        .post(&anna, &invite, json!({ "user_id": "@nobody:relay.test" }))
        .await;
    of_zoe.refused(404, "M_NOT_FOUND");
    assert_eq!(of_zoe.bytes, of_nobody.bytes);
    let body = json!({ "invite": [zoe.id] });
    let created = bench
        .post(&anna, "/_matrix/client/v3/createRoom", body)
        .await;
    created.refused(404, "M_NOT_FOUND");
    let public = json!({ "preset": "public_chat" });
    let public = bench
        .post(&anna, "/_matrix/client/v3/createRoom", public)
        .await
        .ok();
    let join = format!(
        "/_matrix/client/v3/join/{}",
        public["room_id"].as_str().unwrap()
    );
    bench
        .post(&zoe, &join, json!({}))
        .await
        .refused(404, "M_NOT_FOUND");
    assert_eq!(bench.post(&ben, &join, json!({})).await.status, 200);
    let to_device = "/_matrix/client/v3/sendToDevice/m.dummy/1";
    let messages = json!({ "messages": { &zoe.id: { "*": {} }, &ben.id: { "*": {} } } });
    bench.put(&anna, to_device, messages).await.ok();
    let waiting = |sync: Value| sync["to_device"]["events"].as_array().map_or(0, Vec::len);
    assert_eq!(waiting(bench.sync(&ben, None).await), 1);
    assert_eq!(waiting(bench.sync(&zoe, None).await), 0);
}

#[tokio::test]
async fn a_policy_is_signed_and_never_goes_back() {
    let org = Organisation::new();
    let bench = org.bench(&[]);
    let anna = org.member(&bench, "anna", "sales", 10).await;
    let path = format!("{OWN}/policy");
    bench.get(&anna, &path).await.refused(404, "M_NOT_FOUND");
    let nobody = (SigningKey::from_seed(&[88; 32]), org.admin.1.clone());
    bench
        .put(None, &path, org.policy(1, &nobody))
        .await
        .refused(403, "M_FORBIDDEN");
    for version in [2, 3] {
        bench
            .put(None, &path, org.policy(version, &org.admin))
            .await
            .ok();
    }
    bench
        .put(None, &path, org.policy(2, &org.admin))
        .await
        .refused(403, "M_FORBIDDEN");
    let in_force = bench.get(&anna, &path).await.ok();
    assert_eq!(in_force, org.policy(3, &org.admin));
    let zoe = org.member(&bench, "zoe", "board", 12).await;
    bench.get(&zoe, &path).await.refused(404, "M_NOT_FOUND");
    bench.get(None, &path).await.refused(401, "M_MISSING_TOKEN");
}

#[tokio::test]
async fn a_directory_is_for_its_tenant_and_never_goes_back() {
    let org = Organisation::new();
    let bench = org.bench(&[]);
    let anna = org.member(&bench, "anna", "sales", 10).await;
    let zoe = org.member(&bench, "zoe", "board", 11).await;
    let (path, page) = (format!("{OWN}/directory"), format!("{OWN}/directory/0"));
    bench.get(&anna, &path).await.refused(404, "M_NOT_FOUND");
    let nobody = (SigningKey::from_seed(&[88; 32]), org.admin.1.clone());
    let forged = bench.put(None, &path, org.directory(1, &nobody)).await;
    forged.refused(403, "M_FORBIDDEN");
    let second = org.directory(2, &org.admin);
    bench.put(None, &path, second.clone()).await.ok();
    let served = bench.get(&anna, &path).await.ok();
    assert_eq!(served, second["directory"]);
    let served = bench.get(&anna, &page).await.ok();
    assert_eq!(served["page"], second["pages"][0]);
    for version in [1, 2] {
        let older = org.directory(version, &org.admin);
        assert_ne!(bench.put(None, &path, older).await.status, 200);
    }
    let mut without = org.directory(3, &org.admin);
    without["pages"] = json!([]);
    bench
        .put(None, &path, without)
        .await
        .refused(400, "M_BAD_JSON");
    let mut swapped = org.directory(3, &org.admin);
    swapped["pages"] = second["pages"].clone();
    bench
        .put(None, &path, swapped)
        .await
        .refused(403, "M_FORBIDDEN");
    for place in [&path, &page] {
        bench.get(&zoe, place).await.refused(404, "M_NOT_FOUND");
        bench.get(None, place).await.refused(401, "M_MISSING_TOKEN");
    }
    let beyond = format!("{OWN}/directory/1");
    bench.get(&anna, &beyond).await.refused(404, "M_NOT_FOUND");
    let undeclared = crate::inventory::differences(&bench);
    assert!(
        !undeclared.iter().any(|found| found.contains("not listed")),
        "{undeclared:?}"
    );
}

#[tokio::test]
async fn the_log_of_acts_takes_what_follows_and_is_signed() {
    let org = Organisation::new();
    let bench = org.bench(&[]);
    let anna = org.member(&bench, "anna", "sales", 10).await;
    let gone = org.member(&bench, "gone", "sales", 11).await;
    let room = bench.shared_room(&anna, &[&gone]).await;
    let path = format!("{OWN}/acts");
    let first = org.act(org.beginning(), remove("gone"), &[&org.admin]);
    let mut unsigned = first.clone();
    unsigned["statement"]["signatures"][0]["signature"] = json!("A".repeat(86));
    bench
        .post(None, &path, unsigned)
        .await
        .refused(403, "M_FORBIDDEN");
    let head = bench.post(None, &path, first.clone()).await.ok();
    bench
        .post(None, &path, first.clone())
        .await
        .refused(409, "DEV_PRUEFSTAND_NOT_NEXT");
    let head: Head = serde_json::from_value(head["head"].clone()).unwrap();
    // the account is over: no session, no login, no member, and the name stays taken
    bench
        .get(&gone, "/_matrix/client/v3/account/whoami")
        .await
        .refused(401, "M_UNKNOWN_TOKEN");
    bench
        .login("gone", crate::support::PASSWORD)
        .await
        .refused(403, "M_FORBIDDEN");
    let members = format!("/_matrix/client/v3/rooms/{room}/joined_members");
    let members = bench.get(&anna, &members).await.ok();
    assert_eq!(members["joined"].as_object().unwrap().len(), 1);
    let erase = Act::EraseAccount { user: user("anna") };
    let alone = org.act(head, erase, &[&org.admin]);
    bench
        .post(None, &path, alone)
        .await
        .refused(403, "M_FORBIDDEN");
    let page = bench.get(&anna, &format!("{path}?from=0")).await.ok();
    assert_eq!(page, json!({ "entries": [first], "head": head }));
    let undeclared = crate::inventory::differences(&bench);
    assert!(
        !undeclared.iter().any(|found| found.contains("not listed")),
        "{undeclared:?}"
    );
    let stranger = org.act(head, remove("nobody"), &[&org.admin]);
    bench
        .post(None, &path, stranger)
        .await
        .refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn an_admission_is_ones_own_and_put_once() {
    let org = Organisation::new();
    let bench = org.bench(&[]);
    let code = org.code("sales", 10);
    let anna = User::of(
        &bench
            .register_with("anna", &token(&code, "anna"))
            .await
            .ok(),
    );
    let zoe = org.member(&bench, "zoe", "board", 12).await;
    let master = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE";
    let admission = value_of(&code.admission(&user("anna"), master, NOW).unwrap()).unwrap();
    let path = format!("{OWN}/admission");
    bench
        .put(&anna, &path, admission.clone())
        .await
        .refused(403, "M_FORBIDDEN");
    let keys = json!({ "master_key": {
        "user_id": anna.id, "usage": ["master"], "keys": { format!("ed25519:{master}"): master },
    } });
    let upload = "/_matrix/client/v3/keys/device_signing/upload";
    assert_eq!(bench.post(&anna, upload, keys).await.status, 200);
    bench
        .put(&zoe, &path, admission.clone())
        .await
        .refused(403, "M_FORBIDDEN");
    for _ in 0..2 {
        bench.put(&anna, &path, admission.clone()).await.ok();
    }
    let other = value_of(&code.admission(&user("anna"), master, NOW.plus(1)).unwrap()).unwrap();
    bench
        .put(&anna, &path, other)
        .await
        .refused(403, "M_FORBIDDEN");
    let shown = format!("{path}/{}", anna.id);
    assert_eq!(bench.get(&anna, &shown).await.ok(), admission);
    bench.get(&zoe, &shown).await.refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn who_looks_after_the_organisation_asks_with_a_signature() {
    let org = Organisation::new();
    let bench = org.bench(&[]);
    let anna = org.member(&bench, "anna", "sales", 10).await;
    org.member(&bench, "zoe", "board", 12).await;
    let ask = |of: Option<&str>, about: Subject, by: &(SigningKey, Chain)| {
        let question = Question {
            organisation: org.root.public(),
            tenant: of.map(tenant),
            about,
            issued: NOW,
        };
        value_of(&authorised(question, by)).unwrap()
    };
    let path = format!("{OWN}/question");
    let users = ask(Some("sales"), Subject::Users {}, &org.admin);
    let users = bench.post(None, &path, users).await.ok();
    assert_eq!(users["users"].as_array().unwrap().len(), 1);
    assert_eq!(users["users"][0]["user_id"], json!(anna.id));
    let all = ask(None, Subject::Users {}, &org.admin);
    bench
        .post(None, &path, all)
        .await
        .refused(403, "M_FORBIDDEN");
    let all = ask(None, Subject::Users {}, &org.owner);
    let all = bench.post(None, &path, all).await.ok();
    assert_eq!(all["users"].as_array().unwrap().len(), 2);
    let devices = Subject::Devices { user: user("anna") };
    let devices = ask(Some("sales"), devices, &org.admin);
    let devices = bench.post(None, &path, devices.clone()).await.ok();
    assert_eq!(devices["devices"][0]["device_id"], json!(anna.device));
    let zoes = ask(
        Some("sales"),
        Subject::Devices { user: user("zoe") },
        &org.admin,
    );
    bench
        .post(None, &path, zoes)
        .await
        .refused(404, "M_NOT_FOUND");
}

#[tokio::test]
async fn without_an_organisation_there_is_nothing_of_it() {
    let bench = Bench::new(&[], Limits::default());
    let anna = bench.register("anna").await;
    for path in ["policy", "acts", "charter"] {
        let path = format!("{OWN}/{path}");
        bench.get(&anna, &path).await.refused(404, "M_UNRECOGNIZED");
    }
}
