//! Checks about the client: one file an attack group.

mod appointments;
mod backup;
mod backup_key;
mod channel_state;
mod company;
mod contacts;
mod contexts;
mod crash;
mod cross_signing;
mod dance;
mod device_linking;
mod device_list;
mod device_revocation;
mod device_views;
mod devices;
mod directory;
mod files;
mod history;
mod history_bundle;
mod identity;
mod insider;
mod invitee;
mod link_code;
mod lock;
mod log;
mod media;
mod megolm;
mod members;
mod membership;
mod messages;
mod messages_again;
mod olm_binding;
mod organisation;
mod own_devices;
mod own_trust;
mod recipients;
mod recovery;
mod rotation;
mod screen;
mod signals;
mod signature;
mod store;
mod supply;
mod theft;
mod to_device;
mod two_readings;
mod vectors;
mod vectors_application;
mod vectors_messages;
mod verification;
mod verification_peer;
mod verification_start;
mod weak_keys;
mod wire_form;

use crate::check::Check;

/// The checks of each file.
pub(super) const CHECKS: &[&[Check]] = &[
    appointments::CHECKS,
    contacts::CHECKS,
    contexts::CHECKS,
    signals::CHECKS,
    backup::CHECKS,
    backup_key::CHECKS,
    channel_state::CHECKS,
    crash::CHECKS,
    cross_signing::CHECKS,
    device_linking::CHECKS,
    device_list::CHECKS,
    device_revocation::CHECKS,
    device_views::CHECKS,
    devices::CHECKS,
    directory::CHECKS,
    files::content::CHECKS,
    files::policy::CHECKS,
    files::wire::CHECKS,
    history::CHECKS,
    history_bundle::CHECKS,
    identity::CHECKS,
    insider::CHECKS,
    invitee::CHECKS,
    lock::CHECKS,
    log::CHECKS,
    media::CHECKS,
    megolm::CHECKS,
    members::CHECKS,
    messages_again::CHECKS,
    own_devices::CHECKS,
    own_trust::CHECKS,
    membership::CHECKS,
    messages::CHECKS,
    olm_binding::CHECKS,
    organisation::admission::CHECKS,
    organisation::channel::CHECKS,
    organisation::channel_order::CHECKS,
    organisation::outside::CHECKS,
    organisation::policy::CHECKS,
    organisation::directory::CHECKS,
    organisation::linked::CHECKS,
    organisation::reader::CHECKS,
    organisation::terms::CHECKS,
    recipients::label::CHECKS,
    recipients::names::CHECKS,
    recipients::question::CHECKS,
    recipients::undo::CHECKS,
    recovery::CHECKS,
    rotation::CHECKS,
    signature::CHECKS,
    store::CHECKS,
    supply::CHECKS,
    theft::CHECKS,
    to_device::CHECKS,
    two_readings::CHECKS,
    vectors::CHECKS,
    vectors_application::CHECKS,
    vectors_messages::CHECKS,
    verification::CHECKS,
    verification_peer::CHECKS,
    verification_start::CHECKS,
    weak_keys::CHECKS,
    wire_form::CHECKS,
];
