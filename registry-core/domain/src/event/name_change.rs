//! Change of clan, parent's or given name, each once (Order A/61 of 2014, 2.1, likely kept by Order A/207 of
//! 2018), on the Governor's order, at the office of the unit of residence (A/207, 1.3).
//!
//! Cards that print the old name end. When a given name changes, the children who bear it as parent's name
//! may follow. The register knows who they are, and the declaration says whether all follow, none, or which.
//! The entry has parts for the person and each child who follows.

use serde::{Deserialize, Serialize};

use super::{Detail, Registrable};
use crate::context::Context;
use crate::entry::{Header, Part, PartBody, PartRole, apply};
use crate::form::{Field, Filled, Form, Section, choice, fields, say};
use crate::history::in_effect;
use crate::id::PersonId;
use crate::name::{ClanName, GivenName, ParentName, PersonName, TraditionalName, traditional};
use crate::paper::{self, Sheet, Unprinted};
use crate::person::{NameChanges, Person};
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;

/// What is asked of the kind.
pub const RULES: Rules = Rules {
    word: "name_change",
    title: say("Овог, нэр өөрчилсөн", "Change of name"),
    shelf: Shelf::Life,
    doors: &[Door::Declaration],
    territory: Territory::HomeUnit,
    receives: &[Role::Registrar],
    registers: &[Role::Registrar],
    approves: &[Role::Approver, Role::Registrar],
    basis: Basis::Registration,
    is_about_a_record: true,
    eyes: KindEyes { in_time: Eyes::Two, late: Eyes::TwoUnits },
    least_eyes: Eyes::One,
    decision_days: 5,
    fee_mnt: 0,
    annulled: Annulled::ByDecision,
    corrected: Corrected::ByField,
    rested_on: RestedOn::ByLife,
    rests_on: RestsOn::Life,
    seal: Seal::None,
    tells_where: false,
    tells_family: true,
    in_life: InLife::OnItsDay,
    paper: Some(Paper {
        title: say("Овог, нэр өөрчилсний гэрчилгээ", "Certificate of a change of name"),
        lines,
    }),
    begins: Some(with_person),
    after: &[],
};

/// Which of the children who bear the former given name as parent's name follow the new one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ChildrenFollow {
    /// All of these children.
    All,
    /// None of these children.
    None,
}

impl ChildrenFollow {
    fn parse(word: &str) -> Result<Self, Refusal> {
        match word {
            "all" => Ok(Self::All),
            "none" => Ok(Self::None),
            _ => Err(Refusal::unknown_word(word)),
        }
    }
}

/// A declared change of name. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `person`: number, civil id or id.
    pub person: PersonRef,
    /// `clan_name`: the new clan name; absent if it stays.
    pub clan_name: Option<ClanName>,
    /// `parent_name`: the new parent's name; absent if it stays.
    pub parent_name: Option<ParentName>,
    /// `given_name`: the new given name; absent if it stays.
    pub given_name: Option<GivenName>,
    /// `traditional_clan`, `traditional_parent`, `traditional_given`: the new name in traditional script.
    pub traditional: Option<traditional::Written>,
    /// `governor_order`: number of the soum or district Governor's order.
    pub governor_order: Option<String>,
    /// `representative`: number of the legal representative's paper, for someone under age.
    pub representative: Option<String>,
    /// `children_follow`: `all` or `none`; absent where `update_children` names them, or no child is
    /// concerned.
    pub children_follow: Option<ChildrenFollow>,
    /// `update_children`: list of children whose parent's name follows the new given name.
    pub update_children: Vec<PersonRef>,
    /// `consenting`: list of those who consented in writing: children who follow, and the person, if old
    /// enough to be asked but not of full age.
    pub consenting: Vec<PersonRef>,
}

/// What a change of name says of one person.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
pub enum Body {
    /// About the person who applied.
    Subject {
        /// Version of this payload.
        v: u16,
        /// The whole name from now on.
        name: PersonName,
        /// Which parts of the name changed, each counted once or not at all.
        changed: NameChanges,
        /// Number of the Governor's order.
        governor_order: String,
        /// Number of the legal representative's paper.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        representative: Option<String>,
        /// The name in traditional script.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        traditional: Option<Box<TraditionalName>>,
    },
    /// About a child whose parent's name follows. It does not count as the child's one change.
    Child {
        /// Version of this payload.
        v: u16,
        /// The whole name from now on.
        name: PersonName,
    },
}

