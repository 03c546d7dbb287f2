//! Everything registrable. One file for each kind: facts, form, check, parts, apply, tests.
//!
//! A new kind is its file and a line in the list in `kind.rs`.

pub mod adoption;
pub mod adoption_ended;
pub mod annotation;
pub mod birth;
pub mod citizenship;
pub mod death;
pub mod declared_alive;
pub mod fingerprint;
pub mod guardianship;
pub mod legacy;
pub mod marriage;
pub mod marriage_ended;
pub mod marriage_restored;
pub mod migration;
pub mod name_change;
pub mod number_change;
pub mod parentage;
pub mod passport;
pub mod residence;
pub mod sealing;
pub mod sex_change;
pub mod stillbirth;

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::amendment::EntryRef;
use crate::context::Context;
use crate::entry::{Entry, Header, Part, PartRole};
use crate::form::{Filled, Form};
use crate::id::{NotificationId, PersonId};
use crate::kind::{Kind, each_kind};
use crate::name::traditional;
use crate::national_number::NationalNumber;
use crate::person::Person;
use crate::person_ref::PersonRef;
use crate::policy::Lateness;
use crate::refusal::Refusal;

/// One line of a description shown to officers and declarants.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Detail {
    /// Label in Mongolian.
    pub label_mn: &'static str,
    /// Label in English.
    pub label_en: &'static str,
    /// The value; personal data.
    pub value: String,
}

impl Detail {
    /// Makes a line from a label in both languages and a value.
    pub fn new(label_mn: &'static str, label_en: &'static str, value: impl ToString) -> Self {
        Self { label_mn, label_en, value: value.to_string() }
    }

    /// The line with a name in traditional script, if one was written.
    pub(crate) fn spelling(written: Option<&traditional::Written>) -> Option<Self> {
        written.map(|written| Self::new("Монгол бичгээр", "In traditional script", written))
    }
}

/// A register number kept for someone who will be registered soon.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Reservation {
    /// The claim of the registration for which the number is kept, see [`Facts::claims`].
    pub claim: String,
    /// The number that is kept.
    pub number: NationalNumber,
}

/// What a kind does. Each kind implements it once, in its own file.
pub trait Registrable: Sized {
    /// Reads the declared form.
    ///
    /// # Errors
    /// Refusals that name the field.
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal>;

    /// The people whom the declaration names; the shell must load them before the check.
    fn people(&self) -> Vec<PersonRef>;

    /// People tied to those loaded whom the check must know too. The shell asks in rounds, each time with
    /// everyone loaded so far, until there is nobody new (see [`Facts::load`]).
    fn also_concerned(&self, _loaded: &[&Person]) -> Vec<PersonId> {
        Vec::new()
    }

    /// The entry that an amendment is about. The shell must load its people and their parts before the check.
    fn amends(&self) -> Option<EntryRef> {
        None
    }

    /// The hospital's notice that the facts name as a proof. The shell compares it with the facts.
    fn notification(&self) -> Option<NotificationId> {
        None
    }

