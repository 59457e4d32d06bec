//! VEC-S-05: which keys a list of ids and its MACs prove.

use serde_json::{Value, json};

use super::super::{ALICE_DEVICE, ALICE_KEY, BOB_DEVICE, BOB_KEY, BOB_MASTER};
use super::{
    CHANGED, KEY_IDS, MISSING, NOTHING, content, device_id, device_mac, draft, honest, ids, mac,
    master_id, master_mac,
};
use crate::generate::{case::remove, draft::Draft, json::public_key};

pub(in crate::generate) fn key_ids() -> Vec<Draft> {
    let both = [BOB_KEY, BOB_MASTER];
    let macs = [device_mac(), master_mac()];
    let listed = |comment: &str, ids: &str| draft(comment, KEY_IDS, &content(&macs, ids), &both);
    let (device, master) = (device_id(), master_id());
    let mut sorted = [device.clone(), master.clone()];
    sorted.sort();
    let [first, second] = sorted;
    let unknown = (
        "ed25519:UNKNOWN".to_owned(),
        mac("ed25519:UNKNOWN", &public_key(92)),
    );
    let with_unknown = |ids: &[&str]| {
        let mut ids = ids.to_vec();
        ids.sort_unstable();
        ids.join(",")
    };
    let mut drafts = vec![
        draft("both ids, sorted", Ok(()), &honest(), &both),
        listed("the other order", &format!("{second},{first}")),
        listed("space after the comma", &format!("{first}, {second}")),
        listed("space before", &format!(" {first},{second}")),
        listed("comma after", &format!("{first},{second},")),
        listed("comma before", &format!(",{first},{second}")),
        listed("no comma", &format!("{first}{second}")),
        listed("semicolon", &format!("{first};{second}")),
        listed("first one twice", &format!("{first},{first},{second}")),
        listed("first one only", &first),
        listed("second one only", &second),
        listed("one more", &format!("{first},{second},ed25519:ZZZ")),
        listed(
            "names without algorithm",
            &format!("{first},{second}").replace("ed25519:", ""),
        ),
        listed("as a JSON list", &json!([first, second]).to_string()),
        listed("none", ""),
        listed(
            "the keys instead of their ids",
            &format!("{},{}", public_key(BOB_KEY), public_key(BOB_MASTER)),
        ),
        draft(
            "the device alone",
            Ok(()),
            &content(&[device_mac()], &device),
            &[BOB_KEY],
        ),
        draft(
            "the device alone, both listed",
            KEY_IDS,
            &content(&[device_mac()], &ids()),
            &both,
        ),
        draft(
            "the master key alone",
            Ok(()),
            &content(&[master_mac()], &master),
            &[BOB_MASTER],
        ),
        draft(
            "an unknown id beside both, listed",
            Ok(()),
            &content(
                &[device_mac(), master_mac(), unknown.clone()],
                &with_unknown(&[&device, &master, "ed25519:UNKNOWN"]),
            ),
            &both,
        ),
        draft(
            "an unknown id beside both, not listed",
            KEY_IDS,
            &content(&[device_mac(), master_mac(), unknown.clone()], &ids()),
            &both,
        ),
        draft(
            "an unknown id alone",
            NOTHING,
            &content(&[unknown], "ed25519:UNKNOWN"),
            &both,
        ),
        draft("no MAC, empty list", NOTHING, &content(&[], ""), &both),
        draft("no MAC, both listed", NOTHING, &content(&[], &ids()), &both),
        draft(
            "the own device's id",
            NOTHING,
            &content(
                &[(
                    format!("ed25519:{ALICE_DEVICE}"),
                    mac(&format!("ed25519:{ALICE_DEVICE}"), &public_key(ALICE_KEY)),
                )],
                &format!("ed25519:{ALICE_DEVICE}"),
            ),
            &both,
        ),
        draft(
            "id without algorithm",
            NOTHING,
            &content(
                &[(BOB_DEVICE.to_owned(), mac(BOB_DEVICE, &public_key(BOB_KEY)))],
                BOB_DEVICE,
            ),
            &both,
        ),
        draft(
            "id of another algorithm",
            NOTHING,
            &content(
                &[(
                    format!("curve25519:{BOB_DEVICE}"),
                    mac(&format!("curve25519:{BOB_DEVICE}"), &public_key(BOB_KEY)),
                )],
                &format!("curve25519:{BOB_DEVICE}"),
            ),
            &both,
        ),
        draft(
            "id in another case",
            NOTHING,
            &content(
                &[(
                    "ed25519:bobdev".to_owned(),
                    mac("ed25519:bobdev", &public_key(BOB_KEY)),
                )],
                "ed25519:bobdev",
            ),
            &both,
        ),
        draft(
            "device right, master key wrong",
            CHANGED,
            &content(
                &[
                    device_mac(),
                    (master_id(), mac(&master_id(), &public_key(93))),
                ],
                &ids(),
            ),
            &both,
        ),
        draft(
            "MACs change places",
            CHANGED,
            &content(
                &[(device_id(), master_mac().1), (master_id(), device_mac().1)],
                &ids(),
            ),
            &both,
        ),
    ];
    let without = |comment: &str, change: &dyn Fn(&mut Value)| {
        let mut changed = honest();
        change(&mut changed);
        draft(comment, MISSING, &changed, &both)
    };
    drafts.extend([
        without("no MACs", &|c| remove(c, "mac")),
        without("no list", &|c| remove(c, "keys")),
        without("MACs are a list", &|c| c["mac"] = json!([device_mac().1])),
        without("MACs are null", &|c| c["mac"] = json!(null)),
        without("a MAC is a number", &|c| c["mac"][device_id()] = json!(1)),
        without("the list is a list", &|c| {
            c["keys"] = json!([first, second])
        }),
        without("the list is null", &|c| c["keys"] = json!(null)),
    ]);
    drafts
}
