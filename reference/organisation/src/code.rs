use std::fmt;

use base64::{Engine as _, engine::general_purpose::STANDARD_NO_PAD};
use serde::{Deserialize, Serialize};

use crate::{
    Admission, AdmissionStatement, Authorised, Charter, DirectoryKey, EnrolmentProof,
    EnrolmentToken, Invitation, ObjectError, PublicKey, Revocations, ServerName, Signed,
    SigningKey, Time, Trust, TrustError, UserName, json, object,
    text::{self, TextFault},
};

/// What an administrator hands to a person: the invitation, its private key, and which organisation and relay are the right ones.
///
/// Whoever holds it can enrol once, so its text is a secret: `Debug` shows none of it.
pub struct InvitationCode {
    /// The organisation, as its root describes it.
    pub charter: Signed<Charter>,
    /// The invitation.
    pub invitation: Authorised<Invitation>,
    /// The relay to enrol at.
    pub server: ServerName,
    /// What opens the directory of the tenant, if there is one.
    pub directory: Option<DirectoryKey>,
    key: SigningKey,
}

/// Longest text of a code, in characters.
const MAX_CODE: usize = 16 * 1024;

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    charter: Signed<Charter>,
    invitation: Authorised<Invitation>,
    server: ServerName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    directory: Option<DirectoryKey>,
    seed: String,
}

impl InvitationCode {
    /// Puts a code together.
    ///
    /// # Errors
    /// If the key is not that of the invitation.
    pub fn new(
        charter: Signed<Charter>,
        invitation: Authorised<Invitation>,
        server: ServerName,
        key: SigningKey,
    ) -> Result<Self, TrustError> {
        if key.public() != invitation.body().invite_key {
            return Err(TrustError::Other { what: "key" });
        }
        Ok(Self {
            charter,
            invitation,
            server,
            directory: None,
            key,
        })
    }

    /// Reads a code and checks everything in it.
    ///
    /// # Errors
    /// If it is no code, or charter, invitation and key do not belong together.
    pub fn parse(code: &str) -> Result<Self, TrustError> {
        let bytes = text::decode(code.trim(), MAX_CODE).map_err(ObjectError::from)?;
        let value = json::parse(&bytes).map_err(ObjectError::from)?;
        let written: Written = object::read(&value)?;
        let key = SigningKey::parse(&written.seed).map_err(|fault| ObjectError::Shape {
            reason: fault.to_string(),
        })?;
        let mut code = Self::new(written.charter, written.invitation, written.server, key)?;
        code.directory = written.directory;
        let charter = code.charter.verified()?;
        let trust = Trust {
            organisation: &charter.organisation,
            revocations: &Revocations::default(),
        };
        code.invitation.verify_invitation(trust)?;
        charter.check_tenant(&code.invitation.body().tenant)?;
        Ok(code)
    }

    /// The text to hand over; whoever calls this is responsible for where it goes.
    ///
    /// # Errors
    /// If it holds a number beyond 53 bits.
    pub fn reveal(&self) -> Result<String, ObjectError> {
        let written = Written {
            charter: self.charter.clone(),
            invitation: self.invitation.clone(),
            server: self.server.clone(),
            directory: self.directory.clone(),
            seed: self.key.reveal(),
        };
        Ok(text::encode(object::text_of(&written)?))
    }

    /// The organisation's key, that everything later is checked against.
    #[must_use]
    pub fn organisation(&self) -> &PublicKey {
        &self.charter.body.organisation
    }

    /// The registration token that enrols `user`.
    ///
    /// # Errors
    /// If the user is of another server.
    pub fn token(&self, user: &UserName, now: Time) -> Result<EnrolmentToken, TrustError> {
        self.check_server(user)?;
        let invitation = self.invitation.body();
        let proof = EnrolmentProof {
            organisation: invitation.organisation,
            serial: invitation.serial,
            user: user.clone(),
            issued: now,
        };
        Ok(EnrolmentToken {
            invitation: self.invitation.clone(),
            proof: Signed::new(proof, &self.key)?,
        })
    }

    /// The admission that binds `user` to their master cross-signing key (as Matrix writes it: unpadded standard base64).
    ///
    /// # Errors
    /// If the user is of another server, or the key is none.
    pub fn admission(
        &self,
        user: &UserName,
        master_key: &str,
        now: Time,
    ) -> Result<Admission, TrustError> {
        self.check_server(user)?;
        let bytes = STANDARD_NO_PAD.decode(master_key).unwrap_or_default();
        if bytes.len() != 32 {
            return Err(TrustError::Other {
                what: "kind of key",
            });
        }
        let invitation = self.invitation.body();
        let statement = AdmissionStatement {
            organisation: invitation.organisation,
            serial: invitation.serial,
            user: user.clone(),
            master_key: master_key.to_owned(),
            issued: now,
        };
        Ok(Admission {
            invitation: self.invitation.clone(),
            admission: Signed::new(statement, &self.key)?,
        })
    }

    fn check_server(&self, user: &UserName) -> Result<(), TrustError> {
        if user.server() != self.server.as_str() {
            return Err(TrustError::Other { what: "server" });
        }
        Ok(())
    }
}

impl fmt::Debug for InvitationCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InvitationCode(redacted)")
    }
}

impl From<TextFault> for ObjectError {
    fn from(fault: TextFault) -> Self {
        Self::Shape {
            reason: fault.to_string(),
        }
    }
}