    /// What makes the event unique, whoever declares it and wherever. Personal data: store it salted.
    fn claims(&self, context: &Context<'_>) -> Vec<String>;

    /// Decides by law and record, and returns what the entry will say of each person.
    ///
    /// # Errors
    /// Any refusal of the kind.
    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal>;

    /// Numbers to keep from the declaration on, for this event and for those that belong to it.
    ///
    /// # Errors
    /// Those refusals of [`Self::check`] that are about numbers.
    fn reserves(&self, _context: &Context<'_>) -> Result<Vec<Reservation>, Refusal> {
        Ok(Vec::new())
    }

    /// What was declared, in lines that people read.
    fn describe(&self) -> Vec<Detail>;

    /// Whether it comes after its deadline or takes effect before its registration: the policy may then ask
    /// for an officer of another unit.
    fn lateness(&self, _context: &Context<'_>) -> Lateness {
        Lateness::InTime
    }
}

/// How many times at most the check asks for people tied to those loaded. The deepest kind, marriage, needs
/// three generations.
const LOADING_ROUNDS: usize = 6;

impl Facts {
    /// Loads everyone the check must know, through `find`: first those named, then round by round those tied
    /// to them. People who are not found are left out; the check decides what that means. For an amendment,
    /// everyone of its entry is loaded too, with their children, who may carry a name that the amendment
    /// takes back.
    ///
    /// # Errors
    /// The errors of `find`.
    pub fn load<E>(
        &self,
        amended: Option<&Entry>,
        mut find: impl FnMut(&PersonRef) -> Result<Option<Person>, E>,
    ) -> Result<Vec<Person>, E> {
        let is_amendment = amended.is_some();
        let mut loaded: Vec<Person> = Vec::new();
        let mut asked: BTreeSet<PersonRef> = BTreeSet::new();
        let of_entry: BTreeSet<PersonId> =
            amended.iter().flat_map(|entry| &entry.parts).map(|part| part.person).collect();
        let mut wanted: Vec<PersonRef> =
            of_entry.iter().copied().map(PersonRef::Id).chain(self.people()).collect();
        for _ in 0..LOADING_ROUNDS {
            wanted.retain(|reference| {
                asked.insert(reference.clone()) && !loaded.iter().any(|known| reference.is_record(known))
            });
            if wanted.is_empty() {
                break;
            }
            for reference in wanted.drain(..) {
                if let Some(person) = find(&reference)?
                    && loaded.iter().all(|known| known.id != person.id)
                {
                    loaded.push(person);
                }
            }
            let people: Vec<&Person> = loaded.iter().collect();
            let amended = people.iter().filter(|person| of_entry.contains(&person.id));
            let children = amended.flat_map(|person| &person.children).map(|link| link.person);
            // A reference to a merged record means its survivor.
            let survivors = people.iter().filter_map(|person| person.merged_into);
            let concerned = self.also_concerned(&people).into_iter();
            // An amendment reaches merged records as well.
            let merged = people.iter().filter(|_| is_amendment).flat_map(|person| &person.merged);
            let records = survivors.chain(merged.map(|record| record.person));
            wanted = concerned.chain(children).chain(records).map(PersonRef::Id).collect();
        }
        Ok(loaded)
    }
}

macro_rules! registrable {
    (with facts { $($name:ident => $($at:ident)::+;)* } without { $($without:ident => $($_at:ident)::+;)* }) => {
        /// The facts of a declaration, read and ready to be checked.
        #[derive(Clone, PartialEq, Debug)]
        pub enum Facts {
            $(
                #[doc = concat!("See [`crate::", stringify!($($at)::+), "`].")]
                $name(Box<crate::$($at)::+::Facts>),
            )*
        }

        /// What a part of an entry says, one variant for each kind. Payloads carry a version, `v`.
        #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
        #[serde(tag = "kind", content = "body", rename_all = "snake_case")]
        pub enum PartBody {
            $(
                #[doc = concat!("See [`crate::", stringify!($($at)::+), "`].")]
                $name(crate::$($at)::+::Body),
            )*
            /// The part was erased: key, salt and ciphertext are gone.
            Erased,
        }

        impl PartBody {
            /// The kind of event that it is about; none once the part was erased.
            pub const fn kind(&self) -> Option<Kind> {
                match self {
                    $(Self::$name(_) => Some(Kind::$name),)*
                    Self::Erased => None,
                }
            }

            /// Folds it into a record. Reads only the record, the header and itself; never refuses.
            pub(crate) fn apply(&self, person: &mut Person, header: &Header, role: PartRole) {
                match self {
                    $(Self::$name(body) => body.apply(person, header, role),)*
                    Self::Erased => person.erased_parts += 1,
                }
            }
        }

        impl Kind {
            /// The form of this kind; none for a kind that has no facts.
            pub const fn form(self) -> Option<Form> {
                match self {
                    $(Self::$name => Some(crate::$($at)::+::FORM),)*
                    $(Self::$without => None,)*
                }
            }
        }

        impl Facts {
            /// Reads the declared form of a kind.
            ///
            /// # Errors
            /// [`Refusal::KindNotBuilt`], or a refusal that names the field.
            pub fn parse(kind: &Kind, json: &Value) -> Result<Self, Refusal> {
                let asked = kind.form().ok_or(Refusal::KindNotBuilt { kind: kind.as_str() })?;
                let form = Filled::new(asked, json)?;
                let facts = Self::read(*kind, &form)?;
                form.finish()?;
                Ok(facts)
            }

            pub(crate) fn read(kind: Kind, form: &Filled<'_>) -> Result<Self, Refusal> {
                Ok(match kind {
                    $(Kind::$name => Self::$name(Box::new(crate::$($at)::+::Facts::parse(form)?)),)*
                    $(Kind::$without)|* => return Err(Refusal::KindNotBuilt { kind: kind.as_str() }),
                })
            }

            /// The kind of event that these facts are of.
            pub const fn kind(&self) -> Kind {
                match self { $(Self::$name(_) => Kind::$name),* }
            }

            /// The people whom the declaration names; the shell must load them before the check.
            pub fn people(&self) -> Vec<PersonRef> {
                match self { $(Self::$name(facts) => facts.people()),* }
            }

            /// More people whom the check must know, because they are tied to people loaded already.
            fn also_concerned(&self, loaded: &[&Person]) -> Vec<PersonId> {
                match self { $(Self::$name(facts) => facts.also_concerned(loaded)),* }
            }

            /// The entry that an amendment is about, whose people and their parts the shell must load before
            /// the check.
            pub fn amends(&self) -> Option<EntryRef> {
                match self { $(Self::$name(facts) => facts.amends()),* }
            }

            /// The hospital's notice that the declaration names as a proof.
            pub fn notification(&self) -> Option<NotificationId> {
                match self { $(Self::$name(facts) => facts.notification()),* }
            }

            /// What makes the event itself unique, whoever declares it where: two declarations that share a
            /// claim are of the same event. Claims hold personal data, so they are stored salted.
            pub fn claims(&self, context: &Context<'_>) -> Vec<String> {
                match self { $(Self::$name(facts) => facts.claims(context)),* }
            }

            /// Numbers to reserve when the declaration is received.
            ///
            /// # Errors
            /// Refusals that are about numbers.
            pub fn reserves(&self, context: &Context<'_>) -> Result<Vec<Reservation>, Refusal> {
                match self { $(Self::$name(facts) => facts.reserves(context)),* }
            }

            /// Whether it comes after its deadline or takes effect before its registration.
            pub fn lateness(&self, context: &Context<'_>) -> Lateness {
                match self { $(Self::$name(facts) => facts.lateness(context)),* }
            }

            /// Checks the door, the mandate and that neither the officer nor a relative is concerned, then
            /// decides by law and record.
            ///
            /// # Errors
            /// Any refusal of the officer, the door or the kind.
            pub fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
                self.kind().require_door(context.door)?;
                context.require_mandate(self.kind(), self.lateness(context))?;
                let named = self.people();
                context.require_no_interest(self.kind(), named.iter().filter_map(|who| context.person(who)).map(|who| who.id))?;
                let parts = match self { $(Self::$name(facts) => facts.check(context)),* }?;
                context.require_no_interest(self.kind(), parts.iter().map(|part| part.person))?;
                Ok(parts)
            }

            /// What was declared, in lines that people read.
            pub fn describe(&self) -> Vec<Detail> {
                match self { $(Self::$name(facts) => facts.describe()),* }
            }
        }
    };
}

