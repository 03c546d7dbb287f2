//! Normal forms of names: both scripts become one, and letters that people confuse become one.

/// Folds case and script and merges the letters commonly confused: о ө у ү (and `o u ö ü`) → `o`, э е → `e`,
/// и й ы → `i`, х к (and `kh h k x`) → `h`, в `w` → `v`, ф п → `p`; drops ъ, ь, hyphens, spaces; a letter
/// written twice counts once.
pub fn norm(name: &str) -> String {
    let lower: Vec<char> = name.to_lowercase().chars().collect();
    let mut folded = String::with_capacity(lower.len());
    let mut place = 0;
    while let Some(letter) = lower.get(place).copied() {
        let pair = lower.get(place + 1).and_then(|next| digraph(letter, *next));
        place += if pair.is_some() { 2 } else { 1 };
        for sound in pair.unwrap_or_else(|| single(letter)).chars() {
            if !folded.ends_with(sound) {
                folded.push(sound);
            }
        }
    }
    folded
}

/// Two Latin letters that stand for one Cyrillic letter.
const fn digraph(first: char, second: char) -> Option<&'static str> {
    Some(match (first, second) {
        ('k', 'h') => "h",
        ('z', 'h') => "j",
        ('t', 's') => "c",
        ('c', 'h') => "q",
        ('s', 'h') => "x",
        ('y', 'e') => "e",
        _ => return None,
    })
}

const fn single(letter: char) -> &'static str {
    match letter {
        'а' | 'a' => "a",
        'б' | 'b' => "b",
        'в' | 'v' | 'w' => "v",
        'г' | 'g' => "g",
        'д' | 'd' => "d",
        'е' | 'э' | 'e' => "e",
        'ё' | 'ю' => "io",
        'ж' | 'j' => "j",
        'з' | 'z' => "z",
        'и' | 'й' | 'ы' | 'i' | 'y' => "i",
        'к' | 'х' | 'k' | 'h' | 'x' => "h",
        'л' | 'l' => "l",
        'м' | 'm' => "m",
        'н' | 'n' => "n",
        'о' | 'ө' | 'у' | 'ү' | 'o' | 'ö' | 'u' | 'ü' => "o",
        'п' | 'ф' | 'p' | 'f' => "p",
        'р' | 'r' => "r",
        'с' | 's' => "s",
        'т' | 't' => "t",
        'ц' | 'c' => "c",
        'ч' | 'q' => "q",
        'ш' | 'щ' => "x",
        'я' => "ia",
        _ => "",
    }
}

/// Drops the genitive that papers leave on a parent's name (`Доржийн`, `Батын`). Works on a normal form.
pub(crate) fn without_genitive(norm: &str) -> String {
    let endings = ["gin", "in"];
    let stem = endings.iter().find_map(|ending| norm.strip_suffix(ending).filter(|stem| stem.len() >= 3));
    stem.unwrap_or(norm).to_owned()
}

/// The skeleton of a normal form: its first vowel as `a`, `e`, `i` or `o`, and its consonants, where those
/// spoken at the same place of the mouth become one (г х, б в п, д т, з ж, ц ч, с ш).
pub fn skeleton(norm: &str) -> String {
    let mut skeleton = String::with_capacity(norm.len());
    let mut has_vowel = false;
    for letter in norm.chars() {
        let merged = match letter {
            'a' | 'e' | 'i' | 'o' => {
                if std::mem::replace(&mut has_vowel, true) {
                    continue;
                }
                letter
            }
            'g' | 'h' => 'h',
            'b' | 'v' | 'p' => 'b',
            'd' | 't' => 't',
            'z' | 'j' => 'j',
            'c' | 'q' => 'c',
            's' | 'x' => 's',
            other => other,
        };
        if !skeleton.ends_with(merged) {
            skeleton.push(merged);
        }
    }
    skeleton
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::name::latin::mns5217;

    #[test]
    fn spellings_people_confuse_have_one_normal_form() {
        for (one, other) in [
            ("Мөнхбат", "Мунхбат"),
            ("Өлзий-Орших", "Өлзийорших"),
            ("Ганболд", "Ган Болд"),
            ("Энхжаргал", "Енхжаргал"),
            ("Дулмаа", "Дулма"),
        ] {
            assert_eq!(norm(one), norm(other), "{one} {other}");
        }
        assert_ne!(norm("Бат"), norm("Бад"));
    }

    #[test]
    fn a_latin_spelling_meets_its_cyrillic_one() {
        for name in ["Мөнхбат", "Чулуунцэцэг", "Хонгорзул", "Шинэбаяр"] {
            assert_eq!(norm(name), norm(&mns5217(name)), "{name}");
        }
    }

    #[test]
    fn a_skeleton_forgives_what_is_misheard() {
        assert_eq!(skeleton(&norm("Бадам")), skeleton(&norm("Батам")));
        assert_eq!(skeleton(&norm("Цэцэг")), skeleton(&norm("Чэчэг")));
        assert_ne!(skeleton(&norm("Болд")), skeleton(&norm("Дорж")));
    }

    #[test]
    fn a_genitive_is_dropped_and_a_short_name_is_left() {
        assert_eq!(without_genitive(&norm("Доржийн")), norm("Дорж"));
        assert_eq!(without_genitive(&norm("Батын")), norm("Бат"));
        assert_eq!(without_genitive(&norm("Чин")), norm("Чин"));
    }
}
