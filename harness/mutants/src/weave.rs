//! Writes a file in which every mutant stands beside the original, and a number says at run time which one is meant.
//!
//! One build then serves for all of them (mutant schemata: Untch, Offutt, Harrold, ISSTA 1993). Each mutant stands beside original text
//! only, for one is active at a time.

use std::{collections::BTreeMap, ops::Range};

use crate::{
    mutant::{Genre, Id, Mutant},
    place::Places,
    text::Text,
};

/// A woven file, and which mutants each part of it belongs to.
pub(crate) struct Woven {
    pub(crate) text: String,
    /// Parts with their mutants, the outer before the inner.
    pub(crate) parts: Vec<Part>,
}

/// A part of a woven file.
pub(crate) struct Part {
    pub(crate) bytes: Range<usize>,
    pub(crate) mutants: Vec<Id>,
    /// The text of one mutant, and not the choice around it.
    pub(crate) is_text: bool,
}

/// What is written at one place. The order is that of nesting for places with the same bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Shape {
    /// In front of the statements of a function: give this instead.
    Early,
    /// In front of an arm's condition, or as its condition: leave the arm out.
    Barred,
    /// Instead of an expression: this one or the original.
    Choice,
}

struct Edit {
    bytes: Range<usize>,
    shape: Shape,
    texts: Vec<(Id, String)>,
}

/// Weaves `mutants`, which are all of this file. Those without a place in it are left out of [`Woven::parts`].
pub(crate) fn weave(text: &str, file: &syn::File, mutants: &[(Id, &Mutant)]) -> Woven {
    let text = Text::new(text);
    let places = Places::of(file);
    let mut edits: BTreeMap<(usize, std::cmp::Reverse<usize>, Shape), Edit> = BTreeMap::new();
    for (id, mutant) in mutants {
        let Some((bytes, shape, replacement)) = edit(mutant, &text, &places) else {
            continue;
        };
        let key = (bytes.start, std::cmp::Reverse(bytes.end), shape);
        let empty = || Edit {
            bytes,
            shape,
            texts: Vec::new(),
        };
        edits
            .entry(key)
            .or_insert_with(empty)
            .texts
            .push((*id, replacement));
    }
    let edits: Vec<Edit> = edits.into_values().collect();
    let mut loom = Loom {
        text: &text,
        woven: String::new(),
        parts: Vec::new(),
    };
    loom.render(0..text.whole.len(), &edits);
    Woven {
        text: loom.woven,
        parts: loom.parts,
    }
}

/// Where a mutant is written, how, and what stands there if it is active.
fn edit(
    mutant: &Mutant,
    text: &Text<'_>,
    places: &Places,
) -> Option<(Range<usize>, Shape, String)> {
    let span = text.bytes(mutant.span)?;
    let changed = |whole: &Range<usize>| {
        let (before, behind) = (whole.start..span.start, span.end..whole.end);
        let replacement = &mutant.replacement;
        format!("{}{replacement}{}", text.slice(before), text.slice(behind))
    };
    Some(match mutant.genre {
        // It would fix the type of `impl Iterator` for the original, too.
        Genre::FnValue if mutant.replacement.starts_with("::std::iter::") => return None,
        Genre::FnValue => (span, Shape::Early, mutant.replacement.clone()),
        Genre::BinaryOperator => {
            let whole = places.binary.get(&span.start)?.clone();
            let text = changed(&whole);
            (whole, Shape::Choice, text)
        }
        Genre::UnaryOperator => {
            let whole = places.unary.get(&span.start)?.clone();
            let text = changed(&whole);
            (whole, Shape::Choice, text)
        }
        Genre::MatchArmGuard => (span, Shape::Choice, mutant.replacement.clone()),
        Genre::MatchArm => {
            let arm = places.arms.get(&span.start)?;
            let bytes = arm.guard.clone().unwrap_or(arm.behind..arm.behind);
            (bytes, Shape::Barred, String::new())
        }
        Genre::StructField => {
            let field = places.fields.get(&span.start)?;
            let base = text.slice(field.base.clone());
            (
                field.value.clone(),
                Shape::Choice,
                format!("({base}).{}", field.member),
            )
        }
    })
}

struct Loom<'a> {
    text: &'a Text<'a>,
    woven: String,
    parts: Vec<Part>,
}

impl Loom<'_> {
    /// Writes what stands in `bytes`, with these edits, which lie in it and are sorted, the outer before the inner.
    fn render(&mut self, bytes: Range<usize>, edits: &[Edit]) {
        let mut at = bytes.start;
        let mut rest = edits;
        while let Some((first, others)) = rest.split_first() {
            let inside = |edit: &&Edit| {
                edit.bytes.start < first.bytes.end && edit.bytes.end <= first.bytes.end
            };
            let within = others.iter().take_while(inside).count();
            let (inner, behind) = others.split_at(within);
            self.woven.push_str(self.text.slice(at..first.bytes.start));
            self.write(first, inner);
            at = first.bytes.end;
            rest = behind;
        }
        self.woven.push_str(self.text.slice(at..bytes.end));
    }

    fn write(&mut self, edit: &Edit, inner: &[Edit]) {
        let part = self.open(edit.texts.iter().map(|(id, _)| *id).collect(), false);
        match edit.shape {
            Shape::Early => {
                for (id, text) in &edit.texts {
                    self.woven
                        .push_str(&format!("if {} {{ return ", asked(*id)));
                    self.mutated(*id, text);
                    self.woven.push_str("; } ");
                }
                self.close(part);
                self.render(edit.bytes.clone(), inner);
            }
            Shape::Barred => self.barred(edit, inner, part),
            Shape::Choice => {
                self.woven.push('(');
                for (id, text) in &edit.texts {
                    self.woven.push_str(&format!("if {} {{ ", asked(*id)));
                    self.mutated(*id, text);
                    self.woven.push_str(" } else ");
                }
                self.woven.push_str("{ ");
                self.render(edit.bytes.clone(), inner);
                self.woven.push_str(" })");
                self.close(part);
            }
        }
    }

    fn barred(&mut self, edit: &Edit, inner: &[Edit], part: usize) {
        let ids = edit.texts.iter().map(|(id, _)| format!("!{}", asked(*id)));
        let barred = ids.collect::<Vec<_>>().join(" && ");
        if edit.bytes.is_empty() {
            self.woven.push_str(&format!(" if {barred}"));
            self.close(part);
        } else {
            self.woven.push_str(&format!("{barred} && ("));
            self.close(part);
            self.render(edit.bytes.clone(), inner);
            self.woven.push(')');
        }
    }

    fn mutated(&mut self, id: Id, text: &str) {
        let part = self.open(vec![id], true);
        self.woven.push_str(text);
        self.close(part);
    }

    fn open(&mut self, mutants: Vec<Id>, is_text: bool) -> usize {
        let start = self.woven.len();
        self.parts.push(Part {
            bytes: start..start,
            mutants,
            is_text,
        });
        self.parts.len() - 1
    }

    fn close(&mut self, part: usize) {
        if let Some(part) = self.parts.get_mut(part) {
            part.bytes.end = self.woven.len();
        }
    }
}

/// The question whether mutant `id` is the active one.
fn asked(id: Id) -> String {
    format!("crate::mutant::is({id})")
}

#[cfg(test)]
mod tests;
