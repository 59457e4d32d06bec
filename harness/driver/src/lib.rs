//! The driver protocol: what a messenger's shim speaks with the bench.
//!
//! A driver is a small program that steers a client under test. It reads one JSON-RPC 2.0 object a
//! line on standard input and answers one object a line on standard output; standard error is a free
//! log and never a verdict. End of input ends the driver.
//!
//! A driver of the *engine* level does no I/O of its own: it hands its HTTP requests out in a
//! [`Step`] and takes the responses in through [`Call::Pump`], so the bench is its network. Time comes
//! in with every call (`now`, milliseconds since the Unix epoch).
//!
//! A shim in Rust is one `impl` of [`Driver`] and one call of [`serve()`]. A shim in another language
//! follows the JSON Schema of [`schema()`]; `targets/drivers/` in the repository has one in Python.

mod act;
mod bytes;
mod call;
mod error;
mod hello;
mod http;
mod line;
mod observation;
mod reply;
mod rpc;
mod schema;
mod serve;

pub use act::{
    Act, Appointment, Ask, Attendance, CalendarAct, ChannelAct, ContactAct, DevicesAct, HistoryAct,
    Label, MediaAct, MediaSettings, MessageAct, Moment, OrganisationAct, Outgoing, Presence,
    Priority, RecipientSettings, RecipientsAct, Sharing, SignalsAct, VaultAct,
};
pub use bytes::{Bytes, Secret};
pub use call::Call;
pub use error::{DriverError, RefusalClass};
pub use hello::{Channel, ClockKind, Hello, Level, Product, Version};
pub use http::{Payload, Request, Response};
pub use line::{LineError, MAX_LINE, read_line};
pub use observation::{
    DeviceTrust, DeviceView, FlowStage, FlowView, IdentityState, IdentityView, Item, ItemKind,
    ItemState, Observation, Trust,
};
pub use reply::{Event, Reply, ReplyError, Step, VectorResult};
pub use rpc::{Answer, Invocation, RpcError};
pub use schema::schema;
pub use serve::{Driver, serve};

/// The version of the protocol that this crate speaks; minor versions only add.
pub const PROTOCOL: Version = Version { major: 1, minor: 1 };
