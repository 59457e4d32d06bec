//! The strict border: what a client takes from peers and relays has exactly one encoding.
