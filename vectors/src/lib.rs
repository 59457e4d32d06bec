//! Test vectors as data, and their typed loader.
