//! Lines of the driver protocol: what is read can be written, read again, and fits the schema.

use std::sync::LazyLock;

use harness_driver::{Answer, Invocation, Reply, read_line, schema};
use jsonschema::Validator;
use serde_json::Value;

static SCHEMA: LazyLock<Validator> =
    LazyLock::new(|| jsonschema::validator_for(&schema()).expect("the schema is one"));

/// Reads `bytes` as a stream of lines: calls and, after a call, what may be its answer.
pub(crate) fn run(mut bytes: &[u8]) {
    let mut last_call = None;
    while let Ok(Some(line)) = read_line(&mut bytes) {
        if let Ok((id, Ok(call))) = Invocation::parse(&line) {
            check_invocation(&Invocation::new(id, call.clone()));
            last_call = Some(call);
        }
        let answer: Result<Answer, _> = serde_json::from_slice(&line);
        let result = answer.ok().and_then(|answer| answer.result);
        if let (Some(call), Some(result)) = (&last_call, result)
            && let Ok(reply) = Reply::parse(call, result)
        {
            let written = serde_json::to_value(&reply).expect("a reply is JSON");
            let again = Reply::parse(call, written).expect("what was written is read");
            assert_eq!(again, reply);
        }
    }
}

fn check_invocation(invocation: &Invocation) {
    let written = serde_json::to_vec(invocation).expect("an invocation is JSON");
    let (id, again) = Invocation::parse(&written).expect("what was written is read");
    assert_eq!(id, invocation.id);
    assert_eq!(again.as_ref(), Ok(&invocation.call));
    let written: Value = serde_json::from_slice(&written).expect("an invocation is JSON");
    assert!(SCHEMA.is_valid(&written), "not in the schema: {written}");
}
