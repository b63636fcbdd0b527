//! The issues found so far, and the path to where the check stands.

use telefunc_protocol::{Issue, PathSegment, limits};

/// Where a value stands, as a chain on the stack: nothing is allocated until there is an issue.
#[derive(Clone, Copy)]
pub(super) enum Path<'p> {
    Root,
    Key(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

/// What is wrong with the values seen so far.
pub(super) struct Report {
    issues: Vec<Issue>,
    limit: usize,
    failed: bool,
}

impl Path<'_> {
    fn segments(&self) -> Vec<PathSegment> {
        let mut segments = Vec::new();
        let mut path = self;
        loop {
            path = match path {
                Self::Root => break,
                Self::Key(outer, key) => {
                    segments.push(PathSegment::from(*key));
                    outer
                }
                Self::Index(outer, index) => {
                    segments.push(PathSegment::from(*index));
                    outer
                }
            };
        }
        segments.reverse();
        segments
    }
}

impl Report {
    /// A report of all issues, within the bound on their number.
    pub(super) fn full() -> Self {
        Self { issues: Vec::new(), limit: limits::ISSUES, failed: false }
    }

    /// A report that only tells whether there is an issue.
    pub(super) fn silent() -> Self {
        Self { issues: Vec::new(), limit: 0, failed: false }
    }

    /// An empty report that takes as much as this one.
    pub(super) fn alike(&self) -> Self {
        Self { issues: Vec::new(), limit: self.limit, failed: false }
    }

    /// Adds an issue.
    pub(super) fn add(&mut self, path: &Path<'_>, code: &str, message: impl FnOnce() -> String) {
        self.failed = true;
        if self.issues.len() < self.limit {
            let (path, code) = (path.segments(), code.to_owned());
            self.issues.push(Issue { path, message: message(), code });
        }
    }

    /// Adds the issues of another report.
    pub(super) fn append(&mut self, other: Self) {
        self.failed |= other.failed;
        let room = self.limit - self.issues.len();
        self.issues.extend(other.issues.into_iter().take(room));
    }

    pub(super) fn has_failed(&self) -> bool {
        self.failed
    }

    /// Whether looking further would tell nothing new.
    pub(super) fn is_complete(&self) -> bool {
        self.failed && self.issues.len() >= self.limit
    }

    pub(super) fn issues(&self) -> &[Issue] {
        &self.issues
    }

    pub(super) fn into_issues(self) -> Vec<Issue> {
        self.issues
    }
}
