//! Every invariant holds whatever a target says, and a table read back gives the texts that were put in.

use harness_evidence::{Results, visible};
use serde_json::Value;

use super::{csv, invariants, oscal, sarif, table, test_result_statement};
use crate::corpus::HOSTILE;
use crate::fixture::{record, results, transcript};

#[test]
fn no_invariant_is_broken_by_what_a_target_says() {
    for said in HOSTILE {
        let results = results(said);
        let read = |path: &str| transcript(path, said);
        let plan = oscal::plan(&results);
        let statement = test_result_statement(&results, &"ab".repeat(32));
        let statement: Value = serde_json::from_str(&statement).unwrap();
        for broken in [
            invariants::sarif(&sarif::findings(&results, &read), &results),
            invariants::sarif(&sarif::full(&results, &read), &results),
            invariants::oscal(&plan, &Value::Null),
            invariants::oscal(&oscal::component_definition(&results), &Value::Null),
            invariants::oscal_results(&oscal::results(&results), &plan, &results),
            invariants::test_result(&statement, &results),
            super::junit::broken(&crate::junit(&results).unwrap(), &results),
        ] {
            assert_eq!(broken, Vec::<String>::new(), "{said:?}");
        }
    }
}

#[test]
fn a_path_of_a_transcript_stays_a_path() {
    for said in HOSTILE {
        let mut results = results("harmless");
        for case in results
            .cases
            .iter_mut()
            .filter(|case| !case.transcript.is_empty())
        {
            case.transcript += said;
        }
        let log = sarif::full(&results, &|_| None);
        assert_eq!(
            invariants::sarif(&log, &results),
            Vec::<String>::new(),
            "{said:?}"
        );
        for artifact in log["runs"][0]["artifacts"].as_array().unwrap() {
            let uri = artifact["location"]["uri"].as_str().unwrap();
            let of_a_path = |c: char| c.is_ascii_alphanumeric() || "-._~/%".contains(c);
            assert!(uri.chars().all(of_a_path), "{uri}");
        }
    }
}

#[test]
fn a_table_read_back_holds_the_neutralised_texts() {
    for said in HOSTILE {
        let mut record = record("harmless");
        for requirement in &mut record.requirements {
            requirement.text_de = said.to_owned();
            requirement.sources = vec![said.to_owned()];
        }
        let results = Results::fold(record);
        let text = csv::requirements(&results);
        assert_eq!(
            table::broken(&text, &results),
            Vec::<String>::new(),
            "{said:?}"
        );
        for row in table::read(&text).iter().skip(1) {
            for cell in [&row[4], &row[5]] {
                let guarded = cell.strip_prefix('\'');
                let told = guarded
                    .filter(|text| *text == visible(said))
                    .unwrap_or(cell);
                assert_eq!(told, visible(said), "{said:?}");
            }
        }
    }
}
