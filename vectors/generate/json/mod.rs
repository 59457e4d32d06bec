//! Classes VEC-J: JSON that is signed, canonical JSON, and what the bindings inside are worth.

#![expect(
    clippy::too_many_lines,
    reason = "a table of cases is read as one, a case a row"
)]

mod canonical;
mod device;
mod identity;
mod object;
mod plaintext;
mod signing;
mod text;

use pruefstand_vectors::BugType::{
    AuthBypass, Basic, CanOfWorms, EdgeCase, Functionality, MissingStep, ModifiedParameter,
};

use super::file::File;
pub(super) use signing::{canonical, object_signed, public_key};

/// Whose objects the classes are about.
pub(super) const ALICE: &str = "@alice:example.org";
pub(super) const BOB: &str = "@bob:example.org";

pub(super) fn file() -> File {
    let file = notes(File::new(
        "Signed JSON, canonical JSON, base64",
        "Prüfstand, Apache-2.0 OR MIT",
    ));
    let file = file
        .group("VEC-J-01", "canonical-json", canonical::duplicates())
        .group("VEC-J-01", "device-keys", device::duplicates())
        .group("VEC-J-02", "canonical-json", canonical::numbers())
        .group("VEC-J-03", "canonical-json", canonical::orders())
        .group("VEC-J-03", "signed-json", object::orders())
        .group("VEC-J-04", "canonical-json", canonical::escapes())
        .group("VEC-J-05", "signed-json", object::scopes())
        .group("VEC-J-06", "signed-json", object::selections())
        .group("VEC-J-06", "cross-signed-device", identity::devices())
        .group("VEC-J-07", "device-keys", device::names());
    file.group("VEC-J-08", "cross-signing", identity::chains())
        .group("VEC-J-09", "device-keys", device::key_maps())
        .group("VEC-J-10", "olm-plaintext", plaintext::drafts())
        .group("VEC-J-11", "signed-json", object::extra_members())
        .group("VEC-J-11", "device-keys", device::extra_members())
        .group("VEC-J-12", "base64", text::drafts())
        .group("VEC-J-12", "device-keys", device::texts())
        .group("VEC-J-12", "signed-json", object::texts())
}

#[rustfmt::skip]
fn notes(file: File) -> File {
    const SIGNING: &str = "Matrix specification, appendix 'Signing JSON'";
    const CANONICAL: &str = "Matrix specification, appendix 'Canonical JSON'";
    const PLAINTEXT: &str = "Matrix specification, 'Validation of incoming decrypted events'; CVE-2026-45056";
    file.note("Valid", Basic, "must be taken: the honest twin of the refused ones", CANONICAL)
        .note("DuplicateKey", CanOfWorms, "an object names a key twice, so two readers see two objects", "RFC 8259, 4; ATK-SRV-03, ATK-SRV-04")
        .note("NoExactInteger", EdgeCase, "a number that readers round or write differently", CANONICAL)
        .note("NotJson", Functionality, "no JSON text at all", "RFC 8259")
        .note("Order", ModifiedParameter, "keys in another order than that of their code points", CANONICAL)
        .note("Escape", CanOfWorms, "a string that has no text, or a text that is no string", "RFC 8259, 7 and 8.2")
        .note("Scope", ModifiedParameter, "what a signature covers and what it leaves out", SIGNING)
        .note("WrongSigner", AuthBypass, "a signature that somebody else, another key or nobody made", SIGNING)
        .note("UnclearName", EdgeCase, "a name that cannot be shown, or could be taken for something else", "ATK-DIR-13")
        .note("WrongSlot", AuthBypass, "an object that names another place than the one where it was served", "ATK-DIR-10")
        .note("SecondKey", CanOfWorms, "more keys of one kind than the object may hold, or none", "Matrix specification, 'Cross-signing' and 'Device keys'")
        .note("WrongUsage", AuthBypass, "a key for another purpose than that of its place", "ATK-DIR-15")
        .note("WrongBinding", AuthBypass, "a plaintext that was made for, by or about somebody else", PLAINTEXT)
        .note("MissingMember", MissingStep, "a member that has to be there is not, or is of another type", PLAINTEXT)
        .note("ChangedLater", AuthBypass, "changed after it was signed", SIGNING)
        .note("NonCanonical", CanOfWorms, "another text of the same bytes", "RFC 4648, 3.5; ATK-DIR-12")
        .note("Malformed", Functionality, "no text of any bytes, or of another number of them", "RFC 4648, 3.3")
        .note("SmallOrder", AuthBypass, "a key under which signatures of nobody verify, or every secret is zero", "ATK-DIR-11")
}
