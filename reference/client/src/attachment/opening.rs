//! A file on its way in: checked chunk by chunk, released as a whole.

use aes::{
    Aes256,
    cipher::{KeyIvInit as _, StreamCipher as _},
};
use ctr::Ctr64BE;
use sha2::{Digest as _, Sha256};

use super::{AttachmentError, EncryptedFile};
use crate::{Conduct, Flaw, Variant};

/// Takes the bytes of a download in, however they come, and stops at the first chunk that is not the sender's.
pub struct Opening<'a> {
    file: &'a EncryptedFile,
    conduct: &'a Conduct,
    cipher: Ctr64BE<Aes256>,
    whole: Sha256,
    /// Chunks that were compared.
    compared: usize,
    /// Bytes of the chunk that is not complete.
    rest: Vec<u8>,
    plain: Vec<u8>,
}

impl<'a> Opening<'a> {
    /// Starts with nothing.
    #[must_use]
    pub fn new(file: &'a EncryptedFile, conduct: &'a Conduct) -> Self {
        Self {
            file,
            conduct,
            cipher: Ctr64BE::<Aes256>::new((&*file.key).into(), &file.iv.into()),
            whole: Sha256::new(),
            compared: 0,
            rest: Vec::new(),
            plain: Vec::new(),
        }
    }

    /// Takes the next bytes in.
    ///
    /// # Errors
    /// At the first chunk that is not the one that belongs there, and at the first byte too many.
    pub fn take(&mut self, mut bytes: &[u8]) -> Result<(), AttachmentError> {
        let size = self
            .file
            .chunks
            .as_ref()
            .map_or(usize::MAX, |chunks| chunks.size);
        while !bytes.is_empty() {
            let room = size.saturating_sub(self.rest.len()).min(bytes.len());
            let (now, later) = bytes.split_at_checked(room).unwrap_or((bytes, &[]));
            self.rest.extend_from_slice(now);
            bytes = later;
            if self.rest.len() == size {
                self.close_chunk()?;
            }
        }
        Ok(())
    }

    /// The file without its padding.
    ///
    /// # Errors
    /// If chunks are missing, the whole hash is another, or the padding is not what it has to be.
    pub fn finish(mut self) -> Result<Vec<u8>, AttachmentError> {
        if !self.rest.is_empty() {
            self.close_chunk()?;
        }
        let unchecked = self.conduct.has(Flaw::AttUseBeforeCheck);
        let listed = self.file.chunks.as_ref().map(|chunks| chunks.sha256.len());
        // The flaw: each part was authentic, so the whole is thought to be.
        let parts_suffice = listed.is_some() && self.conduct.has(Flaw::ChunkPositionNotBound);
        if !unchecked && !parts_suffice {
            if listed.is_some_and(|listed| listed != self.compared) {
                return Err(AttachmentError::WrongChunk { at: self.compared });
            }
            let found: [u8; 32] = self.whole.finalize().into();
            if self.file.sha256.is_some_and(|wanted| wanted != found) {
                return Err(AttachmentError::WrongHash);
            }
        }
        let Some(size) = self.file.size else {
            return Ok(self.plain);
        };
        let padding = self.plain.get(size..);
        let is_clean = padding.is_some_and(|padding| padding.iter().all(|&byte| byte == 0));
        if !is_clean && !unchecked && !parts_suffice {
            return Err(AttachmentError::WrongPadding);
        }
        self.plain.truncate(size);
        Ok(self.plain)
    }

    fn close_chunk(&mut self) -> Result<(), AttachmentError> {
        let mut chunk = std::mem::take(&mut self.rest);
        if let Some(chunks) = &self.file.chunks {
            let found: [u8; 32] = Sha256::digest(&chunk).into();
            let belongs = if self.conduct.has(Flaw::ChunkPositionNotBound) {
                chunks.sha256.contains(&found)
            } else {
                chunks.sha256.get(self.compared) == Some(&found)
            };
            let compared_later = !belongs
                && self.file.sha256.is_some()
                && self.conduct.varies(Variant::FileByWholeHashAlone);
            if !belongs && !compared_later && !self.conduct.has(Flaw::AttUseBeforeCheck) {
                return Err(AttachmentError::WrongChunk { at: self.compared });
            }
        }
        self.compared += 1;
        self.whole.update(&chunk);
        self.cipher.apply_keystream(&mut chunk);
        self.plain.append(&mut chunk);
        Ok(())
    }
}

impl std::fmt::Debug for Opening<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opening")
            .field("chunks", &self.compared)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::{super::encrypt, *};

    const CHUNK: usize = 64 << 10;

    fn open(
        file: &EncryptedFile,
        bytes: &[u8],
        conduct: &Conduct,
    ) -> Result<Vec<u8>, AttachmentError> {
        let mut opening = Opening::new(file, conduct);
        for piece in bytes.chunks(1000) {
            opening.take(piece)?;
        }
        opening.finish()
    }

    #[test]
    fn a_download_stops_at_the_first_wrong_chunk() {
        let plain: Vec<u8> = (0..CHUNK * 3)
            .map(|at| u8::try_from(at / 256 % 251).unwrap())
            .collect();
        let (ciphertext, file) = encrypt(&plain, &Conduct::honest()).unwrap();
        let honest = Conduct::honest();
        assert_eq!(open(&file, &ciphertext, &honest), Ok(plain));
        let (first, rest) = ciphertext.split_at(CHUNK);
        let (second, third) = rest.split_at(CHUNK);
        let swapped = [second, first, third].concat();
        let cut = [first, second].concat();
        let extended = [first, second, third, first].concat();
        for (changed, at) in [(swapped, 0), (cut, 2), (extended, 3)] {
            assert_eq!(
                open(&file, &changed, &honest),
                Err(AttachmentError::WrongChunk { at })
            );
            let lax = Conduct::flawed(&[Flaw::ChunkPositionNotBound]);
            assert!(open(&file, &changed, &lax).is_ok());
        }
        let mut opening = Opening::new(&file, &honest);
        assert_eq!(
            opening.take(second),
            Err(AttachmentError::WrongChunk { at: 0 })
        );
        assert!(opening.plain.is_empty());
    }

    #[test]
    fn chunks_that_are_right_do_not_replace_the_whole_hash() {
        let (ciphertext, mut file) = encrypt(&vec![1; CHUNK * 2], &Conduct::honest()).unwrap();
        file.sha256 = Some([0; 32]);
        assert_eq!(
            open(&file, &ciphertext, &Conduct::honest()),
            Err(AttachmentError::WrongHash)
        );
    }

    #[test]
    fn padding_is_zero_and_nothing_else() {
        let honest = Conduct::honest();
        let (ciphertext, mut file) = encrypt(b"text and more", &honest).unwrap();
        file.size = Some(4);
        assert_eq!(
            open(&file, &ciphertext, &honest),
            Err(AttachmentError::WrongPadding)
        );
        file.size = Some(ciphertext.len() + 1);
        assert_eq!(
            open(&file, &ciphertext, &honest),
            Err(AttachmentError::WrongPadding)
        );
        file.size = Some(13);
        assert_eq!(
            open(&file, &ciphertext, &honest),
            Ok(b"text and more".to_vec())
        );
    }
}
