//! Base64, and ephemeral keys of a verification (VEC-J-12, VEC-S-06).

use vodozemac::sas::Sas;

use crate::{Operation, Taken, input::Inputs};

pub(crate) const OPERATIONS: &[Operation] = &[("base64", base64), ("sas-agreement", sas_agreement)];

fn base64(inputs: Inputs<'_>) -> Taken {
    vodozemac::base64_decode(inputs.text("text")?).ok()
}

/// The library draws its own key, so that it never meets itself.
fn sas_agreement(inputs: Inputs<'_>) -> Taken {
    let agreed = Sas::new().diffie_hellman_with_raw(&inputs.text("key")?);
    agreed.ok().map(|_agreed| Vec::new())
}
