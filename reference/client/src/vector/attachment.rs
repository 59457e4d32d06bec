//! Encrypted attachments and where they lie (VEC-A).

use super::{Inputs, Operation, Stop, Taken, VectorStage};
use crate::{
    Conduct,
    attachment::{AttachmentError, EncryptedFile, FileError, MxcUri, decrypt},
    border::{Base64Error, json},
};

pub(super) const OPERATIONS: &[Operation] = &[
    ("encrypted-file", encrypted_file),
    ("file-message", file_message),
    ("content-uri", content_uri),
];

/// The bytes of a file, if they are those that its description is about.
fn encrypted_file(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let described = json::parse(&inputs.bytes("file")?).or(Err(VectorStage::Decode))?;
    let (_, file) = EncryptedFile::parse(&described, conduct).map_err(refused)?;
    let opened = decrypt(&file, &inputs.bytes("ciphertext")?, conduct);
    opened.map(Some).map_err(|error| match error {
        AttachmentError::WrongPadding => VectorStage::Decrypt.into(),
        _ => VectorStage::Authenticate.into(),
    })
}

/// Whether the file of a decrypted message can be shown.
fn file_message(inputs: Inputs<'_>, conduct: &Conduct) -> Taken {
    let content = json::parse(&inputs.bytes("content")?).or(Err(VectorStage::Decode))?;
    let file = content.get("file").ok_or(VectorStage::Parse)?;
    EncryptedFile::parse(file, conduct).map_err(refused)?;
    match EncryptedFile::is_reused(&content, conduct) {
        true => Err(VectorStage::Policy.into()),
        false => Ok(None),
    }
}

/// Whether a text addresses the media endpoint.
fn content_uri(inputs: Inputs<'_>, _conduct: &Conduct) -> Taken {
    let parsed = inputs.text("uri")?.parse::<MxcUri>();
    parsed.map(|_| None).or(Err(VectorStage::Parse.into()))
}

fn refused(error: FileError) -> Stop {
    let text = |error| match error {
        Base64Error::NotCanonical => VectorStage::Decode,
        Base64Error::TooLong { .. } | Base64Error::WrongLength { .. } => VectorStage::Parse,
    };
    Stop::Refused(match error {
        FileError::Iv(error) | FileError::Sha256(error) => text(error),
        FileError::NotAnA256CtrKey => VectorStage::Key,
        FileError::Missing { .. }
        | FileError::CounterNotZero
        | FileError::Chunks(_)
        | FileError::Url(_) => VectorStage::Parse,
        FileError::NotV2 | FileError::NoSha256 => VectorStage::Policy,
    })
}
