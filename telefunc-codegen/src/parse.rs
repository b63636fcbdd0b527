//! Reads the TypeScript text of `ts-rs` into an [`Ast`].

use crate::ast::{Alias, Ast, Field, Keyword};

/// Why a text is not understood: what was expected, and the text from there on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ParseError {
    pub(crate) expected: &'static str,
    pub(crate) rest: String,
}

type Parsed<T> = Result<T, ParseError>;

/// Reads a whole declaration: `type Page<T> = { … };` or `enum Level { "Low" = 1, … }`.
pub(crate) fn alias(text: &str) -> Parsed<Alias> {
    let mut parser = Parser::new(text);
    if parser.eat_word("enum") {
        parser.name()?;
        return Ok(Alias { parameters: Vec::new(), body: parser.enumeration()? });
    }
    if !parser.eat_word("type") {
        return parser.fail("`type`");
    }
    parser.name()?;
    let parameters = parser.parameters()?;
    parser.expect("=", "`=`")?;
    let body = parser.union()?;
    parser.eat(";");
    parser.end()?;
    Ok(Alias { parameters, body })
}

/// Reads one type expression.
pub(crate) fn expression(text: &str) -> Parsed<Ast> {
    let mut parser = Parser::new(text);
    let ast = parser.union()?;
    parser.end()?;
    Ok(ast)
}

/// The lines of a `/** … */` comment without its stars.
pub(crate) fn doc_lines(comment: &str) -> Vec<String> {
    let inner = comment.trim();
    let inner = inner.strip_prefix("/**").unwrap_or(inner);
    let inner = inner.strip_suffix("*/").unwrap_or(inner);
    let mut lines: Vec<String> = inner
        .lines()
        .map(|line| {
            let line = line.trim_start();
            let line = line.strip_prefix('*').unwrap_or(line);
            line.strip_prefix(' ').unwrap_or(line).trim_end().to_owned()
        })
        .collect();
    while lines.first().is_some_and(String::is_empty) {
        lines.remove(0);
    }
    while lines.last().is_some_and(String::is_empty) {
        lines.pop();
    }
    lines
}

struct Parser<'a> {
    rest: &'a str,
    /// The last doc comment that was skipped.
    docs: Vec<String>,
}

impl<'a> Parser<'a> {
    fn new(text: &'a str) -> Self {
        let mut parser = Self { rest: text, docs: Vec::new() };
        parser.skip();
        parser
    }

    fn union(&mut self) -> Parsed<Ast> {
        self.eat("|");
        let mut members = vec![self.intersection()?];
        while self.eat("|") {
            members.push(self.intersection()?);
        }
        Ok(flat(members, Ast::Union, |ast| match ast {
            Ast::Union(inner) => Ok(inner),
            other => Err(other),
        }))
    }

    fn intersection(&mut self) -> Parsed<Ast> {
        self.eat("&");
        let mut members = vec![self.postfix()?];
        while self.eat("&") {
            members.push(self.postfix()?);
        }
        Ok(flat(members, Ast::Intersection, |ast| match ast {
            Ast::Intersection(inner) => Ok(inner),
            other => Err(other),
        }))
    }

    fn postfix(&mut self) -> Parsed<Ast> {
        let mut ast = self.primary()?;
        while self.rest.strip_prefix('[').is_some_and(|rest| rest.trim_start().starts_with(']')) {
            self.eat("[");
            self.eat("]");
            ast = Ast::Array(Box::new(ast));
        }
        Ok(ast)
    }

    fn primary(&mut self) -> Parsed<Ast> {
        match self.rest.chars().next() {
            Some('(') => {
                self.eat("(");
                let inner = self.union()?;
                self.expect(")", "`)`")?;
                Ok(inner)
            }
            Some('{') => self.braces(),
            Some('[') => self.tuple(),
            Some(quote @ ('"' | '\'')) => Ok(Ast::Text(self.quoted(quote)?)),
            Some('`') => {
                let raw = self.rest;
                self.quoted('`')?;
                let length = raw.len() - self.rest.len();
                Ok(Ast::Template(raw[..length].trim_end().to_owned()))
            }
            Some(c) if c.is_ascii_digit() || c == '-' => self.number(),
            Some(c) if is_name(c) => self.named(),
            _ => self.fail("a type"),
        }
    }

    fn named(&mut self) -> Parsed<Ast> {
        let name = self.name()?;
        let keyword = match name.as_str() {
            "string" => Keyword::String,
            "number" => Keyword::Number,
            "bigint" => Keyword::BigInt,
            "boolean" => Keyword::Boolean,
            "null" => Keyword::Null,
            "never" => Keyword::Never,
            "any" | "unknown" => Keyword::Any,
            "undefined" | "void" => Keyword::Undefined,
            "true" | "false" => return Ok(Ast::Bool(name == "true")),
            "readonly" => return self.postfix(),
            _ => return self.reference(name),
        };
        Ok(Ast::Keyword(keyword))
    }