const CHILDREN_FOLLOW: Field = Field::one(
    "children_follow",
    say(
        "Хуучин нэрийг нь эцэг (эх)-ийн нэрээр хэрэглэдэг хүүхдүүд",
        "Children who bear the former name as parent's name",
    ),
    &[choice("all", "Бүгд дагана", "All follow"), choice("none", "Хэн ч дагахгүй", "None follows")],
);
const UPDATE_CHILDREN: Field =
    Field::people("update_children", say("Зөвхөн эдгээр хүүхэд", "Only these children"));
const CONSENTING: Field =
    Field::people("consenting", say("Бичгээр зөвшөөрсөн хүмүүс", "Who consents in writing")).hint(say(
        "Зөвшөөрөх насанд хүрсэн хүмүүсийн дугаар, таслалаар зааглана",
        "Numbers of those of the age of consent, with commas between",
    ));
const GOVERNOR_ORDER: Field = fields::GOVERNOR_ORDER.required_by_law();

/// What is asked for, section by section.
pub(crate) const FORM: Form = Form::new(&[
    Section::new(fields::APPLICANT, &[fields::PERSON, fields::REPRESENTATIVE]),
    Section::new(fields::NEW_NAME, &[fields::CLAN_NAME, fields::PARENT_NAME, fields::GIVEN_NAME])
        .hint(fields::NEW_NAME_HINT),
    traditional::SECTION,
    Section::new(
        say("Эцэг (эх)-ийн нэр нь дагаж өөрчлөгдөх хүүхдүүд", "Children whose parent's name follows"),
        &[CHILDREN_FOLLOW, UPDATE_CHILDREN, CONSENTING],
    ),
    Section::new(fields::PAPERS, &[GOVERNOR_ORDER]),
]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            person: form.required(&fields::PERSON, PersonRef::parse)?,
            clan_name: form.optional(&fields::CLAN_NAME, ClanName::parse)?,
            parent_name: form.optional(&fields::PARENT_NAME, ParentName::parse)?,
            given_name: form.optional(&fields::GIVEN_NAME, GivenName::parse)?,
            traditional: traditional::Written::parse(form)?,
            governor_order: form.text(&GOVERNOR_ORDER)?,
            representative: form.text(&fields::REPRESENTATIVE)?,
            children_follow: form.optional(&CHILDREN_FOLLOW, ChildrenFollow::parse)?,
            update_children: form.list(&UPDATE_CHILDREN, PersonRef::parse)?,
            consenting: form.list(&CONSENTING, PersonRef::parse)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        std::iter::once(&self.person).chain(&self.update_children).cloned().collect()
    }

    /// The children, to see which of them bear the name.
    fn also_concerned(&self, named: &[&Person]) -> Vec<PersonId> {
        let applicant = named.iter().filter(|person| self.person.is_of(person));
        applicant.flat_map(|person| &person.children).map(|link| link.person).collect()
    }

    /// Claims the person with the number of earlier changes of name: two declarations at once are about one
    /// change.
    fn claims(&self, context: &Context<'_>) -> Vec<String> {
        let Some(person) = context.person(&self.person) else { return Vec::new() };
        let NameChanges { clan, parent, given } = person.name_changes;
        vec![format!("name-change/{}/{clan}-{parent}-{given}", person.id)]
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_living(&self.person).map_err(|no| no.in_field("person"))?;
        person.require_citizen().map_err(|no| no.in_field("person"))?;
        // Names are changed where the person lives (A/207, 1.3).
        context.require_home_office(person, |unit| Refusal::NotUnitOfResidence { unit })?;
        let old = person.require_name()?;
        let (name, changed) = self.new_name(old)?;
        require_not_changed_before(context, person.name_changes, changed)?;
        self.check_applicant(context, person)?;
        let order = self.governor_order.clone();
        let governor_order = order.ok_or_else(|| Refusal::GovernorOrderMissing.in_field("governor_order"))?;
        let following = if changed.given == 0 {
            self.require_no_children_named()?;
            Vec::new()
        } else {
            self.following(context, person)?
        };
        let part = |person, role, body| Part { person, role, body: PartBody::NameChange(body) };
        let representative = self.representative.clone();
        let parents_name: ParentName = name.given.clone().into();
        // The act says the whole spelling of the new name, so that its paper does not depend on earlier and
        // later acts.
        let before = person.traditional.as_ref();
        let traditional = match traditional::spelt(self.traditional.as_ref(), &name)? {
            Some(anew) => Some(anew.over(before)),
            None => before.and_then(|before| before.still(&name)),
        };
        let traditional = traditional.map(Box::new);
        let subject = Body::Subject { v: 1, name, changed, governor_order, representative, traditional };
        let mut parts = vec![part(person.id, PartRole::Subject, subject)];
        for child in following {
            let name = PersonName { parent: Some(parents_name.clone()), ..child.require_name()?.clone() };
            if parts.iter().all(|part| part.person != child.id) {
                parts.push(part(child.id, PartRole::Child, Body::Child { v: 1, name }));
            }
        }
        Ok(parts)
    }

    fn describe(&self) -> Vec<Detail> {
        let mut details = vec![Detail::new("Иргэн", "Citizen", &self.person)];
        details.extend(
            self.clan_name.as_ref().map(|name| Detail::new("Шинэ ургийн овог", "New clan name", name)),
        );
        let parent = self.parent_name.as_ref();
        details.extend(parent.map(|name| Detail::new("Шинэ эцэг (эх)-ийн нэр", "New parent's name", name)));
        details.extend(self.given_name.as_ref().map(|name| Detail::new("Шинэ нэр", "New given name", name)));
        details.extend(Detail::spelling(self.traditional.as_ref()));
        let order = self.governor_order.as_ref();
        details.extend(order.map(|order| Detail::new("Засаг даргын захирамж", "Governor's order", order)));
        // Children bear the given name of a parent as their parent's name, and a clan name of their own.
        let inherited = self.children_follow.zip(self.given_name.as_ref());
        details.extend(inherited.map(|(children, given)| {
            let (mn, en) = match children {
                ChildrenFollow::All => ("Бүх хүүхэд дагаж авах нэр", "Name that all children take"),
                ChildrenFollow::None => ("Хүүхэд дагаж авахгүй нэр", "Name that no child takes"),
            };
            Detail::new(mn, en, given)
        }));
        let children = self.update_children.iter();
        details
            .extend(children.map(|child| Detail::new("Дагаж өөрчлөгдөх хүүхэд", "Child who follows", child)));
        details
    }
}

