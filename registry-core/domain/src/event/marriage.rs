//! Marriage (Civil State Registration Law art. 7; Family Law). Registered at any office.
//!
//! Husband and wife are named from the register; one of them may be a foreign citizen who enters it with this
//! event. The form never asks what the register knows: civil status, age and kinship are looked up. Names
//! stay as they are. The entry has parts for both.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{Detail, Registrable};
use crate::context::Context;
use crate::date::parse_date;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::foreign::{self, ForeignEntrant, ForeignFacts, Party};
use crate::form::{Field, Filled, Form, Section, choice, fields, say};
use crate::id::PersonId;
use crate::kinship::{self, Seals};
use crate::paper::{self, Sheet, Unprinted};
use crate::person::{Person, TieRole};
use crate::person_ref::PersonRef;
use crate::question::{self, Answer, Answers, Question};
use crate::refusal::Refusal;
use crate::rules::*;
use crate::sex::Sex;

/// What is asked of the kind.
pub const RULES: Rules = Rules {
    word: "marriage",
    title: say("Гэрлэлтийн бүртгэл", "Marriage"),
    shelf: Shelf::Life,
    doors: &[Door::Declaration],
    territory: Territory::AnyOffice,
    receives: &[Role::Registrar],
    registers: &[Role::Registrar],
    approves: &[Role::Approver, Role::Registrar],
    basis: Basis::Registration,
    is_about_a_record: true,
    eyes: KindEyes { in_time: Eyes::One, late: Eyes::TwoUnits },
    least_eyes: Eyes::One,
    decision_days: 3,
    fee_mnt: 2_500,
    annulled: Annulled::ByDecision,
    corrected: Corrected::ByField,
    rested_on: RestedOn::ByMarriages,
    rests_on: RestsOn::Marriage,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: Some(Paper { title: say("Гэрлэсний гэрчилгээ", "Marriage certificate"), lines }),
    begins: Some(begin),
    after: &[],
};

/// The form begins with a person who may marry, as husband or wife according to the sex on record.
fn begin(person: &Person) -> Option<Beginning> {
    let is_free = person.require_alive().and_then(|()| person.require_unmarried()).is_ok();
    let side = Side::of(person.sex?);
    is_free.then(|| vec![(side.field(), person.any_number())])
}

/// One of the two who marry.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Side {
    /// The husband.
    Husband,
    /// The wife.
    Wife,
}

impl Side {
    fn parse(word: &str) -> Result<Self, Refusal> {
        match word {
            "husband" => Ok(Self::Husband),
            "wife" => Ok(Self::Wife),
            _ => Err(Refusal::unknown_word(word)),
        }
    }

    pub(super) const fn field(self) -> &'static str {
        match self {
            Self::Husband => "husband",
            Self::Wife => "wife",
        }
    }

    /// The side of a person of this sex (Family Law: a man and a woman).
    pub(super) const fn of(sex: Sex) -> Self {
        match sex {
            Sex::Male => Self::Husband,
            Sex::Female => Self::Wife,
        }
    }

    const fn sex(self) -> Sex {
        match self {
            Self::Husband => Sex::Male,
            Self::Wife => Sex::Female,
        }
    }
}

/// A declared marriage. JSON fields have the names of these fields; texts, dates as `YYYY-MM-DD`.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `husband`: number, civil id, foreign document or id; absent if he is the foreign party.
    pub husband: Option<PersonRef>,
    /// `wife`: named in the same way.
    pub wife: Option<PersonRef>,
    /// `foreign_party` (`husband` or `wife`) with `foreign_citizenship`, `foreign_document`,
    /// `foreign_given_name`, `foreign_parent_name`, `foreign_latin_name`, `foreign_born_on`: a foreign
    /// citizen, see [`ForeignFacts`].
    pub foreign: Option<(Side, ForeignFacts)>,
    /// `witness_1` and `witness_2`: number, civil id, foreign document or id.
    pub witnesses: [PersonRef; 2],
    /// `married_on`: civil date; today if absent.
    pub married_on: Option<NaiveDate>,
    /// `answers`: list of `NUMBER: reason`, see [`Answers`].
    pub answers: Answers,
}

