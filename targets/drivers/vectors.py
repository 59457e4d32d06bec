#!/usr/bin/env python3
"""A driver of the level `vectors` as an outsider writes it: JSON lines on stdio, standard library only.

The product that it steers is the X25519 below (RFC 7748), which refuses what the bench calls invalid: public keys that
are not canonical, and shared secrets that are zero. `pruefstand schema` prints the protocol.
"""

import json
import sys

P, A24 = 2**255 - 19, 121665


def x25519(private: bytes, public: bytes) -> bytes | None:
    """The shared secret, or None if the key is refused (RFC 7748, section 5, with the check of section 6.1)."""
    u = int.from_bytes(public, "little")
    if len(private) != 32 or len(public) != 32 or u >= P:
        return None
    k = int.from_bytes(private, "little") & (2**254 - 8) | 2**254
    x2, z2, x3, z3, swap = 1, 0, u, 1, 0
    for t in reversed(range(255)):
        bit = k >> t & 1
        if swap ^ bit:
            x2, z2, x3, z3 = x3, z3, x2, z2
        swap = bit
        a, b, c, d = x2 + z2, x2 - z2, x3 + z3, x3 - z3
        aa, bb, da, cb = a * a % P, b * b % P, d * a % P, c * b % P
        e = aa - bb
        x3, z3 = (da + cb) ** 2 % P, u * (da - cb) ** 2 % P
        x2, z2 = aa * bb % P, e * (aa + A24 * e) % P
    if swap:
        x2, z2 = x3, z3
    shared = x2 * pow(z2, P - 2, P) % P
    return shared.to_bytes(32, "little") if shared else None


def answer(method: str, params: dict) -> dict:
    """The result or the error of one call."""
    if method == "hello":
        product = {"name": "python-x25519", "version": "1"}
        return {"result": {
            "protocol": {"major": 1, "minor": 0}, "driver": product, "product": product, "channel": "release",
            "level": "vectors", "verbs": ["hello", "shutdown", "vec.run"], "vector_operations": ["x25519"], "clock": "real",
        }}
    if method == "shutdown":
        return {"result": {}}
    if method == "vec.run" and params["op"] == "x25519":
        shared = x25519(*(bytes.fromhex(params["input"][name]) for name in ("private", "public")))
        return {"result": {"accepted": bool(shared)} | ({"output": shared.hex()} if shared else {})}
    feature = params["op"] if method == "vec.run" else method
    return {"error": {"code": -32001, "message": f"unsupported: {feature}", "data": {"feature": feature}}}


for line in sys.stdin:
    call = json.loads(line)
    reply = answer(call["method"], call.get("params") or {})
    print(json.dumps({"jsonrpc": "2.0", "id": call["id"]} | reply), flush=True)
    if call["method"] == "shutdown":
        break
