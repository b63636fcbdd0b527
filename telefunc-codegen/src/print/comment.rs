//! JSDoc from Rust documentation.

use crate::doc::Doc;

/// A doc comment and the line break after it; nothing where there is nothing to say.
pub(super) fn comment(docs: &[String], deprecated: Option<&str>) -> Vec<Doc> {
    let mut lines: Vec<String> = docs.iter().map(|line| line.replace("*/", "*\\/")).collect();
    if let Some(note) = deprecated {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        let note = note.replace("*/", "*\\/").replace('\n', " ");
        lines.push(format!("@deprecated {note}").trim_end().to_owned());
    }
    let mut printed = Vec::new();
    match lines.as_slice() {
        [] => return Vec::new(),
        [line] => printed.push(Doc::text(format!("/** {line} */"))),
        lines => {
            printed.push(Doc::text("/**"));
            for line in lines {
                printed
                    .extend([Doc::Hardline, Doc::text(format!(" * {line}").trim_end().to_owned())]);
            }
            printed.extend([Doc::Hardline, Doc::text(" */")]);
        }
    }
    printed.push(Doc::Hardline);
    printed
}
