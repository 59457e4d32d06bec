//! A key that an agent holds: what is asked of it, and its answer as a signature (draft-ietf-sshm-ssh-agent; RFC 4251, RFC 5656).
//!
//! Only the bytes; who carries them to the agent's socket is somebody else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use super::PublicKey;

const SIGN_REQUEST: u8 = 13;
const SIGN_RESPONSE: u8 = 14;
const P256: &[u8] = b"ecdsa-sha2-nistp256";
const ED25519: &[u8] = b"ssh-ed25519";

/// The longest answer of an agent that is read, in bytes.
pub const AGENT_ANSWER_LIMIT: usize = 4096;

/// A public key in the form of OpenSSH, whose private half an agent holds.
#[derive(Clone, Debug)]
pub struct AgentKey {
    blob: Vec<u8>,
    public: PublicKey,
}

impl AgentKey {
    /// A line as it stands in a `.pub` file: `ecdsa-sha2-nistp256` or `ssh-ed25519`, and the key in base64.
    ///
    /// # Errors
    /// [`AgentError::NotAKey`].
    pub fn parse(line: &str) -> Result<Self, AgentError> {
        let mut words = line.split_whitespace();
        let kind = words.next().ok_or(AgentError::NotAKey)?;
        let blob = words.next().and_then(|word| STANDARD.decode(word).ok());
        let blob = blob.ok_or(AgentError::NotAKey)?;
        let mut wire = Wire(&blob);
        if wire.string() != Some(kind.as_bytes()) {
            return Err(AgentError::NotAKey);
        }
        let public = wire.public(kind.as_bytes()).filter(|_| wire.0.is_empty());
        let public = public.ok_or(AgentError::NotAKey)?;
        Ok(Self { blob, public })
    }

    /// The key itself.
    #[must_use]
    pub fn public(&self) -> &PublicKey {
        &self.public
    }

    /// What is written to the agent's socket to have a message signed.
    #[must_use]
    pub fn request(&self, message: &[u8]) -> Vec<u8> {
        let mut body = vec![SIGN_REQUEST];
        put(&mut body, &self.blob);
        put(&mut body, message);
        body.extend([0; 4]);
        let mut request = Vec::new();
        put(&mut request, &body);
        request
    }

    /// The signature in an agent's answer (without its length): 64 bytes of Ed25519, or ECDSA as DER.
    ///
    /// # Errors
    /// [`AgentError::Refused`] if the agent does not sign with this key, [`AgentError::Answer`] for anything else.
    pub fn signature(&self, answer: &[u8]) -> Result<Vec<u8>, AgentError> {
        let (kind, rest) = answer.split_first().ok_or(AgentError::Answer)?;
        if *kind != SIGN_RESPONSE {
            return Err(AgentError::Refused);
        }
        let mut outer = Wire(rest);
        let mut inner = outer.string().map(Wire).ok_or(AgentError::Answer)?;
        let kind = inner.string();
        let bytes = inner.string().ok_or(AgentError::Answer)?;
        let signature = match (&self.public, kind) {
            (PublicKey::Ed25519(_), Some(ED25519)) => Some(bytes.to_vec()),
            (PublicKey::P256(_), Some(P256)) => Wire(bytes).ecdsa(),
            _ => None,
        };
        signature.ok_or(AgentError::Answer)
    }
}

/// Why a key is not signed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AgentError {
    /// No public key of a kind that signs evidence.
    #[error(
        "no public key of OpenSSH: a line `ecdsa-sha2-nistp256 …` or `ssh-ed25519 …` is needed"
    )]
    NotAKey,
    /// The agent does not sign with it.
    #[error("the agent does not sign with this key; `ssh-add -l` lists what it holds")]
    Refused,
    /// The agent said something else.
    #[error("the agent's answer is no signature")]
    Answer,
}

fn put(bytes: &mut Vec<u8>, string: &[u8]) {
    let length = u32::try_from(string.len()).unwrap_or(u32::MAX);
    bytes.extend(length.to_be_bytes());
    bytes.extend(string);
}

/// What is still to be read.
struct Wire<'a>(&'a [u8]);

