//! Content URIs that cannot leave the media endpoint (VEC-A-07, ATK-ATT-06).

use std::{fmt, str::FromStr};

use thiserror::Error;

/// `mxc://server/media-id`; both parts are safe as segments of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct MxcUri {
    server: String,
    media_id: String,
}

/// Why a text is no content URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("text is not mxc://, a server name and a media id")]
pub struct UriError;

/// Longest server name and longest media id.
const MAX_PART: usize = 255;

impl MxcUri {
    /// The server that holds the media.
    #[must_use]
    pub fn server(&self) -> &str {
        &self.server
    }

    /// The media on that server.
    #[must_use]
    pub fn media_id(&self) -> &str {
        &self.media_id
    }
}

impl FromStr for MxcUri {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        let (server, media_id) = text
            .strip_prefix("mxc://")
            .and_then(|rest| rest.split_once('/'))
            .ok_or(UriError)?;
        let is_id = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        let is_name = |byte: u8| byte.is_ascii_alphanumeric() || b"-.:[]".contains(&byte);
        let has_only = |part: &str, allowed: &dyn Fn(u8) -> bool| {
            !part.is_empty() && part.len() <= MAX_PART && part.bytes().all(allowed)
        };
        let starts_well = server.starts_with(|first: char| first.is_alphanumeric() || first == '[');
        if !has_only(server, &is_name) || !starts_well || !has_only(media_id, &is_id) {
            return Err(UriError);
        }
        Ok(Self {
            server: server.to_owned(),
            media_id: media_id.to_owned(),
        })
    }
}

impl fmt::Display for MxcUri {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "mxc://{}/{}", self.server, self.media_id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_uris_are_read() {
        for text in [
            "mxc://a/b",
            "mxc://relay.example:8448/A-b_9",
            "mxc://[::1]:80/x",
        ] {
            let uri: MxcUri = text.parse().unwrap();
            assert_eq!(uri.to_string(), text);
        }
    }

    #[test]
    fn whatever_leaves_the_media_endpoint_is_refused() {
        let long = format!("mxc://a/{}", "b".repeat(300));
        for text in [
            "mxc://x/../../_matrix/client/v3/logout",
            "mxc://../x",
            "mxc://x/%2e%2e",
            "mxc://x/y/z",
            "mxc://x/y?z",
            "mxc://x/y#z",
            "mxc://user@x/y",
            "mxc://x/",
            "mxc:///y",
            "http://x/y",
            "data:text/plain,x",
            "MXC://x/y",
            " mxc://x/y",
            "mxc://x\\y/z",
            long.as_str(),
        ] {
            assert_eq!(text.parse::<MxcUri>(), Err(UriError), "{text}");
        }
    }
}
