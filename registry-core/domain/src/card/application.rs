//! Application for a card (Civil State Registration Law art. 16). Received at any office, approved by a
//! second officer; registering it is the approval.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{CardRecord, CardState, DocumentNumber, Sha256};
use crate::context::Context;
use crate::date::{birthday, parse_date};
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::event::{Detail, Registrable};
use crate::form::{Entered, Field, Filled, Form, Say, Section, fields, say};
use crate::id::CardId;
use crate::law::LawConfig;
use crate::name::{LatinName, PersonName, TraditionalName, traditional};
use crate::person::Person;
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;
use crate::unit::UnitCode;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "card_application",
    title: say("Иргэний үнэмлэхийн өргөдөл", "Card application"),
    shelf: Shelf::Card,
    doors: &[Door::Declaration],
    territory: Territory::AnyOffice,
    receives: &[Role::Registrar, Role::CardOfficer],
    registers: &[Role::Approver],
    approves: &[Role::Approver],
    basis: Basis::Card,
    is_about_a_record: true,
    eyes: KindEyes { in_time: Eyes::Two, late: Eyes::Two },
    least_eyes: Eyes::One,
    decision_days: 3,
    fee_mnt: 0,
    annulled: Annulled::Never,
    corrected: Corrected::Never,
    rested_on: RestedOn::ByAll,
    rests_on: RestsOn::Person,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: None,
    begins: Some(begin),
    after: &[After::CardJobOpens],
};

/// Fills in the Latin name that transliteration gives, and the spelling in traditional script that is on
/// record.
fn begin(person: &Person) -> Option<Beginning> {
    person.require_alive().ok()?;
    let name = person.name.as_ref()?;
    let latin = LatinName::propose(name);
    // A spelling without the given name would be refused. So nothing is filled in then, and the record keeps
    // what it has.
    let spelling = person.traditional.as_ref().filter(|spelling| spelling.given(name).is_some());
    let spelt = |part: fn(&TraditionalName, &PersonName) -> Option<String>| {
        spelling.and_then(|spelling| part(spelling, name)).unwrap_or_default()
    };
    Some(vec![
        ("person", person.any_number()),
        ("latin_parent", latin.parent().unwrap_or_default().to_owned()),
        ("latin_given", latin.given().to_owned()),
        ("traditional_clan", spelt(TraditionalName::clan)),
        ("traditional_parent", spelt(TraditionalName::parent)),
        ("traditional_given", spelt(TraditionalName::given)),
    ])
}

/// An application. JSON fields have the names of these fields, except for the names.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `person`: number, civil id or id.
    pub person: PersonRef,
    /// `latin_parent` and `latin_given`, as shown to the citizen.
    pub latin: LatinName,
    /// `traditional_clan`, `traditional_parent`, `traditional_given`: the name in traditional script, if the
    /// citizen has one. The register keeps it; it is not on the card.
    pub traditional: Option<traditional::Written>,
    /// `latin_confirmed`: the citizen has agreed to that spelling.
    pub latin_confirmed: bool,
    /// `portrait_sha256`: digest of the JPEG, which the shell has checked and keeps.
    pub portrait_sha256: Option<Sha256>,
    /// `applied_on`: the civil date of the application; today if absent.
    pub applied_on: Option<NaiveDate>,
}

/// What an approved application says of the holder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    Holder {
        v: u16,
        card: CardId,
        /// Number printed on it.
        document_number: DocumentNumber,
        /// Latin name confirmed by the citizen.
        latin: LatinName,
        /// The name in traditional script.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        traditional: Option<TraditionalName>,
        portrait_sha256: Sha256,
        /// Office that received the application.
        office: UnitCode,
        /// Last day of validity.
        expires_on: NaiveDate,
    },
}

/// The last day of a card issued on `day`: the next renewal birthday (25th or 45th). After the last of these
/// birthdays, a configured number of years, because the law's rule for that age could not be read (art.
/// 16.5).
pub fn expiry(law: &LawConfig, born_on: NaiveDate, day: NaiveDate) -> NaiveDate {
    let mut birthdays: Vec<_> = law.card_renewal_ages.iter().map(|age| birthday(born_on, *age)).collect();
    birthdays.sort_unstable();
    let next = birthdays.into_iter().find(|birthday| *birthday > day);
    next.unwrap_or_else(|| birthday(day, law.card_validity_years_after))
}

const APPLIED_ON: Field = Field::date("applied_on", say("Өргөдөл гаргасан огноо", "Date of the application"))
    .hint(fields::TODAY_HINT);
const LATIN_PARENT: Field = Field::line("latin_parent", say("Эцэг (эх)-ийн нэр", "Parent's name"));
const LATIN_GIVEN: Field = Field::line("latin_given", say("Нэр", "Given name")).required();
const LATIN_CONFIRMED: Field = Field::agreed(
    "latin_confirmed",
    say("Иргэн энэ бичлэгийг баталсан", "The citizen has confirmed this spelling"),
);
/// The field of the portrait, which arrives as a file beside the facts.
pub const PORTRAIT: Field = Field::entered("portrait", say("JPEG файл", "JPEG file"), Entered::Picture)
    .hint(say(
        "20 КБ хүртэл, 240×320-аас 960×1280 цэг, босоо. Алдаа гарвал файлыг дахин сонгоно.",
        "Up to 20 kB, 240×320 to 960×1280 pixels, upright. After an error, choose the file again.",
    ))
    .required_by_law();
