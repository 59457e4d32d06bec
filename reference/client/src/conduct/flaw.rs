//! The seeded flaws of the client: each leaves out exactly one rule.

use reference_conduct::Named;

/// One seeded vulnerability: the rule that is left out, and the attack that it opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Flaw {
    /// Shares room keys with devices that their owner has not signed (ATK-DIR-01).
    AcceptUnsignedDevice,
    /// Goes on silently when a verified identity is replaced (ATK-DIR-02).
    NoVerificationViolation,
    /// Takes every identity that the relay serves, without pinning the first (ATK-DIR-03).
    NoTofuPin,
    /// Sends what has waited to keys that the user has not accepted (ATK-DIR-04).
    AutoReencryptOnKeyChange,
    /// Gives the key of a room to every listed device of somebody who is invited (ATK-MEGOLM-06).
    InviteeGhostKeyed,
    /// Encrypts what recovers an identity to device keys that their owner has not signed (ATK-BAK-02).
    ShareToUnsignedKey,
    /// Shows a peer as verified while the own identity is in doubt (ATK-DIR-05).
    PeerVerifiedIgnoresOwn,
    /// Takes the proof of a device for one of the cross-signing key that it is named like (ATK-DIR-13).
    SasReferByKeyid,
    /// Does not compare a device's signed user and device id with the slot it came in (ATK-DIR-10).
    DeviceKeysSlotNotChecked,
    /// Goes on with the constant secret that a small-order key yields (ATK-DIR-11).
    DhNoContributoryCheck,
    /// Takes keys with bit 255 set or with u at or above p (ATK-DIR-12).
    AcceptNoncanonicalCurveKey,
    /// Treats a missing cross-signing signature as a valid one (ATK-DIR-14).
    MissingSignatureMeansOk,
    /// Takes cross-signing keys whatever their usage says (ATK-DIR-15).
    XsignUsageNotChecked,
    /// Derives the short authentication string without the ephemeral keys (ATK-VER-01).
    SasInfoWithoutKeys,
    /// Does not compare the peer's ephemeral key with its commitment (ATK-VER-02).
    SasSkipCommitment,
    /// Reports success when a MAC of the peer is wrong (ATK-VER-03).
    SasIgnoreMacResult,
    /// Reports success when the peer's MAC map names no known key (ATK-VER-06).
    SasEmptyMacOk,
    /// Answers the peer's start also where its own one counts: both answer, and no comparison comes about.
    SasBothStartsAnswered,
    /// Does not compare the sender inside an Olm plaintext (ATK-OLM-01).
    OlmNoSenderCheck,
    /// Does not compare the sender's Ed25519 key inside an Olm plaintext (ATK-OLM-01).
    OlmNoSenderKeyCheck,
    /// Does not compare the recipient inside an Olm plaintext (ATK-OLM-01).
    OlmNoRecipientCheck,
    /// Does not compare the recipient's Ed25519 key inside an Olm plaintext (ATK-OLM-01).
    OlmNoRecipientKeyCheck,
    /// Does not compare the user id in `sender_device_keys` (ATK-OLM-02).
    SenderDeviceKeysNoUserid,
    /// Does not compare the Curve25519 key in `sender_device_keys` (ATK-OLM-02).
    SenderDeviceKeysNoCurve25519,
    /// Does not compare the Ed25519 key in `sender_device_keys` (ATK-OLM-02).
    SenderDeviceKeysNoEd25519,
    /// Does not check the signature of `sender_device_keys` (ATK-OLM-02).
    SenderDeviceKeysNoSignature,
    /// Takes Megolm-encrypted to-device events (ATK-OLM-03).
    TodeviceAcceptsMegolm,
    /// Takes control events that came as plaintext to-device events (ATK-OLM-04).
    TodeviceAcceptsPlaintext,
    /// Takes the same pre-key message twice (ATK-OLM-05).
    PrekeyReplayOk,
    /// Keeps its fallback key for ever, however often it was used (ATK-OLM-06).
    FallbackNeverRotated,
    /// Reads a missing one-time key count as "enough" (ATK-OLM-07).
    OtkCountMissingMeansOk,
    /// Removes a one-time key before the message that used it was authenticated (ATK-OLM-09).
    OtkRemovedBeforeDecrypt,
    /// Keeps what a refused identity signed, until the pinned identity is back (ATK-DIR-03).
    RefusedIdentitySigns,
    /// Takes Ed25519 keys of small order and in non-canonical form (VEC-E-03, VEC-E-05).
    AcceptSmallOrderSigningKey,
    /// Takes Olm and Megolm messages in any encoding of their fields (ATK-OLM-16).
    AcceptNoncanonicalWire,
    /// Changes a session before the message was authenticated (ATK-OLM-19).
    CommitBeforeAuth,
    /// Stores a session only after its ciphertext has left (ATK-OLM-20).
    PersistAfterSend,
    /// Stores a pairwise channel only after the relay has its ciphertext (ATK-OLM-20).
    ChannelStoredLate,
    /// Stores what a sync brought only when nothing is under way any more, but its position at once (ATK-OLM-20).
    ReceivedStoredLate,
    /// Takes a session for shared before it was, also after a crash (ATK-MEGOLM-25).
    ShareNotResumed,
    /// Keeps every earlier state of a pairwise channel (ATK-OLM-12).
    KeepAllMessageKeys,
    /// Keeps the key of a message whose time is over (ATK-MEGOLM-20).
    NeverAdvanceInbound,
    /// Ends a group session after a number of messages, however long it is idle (ATK-MEGOLM-21).
    RotateByCountOnly,
    /// Sends room keys to the members that the relay lists, not to the displayed ones (ATK-MEGOLM-01).
    RecipientsFromRelayList,
    /// Does not bind a Megolm session to the user who shared it (ATK-MEGOLM-02).
    MegolmSenderNotBound,
    /// Does not check who signed a group message (ATK-MEGOLM-22).
    MegolmSkipSignature,
    /// Runs with the checks of its library switched off, and without the self-test that would notice (ATK-LOC-07).
    ChecksSwitchedOff,
    /// Takes room keys that it has not asked for (ATK-MEGOLM-03).
    AcceptUnsolicitedForward,
    /// Shows the same Megolm message index twice (ATK-MEGOLM-08).
    NoReplayIndex,
    /// Remembers ciphertexts instead of message indices (ATK-MEGOLM-09).
    ReplayKeyIsCiphertextHash,
    /// Does not compare the room id inside a Megolm plaintext (ATK-MEGOLM-10).
    NoRoomBinding,
    /// Keeps the Megolm session after a member left (ATK-MEGOLM-13).
    NoRotateOnLeave,
    /// Keeps the Megolm session after a member was removed (ATK-MEGOLM-13).
    NoRotateOnKick,
    /// Keeps the Megolm session after a member's device was removed (ATK-MEGOLM-13).
    NoRotateOnDeviceRemoval,
    /// Takes room settings that let a Megolm session live for ever (ATK-MEGOLM-15).
    RotationUncapped,
    /// Looks a Megolm session up by the unauthenticated sender key of the envelope (ATK-MEGOLM-24).
    LookupBySenderKey,
    /// Shows plain messages of an encrypted room like decrypted ones (ATK-MEGOLM-17).
    RenderPlaintextAsNormal,
    /// Believes the relay that a room is no longer encrypted (ATK-MEGOLM-16).
    EncryptionFlagFromRelay,
    /// Takes attachments without a hash (ATK-ATT-01).
    AttHashOptional,
    /// Releases an attachment although its hash is wrong (ATK-ATT-01).
    AttUseBeforeCheck,
    /// Drops a whole sync answer when one item in it is malformed (ATK-EVT-15).
    SyncFailsOnBadItem,
    /// Sends the message body in clear beside its ciphertext (ATK-META-05).
    LeaksBodyInClear,
    // - messages
    /// Lets anybody edit anybody's messages (Matrix specification, 'Validity of replacement events').
    EditByAnyone,
    /// Shows the text of an edit as if it had always been there (CVE-2024-38197).
    EditHidden,
    /// Takes the order of arrival for the order of edits.
    StaleEditWins,
    /// Shows the text of an edit although the message was deleted.
    EditRevivesDeleted,
    /// Lets anybody delete anybody's messages.
    DeleteByAnyone,
    /// Hides a deleted message and keeps its text in the store.
    DeletedContentKept,
    /// Takes whom the relay lists for a member although no member signed it (R12).
    UnsignedMemberTaken,
    /// Takes statements about members without asking who signed them.
    AdmissionUnproven,
    /// Takes an admission by anybody, a member or not.
    AdmissionByAnyone,
    /// Takes an admission that a device signed which its owner has removed.
    AdmissionByRemovedDevice,
    /// Takes what was said of another room for this one.
    AdmissionOfAnyRoom,
    /// Takes an old admission again after its member was removed.
    AdmissionReplayed,
    /// Does not hear from members that somebody is gone.
    RemovalUnheard,
    /// Does not mind that the relay hides that members are signed.
    StrippedRollSilent,
    /// Hands a room key to every device of the account that asks (CVE-2021-40823).
    AnswerKeyRequestById,
    /// Takes a room key that any device of the account passes on (CVE-2022-39252).
    ForwardAnyOwnDevice,
    /// Lets a later copy of a session's key take the place of an earlier one.
    ImportOverwritesSession,
    /// Takes the key of the address book from anybody (ATK-EVT-08).
    BookKeyFromAnyone,
    /// Lets the peer choose an older method of proof than was offered (ATK-VER-05).
    SasAcceptLegacy,
    /// Uses one key and counter for every file (ATK-ATT-02).
    FileKeyReused,
    /// Takes an edit in clear for the edit of an encrypted message (CVE-2026-45057).
    EditInClearTaken,
    /// Takes the relay's order for the senders', and minds no gap in it (ATK-EVT-05).
    OrderFromRelay,
    /// Breaks on names in a content that mean something elsewhere (CVE-2022-36059).
    SpecialNameStopsRoom,
    /// Takes the first of two members with one name, where others take the last (ATK-SRV-03).
    JsonFirstKeyWins,
    /// Checks the signature of one reading of a text and uses another (ATK-SRV-04).
    CanonjsonDupKey,
    /// Keeps the key of the invitation after the enrolment, so that a thief of the store enrols another.
    KeepsInvitationKey,
    /// Takes any admission that the relay shows for one of the organisation (CLO-01).
    AdmissionUnverified,
    /// Does not compare an admission with the identity that the user has now.
    AdmissionKeyNotBound,
    /// Takes an account without any admission for a colleague.
    UnadmittedIsColleague,
    /// Takes a policy that nobody of the organisation signed (CLO-03).
    PolicyUnsigned,
    /// Takes a policy older than the one in force.
    PolicyRollback,
    /// Takes the policy of another tenant.
    PolicyOfOtherTenant,
    /// Takes a directory that nobody of the organisation signed (R04).
    DirectoryUnsigned,
    /// Takes a directory older than the one in force.
    DirectoryRollback,
    /// Takes a page that opens with the key of the tenant, which every member has, without comparing it with what was signed.
    DirectoryPageUnbound,
    /// Tells the relay whom the user looks for (R05).
    SearchAsksRelay,
    /// Believes anybody who says which organisation the account belongs to.
    AffiliationFromAnyone,
    /// Shows whoever reads for compliance as any other member (R42).
    ReaderUnmarked,
    /// Sends to members with whom the organisation lets nobody talk (R03).
    OutsiderGetsKeys,
    /// Shows messages of users with whom the organisation lets nobody talk.
    OutsiderShown,
    /// Shows invitations by users with whom the organisation lets nobody talk.
    OutsiderInvites,
    /// Lets the user invite somebody with whom the organisation lets nobody talk.
    OutsiderInvited,
    /// Goes on sending although the organisation asks for a newer release (`A_22725`).
    OldReleaseSends,
    /// Goes on sending although the organisation asks for a newer suite (R48).
    SuiteFloorIgnored,
    /// Shows an announcement that no publisher signed (D11).
    AnnouncementUnsigned,
    /// Lets every key of the organisation announce, whatever its role.
    AnnouncementByAnyRole,
    /// Does not compare what an announcement says with what was signed.
    AnnouncementContentUnbound,
    /// Shows an announcement as often as the relay delivers it.
    AnnouncementReplayed,
    /// Shows announcements in the relay's order.
    AnnouncementInRelayOrder,
    /// Does not tell that an announcement is missing.
    AnnouncementGapSilent,
    /// Does not tell that two announcements have one place.
    AnnouncementForkSilent,
    /// Ignores that members know later announcements.
    ChannelHeadsIgnored,
    /// Shows what anybody writes into a channel.
    ChannelOpenToAll,
    /// Lets every publisher take back what another announced.
    RecallByAnyone,
    /// Keeps the text of a recalled announcement in the store.
    RecalledContentKept,
    /// Keeps content for ever, whatever term the organisation has set for it (R40).
    RetentionIgnored,
    /// Keeps messages that have to disappear.
    DisappearingIgnored,
    /// Forgets after a restart that messages have to disappear.
    DisappearingForgottenOnRestart,
    /// Hands a message with a time to the relay at once.
    TimedMessageLeavesEarly,
    /// Gives receipts, typing and presence although the user never switched them on.
    SignalsOnByDefault,
    /// Gives receipts to the relay too (ATK-META-05).
    ReceiptToRelay,
    /// Gives receipts for what the user is not shown.
    ReceiptAnswersProbe,
    /// Gives receipts without end.
    ReceiptsUnlimited,
    /// Sends a contact in clear beside its ciphertext (CON-03).
    ContactInClear,
    /// Shows whatever stands in a card (CON-03).
    AnyCardTaken,
    /// Gives the relay the address book in clear (CON-03).
    AddressBookInClear,
    /// Gives the relay an address book whose size tells how much is in it (CON-03).
    AddressBookUnpadded,
    /// Takes an older address book for the newest (CON-03).
    AddressBookRollback,
    /// Lets anybody update and cancel anybody's appointments (GRP-07).
    AppointmentByAnyone,
    /// Shows what was said last about an appointment, however old it is (GRP-07).
    StaleAppointmentWins,
    /// Takes a cancellation back when an update with a higher sequence comes (GRP-07).
    CancelledAppointmentRevives,
    /// Lets anybody answer an appointment in anybody's name (GRP-07).
    AnswerForAnother,
    /// Counts an answer to what an appointment said before (GRP-07).
    OldAnswerCounts,
    /// Exports texts of an appointment without escaping them (RFC 5545, 3.3.11).
    IcalendarUnescaped,
    // - recipients and media
    /// Sends to somebody external without a question (R30, USE-01).
    ExternalUnnoticed,
    /// Sends to somebody for the first time without a question (R30, USE-01).
    FirstContactUnnoticed,
    /// Sends to an accepted, unverified new identity without a question (R30, USE-01).
    ReplacedIdentityUnnoticed,
    /// Sends to a very large audience without a question (R30, USE-01).
    LargeAudienceUnnoticed,
    /// Does not notice that a name looks like another one (R30, USE-06).
    LookAlikeUnnoticed,
    /// Does not notice hidden letters and mixed scripts in a name (R30, USE-06).
    DisguisedNameUnnoticed,
    /// Lets a confirmation hold for an audience that has changed since (R30, USE-01).
    ConfirmationNotBound,
    /// Sends at once what it says it holds (R30, USE-02).
    UndoWindowIgnored,
    /// Says that a message was taken back that has left (R30, USE-02).
    UndoClaimedTooLate,
    /// Sends what is labelled internal to somebody outside (R31, USE-03).
    LabelledSentOutside,
    /// Passes a message on without its label (R31, USE-03).
    LabelLostOnForward,
    /// Takes the label of a message from its last edit (R31, USE-03).
    LabelLostOnEdit,
    /// Takes a file whose chunks are authentic, in any order and number (R15, ATK-ATT-01).
    ChunkPositionNotBound,
    /// Lets the relay see how long a file is (R15, MET-05).
    SizeNotPadded,
    /// Sends a picture with its place, time and device (R15, ATK-ATT-03).
    KeepsMetadata,
    /// Shows files that bring instructions (R15, ATK-ATT-07).
    PreviewsActiveContent,
    /// Saves a file under the name that its sender chose (R15, ATK-ATT-06).
    FileNameNotNeutralised,
    /// Opens a program that says to be a picture (R15, ATK-ATT-05).
    DisguisedFileOpened,
    /// Sends files of types that are not allowed (R32, MED-04).
    TypePolicyNotOnSend,
    /// Opens files of types that are not allowed (R32, MED-04).
    TypePolicyNotOnOpen,
    /// Opens a file before the scanner has said that it is clean (R32).
    ScanNotAwaited,
    /// Asks the relay for a preview of links in messages (R32, MED-04).
    FetchesLinkPreview,
    // - rooms
    // - organisation
    // - devices
    /// Approves a device by its id, whatever its fingerprint (ATK-VER-04).
    ApproveWithoutFingerprint,
    /// Takes statements of a device list whoever signed them (ATK-DIR-15).
    ListSignatureNotChecked,
    /// Takes what was signed for something else for an entry of a device list (ATK-LNK-10).
    NoDomainSeparation,
    /// Takes statements about another user into a device list (ATK-DIR-10).
    ListUserNotChecked,
    /// Goes back to an older device list when the relay serves one (ATK-DIR-07).
    ListRollbackAccepted,
    /// Goes on with a device list that contradicts the one it knows (ATK-DIR-06).
    ListForkAccepted,
    /// Does not notice that statements of a device list are missing (ATK-DIR-07).
    ListGapAccepted,
    /// Does not compare the device lists that its peers know with the relay's (ATK-DIR-06).
    HeadsIgnored,
    /// Says nothing when the relay hides a listed device (ATK-DIR-07).
    HiddenDeviceNotTold,
    /// Gives room keys to devices that were taken off their list (ATK-DIR-07).
    RemovedDeviceKeepsKeys,
    /// Erases everything on the relay's word that the device was removed.
    WipeUnsigned,
    /// Erases everything when any device of the user was removed.
    WipeForAnyDevice,
    /// Tells that a removed device has erased its store as soon as it is removed.
    WipeAssumed,
    /// Believes anybody that a removed device has erased its store.
    ErasureUnchecked,
    /// Links a device whatever keys the relay shows for it (ATK-VER-14).
    LinkKeysNotBound,
    /// Computes the proofs of a link and never compares them (ATK-VER-10).
    LinkProofNotVerified,
    /// Answers again under a linking code that was used (ATK-VER-08).
    LinkCodeReusable,
    /// Answers under a linking code however old it is (ATK-VER-08).
    LinkCodeNeverExpires,
    /// Lets anybody try as many linking codes as he likes (ATK-VER-10).
    LinkTriesUnlimited,
    // - vault
    /// Writes its records without encrypting them (ATK-LOC-01).
    StoreInClear,
    /// Leaves the names of its records readable: users and rooms (ATK-BAK-09).
    StoreNamesInClear,
    /// Keeps the key of the store beside it (ATK-LOC-01).
    StoreKeyInProfile,
    /// Opens an older copy of the store without a word (ATK-OLM-20).
    StoreRollbackSilent,
    /// Leaves out what somebody changed in the store, without a word (STO-09).
    StoreSkipsDamaged,
    /// Writes tokens and what it sends into its log (ATK-BAK-12).
    LogSecret,
    /// Keeps the store's secret at logout: earlier copies still open (STO-05).
    LogoutKeepsStoreKey,
    /// Takes every cost of a key derivation that a file names (ATK-BAK-04).
    KdfFloorMissing,
    /// Goes on when another copy of its device is started (ATK-LNK-02).
    CloneSilent,
    /// Takes every PIN as a lock, however short.
    LockShortPinOk,
    /// Shows everything although it is locked.
    LockedShowsContent,
    /// Never locks by itself (`A_23114`).
    LockStaysOpen,
    /// Lets everybody try PINs for ever (`A_23114`).
    LockTriesUnlimited,
    /// Counts wrong PINs in the store, where an older copy takes them back.
    LockTriesInStore,
    /// Exports without asking for the lock's secret (ATK-BAK-10).
    ExportNoReauth,
    /// Writes nothing twice into an export: its size tells what is in it (ATK-BAK-07).
    ExportCompressed,
    /// Believes a file of keys who their owners are (ATK-BAK-01).
    ImportTrusted,
    /// Uploads keys to a backup whose public key its user's identity has not signed (ATK-BAK-02).
    BackupKeyUnsignedOk,
    /// Leaves a hint at the relay that opens what is kept there for recovery.
    RecoverySecretAtRelay,
    /// Says that everything is back after a wrong recovery secret.
    RecoveryWrongSecretOk,
    /// Gives every trustee the whole recovery secret.
    EscrowWholeSecret,
    /// Releases a share without telling its owner.
    EscrowSilent,
    /// Shares the history of a room with devices that their owner has not signed (ATK-MEGOLM-06).
    HistoryShareAllDevices,
    /// Shares the history of a room with an identity that took the place of another one (ATK-MEGOLM-06).
    HistoryToReplacedIdentity,
    /// Takes keys of other rooms out of the history of one (ATK-MEGOLM-07).
    BundleImportAll,
    /// Takes the history of a room from somebody else than who invited this user (ATK-MEGOLM-07).
    HistoryFromAnyone,
    /// Takes the history of a room in messages of any length (ATK-MEGOLM-07).
    HistoryUncapped,
    /// Believes who shares a history who the owners of its keys are (ATK-MEGOLM-19).
    HistoryTrusted,
    /// Keeps an imported key where the owner's own contradicts it (ATK-MEGOLM-07).
    ImportedKeyStays,
}