impl Facts {
    /// The name after the change, and which parts of it differ.
    fn new_name(&self, old: &PersonName) -> Result<(PersonName, NameChanges), Refusal> {
        let name = PersonName {
            clan: self.clan_name.clone().or_else(|| old.clan.clone()),
            parent: self.parent_name.clone().or_else(|| old.parent.clone()),
            given: self.given_name.clone().unwrap_or_else(|| old.given.clone()),
        };
        let changed = NameChanges {
            clan: u32::from(name.clan != old.clan),
            parent: u32::from(name.parent != old.parent),
            given: u32::from(name.given != old.given),
        };
        if changed == NameChanges::default() { Err(Refusal::NameUnchanged) } else { Ok((name, changed)) }
    }

    /// Requires that a person under age applies through the legal representative, and consents if old enough
    /// to be asked.
    fn check_applicant(&self, context: &Context<'_>, person: &Person) -> Result<(), Refusal> {
        let age = context.law.majority_age;
        if person.require_born_on()?.age_on(context.today) >= age {
            return Ok(());
        }
        if self.representative.is_none() {
            return Err(Refusal::RepresentativeMissing { age }.in_field("representative"));
        }
        self.require_consent(context, person).map_err(|no| no.in_field("consenting"))
    }

    fn require_no_children_named(&self) -> Result<(), Refusal> {
        if !self.update_children.is_empty() {
            return Err(Refusal::ChildrenNotAffected.in_field("update_children"));
        }
        match self.children_follow {
            Some(ChildrenFollow::All) => Err(Refusal::ChildrenNotAffected.in_field("children_follow")),
            Some(ChildrenFollow::None) | None => Ok(()),
        }
    }

