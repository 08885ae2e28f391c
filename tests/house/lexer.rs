//! Rust source as names, literals and signs: enough to see what it names, without a compiler.

pub(crate) struct Token {
    pub(crate) text: String,
    pub(crate) line: usize,
    pub(crate) is_literal: bool,
}

/// Names, literals and signs; comments are gone.
pub(crate) fn tokenize(text: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let (mut rest, mut line) = (text, 1);
    while let Some(first) = rest.chars().next() {
        let (length, token) = read_token(rest, first);
        if let Some((text, is_literal)) = token {
            tokens.push(Token {
                text: text.to_owned(),
                line,
                is_literal,
            });
        }
        line += rest[..length].matches('\n').count();
        rest = &rest[length..];
    }
    tokens
}

/// How long the next piece is, and what it says if it is no comment and no blank.
fn read_token(rest: &str, first: char) -> (usize, Option<(&str, bool)>) {
    let is_name = |c: char| c.is_alphanumeric() || c == '_';
    if rest.starts_with("//") {
        return (rest.find('\n').unwrap_or(rest.len()), None);
    }
    if rest.starts_with("/*") {
        return (comment_length(rest), None);
    }
    if let Some((prefix, hashes)) = raw_string(rest) {
        let start = prefix + hashes + 1;
        let close = format!("\"{}", "#".repeat(hashes));
        let inner = rest[start..].find(&close).unwrap();
        let whole = start + inner + close.len();
        return (whole, Some((&rest[start..start + inner], true)));
    }
    let quote = usize::from(rest.starts_with("b\"") || rest.starts_with("b'"));
    match rest.as_bytes()[quote] {
        b'"' => {
            let end = quoted_length(&rest[quote..], '"') + quote;
            (end, Some((&rest[quote + 1..end - 1], true)))
        }
        b'\'' => {
            let mut chars = rest[quote + 1..].chars();
            let (next, then) = (chars.next(), chars.next());
            if next == Some('\\') || then == Some('\'') {
                let end = quoted_length(&rest[quote..], '\'') + quote;
                return (end, Some((&rest[quote + 1..end - 1], true)));
            }
            let end = rest[1..]
                .find(|c| !is_name(c))
                .map_or(rest.len(), |end| end + 1);
            (end, Some((&rest[..end], true))) // a lifetime
        }
        _ if is_name(first) => {
            let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
            (end, Some((&rest[..end], false)))
        }
        _ if first.is_whitespace() => (first.len_utf8(), None),
        _ if rest.starts_with("::") => (2, Some(("::", false))),
        _ => (first.len_utf8(), Some((&rest[..first.len_utf8()], false))),
    }
}

fn comment_length(rest: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < rest.len() {
        let here = &rest.as_bytes()[at..];
        if here.starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if here.starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                break;
            }
        } else {
            at += 1;
        }
    }
    at
}

/// Length of the prefix and number of hashes of a raw string.
fn raw_string(rest: &str) -> Option<(usize, usize)> {
    let prefix = ["r", "br"].into_iter().find(|prefix| {
        let after = rest.strip_prefix(prefix);
        after.is_some_and(|after| after.trim_start_matches('#').starts_with('"'))
    })?;
    let hashes = rest[prefix.len()..].find('"')?;
    Some((prefix.len(), hashes))
}

/// With both quotes.
fn quoted_length(rest: &str, quote: char) -> usize {
    let mut chars = rest.char_indices().skip(1);
    while let Some((at, c)) = chars.next() {
        if c == '\\' {
            chars.next();
        } else if c == quote {
            return at + 1;
        }
    }
    rest.len()
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
