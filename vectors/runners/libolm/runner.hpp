// What the groups of operations share: the inputs of a case and the answer to it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

using Bytes = std::vector<uint8_t>;

// Inputs by name.
struct Inputs {
    std::map<std::string, Bytes> named;

    // A missing input is a fault of the case: it throws, and the process ends with exit code 2.
    const Bytes &bytes(const std::string &name) const;
    std::string text(const std::string &name) const;
    bool has(const std::string &name) const { return named.count(name) > 0; }
};

// What an operation puts out, empty if there is no output; nothing if the library refuses.
using Taken = std::optional<Bytes>;

// An operation calls the library as its headers say and adds no check of its own.
using Operation = Taken (*)(const Inputs &);
using Operations = std::map<std::string, Operation>;

Operations curve_operations();
Operations edwards_operations();
Operations stored_operations();
Operations olm_operations();
Operations megolm_operations();

inline const Taken REFUSED = std::nullopt;
inline const Taken TAKEN = Bytes{};

// Unpadded base64, the form in which the library takes keys, signatures and messages.
std::string base64(const Bytes &bytes);

// The bytes of unpadded base64 that the library wrote.
Bytes from_base64(const std::string &text);

// Memory for one of the library's objects, which its constructor turns into the object.
template <typename Object> struct Place {
    Bytes memory;
    Object *object;

    Place(size_t size, Object *(*make)(void *)) : memory(size), object(make(memory.data())) {}
    operator Object *() const { return object; }
};
