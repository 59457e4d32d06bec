// Reads one case on standard input and lets libolm decide: exit code 0 taken, 1 refused, 89 no such
// operation, 2 a case that is none.

#include <iostream>

#include <nlohmann/json.hpp>
#include <olm/olm.h>

#include "runner.hpp"

namespace {

constexpr int UNSUPPORTED = 89;
constexpr int NO_CASE = 2;

Bytes from_hex(const std::string &hex) {
    Bytes bytes;
    for (size_t at = 0; at + 1 < hex.size(); at += 2) {
        bytes.push_back(static_cast<uint8_t>(std::stoul(hex.substr(at, 2), nullptr, 16)));
    }
    return bytes;
}

void put_out(const Bytes &bytes) {
    for (uint8_t byte : bytes) {
        std::cout << "0123456789abcdef"[byte >> 4] << "0123456789abcdef"[byte & 15];
    }
}

// Name and version, as they stand in `measured`.
Taken name(const Inputs &) {
    uint8_t major, minor, patch;
    olm_get_library_version(&major, &minor, &patch);
    std::string text = "libolm " + std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
    return Bytes(text.begin(), text.end());
}

int answer(const std::string &line) {
    auto read = nlohmann::json::parse(line);
    Operations operations = {{"name", name}};
    for (const Operations &group :
         {curve_operations(), edwards_operations(), olm_operations(), megolm_operations(), stored_operations()}) {
        operations.insert(group.begin(), group.end());
    }
    auto found = operations.find(read.at("operation").get<std::string>());
    if (found == operations.end()) {
        return UNSUPPORTED;
    }
    Inputs inputs;
    for (auto &[input, hex] : read.at("input").items()) {
        inputs.named[input] = from_hex(hex.get<std::string>());
    }
    Taken taken = found->second(inputs);
    if (taken) {
        put_out(*taken);
    }
    return taken ? 0 : 1;
}

} // namespace

const Bytes &Inputs::bytes(const std::string &name) const { return named.at(name); }

std::string Inputs::text(const std::string &name) const {
    const Bytes &found = bytes(name);
    return std::string(found.begin(), found.end());
}

const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string base64(const Bytes &bytes) {
    std::string text;
    uint32_t buffer = 0;
    int bits = 0;
    for (uint8_t byte : bytes) {
        buffer = buffer << 8 | byte;
        for (bits += 8; bits >= 6; bits -= 6) {
            text += alphabet[buffer >> (bits - 6) & 63];
        }
    }
    if (bits > 0) {
        text += alphabet[buffer << (6 - bits) & 63];
    }
    return text;
}

Bytes from_base64(const std::string &text) {
    Bytes bytes;
    uint32_t buffer = 0;
    int bits = 0;
    for (char letter : text) {
        buffer = buffer << 6 | static_cast<uint32_t>(alphabet.find(letter));
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            bytes.push_back(static_cast<uint8_t>(buffer >> bits));
        }
    }
    return bytes;
}

int main() {
    std::string line;
    std::getline(std::cin, line);
    try {
        return answer(line);
    } catch (const std::exception &error) {
        std::cerr << error.what() << "\n";
        return NO_CASE;
    }
}
