//! What Rust names are called in TypeScript.

/// `on_new_todo` becomes `onNewTodo`. Underscores in front are dropped: they say "unused" to Rust.
pub(crate) fn camel_case(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    let mut capital = false;
    for letter in name.trim_start_matches('_').chars() {
        if letter == '_' {
            capital = true;
        } else if std::mem::take(&mut capital) {
            camel.extend(letter.to_uppercase());
        } else {
            camel.push(letter);
        }
    }
    camel
}

/// A name that can be declared in TypeScript: reserved words get a trailing `_`.
pub(crate) fn declarable(name: String) -> String {
    if RESERVED.contains(&name.as_str()) { name + "_" } else { name }
}

/// Whether `name` is an identifier of TypeScript (ECMA-262 §12.7, without escapes).
pub(crate) fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    let starts =
        letters.next().is_some_and(|first| first.is_alphabetic() || matches!(first, '_' | '$'));
    starts && letters.all(|letter| letter.is_alphanumeric() || matches!(letter, '_' | '$'))
}

/// The reserved words of ECMA-262 §12.7.2, in strict mode and modules, and the two names that
/// strict mode does not let one declare.
const RESERVED: &[&str] = &[
    "arguments",
    "await",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "finally",
    "for",
    "function",
    "if",
    "implements",
    "import",
    "in",
    "instanceof",
    "interface",
    "let",
    "new",
    "null",
    "package",
    "private",
    "protected",
    "public",
    "return",
    "static",
    "super",
    "switch",
    "this",
    "throw",
    "true",
    "try",
    "typeof",
    "undefined",
    "var",
    "void",
    "while",
    "with",
    "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn snake_case_becomes_camel_case() {
        for (rust, typescript) in [
            ("on_new_todo", "onNewTodo"),
            ("x", "x"),
            ("_unused", "unused"),
            ("get_2d_map", "get2dMap"),
            ("a__b", "aB"),
            ("trailing_", "trailing"),
            ("alreadyCamel", "alreadyCamel"),
        ] {
            assert_eq!(camel_case(rust), typescript);
        }
    }

    #[test]
    fn reserved_words_get_an_underscore() {
        assert_eq!(declarable("delete".into()), "delete_");
        assert_eq!(declarable("remove".into()), "remove");
    }

    #[test]
    fn identifiers_are_told_from_other_text() {
        assert!(is_identifier("onNewTodo") && is_identifier("größe") && is_identifier("_$1"));
        assert!(
            !is_identifier("")
                && !is_identifier("1a")
                && !is_identifier("a-b")
                && !is_identifier("a b")
        );
    }
}
