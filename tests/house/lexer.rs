//! Rust source as names, literals and signs, by the lexer of the compiler's macros.

use proc_macro2::{Delimiter, Spacing, TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::Lit;

pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
    pub(crate) is_literal: bool,
}

/// Names, literals and signs, without comments and docs.
pub(crate) fn tokenize(text: &str) -> Vec<Token> {
    let stream: TokenStream = text.parse().expect("tokens of Rust");
    let mut tokens = Vec::new();
    flatten(stream, &mut tokens);
    tokens
}

fn flatten(stream: TokenStream, tokens: &mut Vec<Token>) {
    let mut trees = stream.into_iter().peekable();
    while let Some(tree) = trees.next() {
        let line = tree.span().start().line;
        let mut push = |text: String, is_literal| {
            tokens.push(Token {
                text,
                line,
                is_literal,
            });
        };
        match tree {
            TokenTree::Ident(name) => push(name.to_string(), false),
            TokenTree::Literal(literal) => push(value(Lit::new(literal)), true),
            TokenTree::Punct(sign) => {
                let is_joint = sign.spacing() == Spacing::Joint;
                let next = trees.peek().map(ToString::to_string).unwrap_or_default();
                match (sign.as_char(), is_joint) {
                    (':', true) if next == ":" => {
                        trees.next();
                        push("::".to_owned(), false);
                    }
                    ('\'', true) => {
                        trees.next();
                        push(format!("'{next}"), true);
                    }
                    (sign, _) => push(sign.to_string(), false),
                }
            }
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::None => ("", ""),
                };
                let first = group.stream().into_iter().next();
                if first.is_some_and(|first| first.to_string() == "doc") && drop_sign(tokens) {
                    continue;
                }
                let end = group.span_close().start().line;
                let sign = |text: &str, line| Token {
                    text: text.to_owned(),
                    line,
                    is_literal: false,
                };
                tokens.push(sign(open, line));
                flatten(group.stream(), tokens);
                tokens.push(sign(close, end));
            }
        }
    }
}

/// Drops the `#` or `#!` of an attribute; false if there is none.
fn drop_sign(tokens: &mut Vec<Token>) -> bool {
    let is = |at: Option<&Token>, text| at.is_some_and(|token: &Token| token.text == text);
    if is(tokens.last(), "!") {
        tokens.pop();
    }
    if !is(tokens.last(), "#") {
        return false;
    }
    tokens.pop();
    true
}

/// Without quotes and escapes.
fn value(literal: Lit) -> String {
    match literal {
        Lit::Str(text) => text.value(),
        Lit::ByteStr(bytes) => String::from_utf8_lossy(&bytes.value()).into_owned(),
        Lit::Char(char) => char.value().to_string(),
        other => other.to_token_stream().to_string(),
    }
}

/// Drops every item behind a `cfg` that needs `test`.
pub(crate) fn without_tests(tokens: Vec<Token>) -> Vec<Token> {
    let mut kept = Vec::new();
    let mut skip_to = 0;
    for at in 0..tokens.len() {
        if at < skip_to {
            continue;
        }
        let is_attribute = is_text(&tokens, at, "#") && is_text(&tokens, at + 1, "[");
        if is_attribute && is_text(&tokens, at + 2, "cfg") {
            let end = after_group(&tokens, at + 1);
            let direct = is_text(&tokens, at + 4, "test");
            let among_all =
                is_text(&tokens, at + 4, "all") && (at..end).any(|at| is_text(&tokens, at, "test"));
            if direct || among_all {
                skip_to = after_item(&tokens, end);
                continue;
            }
        }
        kept.push(at);
    }
    let mut tokens: Vec<_> = tokens.into_iter().map(Some).collect();
    kept.into_iter()
        .filter_map(|at| tokens[at].take())
        .collect()
}

fn after_item(tokens: &[Token], mut at: usize) -> usize {
    while at < tokens.len() {
        match tokens[at].text.as_str() {
            ";" => return at + 1,
            "{" => return after_group(tokens, at),
            "(" | "[" => at = after_group(tokens, at),
            _ => at += 1,
        }
    }
    at
}

pub(crate) fn is_text(tokens: &[Token], at: usize, text: &str) -> bool {
    tokens
        .get(at)
        .is_some_and(|token| !token.is_literal && token.text == text)
}

/// Behind the bracket that closes the one at `at`.
pub(crate) fn after_group(tokens: &[Token], at: usize) -> usize {
    let mut depth = 0_usize;
    for (index, token) in tokens
        .iter()
        .enumerate()
        .skip(at)
        .filter(|(_, token)| !token.is_literal)
    {
        match token.text.as_str() {
            "(" | "[" | "{" => depth += 1,
            ")" | "]" | "}" => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return index + 1;
        }
    }
    tokens.len()
}

pub(crate) fn after_visibility(tokens: &[Token], at: usize) -> usize {
    if !is_text(tokens, at, "pub") {
        return at;
    }
    if is_text(tokens, at + 1, "(") {
        return after_group(tokens, at + 1);
    }
    at + 1
}