/// What a marriage entry says of one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Body {
    /// About the husband or the wife.
    Spouse(Box<Spouse>),
}

/// What a marriage entry says of husband or wife.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Spouse {
    /// Version of this payload.
    pub v: u16,
    /// The husband or wife.
    pub spouse: PersonId,
    /// Civil date of the marriage.
    pub married_on: NaiveDate,
    /// The witnesses.
    pub witnesses: Vec<PersonId>,
    /// The foreign citizen's particulars, if this entry brings the person into the register.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub enters: Option<Box<ForeignEntrant>>,
    /// The officer's answers, in the husband's part.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub answers: Vec<Answer>,
}

const HUSBAND: Field = Field::person("husband", say("Нөхөр", "Husband"));
const WIFE: Field = Field::person("wife", say("Эхнэр", "Wife"));
const MARRIED_ON: Field =
    Field::date("married_on", say("Гэрлэсэн огноо", "Married on")).hint(fields::TODAY_HINT);
const WITNESS_1: Field = Field::person("witness_1", say("Нэгдүгээр гэрч", "First witness")).required();
const WITNESS_2: Field = Field::person("witness_2", say("Хоёрдугаар гэрч", "Second witness")).required();
const FOREIGN_PARTY: Field = foreign::party(&[
    foreign::NOBODY,
    choice("husband", "Нөхөр", "Husband"),
    choice("wife", "Эхнэр", "Wife"),
]);

/// What is asked for, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(fields::SPOUSES, &[HUSBAND, WIFE, MARRIED_ON]),
    Section::new(say("Гэрчүүд", "Witnesses"), &[WITNESS_1, WITNESS_2])
        .hint(say("Гэрлэгч биш, насанд хүрсэн хоёр хүн", "Two adults who are neither of the two")),
    Section::asked(
        say(
            "Гэрлэгчийн нэг нь регистрийн дугааргүй гадаадын иргэн үү?",
            "Is one of them a foreign citizen without a register number?",
        ),
        foreign::LEGEND,
        &[
            FOREIGN_PARTY,
            foreign::CITIZENSHIP,
            foreign::DOCUMENT,
            foreign::PARENT_NAME,
            foreign::GIVEN_NAME,
            foreign::LATIN_NAME,
            foreign::BORN_ON,
        ],
    )
    .hint(foreign::HINT),
])
.and(&[question::ANSWERS]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        let foreign = ForeignFacts::parse(form, Side::parse)?;
        let facts = Self {
            husband: form.optional(&HUSBAND, PersonRef::parse)?,
            wife: form.optional(&WIFE, PersonRef::parse)?,
            foreign,
            witnesses: [
                form.required(&WITNESS_1, PersonRef::parse)?,
                form.required(&WITNESS_2, PersonRef::parse)?,
            ],
            married_on: form.optional(&MARRIED_ON, parse_date)?,
            answers: Answers::parse(form)?,
        };
        for side in [Side::Husband, Side::Wife] {
            facts.reference(side)?;
        }
        Ok(facts)
    }

    fn people(&self) -> Vec<PersonRef> {
        let parties = [Side::Husband, Side::Wife].into_iter().filter_map(|side| self.reference(side).ok());
        parties.chain(self.witnesses.iter().cloned()).collect()
    }

    /// The ancestors of both, from whom the table of kinship is made.
    fn also_concerned(&self, loaded: &[&Person]) -> Vec<PersonId> {
        let parties: Vec<PersonRef> =
            [Side::Husband, Side::Wife].into_iter().filter_map(|side| self.reference(side).ok()).collect();
        ancestors_of(&parties, loaded)
    }

    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let name = |side| {
            let reference = self.reference(side).ok()?;
            Some(
                context
                    .person(&reference)
                    .map_or_else(|| reference.to_string(), |known| known.id.to_string()),
            )
        };
        let (Some(husband), Some(wife)) = (name(Side::Husband), name(Side::Wife)) else { return Vec::new() };
        vec![format!("marriage/{husband}/{wife}/{}", self.married_on(context))]
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let married_on = self.married_on(context);
        context.require_not_future(married_on).map_err(|no| no.in_field("married_on"))?;
        let husband = self.party(context, Side::Husband)?;
        let wife = self.party(context, Side::Wife)?;
        check_couple(context, &husband.person, &wife.person, married_on)?;
        let witnesses = self.check_witnesses(context, &husband.person, &wife.person)?;
        let answers = self.answers.to(&questions(context, &husband.person, &wife.person)?)?;
        let ids = (husband.person.id, wife.person.id);
        let part = |person, spouse, party: Party, answers| Part {
            person,
            role: PartRole::Spouse,
            body: PartBody::Marriage(Body::Spouse(Box::new(Spouse {
                v: 1,
                spouse,
                married_on,
                witnesses: witnesses.clone(),
                enters: party.enters,
                answers,
            }))),
        };
        Ok(vec![part(ids.0, ids.1, husband, answers), part(ids.1, ids.0, wife, Vec::new())])
    }

    fn describe(&self) -> Vec<Detail> {
        let mut details = Vec::new();
        let name = |side| self.reference(side).map(|reference| reference.to_string()).unwrap_or_default();
        details.push(Detail::new("Нөхөр", "Husband", name(Side::Husband)));
        details.push(Detail::new("Эхнэр", "Wife", name(Side::Wife)));
        details.extend(self.married_on.map(|day| Detail::new("Гэрлэсэн огноо", "Married on", day)));
        details.extend(self.witnesses.iter().map(|witness| Detail::new("Гэрч", "Witness", witness)));
        details
    }
}

