//! Where in a file a mutant can be switched in.

use std::{collections::BTreeMap, ops::Range};

use syn::{
    Arm, Expr, ExprBinary, ExprStruct, ExprUnary, Member, Pat,
    spanned::Spanned,
    visit::{self, Visit},
};

type Bytes = Range<usize>;

/// The places of one file, by their first byte.
#[derive(Default)]
pub(crate) struct Places {
    /// By the byte of a binary operator: the expression that has to be chosen as a whole. Changing an operator can change what its
    /// neighbours bind to, so it is the outermost one of operators alone.
    pub(crate) binary: BTreeMap<usize, Bytes>,
    /// By the byte of a unary operator: its expression.
    pub(crate) unary: BTreeMap<usize, Bytes>,
    /// By the byte of an arm.
    pub(crate) arms: BTreeMap<usize, ArmPlace>,
    /// By the byte of a field: its value and the base that would give it.
    pub(crate) fields: BTreeMap<usize, FieldPlace>,
}

/// An arm of a match.
pub(crate) struct ArmPlace {
    /// The first byte behind the pattern.
    pub(crate) behind: usize,
    /// The condition, if there is one.
    pub(crate) guard: Option<Bytes>,
}

/// A field of a struct expression with a base.
pub(crate) struct FieldPlace {
    pub(crate) value: Bytes,
    pub(crate) base: Bytes,
    pub(crate) member: String,
}

impl Places {
    pub(crate) fn of(file: &syn::File) -> Self {
        let mut places = Self::default();
        places.visit_file(file);
        places
    }

    /// `whole` is the outermost expression of operators around `node` that can be chosen as one: a `let` in a chain cannot.
    fn operators(&mut self, node: &ExprBinary, whole: Option<Bytes>) {
        let whole = whole.or_else(|| (!binds(node)).then(|| bytes(node)));
        if let Some(whole) = &whole {
            self.binary.insert(bytes(&node.op).start, whole.clone());
        }
        for side in [&node.left, &node.right] {
            match &**side {
                Expr::Binary(inner) => self.operators(inner, whole.clone()),
                other => self.visit_expr(other),
            }
        }
    }
}

impl<'ast> Visit<'ast> for Places {
    fn visit_expr_binary(&mut self, node: &'ast ExprBinary) {
        self.operators(node, None);
    }

    fn visit_expr_unary(&mut self, node: &'ast ExprUnary) {
        self.unary.insert(bytes(&node.op).start, bytes(node));
        visit::visit_expr_unary(self, node);
    }

    fn visit_arm(&mut self, node: &'ast Arm) {
        let (behind, guard) = match &node.pat {
            // It takes whatever is left: barred, something would be left over.
            Pat::Ident(name) if !name.ident.to_string().starts_with(char::is_uppercase) => {
                return visit::visit_arm(self, node);
            }
            Pat::Guard(guarded) => (bytes(&guarded.pat).end, Some(bytes(&guarded.guard))),
            pattern => (bytes(pattern).end, None),
        };
        self.arms
            .insert(bytes(node).start, ArmPlace { behind, guard });
        visit::visit_arm(self, node);
    }

    fn visit_expr_struct(&mut self, node: &'ast ExprStruct) {
        if let Some(base) = &node.rest {
            for field in node
                .fields
                .iter()
                .filter(|field| field.colon_token.is_some())
            {
                let member = match &field.member {
                    Member::Named(name) => name.to_string(),
                    Member::Unnamed(index) => index.index.to_string(),
                };
                let place = FieldPlace {
                    value: bytes(&field.expr),
                    base: bytes(base),
                    member,
                };
                self.fields.insert(bytes(field).start, place);
            }
        }
        visit::visit_expr_struct(self, node);
    }
}

/// Whether a `let` of an `if` stands between these operators.
fn binds(node: &ExprBinary) -> bool {
    [&node.left, &node.right]
        .into_iter()
        .any(|side| match &**side {
            Expr::Let(_) => true,
            Expr::Binary(inner) => binds(inner),
            _ => false,
        })
}

fn bytes(node: &impl Spanned) -> Bytes {
    node.span().byte_range()
}
