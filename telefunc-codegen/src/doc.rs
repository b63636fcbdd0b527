//! A document printer that breaks lines as Prettier does: a group goes on one line if it fits in
//! 80 columns, else its line breaks are taken.
//!
//! It follows Prettier's own algorithm (Wadler's, with its look-ahead into what comes after a
//! group), because the output must be exactly what Prettier would make of it.

/// The columns of Prettier's default options.
const WIDTH: usize = 80;

#[derive(Clone, Debug)]
pub(crate) enum Doc {
    Text(String),
    /// A space, or a line break in a broken group.
    Line,
    /// Nothing, or a line break in a broken group.
    Softline,
    /// A line break that breaks every group around it.
    Hardline,
    Concat(Vec<Doc>),
    Indent(Box<Doc>),
    Group(Box<Doc>),
    /// The first in a broken group, the second in one that fits.
    IfBreak(Box<Doc>, Box<Doc>),
    /// The first that fits, else the last. Line breaks inside don't break what is around.
    Choice(Vec<Doc>),
}

#[derive(Clone, Copy, PartialEq)]
enum Mode {
    Flat,
    Break,
}

type Command<'d> = (usize, Mode, &'d Doc);

impl Doc {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(crate) fn group(docs: impl Into<Vec<Self>>) -> Self {
        Self::Group(Box::new(Self::Concat(docs.into())))
    }

    pub(crate) fn indent(docs: impl Into<Vec<Self>>) -> Self {
        Self::Indent(Box::new(Self::Concat(docs.into())))
    }

    /// Text that only a broken group has.
    pub(crate) fn if_broken(text: &str) -> Self {
        Self::IfBreak(Box::new(Self::text(text)), Box::new(Self::text("")))
    }

    pub(crate) fn join(docs: impl IntoIterator<Item = Self>, separator: &Self) -> Self {
        let mut joined = Vec::new();
        for doc in docs {
            if !joined.is_empty() {
                joined.push(separator.clone());
            }
            joined.push(doc);
        }
        Self::Concat(joined)
    }

    /// Whether a line break inside is certain.
    pub(crate) fn breaks(&self) -> bool {
        match self {
            Self::Hardline => true,
            Self::Concat(docs) => docs.iter().any(Self::breaks),
            Self::Indent(doc) | Self::Group(doc) => doc.breaks(),
            Self::IfBreak(broken, _) => broken.breaks(),
            _ => false,
        }
    }

    /// Lays the document out.
    pub(crate) fn render(&self) -> String {
        let mut output = Output::default();
        let mut commands: Vec<Command<'_>> = vec![(0, Mode::Break, self)];
        while let Some((indent, mode, doc)) = commands.pop() {
            match doc {
                Self::Text(text) => output.text(text),
                Self::Concat(docs) => {
                    commands.extend(docs.iter().rev().map(|doc| (indent, mode, doc)))
                }
                Self::Indent(doc) => commands.push((indent + 2, mode, doc)),
                Self::Line if mode == Mode::Flat => output.text(" "),
                Self::Softline if mode == Mode::Flat => {}
                Self::Line | Self::Softline | Self::Hardline => output.line(indent),
                Self::IfBreak(broken, flat) => {
                    commands.push((indent, mode, if mode == Mode::Break { broken } else { flat }));
                }
                Self::Group(inner) => {
                    let broken = inner.breaks();
                    let flat = (indent, Mode::Flat, &**inner);
                    let room = WIDTH.saturating_sub(output.column);
                    let fits = !broken && (mode == Mode::Flat || fits(flat, &commands, room));
                    let mode = if fits { Mode::Flat } else { Mode::Break };
                    commands.push((indent, mode, inner));
                }
                Self::Choice(states) => {
                    let room = WIDTH.saturating_sub(output.column);
                    let Some((last, others)) = states.split_last() else { continue };
                    let fitting = others
                        .iter()
                        .find(|state| fits((indent, Mode::Flat, state), &commands, room));
                    commands.push(match fitting {
                        Some(state) => (indent, Mode::Flat, state),
                        None => (indent, Mode::Break, last),
                    });
                }
            }
        }
        output.text
    }
}

/// Whether `next` and what follows it up to the next possible line break fit into `room`.
fn fits(next: Command<'_>, rest: &[Command<'_>], room: usize) -> bool {
    let mut room = room;
    let mut rest = rest.iter().rev();
    let mut commands = vec![next];
    loop {
        let Some((indent, mode, doc)) = commands.pop().or_else(|| rest.next().copied()) else {
            return true;
        };
        match doc {
            Doc::Text(text) => match room.checked_sub(width(text)) {
                Some(left) => room = left,
                None => return false,
            },
            Doc::Concat(docs) => commands.extend(docs.iter().rev().map(|doc| (indent, mode, doc))),
            Doc::Indent(doc) => commands.push((indent, mode, doc)),
            Doc::Group(inner) => {
                let mode = if inner.breaks() { Mode::Break } else { mode };
                commands.push((indent, mode, inner));
            }
            Doc::IfBreak(broken, flat) => {
                commands.push((indent, mode, if mode == Mode::Break { broken } else { flat }));
            }
            Doc::Choice(states) => {
                let state = if mode == Mode::Break { states.last() } else { states.first() };
                commands.extend(state.map(|state| (indent, mode, state)));
            }
            Doc::Hardline => return true,
            Doc::Line | Doc::Softline if mode == Mode::Break => return true,
            Doc::Line => match room.checked_sub(1) {
                Some(left) => room = left,
                None => return false,
            },
            Doc::Softline => {}
        }
    }
}

/// How many columns a text takes; Prettier counts wide characters twice.
fn width(text: &str) -> usize {
    let wide = |c: char| {
        matches!(u32::from(c), 0x1100..=0x115f | 0x2e80..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd)
    };
    text.chars().map(|c| if wide(c) { 2 } else { 1 }).sum()
}

#[derive(Default)]
struct Output {
    text: String,
    column: usize,
}

impl Output {
    fn text(&mut self, text: &str) {
        self.text.push_str(text);
        self.column += width(text);
    }

    fn line(&mut self, indent: usize) {
        let trimmed = self.text.trim_end_matches(' ').len();
        self.text.truncate(trimmed);
        self.text.push('\n');
        self.text.extend(std::iter::repeat_n(' ', indent));
        self.column = indent;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn call(arguments: &[&str]) -> Doc {
        let arguments = arguments.iter().map(|text| Doc::text(*text));
        let joined = Doc::join(arguments, &Doc::Concat(vec![Doc::text(","), Doc::Line]));
        Doc::group([
            Doc::text("call("),
            Doc::indent([Doc::Softline, joined]),
            Doc::if_broken(","),
            Doc::Softline,
            Doc::text(")"),
        ])
    }

    #[test]
    fn a_group_that_fits_stays_on_one_line() {
        assert_eq!(call(&["a", "b"]).render(), "call(a, b)");
    }

    #[test]
    fn a_group_that_does_not_fit_takes_all_its_line_breaks() {
        let long = "x".repeat(70);
        assert_eq!(
            call(&[&long, "bbbbbbbb"]).render(),
            format!("call(\n  {long},\n  bbbbbbbb,\n)")
        );
    }

    #[test]
    fn what_follows_a_group_counts() {
        let doc = Doc::Concat(vec![call(&[&"x".repeat(70)]), Doc::text("; // tail")]);
        assert!(doc.render().contains('\n'));
    }
}
