// X25519 and its public keys (VEC-X). libolm agrees on a secret inside a SAS, and hands out only
// what it derives from it: whether it takes a key can be seen, the secret itself cannot.

#include <olm/olm.h>
#include <olm/sas.h>

#include "runner.hpp"

namespace {

Taken agree(Bytes own, std::string partner) {
    Place<OlmSAS> sas(olm_sas_size(), olm_sas);
    own.resize(olm_create_sas_random_length(sas));
    if (olm_create_sas(sas, own.data(), own.size()) == olm_error()) {
        return REFUSED;
    }
    if (olm_sas_set_their_key(sas, partner.data(), partner.size()) == olm_error()) {
        return REFUSED;
    }
    Bytes derived(32);
    size_t done = olm_sas_generate_bytes(sas, "", 0, derived.data(), derived.size());
    return done == olm_error() ? REFUSED : TAKEN;
}

Taken x25519(const Inputs &inputs) { return agree(inputs.bytes("private"), base64(inputs.bytes("public"))); }

Taken curve25519_key(const Inputs &inputs) { return agree(Bytes(32, 0x42), base64(inputs.bytes("public"))); }

Taken curve25519_base64(const Inputs &inputs) { return agree(Bytes(32, 0x42), inputs.text("text")); }

// An account is made of 64 random bytes: the seed of its signing key, then its private identity key.
Taken olm_partner_keys(const Inputs &inputs) {
    Place<OlmAccount> account(olm_account_size(), olm_account);
    Bytes random(32, 0x42);
    const Bytes &own = inputs.bytes("own");
    random.insert(random.end(), own.begin(), own.end());
    if (olm_create_account(account, random.data(), random.size()) == olm_error()) {
        return REFUSED;
    }
    Place<OlmSession> session(olm_session_size(), olm_session);
    Bytes fresh(olm_create_outbound_session_random_length(session), 0x24);
    std::string identity = base64(inputs.bytes("identity"));
    std::string one_time = base64(inputs.bytes("one_time"));
    size_t opened = olm_create_outbound_session(session, account, identity.data(), identity.size(), one_time.data(),
                                                one_time.size(), fresh.data(), fresh.size());
    return opened == olm_error() ? REFUSED : TAKEN;
}

} // namespace

Operations curve_operations() {
    return {
        {"x25519", x25519},
        {"curve25519-key", curve25519_key},
        {"curve25519-base64", curve25519_base64},
        {"olm-partner-keys", olm_partner_keys},
    };
}
