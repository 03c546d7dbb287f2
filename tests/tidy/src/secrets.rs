//! No line prints or logs a secret.

/// Words that name a secret, as the name of a variable or field, or as part of one.
const SECRETS: [&str; 9] = [
    "pin",
    "puk",
    "secret",
    "password",
    "passphrase",
    "private_key",
    "session_key",
    "session_keys",
    "master_key",
];

const PRINTERS: [&str; 8] =
    ["print!(", "println!(", "trace!(", "debug!(", "info!(", "warn!(", "error!(", "span!("];

/// Lines that print or log and name a secret outside the printed words. Only macro calls on one line are
/// checked: `cargo fmt` keeps short ones on one line, and a redacted `Debug` covers the rest. Examples in a
/// raw string are ignored.
pub fn printed(text: &str) -> Vec<String> {
    let mut findings = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let Some(start) = PRINTERS.iter().filter_map(|printer| line.find(printer)).min() else { continue };
        let is_example = line[..start].contains("r#\"") || line.trim_start().starts_with("//");
        let names = printed_names(&line[start..]);
        if !is_example && names.iter().any(|name| SECRETS.contains(&name.as_str())) {
            findings.push(format!("line {}: prints a secret: {}", index + 1, line.trim()));
        }
    }
    findings
}

/// The identifiers in a macro call: those outside its strings, and those in braces inside its strings.
fn printed_names(call: &str) -> Vec<String> {
    let (mut is_words, mut is_braced) = (false, false);
    let visible = call.chars().map(|letter| {
        match letter {
            '"' => is_words = !is_words,
            '{' => is_braced = true,
            '}' => is_braced = false,
            _ => {}
        }
        if is_words && !is_braced { ' ' } else { letter }
    });
    let visible: String = visible.collect();
    let is_part = |letter: char| letter.is_alphanumeric() || letter == '_';
    visible.split(|letter| !is_part(letter)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_printed_secret_is_found() {
        for line in [
            r#"println!("the PIN is {pin}");"#,
            r#"eprintln!("{}", card.pin);"#,
            r#"tracing::info!(puk = %slip.puk, "printed");"#,
            r#"debug!("{session_keys:?}");"#,
            r#"warn!(?private_key, "not sealed");"#,
        ] {
            assert_eq!(printed(line).len(), 1, "{line}");
        }
    }

    #[test]
    fn words_about_a_secret_are_none() {
        for line in [
            r#"println!("The transport PIN is on the slip.");"#,
            r#"tracing::info!(tries_left, "wrong pin");"#,
            "let pin = CardPin::parse(text)?;",
            r#"error!("{pinned}");"#,
        ] {
            assert!(printed(line).is_empty(), "{line}");
        }
    }
}
