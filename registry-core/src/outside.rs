//! Text that comes from outside. A control character is refused at the border, naming the field that has it.
//! It is refused on both engines alike: PostgreSQL cannot store U+0000 at all, and no paper can print any of
//! them.
//!
//! Every door asks here: JSON bodies (`api::sent`), the console's forms (`console::visit`), lines of an
//! import, and the arguments of the command line. Tabs and line ends do not count as control characters here:
//! a text may have lines.

use std::ffi::OsString;

use registry_domain::refusal::Refusal;
use serde_json::Value;

/// A refusal repeats at most this many characters of a member's name.
const LONGEST_NAME: usize = 40;

fn is_refused(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\t' | '\n' | '\r')
}

/// Refuses a text with a control character.
///
/// # Errors
/// [`Refusal::ControlCharacter`].
pub fn require_printable(text: &str) -> Result<(), Refusal> {
    if text.contains(is_refused) { Err(Refusal::ControlCharacter) } else { Ok(()) }
}

/// The text without the spaces around it, if it has 3 to 200 characters.
pub fn in_a_few_words(text: &str) -> Option<&str> {
    Some(text.trim()).filter(|text| (3..=200).contains(&text.chars().count()))
}

/// Refuses fields if one of them has a control character in its name or value.
///
/// # Errors
/// [`Refusal::ControlCharacter`] in the field.
pub fn require_printable_fields<'a>(
    fields: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Result<(), Refusal> {
    for (name, value) in fields {
        require_printable(name)?;
        require_printable(value).map_err(|no| no.in_field(&shortened(name)))?;
    }
    Ok(())
}

/// Refuses a JSON body if some text in it, at any depth, has a control character. A body that is no JSON is
/// left to the code that parses it.
///
/// # Errors
/// [`Refusal::ControlCharacter`] in the member.
pub fn require_printable_json(body: &[u8]) -> Result<(), Refusal> {
    if !may_have_control(body) {
        return Ok(());
    }
    match serde_json::from_slice::<Value>(body) {
        Ok(value) => require_printable_value(&value),
        Err(_) => Ok(()),
    }
}

/// Whether a body may hold a refused control character: JSON writes those below U+0020 as escapes, and the
/// others begin with few different octets. Most bodies have none of these, and need not be parsed twice.
fn may_have_control(body: &[u8]) -> bool {
    body.windows(2).any(|pair| match pair {
        [b'\\', b'u' | b'b' | b'f'] | [_, 0x7f] => true,
        [0xc2, second] => *second < 0xa0,
        _ => false,
    })
}

fn require_printable_value(value: &Value) -> Result<(), Refusal> {
    match value {
        Value::String(text) => require_printable(text),
        Value::Array(items) => {
            let mut numbered = items.iter().enumerate();
            numbered.try_for_each(|(at, item)| {
                require_printable_value(item).map_err(|no| no.in_field(&at.to_string()))
            })
        }
        Value::Object(members) => members.iter().try_for_each(|(name, member)| {
            require_printable(name)?;
            require_printable_value(member).map_err(|no| no.in_field(&shortened(name)))
        }),
        Value::Null | Value::Bool(_) | Value::Number(_) => Ok(()),
    }
}

/// Refuses arguments of the command line if one of them has a control character.
///
/// # Errors
/// [`Refusal::ControlCharacter`], naming the option before the argument, or else the argument's number.
pub fn require_printable_arguments(arguments: impl IntoIterator<Item = OsString>) -> Result<(), Refusal> {
    let mut option: Option<String> = None;
    for (at, argument) in arguments.into_iter().enumerate() {
        let text = argument.to_string_lossy();
        let place = option.take().unwrap_or_else(|| format!("argument {at}"));
        require_printable(&text).map_err(|no| no.in_field(&place))?;
        option = text.starts_with("--").then(|| shortened(&text));
    }
    Ok(())
}

fn shortened(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn field_of(outcome: Result<(), Refusal>) -> Option<String> {
        let refusal = outcome.unwrap_err();
        assert_eq!(refusal.cause(), &Refusal::ControlCharacter);
        refusal.field().map(str::to_owned)
    }

    fn sent(value: &Value) -> Result<(), Refusal> {
        require_printable_json(&serde_json::to_vec(value).unwrap())
    }

    #[test]
    fn a_control_character_is_refused_wherever_it_stands() {
        for letter in
            ['\0', '\u{1}', '\u{8}', '\u{b}', '\u{c}', '\u{1b}', '\u{1f}', '\u{7f}', '\u{80}', '\u{9f}']
        {
            let text = format!("а{letter}б");
            assert_eq!(field_of(sent(&json!({ "reason": text }))).as_deref(), Some("reason"), "{letter:?}");
            assert_eq!(
                field_of(sent(&json!({ "facts": { "answers": ["440: да", text] } }))).as_deref(),
                Some("facts.answers.1")
            );
            assert_eq!(field_of(sent(&json!({ "facts": { text.as_str(): 1 } }))).as_deref(), Some("facts"));
            assert_eq!(field_of(sent(&json!(text))), None);
        }
    }

    #[test]
    fn what_can_be_printed_is_taken() {
        for text in [
            "Бат",
            "ᠪᠠᠲᠤ\u{180e}",
            "two\r\nlines\tand a tab",
            "a\\u0000b",
            "\u{a0}\u{ad}\u{2028}",
            "Ā \"quoted\" / slash",
        ] {
            assert_eq!(sent(&json!({ "reason": text })), Ok(()), "{text}");
        }
        assert_eq!(require_printable_json(b"{\"a\": \"\\u0041\", \"b\": \"\\u04e9\"}"), Ok(()));
        assert_eq!(require_printable_json(b"no JSON \\u0000"), Ok(()));
    }

    #[test]
    fn most_bodies_are_not_read_twice() {
        let question =
            json!({ "end_user": "Ажилтан", "case": "Ā-1", "number": "УА90010101", "living": true });
        assert!(!may_have_control(&serde_json::to_vec(&question).unwrap()));
        assert!(may_have_control(br#"{"a": "\u0000"}"#) && may_have_control("\u{85}".as_bytes()));
    }

    #[test]
    fn an_argument_is_named_by_its_option_or_its_place() {
        let given = |arguments: &[&str]| require_printable_arguments(arguments.iter().map(OsString::from));
        assert_eq!(given(&["registry", "officer", "add", "--label", "Хоёр\nмөр"]), Ok(()));
        assert_eq!(
            field_of(given(&["registry", "officer", "--label", "a\u{1b}b"])).as_deref(),
            Some("--label")
        );
        assert_eq!(field_of(given(&["registry", "import", "a\u{7}"])).as_deref(), Some("argument 2"));
    }
}
