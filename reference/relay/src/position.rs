use std::fmt;
use std::str::FromStr;

use crate::refusal::Refusal;

/// How far a device has synced: `s<stream>_<to-device>`.
///
/// Both count the relay's one stream of numbers. They differ when not all waiting to-device
/// messages fitted into one answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct SyncPosition {
    /// Rooms, account data, receipts and device lists are known through this number.
    pub(crate) stream: u64,
    /// To-device messages have arrived through this number.
    pub(crate) to_device: u64,
}

/// A gap between two events of a room: `t<stream>`, right after the event with that number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RoomPosition(pub(crate) u64);

impl fmt::Display for SyncPosition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "s{}_{}", self.stream, self.to_device)
    }
}

impl fmt::Display for RoomPosition {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "t{}", self.0)
    }
}

impl FromStr for SyncPosition {
    type Err = Refusal;

    fn from_str(text: &str) -> Result<Self, Refusal> {
        let parts = text
            .strip_prefix('s')
            .and_then(|numbers| numbers.split_once('_'));
        let (stream, to_device) = parts.ok_or_else(unknown)?;
        Ok(Self {
            stream: number(stream)?,
            to_device: number(to_device)?,
        })
    }
}

impl FromStr for RoomPosition {
    type Err = Refusal;

    /// Takes sync positions too: spec, `GET /rooms/{roomId}/messages`, parameter `from`.
    fn from_str(text: &str) -> Result<Self, Refusal> {
        match text.strip_prefix('t') {
            Some(digits) => Ok(Self(number(digits)?)),
            None => Ok(Self(text.parse::<SyncPosition>()?.stream)),
        }
    }
}

/// Decimal without sign or leading zero: one text for each number.
fn number(digits: &str) -> Result<u64, Refusal> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let leading = digits.len() > 1 && digits.starts_with('0');
    if !plain || leading {
        return Err(unknown());
    }
    digits.parse().map_err(|_error| unknown())
}

fn unknown() -> Refusal {
    Refusal::invalid("position is none of this relay")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_position_has_one_text() {
        let position = SyncPosition {
            stream: 12,
            to_device: 3,
        };
        assert_eq!(position.to_string(), "s12_3");
        assert_eq!("s12_3".parse::<SyncPosition>().unwrap(), position);
        for wrong in [
            "", "s", "s12", "s12_", "s+12_3", "s012_3", "s12_3_4", "S12_3", "s12_3 ", "t1",
        ] {
            assert!(
                wrong.parse::<SyncPosition>().is_err(),
                "{wrong:?} was taken"
            );
        }
        assert!("s99999999999999999999_1".parse::<SyncPosition>().is_err());
    }

    #[test]
    fn a_sync_position_is_a_room_position() {
        assert_eq!("s12_3".parse::<RoomPosition>().unwrap(), RoomPosition(12));
        assert_eq!("t12".parse::<RoomPosition>().unwrap(), RoomPosition(12));
        assert!("t".parse::<RoomPosition>().is_err());
    }
}
