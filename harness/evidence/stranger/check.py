"""The same evidence in the eyes of securesystemslib (signatures) and bagit (the bag)."""

import hashlib
import json
import pathlib
import sys

import bagit
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

folder, pem = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])

bagit.Bag(str(folder)).validate()
print("bagit: valid")

key = SSlibKey.from_crypto(load_pem_public_key(pem.read_bytes()))
whole = folder / "whole-manifest-sha256.txt"
manifest = whole if whole.exists() else folder / "manifest-sha256.txt"
digest = hashlib.sha256(manifest.read_bytes()).hexdigest()
lines = (folder / "signatures/evidence.intoto.jsonl").read_text().splitlines()
assert lines, "no statement"
for line in lines:
    envelope = Envelope.from_dict(json.loads(line) | {"payload": json.loads(line)["payload"]})
    statement = json.loads(envelope.payload)
    subjects = {subject["name"]: subject["digest"]["sha256"] for subject in statement["subject"]}
    assert subjects["manifest-sha256.txt"] == digest, "a statement about another record"
    if statement["predicateType"] != "urn:pruefstand:seal:v1" or pem.name != "run.pem":
        # The key id in the signature is the one that securesystemslib computes, or it finds no signature.
        envelope.verify([key], 1)
        print(f"securesystemslib: {statement['predicateType']} signed by {key.keyid}")
