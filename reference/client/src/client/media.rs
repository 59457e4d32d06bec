//! Files: encrypted before they leave, checked before they are released.

use serde_json::{Value, json};

use super::{Body, MAX_BODY, Method, Outcome, Pending, respond::Answer, wire::Upload};
use crate::{
    CallId, Client, EventId, Refusal, RoomId,
    attachment::{self, EncryptedFile, MxcUri},
    json::text,
    send::Draft,
};

impl Client {
    pub(super) fn send_file(
        &mut self,
        call: CallId,
        room: RoomId,
        name: String,
        content: Vec<u8>,
    ) -> Result<(), Refusal> {
        let known = self.rooms.get(&room).ok_or(Refusal::UnknownRoom)?;
        let size = content.len();
        if size > MAX_BODY {
            return Err(Refusal::TooMany {
                what: "bytes in a file",
                got: size,
                limit: MAX_BODY,
            });
        }
        let (bytes, file) = if known.is_encrypted() {
            let sealed = attachment::encrypt(&content);
            let (bytes, file) = sealed.map_err(|error| Refusal::Crypto(error.to_string()))?;
            (bytes, Some(file))
        } else {
            (content, None)
        };
        // The name is content: it stays inside the event.
        let path = "/_matrix/media/v3/upload".to_owned();
        let pending = Pending::Upload(Upload {
            call,
            room,
            name,
            file,
            size,
        });
        self.wire
            .send(Method::Post, path, Body::Bytes(bytes), pending);
        Ok(())
    }

    pub(super) fn take_media_upload(
        &mut self,
        upload: Upload,
        answer: &Value,
    ) -> Result<(), Refusal> {
        let uri = text(answer, "content_uri").ok_or(Refusal::AnswerMalformed("content_uri"))?;
        let uri: MxcUri = uri.parse().or(Err(Refusal::MediaAddressMalformed))?;
        let mut content =
            json!({ "msgtype": "m.file", "body": upload.name, "info": { "size": upload.size } });
        if let Some(fields) = content.as_object_mut() {
            match upload.file {
                Some(file) => fields.insert("file".to_owned(), file.to_json(&uri)),
                None => fields.insert("url".to_owned(), json!(uri.to_string())),
            };
        }
        self.queue(&upload.room, Draft::new(upload.call, content));
        Ok(())
    }

    pub(super) fn open_file(
        &mut self,
        call: CallId,
        room: &RoomId,
        event: &EventId,
    ) -> Result<(), Refusal> {
        let entry = self
            .rooms
            .entries(room)
            .iter()
            .find(|entry| entry.event == *event);
        let address = entry
            .and_then(|entry| entry.file.as_ref())
            .ok_or(Refusal::UnknownMessage)?;
        let (uri, file) = match address.as_str() {
            Some(clear) => (clear.parse().or(Err(Refusal::MediaAddressMalformed))?, None),
            None => {
                let parsed = EncryptedFile::parse(address, &self.conduct);
                let (uri, file) = parsed.map_err(|error| Refusal::Attachment(error.to_string()))?;
                (uri, Some(file))
            }
        };
        let uri: MxcUri = uri;
        let path = format!(
            "/_matrix/client/v1/media/download/{}/{}",
            crate::json::segment(uri.server()),
            crate::json::segment(uri.media_id())
        );
        self.wire.send(
            Method::Get,
            path,
            Body::Empty,
            Pending::Download { call, file },
        );
        Ok(())
    }

    /// Nothing of a file is released before its hash was compared (ATK-ATT-01).
    pub(super) fn take_download(
        &mut self,
        call: CallId,
        file: Option<EncryptedFile>,
        status: u16,
        body: &[u8],
    ) {
        if status != 200 {
            let body = crate::border::json::parse_body(body, MAX_BODY).unwrap_or_default();
            let answer = Answer {
                status,
                body: &body,
            };
            return self.wire.refuse(call, answer.refusal());
        }
        let content = match file {
            Some(file) => attachment::decrypt(&file, body.to_vec(), &self.conduct),
            None => Ok(body.to_vec()),
        };
        match content {
            Ok(content) => self.wire.done(call, Outcome::Content(content)),
            Err(error) => self
                .wire
                .refuse(call, Refusal::Attachment(error.to_string())),
        }
    }
}
