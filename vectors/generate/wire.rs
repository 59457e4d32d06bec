//! Messages as their fields, so that each can be put where it does not belong.

/// A version byte and fields in any order and form.
#[derive(Clone)]
pub(super) struct Wire {
    pub(super) version: u8,
    pub(super) fields: Vec<Field>,
}

/// A field with its tag.
#[derive(Clone)]
pub(super) enum Field {
    /// A number.
    Number(u8, u64),
    /// Bytes with their length before them.
    Bytes(u8, Vec<u8>),
    /// Whatever stands there instead of a field.
    Raw(Vec<u8>),
}

impl Wire {
    pub(super) fn new(version: u8, fields: Vec<Field>) -> Self {
        Self { version, fields }
    }

    pub(super) fn bytes(&self) -> Vec<u8> {
        let fields = self.fields.iter().map(Field::bytes);
        [vec![self.version]]
            .into_iter()
            .chain(fields)
            .flatten()
            .collect()
    }

    /// The message with another field at `at`, before what stands there.
    pub(super) fn with(&self, at: usize, field: Field) -> Self {
        let mut changed = self.clone();
        changed.fields.insert(at, field);
        changed
    }

    /// The message with the field at `at` in place of another.
    pub(super) fn instead(&self, at: usize, field: Field) -> Self {
        let mut changed = self.clone();
        changed.fields[at] = field;
        changed
    }

    pub(super) fn without(&self, at: usize) -> Self {
        let mut changed = self.clone();
        changed.fields.remove(at);
        changed
    }

    pub(super) fn swapped(&self, one: usize, other: usize) -> Self {
        let mut changed = self.clone();
        changed.fields.swap(one, other);
        changed
    }
}

impl Field {
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::Number(tag, number) => [vec![*tag], varint(*number)].concat(),
            Self::Bytes(tag, bytes) => {
                let length = u64::try_from(bytes.len()).expect("fields are short");
                [vec![*tag], varint(length), bytes.clone()].concat()
            }
            Self::Raw(bytes) => bytes.clone(),
        }
    }
}

/// The shortest form of a number.
pub(super) fn varint(mut number: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = u8::try_from(number & 0x7f).expect("seven bits");
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// A form of a number with `length` bytes, of which the last ones say nothing.
pub(super) fn long_varint(number: u64, length: usize) -> Vec<u8> {
    let mut bytes = varint(number);
    while bytes.len() < length {
        if let Some(last) = bytes.last_mut() {
            *last |= 0x80;
        }
        bytes.push(0);
    }
    bytes
}
