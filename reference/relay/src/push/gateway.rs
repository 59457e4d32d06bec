use serde::{Deserialize, Deserializer};

/// The address of a push gateway: `https://HOST[:PORT]/_matrix/push/v1/notify`, or `http` on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gateway {
    url: String,
    /// Port 0 was given: any port of this machine, for tests.
    any_port: Option<String>,
}

impl Gateway {
    /// Reads an address; `None`: it is none that the relay would push to.
    #[must_use]
    pub fn parse(url: &str) -> Option<Self> {
        let (scheme, rest) = url.split_once("://")?;
        let (host, path) = rest.split_once('/')?;
        let plain = host
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b".-:[]".contains(&byte));
        if host.is_empty() || !plain || path != PATH {
            return None;
        }
        let here = ["127.0.0.1", "[::1]"];
        let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
        let local = here.contains(&host) || here.contains(&name);
        let allowed = scheme == "https" || (scheme == "http" && local);
        allowed.then(|| Self {
            url: url.to_owned(),
            any_port: host
                .strip_suffix(":0")
                .filter(|_| local)
                .map(|name| format!("{scheme}://{name}:")),
        })
    }

    /// Whether `url` is this address.
    pub(crate) fn is(&self, url: &str) -> bool {
        if url == self.url {
            return true;
        }
        let rest = self
            .any_port
            .as_deref()
            .and_then(|before| url.strip_prefix(before));
        rest.and_then(|rest| rest.split_once('/'))
            .is_some_and(|(port, path)| port.parse::<u16>().is_ok() && path == PATH)
    }
}

impl<'de> Deserialize<'de> for Gateway {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| {
            serde::de::Error::custom("a gateway is https://HOST/_matrix/push/v1/notify")
        })
    }
}

/// Where gateways take notifications (push gateway API).
const PATH: &str = "_matrix/push/v1/notify";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_is_its_own_address_and_no_other() {
        let gateway = Gateway::parse("https://push.example/_matrix/push/v1/notify").unwrap();
        assert!(gateway.is("https://push.example/_matrix/push/v1/notify"));
        for other in [
            "https://push.example/_matrix/push/v1/notify?x",
            "https://push.example:444/_matrix/push/v1/notify",
            "https://push.example.evil/_matrix/push/v1/notify",
            "http://push.example/_matrix/push/v1/notify",
        ] {
            assert!(!gateway.is(other), "{other}");
        }
    }

    #[test]
    fn only_this_machine_is_reached_without_tls_and_with_any_port() {
        assert_eq!(
            Gateway::parse("http://push.example/_matrix/push/v1/notify"),
            None
        );
        assert_eq!(Gateway::parse("https://push.example/other"), None);
        assert_eq!(
            Gateway::parse("https://user@push.example/_matrix/push/v1/notify"),
            None
        );
        let any = Gateway::parse("http://127.0.0.1:0/_matrix/push/v1/notify").unwrap();
        assert!(any.is("http://127.0.0.1:4711/_matrix/push/v1/notify"));
        assert!(!any.is("http://127.0.0.1:4711@evil/_matrix/push/v1/notify"));
        let remote = Gateway::parse("https://push.example:0/_matrix/push/v1/notify").unwrap();
        assert!(!remote.is("https://push.example:1/_matrix/push/v1/notify"));
    }
}
