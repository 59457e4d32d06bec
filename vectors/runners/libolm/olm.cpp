// Olm messages and the accounts that take them (VEC-O, VEC-P).

#include <algorithm>
#include <list>
#include <sstream>

#include <olm/olm.h>

#include "runner.hpp"

namespace {

// An account and the sessions with one other device. What a pickle holds is all that is random here but
// for the keys that are made anew.
struct Device {
    Place<OlmAccount> account{olm_account_size(), olm_account};
    std::list<Place<OlmSession>> sessions;
    std::string sender;

    // Whether the pickles are read.
    bool load(const Inputs &inputs) {
        if (inputs.has("account")) {
            std::string pickle = inputs.text("account");
            if (olm_unpickle_account(account, "", 0, pickle.data(), pickle.size()) == olm_error()) {
                return false;
            }
        } else {
            Bytes random(olm_create_account_random_length(account), 0x42);
            olm_create_account(account, random.data(), random.size());
        }
        if (inputs.has("session")) {
            sessions.emplace_back(olm_session_size(), olm_session);
            std::string pickle = inputs.text("session");
            if (olm_unpickle_session(sessions.back(), "", 0, pickle.data(), pickle.size()) == olm_error()) {
                return false;
            }
        }
        sender = inputs.text("sender");
        return true;
    }

    // What came before, well or not. A restart changes nothing: the library stores nothing by itself.
    void step(const std::string &line) {
        std::istringstream words(line);
        std::string what, kind, body;
        words >> what >> kind >> body;
        if (what == "message") {
            open(kind, body);
        } else if (what == "rotate-fallback") {
            Bytes random(olm_account_generate_fallback_key_random_length(account), 0x23);
            olm_account_generate_fallback_key(account, random.data(), random.size());
        } else if (what == "generate") {
            // It keeps a hundred keys, so two hundred new ones leave as much of the old ones as thousands do.
            size_t count = std::min(std::stoul(kind), 200UL);
            Bytes random(olm_account_generate_one_time_keys_random_length(account, count));
            for (size_t at = 0; at < random.size(); at += 1) {
                random[at] = static_cast<uint8_t>(at ^ at >> 8 ^ at >> 16);
            }
            olm_account_generate_one_time_keys(account, count, random.data(), random.size());
        }
    }

    Taken open(const std::string &kind, const std::string &body) {
        // JSON is read above the library, which takes a number.
        if (kind != "0" && kind != "1") {
            return REFUSED;
        }
        size_t type = kind == "0" ? OLM_MESSAGE_TYPE_PRE_KEY : OLM_MESSAGE_TYPE_MESSAGE;
        for (OlmSession *session : sessions) {
            if (Taken text = decrypt(session, type, body)) {
                return text;
            }
        }
        return type == OLM_MESSAGE_TYPE_PRE_KEY ? accept(body) : REFUSED;
    }

    // Answers a message that opens a channel; its one-time key goes only when it was opened.
    Taken accept(const std::string &body) {
        std::string first = body;
        Place<OlmSession> session(olm_session_size(), olm_session);
        if (olm_create_inbound_session_from(session, account, sender.data(), sender.size(), first.data(),
                                            first.size()) == olm_error()) {
            return REFUSED;
        }
        Taken text = decrypt(session, OLM_MESSAGE_TYPE_PRE_KEY, body);
        if (text) {
            olm_remove_one_time_keys(account, session);
            sessions.push_back(std::move(session));
        }
        return text;
    }

    static Taken decrypt(OlmSession *session, size_t type, const std::string &body) {
        std::string asked = body;
        size_t longest = olm_decrypt_max_plaintext_length(session, type, asked.data(), asked.size());
        if (longest == olm_error()) {
            return REFUSED;
        }
        Bytes text = room(longest);
        asked = body;
        size_t length = olm_decrypt(session, type, asked.data(), asked.size(), text.data(), text.size());
        if (length == olm_error()) {
            return REFUSED;
        }
        text.resize(length);
        return text;
    }
};

Taken receive(const Inputs &inputs) {
    Device device;
    if (!device.load(inputs)) {
        return REFUSED;
    }
    std::istringstream before(inputs.has("before") ? inputs.text("before") : "");
    for (std::string line; std::getline(before, line);) {
        device.step(line);
    }
    return device.open(inputs.text("type"), base64(inputs.bytes("message")));
}

} // namespace

Operations olm_operations() { return {{"olm-receive", receive}}; }
