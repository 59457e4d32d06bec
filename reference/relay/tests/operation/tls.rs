use std::io::{self, Read, Write};
use std::net::TcpStream;
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::ServerName;
use rustls::{
    ClientConfig, ClientConnection, NamedGroup, RootCertStore, StreamOwned,
    SupportedProtocolVersion, version,
};

use crate::certificates::{Authority, Identity};
use crate::process::{Place, Relay};

/// A relay with a certificate, and the CA that it is from.
struct Served {
    relay: Relay,
    roots: Arc<RootCertStore>,
    _place: Place,
}

/// What a client offers.
struct Offer<'a> {
    provider: CryptoProvider,
    versions: &'static [&'static SupportedProtocolVersion],
    identity: Option<&'a Identity>,
}

/// What came of a connection.
struct Talk {
    answer: String,
    suite: u16,
    group: NamedGroup,
    tickets: u32,
}

impl Served {
    /// `clients` is the CA of client certificates with a list of those it revoked.
    fn new(clients: Option<(&Authority, String)>) -> Self {
        let mut settings = "[tls]\ncertificate = 'relay.pem'\nkey = 'relay.key'\n".to_owned();
        if clients.is_some() {
            settings.push_str("client_ca = 'clients.pem'\nclient_revocations = 'clients.crl'\n");
        }
        let place = Place::new(&settings);
        let authority = Authority::new("servers");
        authority.issue(1).write(place.folder.path(), "relay");
        if let Some((clients, revoked)) = clients {
            std::fs::write(place.path("clients.pem"), clients.pem()).unwrap();
            std::fs::write(place.path("clients.crl"), revoked).unwrap();
        }
        let mut roots = RootCertStore::empty();
        roots.add(authority.certificate()).unwrap();
        Self {
            relay: place.start(),
            roots: Arc::new(roots),
            _place: place,
        }
    }

    fn talk(&self, offer: Offer<'_>) -> io::Result<Talk> {
        let config = ClientConfig::builder_with_provider(Arc::new(offer.provider))
            .with_protocol_versions(offer.versions)
            .unwrap()
            .with_root_certificates(Arc::clone(&self.roots));
        let mut config = match offer.identity {
            Some(identity) => config
                .with_client_auth_cert(vec![identity.certificate.clone()], identity.key())
                .unwrap(),
            None => config.with_no_client_auth(),
        };
        config.resumption = Resumption::in_memory_sessions(8);
        let name = ServerName::try_from("localhost").unwrap();
        let connection = ClientConnection::new(Arc::new(config), name).unwrap();
        let mut stream = StreamOwned::new(connection, TcpStream::connect(&self.relay.address)?);
        stream.write_all(
            b"GET /_matrix/client/versions HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        )?;
        let mut answer = String::new();
        stream.read_to_string(&mut answer)?;
        let connection = &stream.conn;
        Ok(Talk {
            answer,
            suite: connection.negotiated_cipher_suite().unwrap().suite().into(),
            group: connection.negotiated_key_exchange_group().unwrap().name(),
            tickets: connection.tls13_tickets_received(),
        })
    }
}

impl Offer<'_> {
    /// All that the library has.
    fn everything() -> Self {
        Self {
            provider: ring::default_provider(),
            versions: EVERY_VERSION,
            identity: None,
        }
    }
}

#[test]
fn the_profile_is_spoken_and_nothing_is_left_for_a_resumption() {
    let served = Served::new(None);
    let talk = served.talk(Offer::everything()).unwrap();
    assert!(talk.answer.starts_with("HTTP/1.1 200"), "{}", talk.answer);
    assert_eq!(talk.suite, 0x1302);
    let listed = [NamedGroup::secp384r1, NamedGroup::secp256r1];
    assert!(listed.contains(&talk.group), "{:?}", talk.group);
    assert_eq!(talk.tickets, 0);
}

#[test]
fn tls_1_2_is_refused() {
    let served = Served::new(None);
    let offer = Offer {
        versions: OLD,
        ..Offer::everything()
    };
    assert!(served.talk(offer).is_err());
}

#[test]
fn a_client_that_knows_only_x25519_is_refused() {
    let served = Served::new(None);
    let offer = Offer {
        provider: CryptoProvider {
            kx_groups: vec![ring::kx_group::X25519],
            ..ring::default_provider()
        },
        ..Offer::everything()
    };
    assert!(served.talk(offer).is_err());
}

#[test]
fn a_client_that_knows_only_chacha20_is_refused() {
    let served = Served::new(None);
    let offer = Offer {
        provider: CryptoProvider {
            cipher_suites: vec![ring::cipher_suite::TLS13_CHACHA20_POLY1305_SHA256],
            ..ring::default_provider()
        },
        versions: NEW,
        identity: None,
    };
    assert!(served.talk(offer).is_err());
}

#[test]
fn only_clients_with_a_certificate_of_the_right_ca_that_is_not_revoked_come_in() {
    let (clients, strangers) = (Authority::new("clients"), Authority::new("strangers"));
    let served = Served::new(Some((&clients, clients.revoke(8))));
    let (good, revoked, foreign) = (clients.issue(7), clients.issue(8), strangers.issue(7));
    for (identity, comes_in) in [
        (Some(&good), true),
        (None, false),
        (Some(&foreign), false),
        (Some(&revoked), false),
        (Some(&good), true),
    ] {
        let talk = served.talk(Offer {
            identity,
            ..Offer::everything()
        });
        assert_eq!(
            talk.is_ok_and(|talk| talk.answer.starts_with("HTTP/1.1 200")),
            comes_in
        );
    }
}

#[test]
fn a_key_outside_the_profile_stops_the_start() {
    let place = Place::new("[tls]\ncertificate = 'relay.pem'\nkey = 'relay.key'\n");
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ED25519).unwrap();
    let params = rcgen::CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.self_signed(&key).unwrap();
    std::fs::write(place.path("relay.pem"), certificate.pem()).unwrap();
    std::fs::write(place.path("relay.key"), key.serialize_pem()).unwrap();
    let error = reference_relay::run(place.options(), &mut io::sink()).unwrap_err();
    assert!(error.to_string().contains("ECDSA"), "{error}");
    assert!(!place.path("store").exists());
}

const EVERY_VERSION: &[&SupportedProtocolVersion] = &[&version::TLS13, &version::TLS12];
const NEW: &[&SupportedProtocolVersion] = &[&version::TLS13];
const OLD: &[&SupportedProtocolVersion] = &[&version::TLS12];