    fn reference(&mut self, name: String) -> Parsed<Ast> {
        let mut arguments = Vec::new();
        if self.eat("<") {
            while !self.eat(">") {
                arguments.push(self.union()?);
                self.eat(",");
            }
        }
        Ok(match (name.as_str(), arguments.as_slice()) {
            ("Array" | "ReadonlyArray", [item]) => Ast::Array(Box::new(item.clone())),
            // What `ts-rs` prints for a struct without fields.
            ("Record", [Ast::Name { name, .. }, Ast::Keyword(Keyword::Never)])
                if name == "symbol" =>
            {
                Ast::Object(Vec::new())
            }
            ("Record", [key, value]) => Ast::Map {
                key: Box::new(key.clone()),
                value: Box::new(value.clone()),
                partial: false,
            },
            ("Partial", [Ast::Map { key, value, .. }]) => {
                Ast::Map { key: key.clone(), value: value.clone(), partial: true }
            }
            _ => Ast::Name { name, arguments },
        })
    }

    /// An object or a mapped type.
    fn braces(&mut self) -> Parsed<Ast> {
        self.expect("{", "`{`")?;
        let mut fields = Vec::new();
        while !self.eat("}") {
            let docs = std::mem::take(&mut self.docs);
            if self.rest.starts_with('[') {
                let map = self.mapped()?;
                // `ts-rs` joins `{ a } & { [key in K]: V }` to `{ a [key in K]: V }`.
                return Ok(match fields.as_slice() {
                    [] => map,
                    _ => Ast::Intersection(vec![Ast::Object(fields), map]),
                });
            }
            let name = self.key()?;
            let optional = self.eat("?");
            self.expect(":", "`:`")?;
            let ty = self.union()?;
            if !self.eat(",") && !self.eat(";") && !self.rest.starts_with(['}', '[']) {
                return self.fail("`,` or `}`");
            }
            fields.push(Field { name, optional, ty, docs });
        }
        Ok(Ast::Object(fields))
    }

    /// `[key in K]?: V }` or `[key: K]: V }`, after the brace.
    fn mapped(&mut self) -> Parsed<Ast> {
        self.expect("[", "`[`")?;
        self.name()?;
        if !self.eat_word("in") {
            self.expect(":", "`in` or `:`")?;
        }
        let key = Box::new(self.union()?);
        self.expect("]", "`]`")?;
        let partial = self.eat("?");
        self.expect(":", "`:`")?;
        let value = Box::new(self.union()?);
        if !self.eat(",") {
            self.eat(";");
        }
        self.expect("}", "`}`")?;
        Ok(Ast::Map { key, value, partial })
    }

    fn tuple(&mut self) -> Parsed<Ast> {
        self.expect("[", "`[`")?;
        let mut items = Vec::new();
        while !self.eat("]") {
            items.push(self.union()?);
            // `ts-rs` writes an optional item as `(T)?`; JSON has `null` there.
            self.eat("?");
            self.eat(",");
        }
        Ok(Ast::Tuple(items))
    }

    /// The variants of a `#[ts(repr(enum))]` type, as a union of their values.
    fn enumeration(&mut self) -> Parsed<Ast> {
        self.expect("{", "`{`")?;
        let mut members = Vec::new();
        let mut next = 0_i64;
        while !self.eat("}") {
            self.key()?;
            let value = if self.eat("=") { self.primary()? } else { Ast::Number(next.to_string()) };
            if let Ast::Number(number) = &value {
                next = number.parse::<i64>().unwrap_or(next).saturating_add(1);
            }
            members.push(value);
            self.eat(",");
        }
        Ok(Ast::Union(members))
    }

    fn parameters(&mut self) -> Parsed<Vec<String>> {
        let mut parameters = Vec::new();
        if self.eat("<") {
            while !self.eat(">") {
                parameters.push(self.name()?);
                if self.eat("=") {
                    self.union()?;
                }
                self.eat(",");
            }
        }
        Ok(parameters)
    }

    fn key(&mut self) -> Parsed<String> {
        match self.rest.chars().next() {
            Some(quote @ ('"' | '\'')) => self.quoted(quote),
            Some(c) if c.is_ascii_digit() => {
                let length =
                    self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
                Ok(self.take(length).to_owned())
            }
            _ => self.name(),
        }
    }

    fn name(&mut self) -> Parsed<String> {
        let length = self.rest.find(|c: char| !is_name(c)).unwrap_or(self.rest.len());
        if length == 0 {
            return self.fail("a name");
        }
        Ok(self.take(length).to_owned())
    }

    fn number(&mut self) -> Parsed<Ast> {
        let length = self
            .rest
            .find(|c: char| !c.is_ascii_alphanumeric() && c != '-' && c != '.')
            .unwrap_or(self.rest.len());
        Ok(Ast::Number(self.take(length).to_owned()))
    }

