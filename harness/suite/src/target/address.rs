//! Addresses of relays: attack traffic stays on this machine.

use url::{Host, Url};

use super::TargetError;

/// Whether this is a base URL without path, query or credentials, on this machine unless `allow_remote`.
///
/// # Errors
/// [`TargetError::NotAnAddress`], [`TargetError::NotLoopback`].
pub fn check_address(text: &str, allow_remote: bool) -> Result<(), TargetError> {
    let wrong = |reason: &str| TargetError::NotAnAddress {
        url: text.chars().take(200).collect(),
        reason: reason.to_owned(),
    };
    let url = Url::parse(text).map_err(|error| wrong(&error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(wrong("neither http nor https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("it carries credentials"));
    }
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(wrong("it goes on behind host and port"));
    }
    let loopback = match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => return Err(wrong("it has no host")),
    };
    if loopback || allow_remote {
        return Ok(());
    }
    Err(TargetError::NotLoopback {
        url: text.to_owned(),
    })
}
