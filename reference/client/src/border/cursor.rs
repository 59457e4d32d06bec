//! Reads the fields of an Olm or Megolm message in the one order and form that their encoders write.

use super::wire::WireError;

/// The unread rest of a message.
pub(super) struct Cursor<'a> {
    rest: &'a [u8],
}

impl<'a> Cursor<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    /// One byte that must be `wanted`: a version or the tag of a field.
    pub(super) fn tag(&mut self, wanted: u8) -> Result<(), WireError> {
        match self.byte()? {
            got if got == wanted => Ok(()),
            got => Err(WireError::UnexpectedTag { got, wanted }),
        }
    }

    /// A varint in its shortest form that fits 32 bits.
    pub(super) fn varint(&mut self) -> Result<u32, WireError> {
        let mut value = 0_u64;
        for shift in [0, 7, 14, 21, 28] {
            let byte = self.byte()?;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let is_shortest = byte != 0 || shift == 0;
                return u32::try_from(value)
                    .ok()
                    .filter(|_| is_shortest)
                    .ok_or(WireError::VarintNotCanonical);
            }
        }
        Err(WireError::VarintNotCanonical)
    }

    /// A byte string with its length before it.
    pub(super) fn bytes(&mut self) -> Result<&'a [u8], WireError> {
        let length = self.varint()?;
        let length = usize::try_from(length).or(Err(WireError::Truncated))?;
        self.take(length)
    }

    /// A byte string with its length before it, which must be 32.
    pub(super) fn key(&mut self) -> Result<[u8; 32], WireError> {
        let bytes = self.bytes()?;
        bytes
            .try_into()
            .or(Err(WireError::WrongKeyLength { got: bytes.len() }))
    }

    /// The last bytes, which must be `wanted` many: MAC and signature.
    pub(super) fn end(self, wanted: usize) -> Result<(), WireError> {
        match self.rest.len() {
            got if got == wanted => Ok(()),
            got => Err(WireError::WrongTail { got, wanted }),
        }
    }

    fn byte(&mut self) -> Result<u8, WireError> {
        let (first, rest) = self.rest.split_first().ok_or(WireError::Truncated)?;
        self.rest = rest;
        Ok(*first)
    }

    fn take(&mut self, length: usize) -> Result<&'a [u8], WireError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(length)
            .ok_or(WireError::Truncated)?;
        self.rest = rest;
        Ok(taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn varint(bytes: &[u8]) -> Result<u32, WireError> {
        let mut cursor = Cursor::new(bytes);
        let value = cursor.varint()?;
        cursor.end(0)?;
        Ok(value)
    }

    #[test]
    fn varints_have_one_form() {
        assert_eq!(varint(&[0]), Ok(0));
        assert_eq!(varint(&[0x80, 1]), Ok(128));
        assert_eq!(varint(&[0xff, 0xff, 0xff, 0xff, 0x0f]), Ok(u32::MAX));
        for other in [
            &[0x80, 0][..],
            &[0x81, 0x80, 0],
            &[0x80; 10],
            &[0xff, 0xff, 0xff, 0xff, 0x10],
            &[0x80, 0x80, 0x80, 0x80, 0x80, 0x01],
        ] {
            assert_eq!(
                varint(other),
                Err(WireError::VarintNotCanonical),
                "{other:?}"
            );
        }
        assert_eq!(varint(&[0x80]), Err(WireError::Truncated));
    }

    #[test]
    fn lengths_beyond_the_end_are_refused() {
        let mut cursor = Cursor::new(&[0xff, 0xff, 0xff, 0xff, 0x0f, 1, 2]);
        assert_eq!(cursor.bytes(), Err(WireError::Truncated));
    }
}
