//! What is declared in a history, and the form in which it is declared.
//!
//! People and acts are named by the label of the command that created them. So a history from which commands
//! were removed still names the same ones.

use std::sync::Arc;

use chrono::NaiveDate;
use registry_domain::kind::Kind;
use serde_json::{Value, json};

use crate::naming::Naming;

/// The person whom the command with this label brought into the register.
pub type Who = usize;
/// The number of a command within its history.
pub type Label = usize;

/// A word that can be cloned cheaply.
pub type Word = Arc<str>;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Sex {
    Female,
    Male,
}

#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Home {
    pub unit: &'static str,
    pub address: Word,
}

/// The words that can be corrected.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Field {
    Clan,
    Parent,
    Given,
    Sex,
    BornOn,
    Unit,
    Address,
    ArrivedOn,
    DiedOn,
    MarriedOn,
    EndedOn,
    RestoredOn,
}

impl Field {
    const fn word(self) -> &'static str {
        match self {
            Self::Clan => "clan_name",
            Self::Parent => "parent_name",
            Self::Given => "given_name",
            Self::Sex => "sex",
            Self::BornOn => "born_on",
            Self::Unit => "residence_unit",
            Self::Address => "address",
            Self::ArrivedOn => "arrived_on",
            Self::DiedOn => "died_on",
            Self::MarriedOn => "married_on",
            Self::EndedOn => "ended_on",
            Self::RestoredOn => "restored_on",
        }
    }

    /// Whether the field is the day of the event, which is the same for everyone in the act.
    pub const fn is_of_all(self) -> bool {
        matches!(self, Self::DiedOn | Self::MarriedOn | Self::EndedOn | Self::RestoredOn)
    }
}

#[derive(Clone, Debug)]
pub enum What {
    Import {
        number: String,
        clan: Word,
        parent: Word,
        given: Word,
        sex: Sex,
        born_on: NaiveDate,
        home: Home,
        mother: Option<(Who, String)>,
        father: Option<(Who, String)>,
        spouse: Option<(Who, String)>,
    },
    Birth {
        mother: Option<Who>,
        father: Option<Who>,
        applicants: Vec<&'static str>,
        /// For a foundling: clan name and parent's name as a competent body gave them, and where the child
        /// lives.
        foundling: Option<(Word, Word, Home)>,
        given: Word,
        sex: Sex,
        born_on: NaiveDate,
        answered: bool,
    },
    Death {
        who: Who,
        died_on: NaiveDate,
        by_court: bool,
        answered: bool,
    },
    Return {
        who: Who,
    },
    Marriage {
        husband: Who,
        wife: Who,
        witnesses: [Who; 2],
        on: NaiveDate,
        answered: bool,
    },
    Divorce {
        who: Who,
        /// The day on which the court's decision came into force; none for a divorce at an office.
        court: Option<NaiveDate>,
    },
    Restoration {
        husband: Who,
        wife: Who,
    },
    Parentage {
        child: Who,
        parent: Who,
        is_mother: bool,
        by_court: bool,
        takes_name: bool,
        takes_clan: bool,
        consents: bool,
        answered: bool,
    },
    NameChange {
        who: Who,
        clan: Option<Word>,
        parent: Option<Word>,
        given: Option<Word>,
        children: Vec<Who>,
        consenting: Vec<Who>,
        represented: bool,
    },
    Move {
        who: Who,
        along: Vec<Who>,
        home: Home,
        on: NaiveDate,
    },
    Correction {
        of: Label,
        who: Who,
        changes: Vec<(Field, String)>,
    },
    Annulment {
        of: Label,
    },
}

#[derive(Clone, Debug)]
pub struct Command {
    pub label: Label,
    pub office: &'static str,
    pub today: NaiveDate,
    pub what: What,
}

impl What {
    pub const fn kind(&self) -> Kind {
        match self {
            Self::Import { .. } => Kind::Legacy,
            Self::Birth { .. } => Kind::Birth,
            Self::Death { .. } => Kind::Death,
            Self::Return { .. } => Kind::DeclaredAlive,
            Self::Marriage { .. } => Kind::Marriage,
            Self::Divorce { .. } => Kind::MarriageEnded,
            Self::Restoration { .. } => Kind::MarriageRestored,
            Self::Parentage { .. } => Kind::Parentage,
            Self::NameChange { .. } => Kind::NameChange,
            Self::Move { .. } => Kind::Residence,
            Self::Correction { .. } => Kind::Correction,
            Self::Annulment { .. } => Kind::Annulment,
        }
    }
}

pub const fn sex_word(sex: Sex) -> &'static str {
    match sex {
        Sex::Female => "female",
        Sex::Male => "male",
    }
}

/// Answers to every question that the officer may be asked.
fn answers(answered: bool) -> Value {
    const ASKED: [&str; 4] = ["440: checked", "441: checked", "540: checked", "1240: checked"];
    if answered { json!(ASKED) } else { json!([]) }
}

