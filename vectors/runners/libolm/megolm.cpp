// Megolm messages and the keys of their sessions (VEC-M, VEC-K). libolm does not compare keys.

#include <sstream>

#include <olm/olm.h>

#include "runner.hpp"

namespace {

using Session = Place<OlmInboundGroupSession>;

bool share(Session &session, const std::string &key) {
    auto bytes = reinterpret_cast<const uint8_t *>(key.data());
    return olm_init_inbound_group_session(session, bytes, key.size()) != olm_error();
}

bool import(Session &session, const std::string &key) {
    auto bytes = reinterpret_cast<const uint8_t *>(key.data());
    return olm_import_inbound_group_session(session, bytes, key.size()) != olm_error();
}

Session fresh() { return Session(olm_inbound_group_session_size(), olm_inbound_group_session); }

// Whether the message decrypts. Who may send what where, and what came before, is judged above the library.
Taken receive(const Inputs &inputs) {
    Session session = fresh();
    if (!share(session, base64(inputs.bytes("session_key")))) {
        return REFUSED;
    }
    const std::string message = base64(inputs.bytes("message"));
    Bytes asked(message.begin(), message.end());
    size_t longest = olm_group_decrypt_max_plaintext_length(session, asked.data(), asked.size());
    if (longest == olm_error()) {
        return REFUSED;
    }
    Bytes text = room(longest);
    asked.assign(message.begin(), message.end());
    uint32_t index;
    size_t length = olm_group_decrypt(session, asked.data(), asked.size(), text.data(), text.size(), &index);
    return length == olm_error() ? REFUSED : TAKEN;
}

Taken session_key(const Inputs &inputs) {
    Session session = fresh();
    return share(session, base64(inputs.bytes("key"))) ? TAKEN : REFUSED;
}

Taken session_key_base64(const Inputs &inputs) {
    Session session = fresh();
    return share(session, inputs.text("text")) ? TAKEN : REFUSED;
}

Taken exported_key(const Inputs &inputs) {
    Session session = fresh();
    return import(session, base64(inputs.bytes("key"))) ? TAKEN : REFUSED;
}

Taken ratchet(const Inputs &inputs) {
    Session session = fresh();
    if (!import(session, base64(inputs.bytes("key")))) {
        return REFUSED;
    }
    uint32_t index = 0;
    for (uint8_t byte : inputs.bytes("index")) {
        index = index << 8 | byte;
    }
    Bytes key(olm_export_inbound_group_session_length(session));
    size_t done = olm_export_inbound_group_session(session, key.data(), key.size(), index);
    return done == olm_error() ? REFUSED : from_base64(std::string(key.begin(), key.end()));
}

// The last of some messages of a session for sending.
Taken encrypt(const Inputs &inputs) {
    Place<OlmOutboundGroupSession> session(olm_outbound_group_session_size(), olm_outbound_group_session);
    std::string pickle = inputs.text("session");
    if (olm_unpickle_outbound_group_session(session, "", 0, pickle.data(), pickle.size()) == olm_error()) {
        return REFUSED;
    }
    Taken sent = REFUSED;
    std::istringstream plaintexts(inputs.text("plaintexts"));
    for (std::string plaintext; std::getline(plaintexts, plaintext);) {
        Bytes message(olm_group_encrypt_message_length(session, plaintext.size()));
        auto text = reinterpret_cast<const uint8_t *>(plaintext.data());
        size_t done = olm_group_encrypt(session, text, plaintext.size(), message.data(), message.size());
        sent = done == olm_error() ? REFUSED : from_base64(std::string(message.begin(), message.end()));
    }
    return sent;
}

} // namespace

Operations megolm_operations() {
    return {{"megolm-receive", receive},
            {"megolm-session-key", session_key},
            {"megolm-session-key-base64", session_key_base64},
            {"megolm-exported-key", exported_key},
            {"megolm-ratchet", ratchet},
            {"megolm-encrypt", encrypt}};
}
