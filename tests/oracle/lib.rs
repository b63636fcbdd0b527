//! Compares telefunc's argument checker with the `jsonschema` crate over random schemas and values.
//!
//! A package of its own, so that the oracle's long build stays out of everybody else's way.

#[cfg(test)]
mod random;
#[cfg(test)]
mod shape;
#[cfg(test)]
mod value;

#[cfg(test)]
mod tests {
    use jsonschema::Validator;
    use serde_json::{Map, Value, json};
    use telefunc_runtime::__private::{ArgumentChecker, Integers, Parameter};

    use crate::random::Random;
    use crate::shape::Shape;
    use crate::value;

    const SCHEMAS: u64 = 2500;
    const VALUES: usize = 12;

    /// A type, as a schema with its constraints and as one without.
    struct Case {
        shape: Shape,
        definitions: Vec<Shape>,
    }

    impl Case {
        fn random(random: &mut Random) -> Self {
            let definitions = (0..3).map(|_| Shape::definition(random, 3)).collect();
            Self { shape: Shape::random(random, 4), definitions }
        }

        fn schema(&self, constrained: bool) -> (Value, Map<String, Value>) {
            let name = |index| format!("T{index}");
            let definitions = (self.definitions.iter().enumerate())
                .map(|(index, shape)| (name(index), shape.schema(constrained)));
            (self.shape.schema(constrained), definitions.collect())
        }

        fn oracle(&self, constrained: bool) -> Validator {
            let (schema, definitions) = self.schema(constrained);
            let whole = json!({ "allOf": [schema], "$defs": definitions });
            let options = jsonschema::draft202012::options().should_validate_formats(true);
            options.build(&whole).unwrap()
        }
    }

    #[test]
    fn both_forms_agree_with_the_oracle() {
        let (mut valid, mut invalid, mut free) = (0, 0, 0);
        for seed in 0..SCHEMAS {
            let random = &mut Random::new(seed);
            let case = Case::random(random);
            let (schema, definitions) = case.schema(true);
            let parameter = Parameter { name: "it", schema: &schema, optional: false };
            let checker =
                ArgumentChecker::compile([parameter], &definitions, Integers::Exact).unwrap();
            let (oracle, types) = (case.oracle(true), case.oracle(false));
            free += usize::from(checker.is_free());
            for _ in 0..VALUES {
                let value = value::like(&case.shape, &case.definitions, random, 8);
                let expected = oracle.is_valid(&value);
                let body = json!([value]).to_string();
                let context = || format!("seed {seed}\n{value}\n{schema}\n{}", json!(definitions));
                if expected {
                    valid += 1;
                } else {
                    invalid += 1;
                }

                let error = serde_json::from_str::<()>("[]").unwrap_err();
                let issues = checker.explain(body.as_bytes(), &error);
                let found = issues[0].code != "invalid";
                assert_eq!(!found, expected, "full form: {issues:?}\n{}", context());

                if types.is_valid(&value) {
                    let issues = checker.check(body.as_bytes());
                    assert_eq!(
                        issues.is_empty(),
                        expected,
                        "pruned form: {issues:?}\n{}",
                        context()
                    );
                }
            }
        }
        // Else the generator would have gone astray.
        println!("{valid} valid, {invalid} invalid values; {free} schemas without constraints");
        assert!(valid > 3000 && invalid > 3000 && free > 100);
    }
}