fn with_decision(mut form: Value, in_force_on: NaiveDate) -> Value {
    form["court"] = json!("Шүүх");
    form["decision_number"] = json!("ШШ-1");
    form["in_force_on"] = json!(in_force_on);
    form
}

impl Command {
    /// The form with which the command is declared.
    pub fn form(&self, naming: &dyn Naming) -> Value {
        let id = |who: Who| naming.person(who).to_string();
        let ids = |people: &[Who]| people.iter().map(|who| id(*who)).collect::<Vec<String>>();
        match &self.what {
            What::Import { number, clan, parent, given, sex, born_on, home, mother, father, spouse } => {
                let number_of = |relative: &Option<(Who, String)>| {
                    relative.as_ref().map(|(_, number)| number.clone()).unwrap_or_default()
                };
                json!({
                    "national_number": number, "clan_name": **clan, "parent_name": **parent, "given_name": **given,
                    "sex": sex_word(*sex), "born_on": born_on, "residence_unit": home.unit, "address": *home.address,
                    "mother_number": number_of(mother), "father_number": number_of(father),
                    "spouse_number": number_of(spouse),
                })
            }
            What::Birth { .. } => self.birth_form(&id),
            What::Death { who, died_on, by_court, answered } => json!({
                "person": id(*who), "died_on": died_on, "paper_kind": if *by_court { "court" } else { "medical" },
                "paper_number": "М-1", "informant": "Хөрш", "cause": "Өвчин", "answers": answers(*answered),
            }),
            What::Return { who } => with_decision(json!({"person": id(*who)}), self.today),
            What::Marriage { husband, wife, witnesses: [one, other], on, answered } => json!({
                "husband": id(*husband), "wife": id(*wife), "witness_1": id(*one), "witness_2": id(*other),
                "married_on": on, "answers": answers(*answered),
            }),
            What::Divorce { who, court: Some(day) } => {
                with_decision(json!({"person": id(*who), "way": "court"}), *day)
            }
            What::Divorce { who, court: None } => json!({
                "person": id(*who), "way": "administrative", "joint_application": true,
                "no_property_dispute": true, "governor_note": "Т-1",
            }),
            What::Restoration { husband, wife } => {
                json!({"husband": id(*husband), "wife": id(*wife), "joint_application": true})
            }
            What::Parentage { .. } => self.parentage_form(&id),
            What::NameChange { who, clan, parent, given, children, consenting, represented } => json!({
                "person": id(*who), "clan_name": clan.as_deref(), "parent_name": parent.as_deref(), "given_name": given.as_deref(),
                "governor_order": "А/1", "children_follow": children.is_empty().then_some("none"),
                "update_children": ids(children), "consenting": ids(consenting),
                "representative": represented.then_some("Т-2"),
            }),
            What::Move { who, along, home, on } => json!({
                "person": id(*who), "companions": ids(along), "unit": home.unit, "address": *home.address,
                "arrived_on": on, "address_proof": "Г-1",
            }),
            What::Correction { of, who, changes } => {
                let said = changes.iter().map(|(field, value)| format!("{}={value}", field.word()));
                json!({
                    "entry": naming.act_number(*of), "person": id(*who), "changes": said.collect::<Vec<_>>(),
                    "reason": "Бичгийн алдаа", "evidence": "Архив 1",
                })
            }
            What::Annulment { of } => json!({
                "entry": naming.act_number(*of), "court": "Шүүх", "decision": "ШШ-2", "reason": "Алдаа",
            }),
        }
    }

    fn birth_form(&self, id: &dyn Fn(Who) -> String) -> Value {
        let What::Birth { mother, father, applicants, foundling, given, sex, born_on, answered } = &self.what
        else {
            return Value::Null;
        };
        let mut form = json!({
            "mother": mother.map(id), "father": father.map(id), "applicants": applicants, "given_name": **given,
            "sex": sex_word(*sex), "born_on": born_on, "birth_place": "1101", "medical_certificate": "СТ-4",
            "answers": answers(*answered),
        });
        if let Some((clan, parent, home)) = foundling {
            form["foundling_act"] = json!("О-1");
            form["clan_name"] = json!(**clan);
            form["parent_name"] = json!(**parent);
            form["residence"] = json!(home.unit);
            form["address"] = json!(*home.address);
        }
        form
    }

    fn parentage_form(&self, id: &dyn Fn(Who) -> String) -> Value {
        let What::Parentage {
            child,
            parent,
            is_mother,
            by_court,
            takes_name,
            takes_clan,
            consents,
            answered,
        } = &self.what
        else {
            return Value::Null;
        };
        let form = json!({
            "child": id(*child), "parent": id(*parent), "parent_kind": if *is_mother { "mother" } else { "father" },
            "joint_application": !by_court, "take_parent_name": takes_name, "take_clan_name": takes_clan,
            "child_consents": consents, "answers": answers(*answered),
        });
        if *by_court { with_decision(form, self.today) } else { form }
    }
}
