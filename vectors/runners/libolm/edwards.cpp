// Ed25519 signatures (VEC-E). libolm has no import of a key alone.

#include <olm/olm.h>

#include "runner.hpp"

namespace {

Taken ed25519_verify(const Inputs &inputs) {
    Place<OlmUtility> utility(olm_utility_size(), olm_utility);
    std::string key = base64(inputs.bytes("public"));
    std::string signature = base64(inputs.bytes("signature"));
    const Bytes &message = inputs.bytes("message");
    size_t verified = olm_ed25519_verify(utility, key.data(), key.size(), message.data(), message.size(),
                                         signature.data(), signature.size());
    return verified == olm_error() ? REFUSED : TAKEN;
}

} // namespace

Operations edwards_operations() { return {{"ed25519-verify", ed25519_verify}}; }
