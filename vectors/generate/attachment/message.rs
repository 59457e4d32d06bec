//! VEC-A-06: a file and the picture beside it.

use pruefstand_vectors::Stage::Policy;
use serde_json::{Value, json};

use super::{PLAIN, Verdict, base64, base64url, description, encrypted, iv};
use crate::generate::{case::case, curve::secret, draft::Draft};

const TWICE: Verdict = Err((Policy, "KeyStreamTwice"));

/// A picture whose thumbnail was changed.
fn message(comment: &str, verdict: Verdict, change: impl FnOnce(&mut Value)) -> Draft {
    let file = description(&encrypted(PLAIN, iv()));
    let mut thumbnail = file.clone();
    thumbnail["url"] = json!("mxc://example.org/thumbnail");
    thumbnail["key"]["k"] = json!(base64url(secret(72)));
    thumbnail["iv"] = json!(base64([secret(73)[..8].to_vec(), vec![0; 8]].concat()));
    let mut content = json!({
        "msgtype": "m.image",
        "body": "picture.png",
        "file": file,
        "info": { "thumbnail_file": thumbnail },
    });
    change(&mut content);
    case(
        comment,
        verdict,
        &[("content", content.to_string().as_bytes())],
    )
}

pub(super) fn drafts() -> Vec<Draft> {
    let same = |content: &mut Value, member: &str| {
        content["info"]["thumbnail_file"][member] = content["file"][member].clone();
    };
    vec![
        message("another key and another IV", Ok(()), |_| {}),
        message("the same key and the same IV", TWICE, |content| {
            same(content, "key");
            same(content, "iv");
        }),
        message("the same description", TWICE, |content| {
            content["info"]["thumbnail_file"] = content["file"].clone();
        }),
        message("the same key and IV, other hashes", TWICE, |content| {
            same(content, "key");
            same(content, "iv");
            content["info"]["thumbnail_file"]["hashes"] = json!({ "sha256": base64([1; 32]) });
        }),
        message(
            "the same key and IV, members of the key in another order and more of them",
            TWICE,
            |content| {
                same(content, "key");
                same(content, "iv");
                content["info"]["thumbnail_file"]["key"]["kid"] = json!("x");
            },
        ),
        message("the same key, another IV", Ok(()), |content| {
            same(content, "key")
        }),
        message("another key, the same IV", Ok(()), |content| {
            same(content, "iv")
        }),
        message("no thumbnail", Ok(()), |content| {
            content["info"] = json!({})
        }),
        message("a thumbnail in clear", Ok(()), |content| {
            content["info"] = json!({ "thumbnail_url": "mxc://example.org/thumbnail" });
        }),
    ]
}