/// Every flaw with its stable name.
const NAMED: &[(Flaw, &str)] = &[
    (Flaw::AcceptUnsignedDevice, "accept-unsigned-device"),
    (Flaw::NoVerificationViolation, "no-verification-violation"),
    (Flaw::NoTofuPin, "no-tofu-pin"),
    (
        Flaw::AutoReencryptOnKeyChange,
        "auto-reencrypt-on-key-change",
    ),
    (Flaw::InviteeGhostKeyed, "invitee-ghost-keyed"),
    (Flaw::ShareToUnsignedKey, "share-to-unsigned-key"),
    (Flaw::PeerVerifiedIgnoresOwn, "peer-verified-ignores-own"),
    (Flaw::SasReferByKeyid, "sas-refer-by-keyid"),
    (
        Flaw::DeviceKeysSlotNotChecked,
        "device-keys-slot-not-checked",
    ),
    (Flaw::DhNoContributoryCheck, "dh-no-contributory-check"),
    (
        Flaw::AcceptNoncanonicalCurveKey,
        "accept-noncanonical-curve-key",
    ),
    (Flaw::MissingSignatureMeansOk, "missing-signature-means-ok"),
    (Flaw::XsignUsageNotChecked, "xsign-usage-not-checked"),
    (Flaw::SasInfoWithoutKeys, "sas-info-without-keys"),
    (Flaw::SasSkipCommitment, "sas-skip-commitment"),
    (Flaw::SasIgnoreMacResult, "sas-ignore-mac-result"),
    (Flaw::SasEmptyMacOk, "sas-empty-mac-ok"),
    (Flaw::SasBothStartsAnswered, "sas-both-starts-answered"),
    (Flaw::OlmNoSenderCheck, "olm-no-sender-check"),
    (Flaw::OlmNoSenderKeyCheck, "olm-no-sender-key-check"),
    (Flaw::OlmNoRecipientCheck, "olm-no-recipient-check"),
    (Flaw::OlmNoRecipientKeyCheck, "olm-no-recipient-key-check"),
    (
        Flaw::SenderDeviceKeysNoUserid,
        "sender-device-keys-no-userid",
    ),
    (
        Flaw::SenderDeviceKeysNoCurve25519,
        "sender-device-keys-no-curve25519",
    ),
    (
        Flaw::SenderDeviceKeysNoEd25519,
        "sender-device-keys-no-ed25519",
    ),
    (
        Flaw::SenderDeviceKeysNoSignature,
        "sender-device-keys-no-signature",
    ),
    (Flaw::TodeviceAcceptsMegolm, "todevice-accepts-megolm"),
    (Flaw::TodeviceAcceptsPlaintext, "todevice-accepts-plaintext"),
    (Flaw::PrekeyReplayOk, "prekey-replay-ok"),
    (Flaw::FallbackNeverRotated, "fallback-never-rotated"),
    (Flaw::OtkCountMissingMeansOk, "otk-count-missing-means-ok"),
    (Flaw::OtkRemovedBeforeDecrypt, "otk-removed-before-decrypt"),
    (Flaw::RefusedIdentitySigns, "refused-identity-signs"),
    (
        Flaw::AcceptSmallOrderSigningKey,
        "accept-small-order-signing-key",
    ),
    (Flaw::AcceptNoncanonicalWire, "accept-noncanonical-wire"),
    (Flaw::CommitBeforeAuth, "commit-before-auth"),
    (Flaw::PersistAfterSend, "persist-after-send"),
    (Flaw::ChannelStoredLate, "channel-stored-late"),
    (Flaw::ReceivedStoredLate, "received-stored-late"),
    (Flaw::ShareNotResumed, "share-not-resumed"),
    (Flaw::KeepAllMessageKeys, "keep-all-message-keys"),
    (Flaw::NeverAdvanceInbound, "never-advance-inbound"),
    (Flaw::RotateByCountOnly, "rotate-by-count-only"),
    (Flaw::RecipientsFromRelayList, "recipients-from-relay-list"),
    (Flaw::MegolmSenderNotBound, "megolm-sender-not-bound"),
    (Flaw::MegolmSkipSignature, "megolm-skip-signature"),
    (Flaw::ChecksSwitchedOff, "checks-switched-off"),
    (Flaw::AcceptUnsolicitedForward, "accept-unsolicited-forward"),
    (Flaw::NoReplayIndex, "no-replay-index"),
    (
        Flaw::ReplayKeyIsCiphertextHash,
        "replay-key-is-ciphertext-hash",
    ),
    (Flaw::NoRoomBinding, "no-room-binding"),
    (Flaw::NoRotateOnLeave, "no-rotate-on-leave"),
    (Flaw::NoRotateOnKick, "no-rotate-on-kick"),
    (Flaw::NoRotateOnDeviceRemoval, "no-rotate-on-device-removal"),
    (Flaw::RotationUncapped, "rotation-uncapped"),
    (Flaw::LookupBySenderKey, "lookup-by-sender-key"),
    (Flaw::RenderPlaintextAsNormal, "render-plaintext-as-normal"),
    (Flaw::EncryptionFlagFromRelay, "encryption-flag-from-relay"),
    (Flaw::AttHashOptional, "att-hash-optional"),
    (Flaw::AttUseBeforeCheck, "att-use-before-check"),
    (Flaw::SyncFailsOnBadItem, "sync-fails-on-bad-item"),
    (Flaw::LeaksBodyInClear, "leaks-body-in-clear"),
    // - messages
    (Flaw::EditByAnyone, "edit-by-anyone"),
    (Flaw::EditHidden, "edit-hidden"),
    (Flaw::StaleEditWins, "stale-edit-wins"),
    (Flaw::EditRevivesDeleted, "edit-revives-deleted"),
    (Flaw::DeleteByAnyone, "delete-by-anyone"),
    (Flaw::DeletedContentKept, "deleted-content-kept"),
    (Flaw::UnsignedMemberTaken, "unsigned-member-taken"),
    (Flaw::AdmissionUnproven, "admission-unproven"),
    (Flaw::AdmissionByAnyone, "admission-by-anyone"),
    (
        Flaw::AdmissionByRemovedDevice,
        "admission-by-removed-device",
    ),
    (Flaw::AdmissionOfAnyRoom, "admission-of-any-room"),
    (Flaw::AdmissionReplayed, "admission-replayed"),
    (Flaw::RemovalUnheard, "removal-unheard"),
    (Flaw::StrippedRollSilent, "stripped-roll-silent"),
    (Flaw::AnswerKeyRequestById, "answer-key-request-by-id"),
    (Flaw::ForwardAnyOwnDevice, "forward-any-own-device"),
    (Flaw::ImportOverwritesSession, "import-overwrites-session"),
    (Flaw::BookKeyFromAnyone, "book-key-from-anyone"),
    (Flaw::SasAcceptLegacy, "sas-accept-legacy"),
    (Flaw::FileKeyReused, "file-key-reused"),
    (Flaw::EditInClearTaken, "edit-in-clear-taken"),
    (Flaw::OrderFromRelay, "order-from-relay"),
    (Flaw::SpecialNameStopsRoom, "special-name-stops-room"),
    (Flaw::JsonFirstKeyWins, "json-first-key-wins"),
    (Flaw::CanonjsonDupKey, "canonjson-dup-key"),
    (Flaw::KeepsInvitationKey, "keeps-invitation-key"),
    (Flaw::AdmissionUnverified, "admission-unverified"),
    (Flaw::AdmissionKeyNotBound, "admission-key-not-bound"),
    (Flaw::UnadmittedIsColleague, "unadmitted-is-colleague"),
    (Flaw::PolicyUnsigned, "policy-unsigned"),
    (Flaw::PolicyRollback, "policy-rollback"),
    (Flaw::PolicyOfOtherTenant, "policy-of-other-tenant"),
    (Flaw::DirectoryUnsigned, "directory-unsigned"),
    (Flaw::DirectoryRollback, "directory-rollback"),
    (Flaw::DirectoryPageUnbound, "directory-page-unbound"),
    (Flaw::SearchAsksRelay, "search-asks-relay"),
    (Flaw::AffiliationFromAnyone, "affiliation-from-anyone"),
    (Flaw::ReaderUnmarked, "reader-unmarked"),
    (Flaw::OutsiderGetsKeys, "outsider-gets-keys"),
    (Flaw::OutsiderShown, "outsider-shown"),
    (Flaw::OutsiderInvites, "outsider-invites"),
    (Flaw::OutsiderInvited, "outsider-invited"),
    (Flaw::OldReleaseSends, "old-release-sends"),
    (Flaw::SuiteFloorIgnored, "suite-floor-ignored"),
    (Flaw::AnnouncementUnsigned, "announcement-unsigned"),
    (Flaw::AnnouncementByAnyRole, "announcement-by-any-role"),
    (
        Flaw::AnnouncementContentUnbound,
        "announcement-content-unbound",
    ),
    (Flaw::AnnouncementReplayed, "announcement-replayed"),
    (
        Flaw::AnnouncementInRelayOrder,
        "announcement-in-relay-order",
    ),
    (Flaw::AnnouncementGapSilent, "announcement-gap-silent"),
    (Flaw::AnnouncementForkSilent, "announcement-fork-silent"),
    (Flaw::ChannelHeadsIgnored, "channel-heads-ignored"),
    (Flaw::ChannelOpenToAll, "channel-open-to-all"),
    (Flaw::RecallByAnyone, "recall-by-anyone"),
    (Flaw::RecalledContentKept, "recalled-content-kept"),
    (Flaw::RetentionIgnored, "retention-ignored"),
    (Flaw::DisappearingIgnored, "disappearing-ignored"),
    (
        Flaw::DisappearingForgottenOnRestart,
        "disappearing-forgotten-on-restart",
    ),
    (Flaw::TimedMessageLeavesEarly, "timed-message-leaves-early"),
    (Flaw::SignalsOnByDefault, "signals-on-by-default"),
    (Flaw::ReceiptToRelay, "receipt-to-relay"),
    (Flaw::ReceiptAnswersProbe, "receipt-answers-probe"),
    (Flaw::ReceiptsUnlimited, "receipts-unlimited"),
    (Flaw::ContactInClear, "contact-in-clear"),
    (Flaw::AnyCardTaken, "any-card-taken"),
    (Flaw::AddressBookInClear, "address-book-in-clear"),
    (Flaw::AddressBookUnpadded, "address-book-unpadded"),
    (Flaw::AddressBookRollback, "address-book-rollback"),
    (Flaw::AppointmentByAnyone, "appointment-by-anyone"),
    (Flaw::StaleAppointmentWins, "stale-appointment-wins"),
    (
        Flaw::CancelledAppointmentRevives,
        "cancelled-appointment-revives",
    ),
    (Flaw::AnswerForAnother, "answer-for-another"),
    (Flaw::OldAnswerCounts, "old-answer-counts"),
    (Flaw::IcalendarUnescaped, "icalendar-unescaped"),
    // - recipients and media
    (Flaw::ExternalUnnoticed, "external-unnoticed"),
    (Flaw::FirstContactUnnoticed, "first-contact-unnoticed"),
    (
        Flaw::ReplacedIdentityUnnoticed,
        "replaced-identity-unnoticed",
    ),
    (Flaw::LargeAudienceUnnoticed, "large-audience-unnoticed"),
    (Flaw::LookAlikeUnnoticed, "look-alike-unnoticed"),
    (Flaw::DisguisedNameUnnoticed, "disguised-name-unnoticed"),
    (Flaw::ConfirmationNotBound, "confirmation-not-bound"),
    (Flaw::UndoWindowIgnored, "undo-window-ignored"),
    (Flaw::UndoClaimedTooLate, "undo-claimed-too-late"),
    (Flaw::LabelledSentOutside, "labelled-sent-outside"),
    (Flaw::LabelLostOnForward, "label-lost-on-forward"),
    (Flaw::LabelLostOnEdit, "label-lost-on-edit"),
    (Flaw::ChunkPositionNotBound, "chunk-position-not-bound"),
    (Flaw::SizeNotPadded, "size-not-padded"),
    (Flaw::KeepsMetadata, "keeps-metadata"),
    (Flaw::PreviewsActiveContent, "previews-active-content"),
    (Flaw::FileNameNotNeutralised, "file-name-not-neutralised"),
    (Flaw::DisguisedFileOpened, "disguised-file-opened"),
    (Flaw::TypePolicyNotOnSend, "type-policy-not-on-send"),
    (Flaw::TypePolicyNotOnOpen, "type-policy-not-on-open"),
    (Flaw::ScanNotAwaited, "scan-not-awaited"),
    (Flaw::FetchesLinkPreview, "fetches-link-preview"),
    // - rooms
    // - organisation
    // - devices
    (
        Flaw::ApproveWithoutFingerprint,
        "approve-without-fingerprint",
    ),
    (Flaw::ListSignatureNotChecked, "list-signature-not-checked"),
    (Flaw::NoDomainSeparation, "no-domain-separation"),
    (Flaw::ListUserNotChecked, "list-user-not-checked"),
    (Flaw::ListRollbackAccepted, "list-rollback-accepted"),
    (Flaw::ListForkAccepted, "list-fork-accepted"),
    (Flaw::ListGapAccepted, "list-gap-accepted"),
    (Flaw::HeadsIgnored, "heads-ignored"),
    (Flaw::HiddenDeviceNotTold, "hidden-device-not-told"),
    (Flaw::RemovedDeviceKeepsKeys, "removed-device-keeps-keys"),
    (Flaw::WipeUnsigned, "wipe-unsigned"),
    (Flaw::WipeForAnyDevice, "wipe-for-any-device"),
    (Flaw::WipeAssumed, "wipe-assumed"),
    (Flaw::ErasureUnchecked, "erasure-unchecked"),
    (Flaw::LinkKeysNotBound, "link-keys-not-bound"),
    (Flaw::LinkProofNotVerified, "link-proof-not-verified"),
    (Flaw::LinkCodeReusable, "link-code-reusable"),
    (Flaw::LinkCodeNeverExpires, "link-code-never-expires"),
    (Flaw::LinkTriesUnlimited, "link-tries-unlimited"),
    // - vault
    (Flaw::StoreInClear, "store-in-clear"),
    (Flaw::StoreNamesInClear, "store-names-in-clear"),
    (Flaw::StoreKeyInProfile, "store-key-in-profile"),
    (Flaw::StoreRollbackSilent, "store-rollback-silent"),
    (Flaw::StoreSkipsDamaged, "store-skips-damaged"),
    (Flaw::LogSecret, "log-secret"),
    (Flaw::LogoutKeepsStoreKey, "logout-keeps-store-key"),
    (Flaw::KdfFloorMissing, "kdf-floor-missing"),
    (Flaw::CloneSilent, "clone-silent"),
    (Flaw::LockShortPinOk, "lock-short-pin-ok"),
    (Flaw::LockedShowsContent, "locked-shows-content"),
    (Flaw::LockStaysOpen, "lock-stays-open"),
    (Flaw::LockTriesUnlimited, "lock-tries-unlimited"),
    (Flaw::LockTriesInStore, "lock-tries-in-store"),
    (Flaw::ExportNoReauth, "export-no-reauth"),
    (Flaw::ExportCompressed, "export-compressed"),
    (Flaw::ImportTrusted, "import-trusted"),
    (Flaw::BackupKeyUnsignedOk, "backup-key-unsigned-ok"),
    (Flaw::RecoverySecretAtRelay, "recovery-secret-at-relay"),
    (Flaw::RecoveryWrongSecretOk, "recovery-wrong-secret-ok"),
    (Flaw::EscrowWholeSecret, "escrow-whole-secret"),
    (Flaw::EscrowSilent, "escrow-silent"),
    (Flaw::HistoryShareAllDevices, "history-share-all-devices"),
    (
        Flaw::HistoryToReplacedIdentity,
        "history-to-replaced-identity",
    ),
    (Flaw::BundleImportAll, "bundle-import-all"),
    (Flaw::HistoryFromAnyone, "history-from-anyone"),
    (Flaw::HistoryUncapped, "history-uncapped"),
    (Flaw::HistoryTrusted, "history-trusted"),
    (Flaw::ImportedKeyStays, "imported-key-stays"),
];