    /// The children whose parent's name follows; those old enough to be asked must have consented.
    fn following<'a>(&self, context: &Context<'a>, person: &Person) -> Result<Vec<&'a Person>, Refusal> {
        let following = match self.children_follow {
            Some(_) if !self.update_children.is_empty() => {
                return Err(Refusal::ChildrenSaidTwice.in_field("update_children"));
            }
            Some(ChildrenFollow::None) => Vec::new(),
            Some(ChildrenFollow::All) => bearing(context, person)?,
            None if self.update_children.is_empty() => match bearing(context, person)?.len() {
                0 => Vec::new(),
                children => {
                    let children = u32::try_from(children).unwrap_or(u32::MAX);
                    return Err(Refusal::ChildrenToDecide { children }.in_field("children_follow"));
                }
            },
            None => {
                let named = self.update_children.iter().map(|reference| child(context, person, reference));
                let named: Result<Vec<_>, Refusal> = named.collect();
                named.map_err(|no| no.in_field("update_children"))?
            }
        };
        for child in &following {
            self.require_consent(context, child).map_err(|no| no.in_field("consenting"))?;
        }
        Ok(following)
    }

    fn require_consent(&self, context: &Context<'_>, person: &Person) -> Result<(), Refusal> {
        let age = context.law.child_consent_age;
        let is_asked = person.require_born_on()?.age_on(context.today) >= age;
        let consents = self.consenting.iter().any(|reference| reference.is_of(person));
        if is_asked && !consents { Err(Refusal::ChildConsentMissing { age }) } else { Ok(()) }
    }
}

/// The living children who bear the given name as parent's name.
fn bearing<'a>(context: &Context<'a>, person: &Person) -> Result<Vec<&'a Person>, Refusal> {
    let former: ParentName = person.require_name()?.given.clone().into();
    let children = person.children.iter().filter_map(|link| context.person(&PersonRef::Id(link.person)));
    let bears = |child: &&Person| {
        child.is_alive() && child.name.as_ref().and_then(|name| name.parent.as_ref()) == Some(&former)
    };
    Ok(children.filter(bears).collect())
}

/// Finds a living child who bears the given name as parent's name.
fn child<'a>(context: &Context<'a>, person: &Person, reference: &PersonRef) -> Result<&'a Person, Refusal> {
    let child = context.require_living(reference)?;
    if !person.children.iter().any(|link| link.person == child.id) {
        return Err(Refusal::NotTheirChild);
    }
    let former: ParentName = person.require_name()?.given.clone().into();
    if child.require_name()?.parent.as_ref() != Some(&former) {
        return Err(Refusal::ParentNameNotTheirs);
    }
    Ok(child)
}

fn require_not_changed_before(
    context: &Context<'_>,
    before: NameChanges,
    now: NameChanges,
) -> Result<(), Refusal> {
    let most = context.law.name_changes_each;
    let fields = [
        ("clan_name", before.clan, now.clan),
        ("parent_name", before.parent, now.parent),
        ("given_name", before.given, now.given),
    ];
    match fields.into_iter().find(|(_, before, now)| *now > 0 && *before >= most) {
        None => Ok(()),
        Some((field, _, _)) => Err(Refusal::NameChangedBefore.in_field(field)),
    }
}

/// The lines of the paper. They say nothing of the children who take the new name, because these have papers
/// of their own.
fn lines(part: &Part, sheet: &mut Sheet<'_>) -> Result<(), Unprinted> {
    let PartBody::NameChange(body) = &part.body else { return Err(Unprinted::ForeignPart) };
    match body {
        Body::Subject { name, governor_order, traditional, .. } => {
            let subject = sheet.person(part.person)?;
            // The spelling is the one in this act, whatever was written before and since.
            paper::name_lines(name, traditional.as_deref(), sheet);
            paper::birth_and_number(&subject, sheet);
            let before = name_before(part.person, sheet)?;
            sheet.line("Өмнөх нэр", "Name before", before);
            sheet.line("Захирамжийн дугаар", "Number of the order", Some(governor_order));
        }
        Body::Child { .. } => {}
    }
    Ok(())
}

/// The name that the person bore until the entry of the paper, corrections included; none if it was erased.
fn name_before(person: PersonId, sheet: &mut Sheet<'_>) -> Result<Option<PersonName>, Unprinted> {
    let parts = sheet.parts(person)?;
    let mut until: Option<Person> = None;
    for said in in_effect(&parts).into_iter().filter(|said| said.header.seq < sheet.header().seq) {
        let part = Part { person, role: said.role, body: said.body.clone() };
        until = Some(apply(until, said.header, &part));
    }
    Ok(until.and_then(|person| person.name))
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Subject { name, changed, traditional, .. } => {
                person.rename(name.clone(), header);
                person.spell(traditional.as_deref());
                let counts = &mut person.name_changes;
                counts.clan = counts.clan.saturating_add(changed.clan);
                counts.parent = counts.parent.saturating_add(changed.parent);
                counts.given = counts.given.saturating_add(changed.given);
            }
            Self::Child { name, .. } => person.rename(name.clone(), header),
        }
        person.acts.push(header.act_ref());
    }
}

#[cfg(test)]
mod tests;
