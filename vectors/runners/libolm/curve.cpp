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

} // namespace

Operations curve_operations() {
    return {{"x25519", x25519}, {"curve25519-key", curve25519_key}, {"curve25519-base64", curve25519_base64}};
}