impl Flaw {
    /// Every flaw, once.
    #[expect(
        clippy::indexing_slicing,
        reason = "evaluated by the compiler, within both lengths"
    )]
    pub const ALL: [Self; NAMED.len()] = {
        let mut all = [Self::AcceptUnsignedDevice; NAMED.len()];
        let mut at = 0;
        while at < all.len() {
            all[at] = NAMED[at].0;
            at += 1;
        }
        all
    };

    /// The flaw called `name`, if there is one.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        NAMED
            .iter()
            .find_map(|(flaw, known)| (*known == name).then_some(*flaw))
    }
}

impl Named for Flaw {
    fn name(self) -> &'static str {
        NAMED
            .iter()
            .find_map(|(flaw, name)| (*flaw == self).then_some(*name))
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_flaw_has_one_name_that_parses_back() {
        for flaw in Flaw::ALL {
            assert_eq!(Flaw::parse(flaw.name()), Some(flaw));
        }
        let names: BTreeSet<&str> = Flaw::ALL.iter().map(|flaw| flaw.name()).collect();
        assert_eq!(names.len(), Flaw::ALL.len());
        assert!(Flaw::ALL.is_sorted(), "the table follows the enum");
        assert_eq!(
            Flaw::ALL.last().map(|flaw| *flaw as usize + 1),
            Some(names.len())
        );
    }

    #[test]
    fn names_are_the_kebab_case_of_the_variants() {
        for flaw in Flaw::ALL {
            let mut kebab = String::new();
            for letter in format!("{flaw:?}").chars() {
                if letter.is_uppercase() && !kebab.is_empty() {
                    kebab.push('-');
                }
                kebab.extend(letter.to_lowercase());
            }
            assert_eq!(kebab, flaw.name());
        }
    }

    #[test]
    fn an_unknown_name_is_no_flaw() {
        assert_eq!(Flaw::parse("no-such-flaw"), None);
    }
}
