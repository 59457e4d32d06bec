//! Names: short texts without control characters, each kind a type of its own.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// Why a text is no name of its kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NameFault {
    /// Empty.
    #[error("name is empty")]
    Empty,
    /// Longer than allowed.
    #[error("name has {got} bytes, at most {limit} are allowed")]
    TooLong {
        /// Bytes of the text.
        got: usize,
        /// The largest number allowed.
        limit: usize,
    },
    /// A character that names of this kind have not.
    #[error("name holds a character that is not allowed there")]
    Character,
    /// Not of the form `@local:server`.
    #[error("user name is not of the form @local:server")]
    NotAUser,
}

/// What people call an organisation: any visible text of at most 120 bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct OrganisationName(String);

/// One tenant of an organisation: `a-z`, `0-9`, `-`, at most 32 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Tenant(String);

/// A relay as its user ids name it, for example `example.org` or `127.0.0.1:8008`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServerName(String);

/// A device id of Matrix: visible ASCII, at most 255 characters.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DeviceName(String);

/// A user id of Matrix, `@local:server`, at most 255 bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct UserName(String);

impl UserName {
    /// The server part.
    #[must_use]
    pub fn server(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, server)| server)
    }
}

impl TryFrom<String> for UserName {
    type Error = NameFault;

    fn try_from(text: String) -> Result<Self, NameFault> {
        made_of(&text, 255, |byte| byte.is_ascii_graphic())?;
        let (local, server) = text
            .strip_prefix('@')
            .and_then(|rest| rest.split_once(':'))
            .ok_or(NameFault::NotAUser)?;
        made_of(local, 255, |byte| byte.is_ascii_graphic())?;
        made_of(server, 230, is_server_byte)?;
        Ok(Self(text))
    }
}

impl TryFrom<String> for OrganisationName {
    type Error = NameFault;

    fn try_from(text: String) -> Result<Self, NameFault> {
        shown(&text, 120)?;
        Ok(Self(text))
    }
}

impl TryFrom<String> for Tenant {
    type Error = NameFault;

    fn try_from(text: String) -> Result<Self, NameFault> {
        made_of(&text, 32, |byte| {
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-'
        })?;
        Ok(Self(text))
    }
}

impl TryFrom<String> for ServerName {
    type Error = NameFault;

    fn try_from(text: String) -> Result<Self, NameFault> {
        made_of(&text, 230, is_server_byte)?;
        Ok(Self(text))
    }
}

impl TryFrom<String> for DeviceName {
    type Error = NameFault;

    fn try_from(text: String) -> Result<Self, NameFault> {
        made_of(&text, 255, |byte| byte.is_ascii_graphic())?;
        Ok(Self(text))
    }
}

impl OrganisationName {
    /// The name of a text.
    ///
    /// # Errors
    /// If the text is no name of this kind.
    pub fn new(text: impl Into<String>) -> Result<Self, NameFault> {
        text.into().try_into()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<OrganisationName> for String {
    fn from(name: OrganisationName) -> Self {
        name.0
    }
}

impl fmt::Display for OrganisationName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl Tenant {
    /// The name of a text.
    ///
    /// # Errors
    /// If the text is no name of this kind.
    pub fn new(text: impl Into<String>) -> Result<Self, NameFault> {
        text.into().try_into()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Tenant> for String {
    fn from(name: Tenant) -> Self {
        name.0
    }
}

impl fmt::Display for Tenant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl ServerName {
    /// The name of a text.
    ///
    /// # Errors
    /// If the text is no name of this kind.
    pub fn new(text: impl Into<String>) -> Result<Self, NameFault> {
        text.into().try_into()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<ServerName> for String {
    fn from(name: ServerName) -> Self {
        name.0
    }
}

impl fmt::Display for ServerName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl DeviceName {
    /// The name of a text.
    ///
    /// # Errors
    /// If the text is no name of this kind.
    pub fn new(text: impl Into<String>) -> Result<Self, NameFault> {
        text.into().try_into()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<DeviceName> for String {
    fn from(name: DeviceName) -> Self {
        name.0
    }
}

impl fmt::Display for DeviceName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl UserName {
    /// The name of a text.
    ///
    /// # Errors
    /// If the text is no name of this kind.
    pub fn new(text: impl Into<String>) -> Result<Self, NameFault> {
        text.into().try_into()
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<UserName> for String {
    fn from(name: UserName) -> Self {
        name.0
    }
}

impl fmt::Display for UserName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Checks a text that people see.
pub(crate) fn shown(text: &str, limit: usize) -> Result<(), NameFault> {
    measured(text, limit)?;
    let is_hidden = |sign: char| {
        sign.is_control()
            || matches!(sign, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
    };
    if text.chars().any(is_hidden) || text.trim() != text {
        return Err(NameFault::Character);
    }
    Ok(())
}

/// Checks a text of ASCII characters of one kind.
pub(crate) fn made_of(
    text: &str,
    limit: usize,
    is_allowed: impl Fn(u8) -> bool,
) -> Result<(), NameFault> {
    measured(text, limit)?;
    if !text.bytes().all(is_allowed) {
        return Err(NameFault::Character);
    }
    Ok(())
}

fn measured(text: &str, limit: usize) -> Result<(), NameFault> {
    if text.is_empty() {
        return Err(NameFault::Empty);
    }
    if text.len() > limit {
        return Err(NameFault::TooLong {
            got: text.len(),
            limit,
        });
    }
    Ok(())
}

fn is_server_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_of_their_kind() {
        assert!(Tenant::new("sales-2").is_ok());
        for bad in ["", "Sales", "sales/2", &"a".repeat(33)] {
            assert!(Tenant::new(bad).is_err(), "{bad:?}");
        }
        assert_eq!(
            UserName::new("@a:b.example:8448").unwrap().server(),
            "b.example:8448"
        );
        for bad in ["a:b", "@a", "@:b", "@a:", "@a b:c", "@a:b c"] {
            assert!(UserName::new(bad).is_err(), "{bad:?}");
        }
        assert!(OrganisationName::new("Müller & Töchter").is_ok());
        for bad in ["a\u{202e}b", "a\nb", " a"] {
            assert!(OrganisationName::new(bad).is_err(), "{bad:?}");
        }
    }
}
