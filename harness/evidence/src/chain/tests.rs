use proptest::prelude::*;
use serde_json::json;

use super::*;

fn log(count: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut log = EventLog::new(&mut bytes);
    for n in 0..count {
        let at = Stamp {
            mono_ns: n * 10,
            wall_ms: 1_795_402_800_000 + n,
        };
        log.append("case.closed", json!({"check": format!("olm.{n}")}), at)
            .unwrap();
    }
    assert_eq!(log.len(), count);
    bytes
}

#[test]
fn a_written_log_reads_back() {
    let events = read_chain(log(3).as_slice()).unwrap().events;
    assert_eq!(events.len(), 3);
    assert_eq!(events[0].prev, "0".repeat(64));
    assert_eq!(events[2].n, 2);
    assert_eq!(events[2].wall, "2026-11-23T03:00:00.002Z");
    assert_eq!(events[2].body, json!({"check": "olm.2"}));
}

#[test]
fn each_line_names_the_digest_of_the_line_before() {
    let bytes = log(2);
    let first = bytes.split_inclusive(|byte| *byte == b'\n').next().unwrap();
    let events = read_chain(bytes.as_slice()).unwrap().events;
    assert_eq!(events[1].prev, sha256_hex(first));
}

#[test]
fn a_removed_swapped_or_cut_line_is_found() {
    let bytes = log(4);
    let lines: Vec<_> = bytes.split_inclusive(|byte| *byte == b'\n').collect();
    let removed = [lines[0], lines[2], lines[3]].concat();
    assert!(matches!(
        read_chain(removed.as_slice()),
        Err(ChainError::WrongNumber { line: 1, got: 2 })
    ));
    let swapped = [lines[0], lines[2], lines[1], lines[3]].concat();
    assert!(read_chain(swapped.as_slice()).is_err());
    assert!(matches!(
        read_chain(&bytes[..bytes.len() - 1]),
        Err(ChainError::CutOff { line: 3 })
    ));
}

#[test]
fn a_line_over_the_limit_is_refused_by_writer_and_reader() {
    let body = json!("x".repeat(EVENT_LIMIT));
    let mut log = EventLog::new(Vec::new());
    assert!(matches!(
        log.append("note", body, Stamp::default()),
        Err(EventLogError::TooLong { .. })
    ));
    assert!(log.is_empty());
    let endless = io::repeat(b'x');
    assert!(matches!(
        read_chain(io::BufReader::new(endless)),
        Err(ChainError::TooLong { line: 0, .. })
    ));
}

#[test]
fn after_a_failed_write_no_event_is_taken() {
    struct Full;
    impl Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut log = EventLog::new(Full);
    let mut append = || log.append("note", json!(1), Stamp::default());
    assert!(matches!(append(), Err(EventLogError::NotWritten(_))));
    assert!(matches!(append(), Err(EventLogError::Broken)));
}

proptest! {
    #[test]
    fn any_changed_byte_before_the_last_line_is_found(at in 0usize..10_000, flip in 1u8..=255) {
        let mut bytes = log(6);
        let last_line = bytes[..bytes.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap();
        let at = at % last_line;
        bytes[at] ^= flip;
        prop_assert!(read_chain(bytes.as_slice()).is_err());
    }
}