const PORTRAIT_SHA256: Field = Field::entered(
    "portrait_sha256",
    say("Цээж зургийн SHA-256", "SHA-256 of the portrait"),
    Entered::Digest,
)
.hint(say("Зургаас бүртгэл өөрөө бодно", "The register takes it from the picture itself"));

const LATIN_HINT: Say = say(
    "Иргэний хуудаснаас эхэлбэл MNS 5217:2012-ын санал бичигдсэн байна. Иргэнд үзүүлж \
     баталгаажуулна.",
    "Begun from the person's page, the spelling of MNS 5217:2012 stands here. Show it to \
     the citizen for confirmation.",
);

/// The fields of the form, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(fields::APPLICANT, &[fields::PERSON, APPLIED_ON]),
    Section::new(say("Латин нэр", "Latin name"), &[LATIN_PARENT, LATIN_GIVEN, LATIN_CONFIRMED])
        .hint(LATIN_HINT),
    traditional::SECTION,
    Section::new(say("Цээж зураг", "Portrait"), &[PORTRAIT]),
])
.and(&[PORTRAIT_SHA256])
.example(&[
    ("person", "УЪ94080299"),
    ("latin_parent", "Rentsenjav"),
    ("latin_given", "Osorod"),
    ("latin_confirmed", "true"),
]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        let parent = form.optional(&LATIN_PARENT, |text| Ok(text.to_owned()))?;
        let given = form.required(&LATIN_GIVEN, |text| Ok(text.to_owned()))?;
        Ok(Self {
            person: form.required(&fields::PERSON, PersonRef::parse)?,
            latin: LatinName::parse(parent.as_deref(), &given).map_err(|no| no.in_field("latin_given"))?,
            traditional: traditional::Written::parse(form)?,
            latin_confirmed: form.flag(&LATIN_CONFIRMED)?,
            portrait_sha256: form.optional(&PORTRAIT_SHA256, Sha256::parse)?,
            applied_on: form.optional(&APPLIED_ON, parse_date)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.person.clone()]
    }

    /// One application at a time for each person: the claim names the card that comes before the new one.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let person = context.person(&self.person);
        person.map(|person| format!("card/{}/{}", person.id, person.cards.len())).into_iter().collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_living(&self.person).map_err(|no| no.in_field("person"))?;
        person.require_citizen().map_err(|no| no.in_field("person"))?;
        let name = person.require_name()?;
        let traditional = traditional::spelt(self.traditional.as_ref(), name)?;
        person.require_civil_id()?;
        person.require_sex()?;
        if let Some(applied_on) = self.applied_on {
            context.require_not_future(applied_on).map_err(|no| no.in_field("applied_on"))?;
        }
        let born_on = person.require_born_on()?;
        let age = context.law.card_minimum_age;
        if born_on.age_on(self.applied_on.unwrap_or(context.today)) < age {
            return Err(Refusal::TooYoungForCard { age });
        }
        if person.residence.is_none() {
            return Err(Refusal::HolderHasNoResidence);
        }
        if person.open_card_on(context.today).is_some() {
            return Err(Refusal::CardOpenAlready);
        }
        if !self.latin_confirmed {
            return Err(Refusal::LatinNameNotConfirmed.in_field("latin_confirmed"));
        }
        let portrait = self.portrait_sha256.clone();
        let body = Body::Holder {
            v: 1,
            card: *context.fresh.card_ids.first().ok_or(Refusal::NoFreshValue)?,
            document_number: context.fresh.document_numbers.first().ok_or(Refusal::NoFreshValue)?.clone(),
            latin: self.latin.clone(),
            traditional,
            portrait_sha256: portrait.ok_or_else(|| Refusal::PortraitMissing.in_field("portrait_sha256"))?,
            office: context.receiving_office().clone(),
            expires_on: expiry(context.law, born_on.full().ok_or(Refusal::DateNotComplete)?, context.today),
        };
        Ok(vec![Part { person: person.id, role: PartRole::Holder, body: PartBody::CardApplication(body) }])
    }

    fn describe(&self) -> Vec<Detail> {
        let mut details = vec![
            Detail::new("Иргэн", "Citizen", &self.person),
            Detail::new("Латин нэр", "Latin name", &self.latin),
            Detail::new("Иргэн баталсан", "Confirmed by the citizen", self.latin_confirmed),
        ];
        details.extend(Detail::spelling(self.traditional.as_ref()));
        details
    }
}

impl Body {
    /// The card that the approval creates.
    pub fn card(&self) -> CardRecord {
        match self {
            Self::Holder { card, document_number, latin, portrait_sha256, office, expires_on, .. } => {
                CardRecord {
                    id: *card,
                    document_number: document_number.clone(),
                    state: CardState::Approved,
                    office: office.clone(),
                    latin: latin.clone(),
                    portrait_sha256: portrait_sha256.clone(),
                    expires_on: *expires_on,
                    chip_id: None,
                    issued_on: None,
                    certificates: Vec::new(),
                    sod_sha256: None,
                    activated_on: None,
                }
            }
        }
    }

    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Holder { latin, traditional, .. } => {
                person.latin = Some(latin.clone());
                person.spell(traditional.as_ref());
                person.cards.push(self.card());
                person.acts.push(header.act_ref());
            }
        }
    }
}

#[cfg(test)]
pub(crate) mod tests;