    /// A string's content. `ts-rs` quotes names but escapes nothing in them, so a quote only ends
    /// the string where what follows can follow one.
    fn quoted(&mut self, quote: char) -> Parsed<String> {
        let mut escaped = false;
        for (at, c) in self.rest.char_indices().skip(1) {
            let after = self.rest[at + c.len_utf8()..].trim_start().chars().next();
            if c == quote && !escaped && after.is_none_or(|c| "?:|&,;)>]}=[".contains(c)) {
                let text = self.rest[1..at].replace(&format!("\\{quote}"), &quote.to_string());
                self.take(at + 1);
                return Ok(text);
            }
            escaped = c == '\\' && !escaped;
        }
        self.fail("the end of a string")
    }

    fn take(&mut self, length: usize) -> &'a str {
        let (taken, rest) = self.rest.split_at(length);
        self.rest = rest;
        self.skip();
        taken
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest.starts_with(token);
        if found {
            self.take(token.len());
        }
        found
    }

    fn eat_word(&mut self, word: &str) -> bool {
        let found = self.rest.strip_prefix(word).is_some_and(|rest| !rest.starts_with(is_name));
        if found {
            self.take(word.len());
        }
        found
    }

    fn expect(&mut self, token: &str, expected: &'static str) -> Parsed<()> {
        if self.eat(token) { Ok(()) } else { self.fail(expected) }
    }

    fn end(&self) -> Parsed<()> {
        if self.rest.is_empty() { Ok(()) } else { self.fail("the end") }
    }

    fn fail<T>(&self, expected: &'static str) -> Parsed<T> {
        Err(ParseError { expected, rest: self.rest.chars().take(60).collect() })
    }

    /// Skips white space and comments, and keeps the last doc comment.
    fn skip(&mut self) {
        loop {
            self.rest = self.rest.trim_start();
            let Some(comment) = self.rest.strip_prefix("/*") else { return };
            let end = comment.find("*/").map_or(self.rest.len(), |at| at + 4);
            let (comment, rest) = self.rest.split_at(end);
            if comment.starts_with("/**") {
                self.docs = doc_lines(comment);
            }
            self.rest = rest;
        }
    }
}

/// Wraps several members, with members of members lifted, or gives the only one back.
fn flat(
    members: Vec<Ast>,
    wrap: fn(Vec<Ast>) -> Ast,
    unwrap: fn(Ast) -> Result<Vec<Ast>, Ast>,
) -> Ast {
    let mut flat: Vec<Ast> = Vec::new();
    for member in members {
        match unwrap(member) {
            Ok(inner) => flat.extend(inner),
            Err(other) => flat.push(other),
        }
    }
    if flat.len() == 1 { flat.remove(0) } else { wrap(flat) }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_' || c == '$' || c == '.'
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(name: &str) -> Ast {
        Ast::Name { name: name.to_owned(), arguments: Vec::new() }
    }

    fn field(name: &str, ty: Ast) -> Field {
        Field { name: name.to_owned(), optional: false, ty, docs: Vec::new() }
    }

    #[test]
    fn a_generic_struct_with_docs_is_read() {
        let text =
            "type Page<T> = { \n/**\n * The items.\n */\nitems: Array<T>, next?: string | null, };";
        let alias = alias(text).unwrap();
        assert_eq!(alias.parameters, ["T"]);
        let Ast::Object(fields) = alias.body else { panic!("an object") };
        assert_eq!(fields[0].docs, ["The items."]);
        assert_eq!(fields[0].ty, Ast::Array(Box::new(name("T"))));
        assert!(fields[1].optional && fields[1].docs.is_empty());
    }

    #[test]
    fn intersections_bind_closer_than_unions() {
        let ast = expression("{ \"k\": \"a\" } & A | { \"k\": \"b\" }").unwrap();
        let tag = |text: &str| Ast::Object(vec![field("k", Ast::Text(text.to_owned()))]);
        assert_eq!(ast, Ast::Union(vec![Ast::Intersection(vec![tag("a"), name("A")]), tag("b")]));
    }

    #[test]
    fn maps_tuples_and_empty_structs_are_read() {
        assert!(matches!(
            expression("{ [key in Key]?: number }").unwrap(),
            Ast::Map { partial: true, .. }
        ));
        assert_eq!(expression("Record<symbol, never>").unwrap(), Ast::Object(Vec::new()));
        assert_eq!(expression("[A, (B)?]").unwrap(), Ast::Tuple(vec![name("A"), name("B")]));
        assert!(
            matches!(expression("{ Ok : A } | { Err : B }").unwrap(), Ast::Union(members) if members.len() == 2)
        );
    }

    #[test]
    fn objects_that_were_joined_with_a_map_are_read() {
        let ast = expression("{ \"kind\": \"map\" [key in string]: number }").unwrap();
        assert!(matches!(ast, Ast::Intersection(members) if members.len() == 2));
    }

    #[test]
    fn enums_become_unions_of_their_values() {
        let alias = alias("enum Level { \"Low\" = 3, \"High\" }").unwrap();
        assert_eq!(alias.body, Ast::Union(vec![Ast::Number("3".into()), Ast::Number("4".into())]));
    }

    #[test]
    fn what_is_not_understood_names_the_place() {
        let error = expression("() => void").unwrap_err();
        assert_eq!((error.expected, error.rest.as_str()), ("a type", ") => void"));
    }
}