impl Facts {
    fn married_on(&self, context: &Context<'_>) -> NaiveDate {
        self.married_on.unwrap_or(context.today)
    }

    /// How the declaration names the husband or the wife.
    fn reference(&self, side: Side) -> Result<PersonRef, Refusal> {
        let named = match side {
            Side::Husband => &self.husband,
            Side::Wife => &self.wife,
        };
        let foreign = self.foreign.as_ref().filter(|(party, _)| *party == side).map(|(_, facts)| facts);
        match (named, foreign) {
            (Some(_), Some(_)) => Err(Refusal::PartyNamedTwice.in_field(side.field())),
            (Some(named), None) => Ok(named.clone()),
            (None, Some(foreign)) => Ok(foreign.reference()),
            (None, None) => Err(Refusal::MissingField { field: side.field().to_owned() }),
        }
    }

    fn party(&self, context: &Context<'_>, side: Side) -> Result<Party, Refusal> {
        match &self.foreign {
            Some((party, foreign)) if *party == side => {
                foreign.party(context, side.sex(), context.fresh.person_ids.first())
            }
            Some(_) | None => {
                let person = context.require_person(&self.reference(side)?);
                person.map(Party::registered).map_err(|no| no.in_field(side.field()))
            }
        }
    }

    /// Requires two adult witnesses, neither of them a party (art. 7.6).
    fn check_witnesses(
        &self,
        context: &Context<'_>,
        husband: &Person,
        wife: &Person,
    ) -> Result<Vec<PersonId>, Refusal> {
        let mut witnesses = Vec::new();
        for (witness, field) in self.witnesses.iter().zip(["witness_1", "witness_2"]) {
            let person = context.require_living(witness).map_err(|no| no.in_field(field))?;
            if [husband.id, wife.id].contains(&person.id) {
                return Err(Refusal::WitnessIsParty.in_field(field));
            }
            if witnesses.contains(&person.id) {
                return Err(Refusal::WitnessesMustDiffer.in_field(field));
            }
            let age = context.law.majority_age;
            if person.require_born_on()?.age_on(context.today) < age {
                return Err(Refusal::WitnessNotAdult { age }.in_field(field));
            }
            witnesses.push(person.id);
        }
        Ok(witnesses)
    }
}

