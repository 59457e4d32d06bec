use serde::{Deserialize, Serialize};

use crate::{
    Authorised, Invitation, ObjectError, PublicKey, Serial, Signed, Statement, Time, Trust,
    TrustError, UserName, json, object, text,
};

/// The holder of an invitation's one-time key wants this account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentProof {
    /// The organisation.
    pub organisation: PublicKey,
    /// The invitation.
    pub serial: Serial,
    /// The account, with its server: a proof is of no use at another.
    pub user: UserName,
    /// When it was made.
    pub issued: Time,
}

/// What a client shows the relay to register: the invitation and a proof by its one-time key.
///
/// Its text is base64url of canonical JSON and goes where Matrix has the token of `m.login.registration_token`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EnrolmentToken {
    /// The invitation.
    pub invitation: Authorised<Invitation>,
    /// By its one-time key.
    pub proof: Signed<EnrolmentProof>,
}

/// Longest text of a token, in characters.
const MAX_TOKEN: usize = 16 * 1024;

impl EnrolmentToken {
    /// Reads a token's text; nothing is verified yet.
    ///
    /// # Errors
    /// If it is no token.
    pub fn parse(token: &str) -> Result<Self, ObjectError> {
        let bytes = text::decode(token, MAX_TOKEN)?;
        object::read(&json::parse(&bytes)?)
    }

    /// Its text.
    ///
    /// # Errors
    /// If it holds a number beyond 53 bits.
    pub fn to_text(&self) -> Result<String, ObjectError> {
        Ok(text::encode(object::text_of(self)?))
    }

    /// Checks that this invitation enrols `user` at `now`. Whether its serial was used before, only the relay knows.
    ///
    /// # Errors
    /// If invitation or proof do not hold, or are for another user.
    pub fn verify(
        &self,
        trust: Trust<'_>,
        user: &UserName,
        now: Time,
    ) -> Result<&Invitation, TrustError> {
        self.invitation.verify_invitation(trust)?;
        let invitation = self.invitation.body();
        invitation.check_open(trust, now)?;
        self.check_proof(user)?;
        Ok(invitation)
    }

    /// Checks the proof alone: by the invitation's key, for this invitation and this user.
    ///
    /// # Errors
    /// If it is not.
    pub fn check_proof(&self, user: &UserName) -> Result<(), TrustError> {
        let invitation = self.invitation.body();
        let proof = &self.proof.body;
        if self.proof.verify_sole()? != invitation.invite_key {
            return Err(TrustError::NotSigned);
        }
        if proof.organisation != invitation.organisation || proof.serial != invitation.serial {
            return Err(TrustError::Other { what: "invitation" });
        }
        if proof.user != *user {
            return Err(TrustError::Other { what: "user" });
        }
        Ok(())
    }
}

impl Statement for EnrolmentProof {
    const DOMAIN: &'static str = "dev.pruefstand.organisation.enrolment.v1";

    fn organisation(&self) -> &PublicKey {
        &self.organisation
    }

    fn issued(&self) -> Time {
        self.issued
    }
}
