use reference_conduct::Named;

/// One seeded vulnerability. A relay with exactly one is a weak twin: insecure in that one
/// respect, and a good relay for honest clients otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flaw {
    /// Registers anyone, without a registration token.
    OpenRegistration,
    /// Takes a registration token more often than it was issued for.
    TokenReusable,
    /// Serves messages, state and events of a room to users who never joined it.
    RoomIdor,
    /// Serves media to callers without an access token.
    MediaUnauthenticated,
    /// Shows, renames and deletes devices of other users by their device id.
    DeviceIdor,
    /// Reads and writes account data of other users.
    AccountDataIdor,
    /// Hands out the same one-time key again and again.
    OtkReissue,
    /// Leaves the access token alive after logout.
    TokenNotRevoked,
    /// Reads request bodies of any size.
    UnlimitedBody,
    /// Answers malformed JSON with a bare 500.
    BadJson500,
    /// Writes request bodies, passwords among them, into the log.
    LogsBodies,
    /// Keeps passwords in clear beside their hashes.
    StoresPassword,
    /// Answers a send before it is durable; a crash loses it.
    AckBeforeCommit,
    /// Parses JSON of any depth and breaks on what its parser cannot take.
    DeepNesting,
    /// Tells callers about its SQL, its files and its parser.
    LeaksErrors,
    /// Forgets to-device messages once delivered, before the client acknowledged them.
    DropsToDevice,
    /// Sends again when a client repeats a transaction id.
    TxnNotIdempotent,
    /// Lets callers guess passwords without end.
    LoginUnlimited,
    /// Lets one account take every one-time key of another's device.
    NoClaimLimit,
    /// Takes objects that name a key twice, and hands them on as they came.
    TakesTwoReadings,
    /// Takes numbers into events that readers round differently.
    TakesInexactNumbers,
    // - organisation
    /// Takes an organisation's invitation more than once.
    InvitationReusable,
    /// Takes invitations that are over.
    InvitationNeverExpires,
    /// Lets whoever intercepted an enrolment register another name with it.
    InvitationAnyUser,
    /// Takes invitations into tenants that their maker has no say in.
    InvitationAnyTenant,
    /// Takes invitations without asking who signed them.
    InvitationUnverified,
    /// Publishes a policy that nobody of the organisation signed.
    PolicyUnsigned,
    /// Puts an older policy in force again.
    PolicyRollback,
    /// Publishes a directory that nobody of the organisation signed.
    DirectoryUnsigned,
    /// Puts an older directory in force again.
    DirectoryRollback,
    /// Hands out a tenant's directory to members of another.
    DirectoryOfAnyTenant,
    /// Tells members of a tenant of each other before they have met.
    ExistenceTold,
    /// Lets users guess names of others without end.
    SeeksUnlimited,
    /// Lets users of different tenants invite and find each other.
    TenantsMixed,
    /// Delivers to-device messages across tenants.
    TenantToDevice,
    /// Takes entries of the log of acts without asking who signed them.
    ActsUnsigned,
    /// Takes entries that do not follow the last one.
    ActsForked,
    /// Takes dangerous acts with one signature.
    OnePersonActs,
    // - operation
    /// Keeps events and waiting messages whose time is over.
    KeepsExpiredEvents,
    /// Keeps uploads whose time is over.
    KeepsExpiredMedia,
    /// Removes rows and leaves their bytes in the store's files.
    LeavesDeletedBytes,
    /// Erases an account and keeps its uploads.
    ErasureForgetsMedia,
    /// Erases an account and keeps its account data.
    ErasureForgetsAccountData,
    /// Erases an account and keeps its devices and keys.
    ErasureForgetsKeys,
    /// Writes down from which address each device was last seen.
    StoresAddresses,
    /// Serves clients however old they are.
    ServesOldClients,
    /// Pushes who wrote what in which room.
    PushesContent,
    /// Pushes to any address that a client names.
    PushesAnywhere,
    // - rooms
}

