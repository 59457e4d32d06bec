//! TLS 1.3 in the profile of TR-02102-2, with client certificates if the operator asks for them.

mod profile;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::crypto::CryptoProvider;
use rustls::crypto::ring::sign::any_ecdsa_type;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, CertificateRevocationListDer, PrivateKeyDer};
use rustls::server::danger::ClientCertVerifier;
use rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use rustls::sign::{CertifiedKey, SingleCertAndKey};
use rustls::{RootCertStore, ServerConfig};
use serde::Deserialize;
use tokio_rustls::TlsAcceptor;

/// Where certificates and keys lie; all files are PEM.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The relay's certificate, then those between it and the CA.
    pub certificate: PathBuf,
    /// The key of the certificate: ECDSA on P-256 or P-384.
    pub key: PathBuf,
    /// CAs of client certificates. If it is there, a client without such a certificate gets no connection.
    pub client_ca: Option<PathBuf>,
    /// Lists of client certificates that their CA has revoked.
    pub client_revocations: Option<PathBuf>,
}

/// Why TLS cannot be set up.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file is missing or no PEM of the kind it should be.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: pem::Error,
    },
    /// A file has no certificate in it.
    #[error("{0} holds no certificate")]
    Empty(PathBuf),
    /// The key is of a kind that the profile does not have.
    #[error("{path} holds no ECDSA key on P-256 or P-384: {source}")]
    Key {
        /// The file of the key.
        path: PathBuf,
        /// What the library says.
        source: rustls::Error,
    },
    /// Certificate, key, CAs or revocations do not fit together.
    #[error("TLS cannot be set up: {0}")]
    Unfit(String),
}

impl Tls {
    /// Reads the files and makes what accepts connections.
    ///
    /// # Errors
    /// A file is missing or wrong, or they do not fit together.
    pub(crate) fn acceptor(&self) -> Result<TlsAcceptor, TlsError> {
        let provider = Arc::new(profile::provider());
        let verifier = self.verifier(&provider)?;
        let builder = ServerConfig::builder_with_provider(provider)
            .with_protocol_versions(&[&rustls::version::TLS13])
            .map_err(unfit)?;
        let builder = match verifier {
            Some(verifier) => builder.with_client_cert_verifier(verifier),
            None => builder.with_no_client_auth(),
        };
        let mut config = builder.with_cert_resolver(Arc::new(self.identity()?));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        // No resumption: so no ticket gets old (TR-03116-4: 48 hours), and a revoked client does not come back with one. Early
        // data needs resumption, and its size is 0 besides.
        config.send_tls13_tickets = 0;
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.max_early_data_size = 0;
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// The relay's own certificate with a key that belongs to it.
    fn identity(&self) -> Result<SingleCertAndKey, TlsError> {
        let chain = certificates(&self.certificate)?;
        let key = PrivateKeyDer::from_pem_file(&self.key).map_err(file(&self.key))?;
        let key = any_ecdsa_type(&key).map_err(|source| TlsError::Key {
            path: self.key.clone(),
            source,
        })?;
        let certified = CertifiedKey::new(chain, key);
        certified.keys_match().map_err(unfit)?;
        Ok(SingleCertAndKey::from(certified))
    }

    /// Who looks at client certificates; `None`: clients need none.
    fn verifier(
        &self,
        provider: &Arc<CryptoProvider>,
    ) -> Result<Option<Arc<dyn ClientCertVerifier>>, TlsError> {
        let Some(authorities) = &self.client_ca else {
            return Ok(None);
        };
        let mut roots = RootCertStore::empty();
        for authority in certificates(authorities)? {
            roots.add(authority).map_err(unfit)?;
        }
        let mut builder =
            WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(provider));
        if let Some(path) = &self.client_revocations {
            let lists = CertificateRevocationListDer::pem_file_iter(path).map_err(file(path))?;
            builder = builder.with_crls(lists.collect::<Result<Vec<_>, _>>().map_err(file(path))?);
        }
        builder.build().map(Some).map_err(unfit)
    }
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let found = CertificateDer::pem_file_iter(path).map_err(file(path))?;
    let found: Vec<_> = found.collect::<Result<_, _>>().map_err(file(path))?;
    if found.is_empty() {
        return Err(TlsError::Empty(path.to_owned()));
    }
    Ok(found)
}

fn file(path: &Path) -> impl Fn(pem::Error) -> TlsError {
    move |source| TlsError::File {
        path: path.to_owned(),
        source,
    }
}

fn unfit(error: impl std::fmt::Display) -> TlsError {
    TlsError::Unfit(error.to_string())
}