impl<'a> Wire<'a> {
    /// The next string: four bytes of length, big-endian, and so many bytes.
    fn string(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (string, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(string)
    }

    fn public(&mut self, kind: &[u8]) -> Option<PublicKey> {
        match kind {
            ED25519 => {
                let bytes: &[u8; 32] = self.string()?.try_into().ok()?;
                let key = ed25519_dalek::VerifyingKey::from_bytes(bytes).ok()?;
                Some(PublicKey::Ed25519(key))
            }
            P256 => {
                (self.string()? == b"nistp256").then_some(())?;
                let key = p256::ecdsa::VerifyingKey::from_sec1_bytes(self.string()?).ok()?;
                Some(PublicKey::P256(key))
            }
            _ => None,
        }
    }

    /// Two numbers r and s, as DER.
    fn ecdsa(&mut self) -> Option<Vec<u8>> {
        let (r, s) = (scalar(self.string()?)?, scalar(self.string()?)?);
        let signature = p256::ecdsa::Signature::from_scalars(r, s).ok()?;
        self.0
            .is_empty()
            .then(|| signature.to_der().as_bytes().to_vec())
    }
}

/// 32 bytes of a number without its sign byte.
fn scalar(number: &[u8]) -> Option<[u8; 32]> {
    let plain = match number {
        [0, rest @ ..] => rest,
        all => all,
    };
    let mut scalar = [0; 32];
    let start = scalar.len().checked_sub(plain.len())?;
    scalar.get_mut(start..)?.copy_from_slice(plain);
    Some(scalar)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Made with `ssh-keygen -t ecdsa -b 256` and `ssh-keygen -t ed25519`; answers of OpenSSH 9.2's agent to a request for `message`.
    const CASES: [(&str, &str); 2] = [
        (
            include_str!("testdata/agent-p256.pub"),
            include_str!("testdata/agent-p256.answer"),
        ),
        (
            include_str!("testdata/agent-ed25519.pub"),
            include_str!("testdata/agent-ed25519.answer"),
        ),
    ];

    fn answer(text: &str) -> Vec<u8> {
        STANDARD.decode(text.trim()).unwrap()
    }

    #[test]
    fn what_an_agent_signed_is_verified_by_its_key() {
        for (line, said) in CASES {
            let key = AgentKey::parse(line).unwrap();
            let signature = key.signature(&answer(said)).unwrap();
            assert!(key.public().verifies(b"message", &signature));
            assert!(!key.public().verifies(b"another", &signature));
        }
    }

    #[test]
    fn an_answer_that_is_cut_or_of_another_key_is_no_signature() {
        let [(line, said), (other, _)] = CASES;
        let (key, other) = (
            AgentKey::parse(line).unwrap(),
            AgentKey::parse(other).unwrap(),
        );
        let whole = answer(said);
        for end in 1..whole.len() {
            assert_eq!(
                key.signature(&whole[..end]),
                Err(AgentError::Answer),
                "{end}"
            );
        }
        assert_eq!(other.signature(&whole), Err(AgentError::Answer));
        assert_eq!(key.signature(&[5]), Err(AgentError::Refused));
        assert_eq!(key.signature(&[]), Err(AgentError::Answer));
    }

    #[test]
    fn a_request_carries_key_and_message() {
        let key = AgentKey::parse(CASES[0].0).unwrap();
        let request = key.request(b"message");
        let mut wire = Wire(&request);
        let mut body = Wire(&wire.string().unwrap()[1..]);
        assert_eq!(
            (body.string(), body.string()),
            (Some(&key.blob[..]), Some(&b"message"[..]))
        );
        assert_eq!(
            (body.0, wire.0.len(), request[4]),
            (&[0; 4][..], 0, SIGN_REQUEST)
        );
    }

    #[test]
    fn what_is_no_key_of_openssh_is_refused() {
        let [(line, _), _] = CASES;
        let swapped = line.replace("ecdsa-sha2-nistp256 ", "ssh-ed25519 ");
        for text in [
            "",
            "ssh-ed25519",
            "ssh-rsa AAAA",
            "ssh-ed25519 ****",
            &swapped,
        ] {
            assert_eq!(
                AgentKey::parse(text).unwrap_err(),
                AgentError::NotAKey,
                "{text}"
            );
        }
    }
}
