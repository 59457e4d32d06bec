//! The first exchange: who the driver is and what it can do.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A version of the protocol. A driver and a bench understand each other if the major parts agree.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Version {
    /// Raised when something changes its meaning.
    pub major: u16,
    /// Raised when something is added.
    pub minor: u16,
}

/// The driver's answer to `hello`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Hello {
    /// The protocol version that the driver speaks.
    pub protocol: Version,
    /// The driver itself: name and version.
    pub driver: Product,
    /// The product that it steers.
    pub product: Product,
    /// Whether the product is a release build or one with test switches.
    pub channel: Channel,
    /// How the driver attaches.
    pub level: Level,
    /// Every verb that the driver implements. A listed verb that answers `unsupported` is a driver fault.
    pub verbs: Vec<String>,
    /// The operations of `vec.run` that the driver implements.
    #[serde(default)]
    pub vector_operations: Vec<String>,
    /// Where the product's time comes from.
    pub clock: ClockKind,
    /// The seeded flaws of a weak twin; empty for every honest product.
    #[serde(default)]
    pub seeded_flaws: Vec<String>,
}

/// A named and versioned piece of software.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Product {
    /// The name, as its maker writes it.
    pub name: String,
    /// The exact version.
    pub version: String,
}

/// What kind of build the product is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// The build that users get.
    Release,
    /// A build with test switches or seeded flaws.
    Test,
}

/// How a driver attaches to the bench.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// The driver hands HTTP requests out and takes responses in; the bench is the network.
    Engine,
    /// The driver answers `vec.run` only.
    Vectors,
}

/// Where the product's time comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ClockKind {
    /// From the `now` of each call.
    Virtual,
    /// From the machine; checks that move time cannot run.
    Real,
}
