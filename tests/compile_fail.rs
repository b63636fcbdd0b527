//! What the macros refuse, and how they say it; bless with `TRYBUILD=overwrite`.

#[test]
fn mistakes_are_refused_where_they_are_written() {
    let cases = trybuild::TestCases::new();
    cases.compile_fail("tests/compile-fail/*.rs");
    // Whole crates: what only a crate root can show.
    cases.pass("tests/compile-pass/*.rs");
}
