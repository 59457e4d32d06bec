//! Markdown (`CommonMark` with tables) in which no text but our own can be markup.

use harness_evidence::visible;

/// A paper while it is written.
#[derive(Debug, Default)]
pub(super) struct Paper(String);

impl Paper {
    /// A paper with its title.
    pub(super) fn titled(title: &str) -> Self {
        Self(format!("# {title}\n"))
    }

    /// A heading of the second level.
    pub(super) fn chapter(&mut self, title: &str) -> &mut Self {
        self.line(&format!("\n## {title}"))
    }

    /// A paragraph of our own words.
    pub(super) fn paragraph(&mut self, text: &str) -> &mut Self {
        self.line(&format!("\n{text}"))
    }

    /// A list, or what is said when there is nothing in it.
    pub(super) fn list(&mut self, items: &[String], nothing: &str) -> &mut Self {
        if items.is_empty() {
            return self.paragraph(nothing);
        }
        self.line("");
        for item in items {
            self.line(&format!("- {item}"));
        }
        self
    }

    /// A table, or what is said when it has no rows.
    pub(super) fn table<const N: usize>(
        &mut self,
        head: [&str; N],
        rows: &[[String; N]],
        nothing: &str,
    ) -> &mut Self {
        if rows.is_empty() {
            return self.paragraph(nothing);
        }
        self.line("");
        self.line(&format!("| {} |", head.join(" | ")));
        self.line(&format!("|{}", "---|".repeat(N)));
        for row in rows {
            self.line(&format!("| {} |", row.join(" | ")));
        }
        self
    }

    /// The whole text.
    pub(super) fn finish(self) -> String {
        self.0
    }

    fn line(&mut self, text: &str) -> &mut Self {
        self.0.push_str(text);
        self.0.push('\n');
        self
    }
}

/// Text of others as a code span: neutralised, and no markup in it counts. It may stand in a table.
pub(super) fn code(text: &str) -> String {
    let text = visible(text).replace('|', "\\|");
    let (mut longest, mut run) = (0, 0);
    for character in text.chars() {
        run = if character == '`' { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    let fence = "`".repeat(longest + 1);
    if text.is_empty() {
        "–".to_owned()
    } else if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) {
        format!("{fence} {text} {fence}")
    } else {
        format!("{fence}{text}{fence}")
    }
}

/// Prose of the catalogue: neutralised, and no markup in it counts.
pub(super) fn prose(text: &str) -> String {
    escaped(&visible(text))
}

/// Neutralised text with every character that could begin markup led by a backslash.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        if "\\`*_[]<>#|~&!$".contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_span_ends_where_we_end_it() {
        for (text, span) in [
            ("a", "`a`"),
            ("", "–"),
            ("a`b", "``a`b``"),
            ("``", "``` `` ```"),
            (" a", "`  a `"),
            ("a|b", "`a\\|b`"),
            ("a\n\n# b", "`a⟨U+000A⟩⟨U+000A⟩# b`"),
        ] {
            assert_eq!(code(text), span);
        }
    }

    #[test]
    fn prose_begins_no_markup() {
        assert_eq!(
            prose("<b> [x](y) `z` a_b|c"),
            "\\<b\\> \\[x\\](y) \\`z\\` a\\_b\\|c"
        );
        assert!(!prose("a\n# b").contains('\n'));
    }

    #[test]
    fn an_empty_table_says_so() {
        let mut paper = Paper::titled("t");
        paper.table(["a", "b"], &[], "Nothing.");
        assert_eq!(paper.finish(), "# t\n\nNothing.\n");
    }
}