/// The people who must be loaded before the kinship of the parties can be told.
pub(super) fn ancestors_of(parties: &[PersonRef], loaded: &[&Person]) -> Vec<PersonId> {
    let is_party = |person: &&&Person| parties.iter().any(|party| party.is_of(person));
    let parties = loaded.iter().filter(is_party);
    parties.flat_map(|person| kinship::ancestors_to_load(person.id, loaded)).collect()
}

/// Refuses two people whom the law does not let be married to each other from that day.
pub(super) fn check_couple(
    context: &Context<'_>,
    husband: &Person,
    wife: &Person,
    on: NaiveDate,
) -> Result<(), Refusal> {
    if husband.id == wife.id {
        return Err(Refusal::MarriageToOneself);
    }
    if !husband.is_citizen() && !wife.is_citizen() {
        return Err(Refusal::NoPartyIsCitizen);
    }
    for (person, side) in [(husband, Side::Husband), (wife, Side::Wife)] {
        check_party(context, person, side, on).map_err(|no| no.in_field(side.field()))?;
    }
    check_impediments(context, husband, wife, on)
}

/// Requires that each party is alive, of the sex the Family Law asks for, of age, and not married.
fn check_party(
    context: &Context<'_>,
    person: &Person,
    side: Side,
    married_on: NaiveDate,
) -> Result<(), Refusal> {
    person.require_alive()?;
    if person.require_sex()? != side.sex() {
        return Err(Refusal::SpouseSexMismatch);
    }
    let age = context.law.marriage_minimum_age;
    if person.require_born_on()?.age_on(married_on) < age {
        return Err(Refusal::SpouseTooYoung { age });
    }
    person.require_unmarried()?;
    if person
        .spouses
        .iter()
        .any(|link| link.ended_on.is_some_and(|ended_on| married_on < ended_on.earliest()))
    {
        return Err(Refusal::MarriedThen);
    }
    Ok(())
}

/// Checks the impediments between the two: kinship by the table, guardianship, adoption (art. 7).
fn check_impediments(
    context: &Context<'_>,
    husband: &Person,
    wife: &Person,
    married_on: NaiveDate,
) -> Result<(), Refusal> {
    let known: Vec<&Person> = context.persons.iter().collect();
    let is_kin =
        |seals| kinship::forbidden(&context.law.forbidden_kinship, husband, wife, &known, seals).is_some();
    if is_kin(Seals::Closed) {
        return Err(Refusal::KinshipForbidden);
    }
    if is_kin(Seals::LookedThrough) {
        return Err(Refusal::ReferToAuthority);
    }
    if kinship::is_tied(husband, wife, &[TieRole::Guardian, TieRole::Ward], married_on) {
        return Err(Refusal::GuardianAndWard);
    }
    if kinship::is_tied(husband, wife, &[TieRole::Adopter, TieRole::Adoptee], married_on) {
        return Err(Refusal::AdopterAndAdoptee);
    }
    Ok(())
}

fn questions(context: &Context<'_>, husband: &Person, wife: &Person) -> Result<Vec<Question>, Refusal> {
    let gap = husband.require_born_on()?.year().abs_diff(wife.require_born_on()?.year());
    let is_wide = gap > context.law.marriage_age_gap_years;
    Ok(is_wide.then_some(Question::AgeGap).into_iter().collect())
}

/// The lines of the paper.
fn lines(part: &Part, sheet: &mut Sheet<'_>) -> Result<(), Unprinted> {
    let PartBody::Marriage(Body::Spouse(said)) = &part.body else { return Err(Unprinted::ForeignPart) };
    paper::spouse_lines(part.person, sheet)?;
    sheet.once("Гэрлэсэн огноо", "Date of marriage", Some(said.married_on));
    Ok(())
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Spouse(body) => {
                if let Some(entrant) = &body.enters {
                    entrant.apply(person);
                }
                person.marry(body.spouse, body.married_on, header);
                person.acts.push(header.act_ref());
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
