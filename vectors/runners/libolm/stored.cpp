// Ephemeral keys of a verification, and backups at the relay (VEC-S-06, VEC-B-02 to VEC-B-05).

#include <nlohmann/json.hpp>
#include <olm/olm.h>
#include <olm/pk.h>
#include <olm/sas.h>

#include "runner.hpp"

namespace {

Taken sas_agreement(const Inputs &inputs) {
    Place<OlmSAS> sas(olm_sas_size(), olm_sas);
    Bytes own = inputs.bytes("private");
    own.resize(olm_create_sas_random_length(sas));
    std::string partner = inputs.text("key");
    if (olm_create_sas(sas, own.data(), own.size()) == olm_error()) {
        return REFUSED;
    }
    return olm_sas_set_their_key(sas, partner.data(), partner.size()) == olm_error() ? REFUSED : TAKEN;
}

// Room and session are nothing that the library knows of.
Taken megolm_backup(const Inputs &inputs) {
    nlohmann::json entry = nlohmann::json::parse(inputs.text("entry"));
    const nlohmann::json &data = entry.at("session_data");
    for (const char *member : {"ciphertext", "mac", "ephemeral"}) {
        if (!data.contains(member) || !data.at(member).is_string()) {
            return REFUSED;
        }
    }
    std::string ciphertext = data.at("ciphertext"), mac = data.at("mac"), ephemeral = data.at("ephemeral");
    Place<OlmPkDecryption> decryption(olm_pk_decryption_size(), olm_pk_decryption);
    const Bytes &own = inputs.bytes("private");
    Bytes key(olm_pk_key_length());
    if (olm_pk_key_from_private(decryption, key.data(), key.size(), own.data(), own.size()) == olm_error()) {
        return REFUSED;
    }
    Bytes plaintext(olm_pk_max_plaintext_length(decryption, ciphertext.size()));
    size_t length = olm_pk_decrypt(decryption, ephemeral.data(), ephemeral.size(), mac.data(), mac.size(),
                                   ciphertext.data(), ciphertext.size(), plaintext.data(), plaintext.size());
    if (length == olm_error()) {
        return REFUSED;
    }
    plaintext.resize(length);
    return plaintext;
}

} // namespace

Operations stored_operations() { return {{"sas-agreement", sas_agreement}, {"megolm-backup-v1", megolm_backup}}; }
