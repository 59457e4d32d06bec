//! What an exchange is about.

/// The class of an exchange. Routes that no rule speaks of are [`Class::Other`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(
    missing_docs,
    reason = "one route of the client-server API each, named like it"
)]
pub enum Class {
    Login,
    Logout,
    KeysUpload,
    KeysQuery,
    KeysClaim,
    IdentityUpload,
    SignaturesUpload,
    ToDevice,
    Sync,
    RoomSend,
    RoomState,
    RoomMembers,
    Membership,
    MediaUpload,
    MediaDownload,
    AccountData,
    DeviceList,
    Admissions,
    Policy,
    Directory,
    Other,
}

impl Class {
    /// The class of a request by method and path.
    #[must_use]
    pub fn of(method: &str, path: &str) -> Self {
        let path = path.split('?').next().unwrap_or_default();
        let parts: Vec<_> = path.split('/').filter(|part| !part.is_empty()).collect();
        let ["_matrix", area, _version, rest @ ..] = parts.as_slice() else {
            return Self::Other;
        };
        match (*area, method, rest) {
            ("media", "POST", ["upload"]) => Self::MediaUpload,
            ("client", "GET", ["media", "download", ..]) | ("media", "GET", ["download", ..]) => {
                Self::MediaDownload
            }
            ("client", method, rest) => Self::of_client(method, rest),
            _ => Self::Other,
        }
    }

    fn of_client(method: &str, rest: &[&str]) -> Self {
        match (method, rest) {
            ("POST", ["login"]) => Self::Login,
            ("POST", ["logout", ..]) => Self::Logout,
            ("POST", ["keys", "upload"]) => Self::KeysUpload,
            ("POST", ["keys", "query"]) => Self::KeysQuery,
            ("POST", ["keys", "claim"]) => Self::KeysClaim,
            ("POST", ["keys", "device_signing", "upload"]) => Self::IdentityUpload,
            ("POST", ["keys", "signatures", "upload"]) => Self::SignaturesUpload,
            ("PUT", ["sendToDevice", ..]) => Self::ToDevice,
            ("GET", ["sync"]) => Self::Sync,
            ("PUT", ["rooms", _, "send", ..]) => Self::RoomSend,
            (_, ["rooms", _, "state", ..]) => Self::RoomState,
            ("GET", ["rooms", _, "members" | "joined_members"]) => Self::RoomMembers,
            (
                "POST",
                [
                    "rooms",
                    _,
                    "invite" | "join" | "leave" | "kick" | "ban" | "unban",
                ]
                | ["join", _]
                | ["createRoom"],
            ) => Self::Membership,
            (_, ["user", _, "account_data", ..] | ["user", _, "rooms", _, "account_data", ..]) => {
                Self::AccountData
            }
            ("POST", ["dev.pruefstand", "devices", "query"]) => Self::DeviceList,
            ("POST", ["dev.pruefstand", "admission", "query"]) => Self::Admissions,
            ("GET", ["dev.pruefstand", "policy"]) => Self::Policy,
            ("GET", ["dev.pruefstand", "directory", ..]) => Self::Directory,
            _ => Self::Other,
        }
    }

    /// The name in the record.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Login => "login",
            Self::Logout => "logout",
            Self::KeysUpload => "keys_upload",
            Self::KeysQuery => "keys_query",
            Self::KeysClaim => "keys_claim",
            Self::IdentityUpload => "identity_upload",
            Self::SignaturesUpload => "signatures_upload",
            Self::ToDevice => "to_device",
            Self::Sync => "sync",
            Self::RoomSend => "room_send",
            Self::RoomState => "room_state",
            Self::RoomMembers => "room_members",
            Self::Membership => "membership",
            Self::MediaUpload => "media_upload",
            Self::MediaDownload => "media_download",
            Self::AccountData => "account_data",
            Self::DeviceList => "device_list",
            Self::Admissions => "admissions",
            Self::Policy => "policy",
            Self::Directory => "directory",
            Self::Other => "other",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn routes_have_their_class() {
        assert_eq!(
            Class::of("POST", "/_matrix/client/v3/keys/query"),
            Class::KeysQuery
        );
        assert_eq!(
            Class::of("GET", "/_matrix/client/v3/sync?since=1"),
            Class::Sync
        );
        assert_eq!(
            Class::of("GET", "/_matrix/client/v1/media/download/s/m"),
            Class::MediaDownload
        );
        assert_eq!(
            Class::of("PUT", "/_matrix/client/v3/rooms/!r/send/m.room.message/1"),
            Class::RoomSend
        );
        assert_eq!(Class::of("GET", "/somewhere/else"), Class::Other);
    }
}
