//! Files: encrypted before they leave, checked before they are released.

use serde_json::{Value, json};

use super::{
    About, Body, MAX_BODY, Method, Outcome, Pending,
    respond::Answer,
    wire::{Download, Upload},
};
use crate::{
    CallId, Client, EventId, Refusal, RoomId,
    attachment::{self, EncryptedFile, MxcUri},
    json::text,
    label::Label,
    send::Draft,
};

impl Client {
    pub(crate) fn send_file(
        &mut self,
        call: CallId,
        room: RoomId,
        about: About,
        content: Vec<u8>,
    ) -> Result<(), Refusal> {
        let known = self.rooms.get(&room).ok_or(Refusal::UnknownRoom)?;
        let is_encrypted = known.is_encrypted();
        let got = attachment::size_class(content.len());
        if got > MAX_BODY {
            return Err(Refusal::TooMany {
                what: "bytes in a file",
                got,
                limit: MAX_BODY,
            });
        }
        let parcel = self.pack(&about.name, content)?;
        let (mime, msgtype) = (parcel.mime(), parcel.message_type());
        let content = parcel.content;
        let size = content.len();
        let (bytes, file) = if is_encrypted {
            let sealed = attachment::encrypt(&content, &self.conduct);
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
            about,
            file,
            size,
            mime,
            msgtype,
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
        let About { name, label, word } = upload.about;
        let mut content = json!({ "msgtype": upload.msgtype, "body": name });
        let info = json!({ "size": upload.size, "mimetype": upload.mime });
        if let Some(fields) = content.as_object_mut() {
            fields.insert("info".to_owned(), info);
            match upload.file {
                Some(file) => fields.insert("file".to_owned(), file.to_json(&uri)),
                None => fields.insert("url".to_owned(), json!(uri.to_string())),
            };
        }
        Label::put(label, &mut content);
        let draft = Draft::new(upload.call, content).with_word(word);
        self.queue(&upload.room, draft);
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
        let entry = entry.ok_or(Refusal::UnknownMessage)?;
        if self.is_barred(entry) {
            return Err(Refusal::Outsider(entry.sender.clone()));
        }
        let address = entry.file.as_ref().ok_or(Refusal::UnknownMessage)?;
        let name = entry.body.clone().unwrap_or_default();
        let declared = entry.facts.get("type").and_then(Value::as_str);
        let declared = declared.map(str::to_owned);
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
            Pending::Download(Download {
                call,
                file,
                name,
                declared,
            }),
        );
        Ok(())
    }

    /// Nothing of a file is released before its hash was compared (ATK-ATT-01).
    pub(super) fn take_download(&mut self, download: Download, status: u16, body: &[u8]) {
        let call = download.call;
        match self.release(download, status, body) {
            Ok(file) => self.wire.done(call, file),
            Err(refusal) => self.wire.refuse(call, refusal),
        }
    }

    fn release(
        &mut self,
        download: Download,
        status: u16,
        body: &[u8],
    ) -> Result<Outcome, Refusal> {
        if status != 200 {
            let body = crate::border::json::parse_body(body, MAX_BODY).unwrap_or_default();
            let body = &body;
            return Err(Answer { status, body }.refusal());
        }
        let content = match &download.file {
            Some(file) => attachment::decrypt(file, body, &self.conduct),
            None => Ok(body.to_vec()),
        };
        let content = content.map_err(|error| Refusal::Attachment(error.to_string()))?;
        let declared = download.declared.as_deref();
        let verdict = self.receive(&download.name, declared, &content)?;
        let about = verdict.show();
        Ok(Outcome::File { content, about })
    }
}
