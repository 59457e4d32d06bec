//! The rules of the format that a schema cannot say.

use std::collections::BTreeMap;

use crate::{Error, Note, Outcome, Vector, VectorFault};

/// Whether numbers, flags, stages, twins and hex of a set are in order.
pub(crate) fn check(notes: &BTreeMap<String, Note>, vectors: &[Vector]) -> Result<(), Error> {
    let mut by_number = BTreeMap::new();
    for vector in vectors {
        if by_number.insert(vector.number, vector).is_some() {
            return Err(vector.fault(VectorFault::NumberTwice));
        }
    }
    for vector in vectors {
        let checked = flags(vector, notes)
            .and_then(|()| hex(vector))
            .and_then(|()| match vector.result {
                Outcome::Valid => valid(vector),
                Outcome::Invalid => invalid(vector, &by_number),
            });
        checked.map_err(|fault| vector.fault(fault))?;
    }
    Ok(())
}

fn flags(vector: &Vector, notes: &BTreeMap<String, Note>) -> Result<(), VectorFault> {
    let mut flags = vector.flags.iter();
    match flags.find(|flag| !notes.contains_key(*flag)) {
        Some(flag) => Err(VectorFault::UnknownFlag { flag: flag.clone() }),
        None => Ok(()),
    }
}

fn hex(vector: &Vector) -> Result<(), VectorFault> {
    let output = vector.output.iter().map(|output| ("output", output));
    let inputs = vector.input.iter().map(|(name, hex)| (name.as_str(), hex));
    match inputs.chain(output).find(|(_, text)| !is_hex(text)) {
        Some((name, _)) => Err(VectorFault::NotHex {
            name: name.to_owned(),
        }),
        None => Ok(()),
    }
}

/// Whether a text is lower-case hex of whole bytes.
pub(crate) fn is_hex(text: &str) -> bool {
    let mut digits = text.bytes();
    text.len().is_multiple_of(2) && digits.all(|digit| matches!(digit, b'0'..=b'9' | b'a'..=b'f'))
}

fn valid(vector: &Vector) -> Result<(), VectorFault> {
    if vector.stage.is_some() || vector.twin.is_some() {
        return Err(VectorFault::ValidWithStage);
    }
    Ok(())
}

fn invalid(vector: &Vector, by_number: &BTreeMap<u32, &Vector>) -> Result<(), VectorFault> {
    if vector.stage.is_none() {
        return Err(VectorFault::NoStage);
    }
    if vector.output.is_some() {
        return Err(VectorFault::InvalidWithOutput);
    }
    let twin = vector.twin.ok_or(VectorFault::NoTwin)?;
    let is_twin = by_number.get(&twin).is_some_and(|other| {
        other.result == Outcome::Valid
            && other.operation == vector.operation
            && other.input != vector.input
    });
    if is_twin {
        Ok(())
    } else {
        Err(VectorFault::WrongTwin { twin })
    }
}

#[cfg(test)]
mod tests {
    use crate::{Set, Stage, parse};

    const TEXT: &str = r#"{"algorithm":"a","schema":"schema.json","source":"t","numberOfTests":2,
        "notes":{"F":{"bugType":"BASIC","description":"d","source":"s"}},
        "testGroups":[{"class":"VEC-X-01","operation":"x25519","input":{"private":"01"},"tests":[
        {"tcId":7,"comment":"c","flags":["F"],"input":{"public":"00"},"result":"invalid",
         "stage":"key","twin":8,"measured":{"lib 1":"unsupported"}},
        {"tcId":8,"comment":"d","flags":[],"input":{"public":"02"},"result":"valid",
         "output":"03","measured":{}}]}]}"#;

    fn changed(from: &str, to: &str) -> Result<Set, String> {
        assert!(from.is_empty() || TEXT.contains(from), "{from}");
        let text = match from {
            "" => TEXT.to_owned(),
            _ => TEXT.replace(from, to),
        };
        parse("set", &text).map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_is_read() {
        let set = changed("", "").unwrap();
        assert_eq!(set.vectors[0].id, "set/7");
        assert_eq!(set.vectors[0].stage, Some(Stage::Key));
        assert_eq!(set.vectors[0].input["private"], "01");
        assert_eq!(set.vectors[1].input["private"], "01");
    }

    #[test]
    fn what_the_schema_does_not_know_is_refused_by_name() {
        for (from, to, said) in [
            (r#""tcId":8"#, r#""more":1,"tcId":8"#, "set/8"),
            (r#""tcId":8,"#, "", "2 of group 1 of set"),
            (r#""class""#, r#""more":1,"class""#, "set set"),
            (r#""invalid""#, r#""acceptable""#, "set/7"),
            (r#""key""#, r#""late""#, "set/7"),
            (r#""BASIC""#, r#""NEW""#, "set set"),
            (r#""lib 1":"unsupported""#, r#""lib 1":"maybe""#, "set/7"),
            (
                r#""numberOfTests":2"#,
                r#""numberOfTests":3"#,
                "holds 2 vectors and says 3",
            ),
        ] {
            let error = changed(from, to).unwrap_err();
            assert!(error.contains(said), "{to}: {error}");
        }
    }

    #[test]
    fn what_breaks_a_rule_is_refused_by_name() {
        for (from, to, said) in [
            (r#"["F"]"#, r#"["G"]"#, r#"set/7 has the flag "G""#),
            (
                r#""tcId":8"#,
                r#""tcId":7"#,
                "set/7 has the number of another one",
            ),
            (
                r#""public":"02""#,
                r#""private":"02""#,
                r#"set/8 gives the input "private""#,
            ),
            (
                r#""public":"00""#,
                r#""public":"0""#,
                r#"set/7 has in "public""#,
            ),
            (
                r#""output":"03""#,
                r#""output":"0G""#,
                r#"set/8 has in "output""#,
            ),
            (
                r#""stage":"key","#,
                "",
                "set/7 is invalid and names no stage",
            ),
            (r#""twin":8,"#, "", "set/7 is invalid and names no twin"),
            (r#""twin":8"#, r#""twin":7"#, "set/7 has the twin 7"),
            (r#""twin":8"#, r#""twin":9"#, "set/7 has the twin 9"),
            (
                r#""public":"02""#,
                r#""public":"00""#,
                "set/7 has the twin 8",
            ),
            (
                r#""output":"03""#,
                r#""stage":"key""#,
                "set/8 is valid and has a stage",
            ),
            (
                r#""twin":8"#,
                r#""output":"00","twin":8"#,
                "set/7 is invalid and has an output",
            ),
        ] {
            let error = changed(from, to).unwrap_err();
            assert!(error.contains(said), "{to}: {error}");
        }
    }

    #[test]
    fn a_file_that_ends_early_is_refused() {
        for length in 0..TEXT.len() {
            let error = parse("set", TEXT.get(..length).unwrap())
                .unwrap_err()
                .to_string();
            assert!(error.starts_with("vector set set is malformed"), "{error}");
        }
    }
}
