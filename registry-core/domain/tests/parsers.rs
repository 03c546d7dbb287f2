//! Whatever comes from outside, the parsers answer with a value or a refusal; and a value that they accept
//! reads back the same.

use proptest::prelude::*;
use registry_domain::civil_id::CivilId;
use registry_domain::date::PartialDate;
use registry_domain::event::Facts;
use registry_domain::kind::Kind;
use registry_domain::name::latin::mns5217;
use registry_domain::name::{GivenName, LatinName};
use registry_domain::national_number::NationalNumber;
use registry_domain::person_ref::PersonRef;
use registry_domain::unit::{UnitCode, UnitTree};
use serde_json::Value;

/// Text that is nearly right: letters of both scripts, digits, marks, and any other characters.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[А-ЯӨҮA-ZЄ]{0,3}[0-9]{0,13}", "[0-9./-]{0,12}", "[а-яөүё a-z-]{0,20}", "\\PC{0,30}"]
}

/// JSON of a few levels.
fn json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        text().prop_map(Value::from)
    ];
    leaf.prop_recursive(3, 24, 6, |inner| {
        let key = prop_oneof![
            Just("person".to_owned()),
            Just("given_name".to_owned()),
            Just("born_on".to_owned()),
            Just("companions".to_owned()),
            Just("certificates".to_owned()),
            text()
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::btree_map(key, inner, 0..6)
                .prop_map(|fields| Value::Object(fields.into_iter().collect()))
        ]
    })
}

proptest! {
    #[test]
    fn what_is_accepted_reads_back_the_same(text in text()) {
        if let Ok(number) = NationalNumber::parse(&text) {
            prop_assert_eq!(NationalNumber::parse(number.as_str()), Ok(number));
        }
        if let Ok(id) = CivilId::parse(&text) {
            prop_assert_eq!(CivilId::parse(id.as_str()), Ok(id));
        }
        if let Ok(name) = GivenName::parse(&text) {
            prop_assert_eq!(GivenName::parse(name.as_str()), Ok(name.clone()));
            let latin = mns5217(name.as_str());
            prop_assert!(LatinName::parse(None, &latin).is_ok(), "{}", latin);
        }
        if let Ok(date) = PartialDate::parse(&text) {
            prop_assert_eq!(PartialDate::parse(&date.to_string()), Ok(date));
            prop_assert!(date.earliest() <= date.latest());
        }
        if let Ok(reference) = PersonRef::parse(&text) {
            prop_assert_eq!(PersonRef::parse(&reference.to_string()), Ok(reference));
        }
        if let Ok(code) = UnitCode::parse(&text) {
            prop_assert_eq!(UnitCode::parse(code.as_str()), Ok(code));
        }
    }

    #[test]
    fn any_form_of_any_kind_is_read_or_refused(json in json(), kind in 0..Kind::ALL.len()) {
        let refused = Facts::parse(&Kind::ALL[kind], &json);
        if let Err(refusal) = refused {
            prop_assert!(refusal.number() > 100);
            prop_assert!(!refusal.title_mn().is_empty());
        }
    }

    #[test]
    fn any_table_of_units_is_read_or_refused(lines in proptest::collection::vec("[0-9a-z\\t]{0,40}", 0..5)) {
        prop_assert!(UnitTree::parse_tsv(&lines.join("\n")).is_err());
    }
}
