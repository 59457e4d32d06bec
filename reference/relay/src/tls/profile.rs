use rustls::crypto::{CryptoProvider, WebPkiSupportedAlgorithms, ring};
use rustls::{NamedGroup, SignatureScheme};

/// The cryptography of the relay's TLS: of what TR-02102-2, edition 2025-01, lists, the part that ring has.
///
/// Suites (3.4.4): AES-128-GCM and AES-256-GCM; ring has no CCM. Groups (3.4.2): secp256r1 and secp384r1; ring has no
/// brainpool. Signatures (3.4.3): ECDSA on P-256 with SHA-256 and on P-384 with SHA-384. RSA would be listed too, but the
/// relay and its clients belong to one organisation, whose CA can issue ECDSA; so there is no key length to look after.
/// Not listed and therefore not offered: ChaCha20-Poly1305, x25519, Ed25519.
pub(super) fn provider() -> CryptoProvider {
    CryptoProvider {
        cipher_suites: vec![
            ring::cipher_suite::TLS13_AES_256_GCM_SHA384,
            ring::cipher_suite::TLS13_AES_128_GCM_SHA256,
        ],
        kx_groups: ring::ALL_KX_GROUPS
            .iter()
            .copied()
            .filter(|group| LISTED_GROUPS.contains(&group.name()))
            .collect(),
        signature_verification_algorithms: SIGNATURES,
        ..ring::default_provider()
    }
}

/// Groups of section 3.4.2 that ring has.
const LISTED_GROUPS: [NamedGroup; 2] = [NamedGroup::secp384r1, NamedGroup::secp256r1];

/// Signatures of section 3.4.3, in certificates and in handshakes: each curve with the hash that belongs to it.
const SIGNATURES: WebPkiSupportedAlgorithms = WebPkiSupportedAlgorithms {
    all: &[
        webpki::ring::ECDSA_P256_SHA256,
        webpki::ring::ECDSA_P384_SHA384,
    ],
    mapping: &[
        (
            SignatureScheme::ECDSA_NISTP384_SHA384,
            &[webpki::ring::ECDSA_P384_SHA384],
        ),
        (
            SignatureScheme::ECDSA_NISTP256_SHA256,
            &[webpki::ring::ECDSA_P256_SHA256],
        ),
    ],
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_guideline_lists_is_offered() {
        let provider = provider();
        let suites: Vec<u16> = provider
            .cipher_suites
            .iter()
            .map(|suite| suite.suite().into())
            .collect();
        assert_eq!(suites, [0x1302, 0x1301]);
        let mut groups: Vec<u16> = provider
            .kx_groups
            .iter()
            .map(|group| group.name().into())
            .collect();
        groups.sort_unstable();
        assert_eq!(groups, [23, 24]);
        let schemes = provider
            .signature_verification_algorithms
            .supported_schemes();
        let schemes: Vec<u16> = schemes.into_iter().map(u16::from).collect();
        assert_eq!(schemes, [0x0503, 0x0403]);
    }
}
