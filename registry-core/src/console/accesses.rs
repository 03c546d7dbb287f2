//! Accesses as the citizen reads them: who looked at what, why, and under which law.

use chrono_tz::Tz;
use registry_domain::history::stated::Stated;

use super::page::Page;
use super::words::Words;
use crate::store::access_index::SeenAccess;

/// One line of the list.
pub(super) struct Access {
    pub when: String,
    pub who: String,
    pub end_user: String,
    pub act: String,
    pub purpose: String,
    pub legal_basis: String,
    pub case: String,
    /// What was answered, in words; empty if the access was no answer.
    pub answered: String,
    /// Whether something in the answer has changed since.
    pub is_superseded: bool,
}

impl Access {
    /// Writes an access out in the page's language.
    pub fn of(page: &Page, zone: Tz, seen: &SeenAccess, is_superseded: bool) -> Access {
        let row = &seen.row;
        let text = |value: &Option<String>| value.clone().unwrap_or_default();
        Access {
            when: seen.at.with_timezone(&zone).format("%Y-%m-%d %H:%M:%S").to_string(),
            who: who(page, seen),
            end_user: text(&row.end_user),
            act: in_words(page.w, &row.act),
            purpose: in_words(page.w, &row.purpose),
            legal_basis: in_words(page.w, &text(&row.legal_basis)),
            case: text(&row.case_reference),
            answered: answered(page.w, row.answered.as_deref().unwrap_or_default()),
            is_superseded,
        }
    }
}

/// The attributes of an answer, in words.
pub(super) fn answered(w: &'static Words, attributes: &str) -> String {
    let word = |stated: Stated| match stated {
        Stated::ClanName => w.clan_name,
        Stated::ParentName => w.parent_name,
        Stated::GivenName => w.given_name,
        Stated::BornOn => w.born_on,
        Stated::Living => w.life,
    };
    let words: Vec<&str> = attributes.split(' ').filter_map(Stated::parse).map(word).collect();
    words.join(", ")
}

fn who(page: &Page, seen: &SeenAccess) -> String {
    let row = &seen.row;
    match (row.actor_kind.as_str(), &row.office) {
        ("citizen", _) => page.w.myself.to_owned(),
        ("system", _) => page.w.the_service.to_owned(),
        (_, Some(office)) => format!("{} · {}", page.places.name_of_text(office), row.actor_label),
        (_, None) => row.actor_label.clone(),
    }
}

/// Translates what the service itself writes into the access log; what a person wrote stays as written.
fn in_words(w: &'static Words, text: &str) -> String {
    let known = match text {
        "record opened" => w.act_record_opened,
        "declaration opened" => w.act_declaration_opened,
        "registration" => w.act_registration,
        "extract printed" => w.act_extract,
        "credential issued" => w.act_credential,
        "decision printed" => w.act_decision,
        "draft opened" => w.act_draft,
        "notices listed" => w.act_notices,
        "declaration previewed" => w.act_preview,
        "identity question" => w.act_identity_question,
        "card check" => w.act_card_check,
        "card files" => w.act_card_files,
        "own record" => w.act_own_record,
        "superseded answers listed" => w.act_superseded_listed,
        "superseded answers told" => w.act_superseded_told,
        "registration of a declared event" => w.purpose_registration,
        "deciding on a declaration" => w.purpose_deciding,
        "issue of an extract" => w.purpose_extract,
        "issue of a digital credential" => w.purpose_credential,
        "handing over a refusal" => w.purpose_refusal,
        "preparing a declaration" => w.purpose_preparing,
        "reminding of events to be declared" => w.purpose_reminding,
        "what a declaration would change" => w.purpose_preview,
        "personalisation of a card" => w.purpose_card,
        "reading one's own data" => w.purpose_own,
        "which answers are out of date" | "what an act made out of date" => w.purpose_superseded,
        "Civil State Registration Law" => w.law_registration,
        "Civil State Registration Law art. 16" => w.law_cards,
        other => other,
    };
    known.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::language::Language;

    #[test]
    fn what_the_service_writes_is_read_in_the_own_language_and_a_reason_as_written() {
        let mn = Language::Mn.words();
        assert_eq!(in_words(mn, "record opened"), "Бичлэг нээсэн");
        assert_eq!(in_words(mn, "comparing a parent"), "comparing a parent");
    }
}
