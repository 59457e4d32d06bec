//! The client against a small homeserver: honest talk, and what must not come through.

#[cfg(test)]
mod channels;
#[cfg(test)]
mod content;
#[cfg(test)]
mod directory;
#[cfg(test)]
mod every;
#[cfg(test)]
mod import;
#[cfg(test)]
mod messages;
#[cfg(test)]
mod rooms;
#[cfg(test)]
mod signals;
#[cfg(test)]
mod support;
#[cfg(test)]
mod verification;
