//! Encrypted attachments, version 2 (Matrix specification, "Sending encrypted attachments").