each_kind!(registrable);

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::door::Door;
    use crate::officer::Role;
    use crate::testing::{OFFICE, World, officer};

    #[test]
    fn what_comes_by_the_command_line_alone_has_no_form() {
        for kind in Kind::ALL {
            let refused = Facts::parse(kind, &json!({})).map(|facts| facts.kind());
            let has_none = kind.rules().doors == [Door::CommandLine];
            assert_eq!(has_none, matches!(refused, Err(Refusal::KindNotBuilt { .. })), "{kind}");
        }
    }

    #[test]
    fn nothing_is_registered_without_the_mandate_for_it() {
        let death = json!({"person": crate::testing::FATHER, "died_on": "2026-04-30"});
        let mut world = World::new();
        world.officer = officer(1, OFFICE, &[Role::Auditor]);
        assert!(matches!(world.check(Kind::Death, death.clone()), Err(Refusal::RoleMissing { .. })));
        world.officer = officer(1, OFFICE, &[Role::Registrar]);
        world.officer.valid_to = world.today.pred_opt();
        assert_eq!(world.check(Kind::Death, death), Err(Refusal::MandateNotValid));
    }

    #[test]
    fn a_form_that_is_no_object_is_refused() {
        for json in [json!(null), json!([]), json!("birth"), json!(7)] {
            assert!(matches!(Facts::parse(&Kind::Birth, &json), Err(Refusal::Malformed { .. })));
        }
    }
}