impl Flaw {
    /// Every flaw once.
    pub const ALL: &[Self] = &[
        Self::OpenRegistration,
        Self::TokenReusable,
        Self::RoomIdor,
        Self::MediaUnauthenticated,
        Self::DeviceIdor,
        Self::AccountDataIdor,
        Self::OtkReissue,
        Self::TokenNotRevoked,
        Self::UnlimitedBody,
        Self::BadJson500,
        Self::LogsBodies,
        Self::StoresPassword,
        Self::AckBeforeCommit,
        Self::DeepNesting,
        Self::LeaksErrors,
        Self::DropsToDevice,
        Self::TxnNotIdempotent,
        Self::LoginUnlimited,
        Self::NoClaimLimit,
        Self::TakesTwoReadings,
        Self::TakesInexactNumbers,
        // - organisation
        Self::InvitationReusable,
        Self::InvitationNeverExpires,
        Self::InvitationAnyUser,
        Self::InvitationAnyTenant,
        Self::InvitationUnverified,
        Self::PolicyUnsigned,
        Self::PolicyRollback,
        Self::DirectoryUnsigned,
        Self::DirectoryRollback,
        Self::DirectoryOfAnyTenant,
        Self::ExistenceTold,
        Self::SeeksUnlimited,
        Self::TenantsMixed,
        Self::TenantToDevice,
        Self::ActsUnsigned,
        Self::ActsForked,
        Self::OnePersonActs,
        // - operation
        Self::KeepsExpiredEvents,
        Self::KeepsExpiredMedia,
        Self::LeavesDeletedBytes,
        Self::ErasureForgetsMedia,
        Self::ErasureForgetsAccountData,
        Self::ErasureForgetsKeys,
        Self::StoresAddresses,
        Self::ServesOldClients,
        Self::PushesContent,
        Self::PushesAnywhere,
        // - rooms
    ];

    /// The flaw with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|flaw| flaw.name() == name)
    }
}

impl Named for Flaw {
    fn name(self) -> &'static str {
        match self {
            Self::OpenRegistration => "relay-open-registration",
            Self::TokenReusable => "relay-token-reusable",
            Self::RoomIdor => "relay-room-idor",
            Self::MediaUnauthenticated => "relay-media-unauthenticated",
            Self::DeviceIdor => "relay-device-idor",
            Self::AccountDataIdor => "relay-account-data-idor",
            Self::OtkReissue => "relay-otk-reissue",
            Self::TokenNotRevoked => "token-not-revoked",
            Self::UnlimitedBody => "relay-unlimited-body",
            Self::BadJson500 => "relay-bad-json-500",
            Self::LogsBodies => "relay-logs-bodies",
            Self::StoresPassword => "relay-stores-password",
            Self::AckBeforeCommit => "relay-ack-before-commit",
            Self::DeepNesting => "relay-deep-nesting",
            Self::LeaksErrors => "relay-leaks-errors",
            Self::DropsToDevice => "relay-drops-to-device",
            Self::TxnNotIdempotent => "relay-txn-not-idempotent",
            Self::LoginUnlimited => "relay-login-unlimited",
            Self::NoClaimLimit => "relay-no-claim-limit",
            Self::TakesTwoReadings => "relay-takes-two-readings",
            Self::TakesInexactNumbers => "relay-takes-inexact-numbers",
            // - organisation
            Self::InvitationReusable => "relay-invitation-reusable",
            Self::InvitationNeverExpires => "relay-invitation-never-expires",
            Self::InvitationAnyUser => "relay-invitation-any-user",
            Self::InvitationAnyTenant => "relay-invitation-any-tenant",
            Self::InvitationUnverified => "relay-invitation-unverified",
            Self::PolicyUnsigned => "relay-policy-unsigned",
            Self::PolicyRollback => "relay-policy-rollback",
            Self::DirectoryUnsigned => "relay-directory-unsigned",
            Self::DirectoryRollback => "relay-directory-rollback",
            Self::DirectoryOfAnyTenant => "relay-directory-any-tenant",
            Self::ExistenceTold => "relay-existence-told",
            Self::SeeksUnlimited => "relay-seeks-unlimited",
            Self::TenantsMixed => "relay-tenants-mixed",
            Self::TenantToDevice => "relay-tenant-to-device",
            Self::ActsUnsigned => "relay-acts-unsigned",
            Self::ActsForked => "relay-acts-forked",
            Self::OnePersonActs => "relay-one-person-acts",
            // - operation
            Self::KeepsExpiredEvents => "relay-keeps-expired-events",
            Self::KeepsExpiredMedia => "relay-keeps-expired-media",
            Self::LeavesDeletedBytes => "relay-leaves-deleted-bytes",
            Self::ErasureForgetsMedia => "relay-erasure-forgets-media",
            Self::ErasureForgetsAccountData => "relay-erasure-forgets-account-data",
            Self::ErasureForgetsKeys => "relay-erasure-forgets-keys",
            Self::StoresAddresses => "relay-stores-addresses",
            Self::ServesOldClients => "relay-serves-old-clients",
            Self::PushesContent => "relay-pushes-content",
            Self::PushesAnywhere => "relay-pushes-anywhere",
            // - rooms
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_flaw_is_found_by_its_name() {
        for &flaw in Flaw::ALL {
            assert_eq!(Flaw::parse(flaw.name()), Some(flaw));
        }
        assert_eq!(Flaw::parse("relay-nothing"), None);
    }
}
