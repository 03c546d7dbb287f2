//! What a record keeps under seal apart from a record that is sealed as a whole: the family before an
//! adoption, and a protected address.
//!
//! Invariant: nothing under seal is in an answer, a count, a preview, a receipt or a refusal without a legal
//! basis of its own. Code that shows a record shows [`Person::unsealed`]. The check of impediments looks
//! through seals and refers to the authority without giving a reason.

mod acts;
mod declarations;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

pub use acts::{ActOfPeople, may_name};
pub use declarations::{Told, seals_of};

use crate::card::RevocationReason;
use crate::entry::Header;
use crate::id::{EntryId, PersonId};
use crate::kind::Kind;
use crate::name::PersonName;
use crate::person::{ActRef, Link, Person, Relation, TieRole};
use crate::refusal::Refusal;

/// What a sealing covers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealedGroup {
    /// The whole record.
    #[default]
    Record,
    /// Where the person lives and lived.
    Address,
}

impl SealedGroup {
    /// Reads the word of a group.
    ///
    /// # Errors
    /// [`Refusal::UnknownWord`].
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        match word {
            "record" => Ok(Self::Record),
            "address" => Ok(Self::Address),
            _ => Err(Refusal::unknown_word(word)),
        }
    }

    /// The word in a declaration.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Record => "record",
            Self::Address => "address",
        }
    }

    pub(crate) const fn is_record(&self) -> bool {
        matches!(self, Self::Record)
    }
}

/// The family before an adoption, or the adopters after its end, with the acts that name them.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct SealedFamily {
    /// Mother and father whom others replaced.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<Link>,
    /// Children who have other parents now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub children: Vec<Link>,
    /// Names that an adoption replaced; the last one comes back when the adoption ends.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<PersonName>,
    /// Names given up under adopters who are no longer parents.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub given_up: Vec<PersonName>,
    /// Registrations that would disclose it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<ActRef>,
    /// What the person's earlier papers show of the family before an adoption.
    #[serde(default, skip_serializing_if = "Past::is_empty")]
    pub past: Past,
}

/// What comes back, together with the parents, when an adoption ends.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Past {
    /// Names given up before the adoption, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub names: Vec<PersonName>,
    /// Registrations whose papers name the former family beside the present name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub acts: Vec<ActRef>,
}

impl Past {
    /// Whether it holds nothing.
    pub const fn is_empty(&self) -> bool {
        self.names.is_empty() && self.acts.is_empty()
    }
}

impl SealedFamily {
    /// Whether nothing is sealed.
    pub const fn is_empty(&self) -> bool {
        self.parents.is_empty()
            && self.children.is_empty()
            && self.names.is_empty()
            && self.given_up.is_empty()
            && self.acts.is_empty()
            && self.past.is_empty()
    }

    /// Every name under seal, oldest first.
    pub fn all_names(&self) -> impl Iterator<Item = &PersonName> {
        self.past.names.iter().chain(&self.names)
    }

    /// Every act under seal, those from before an adoption first.
    pub fn all_acts(&self) -> impl Iterator<Item = &ActRef> {
        self.past.acts.iter().chain(&self.acts)
    }
}

impl Person {
    /// The record without what is under seal: the only form in which it may be shown. A record that is sealed
    /// as a whole is not shown at all, see [`Person::is_hidden`].
    #[must_use]
    pub fn unsealed(&self) -> Self {
        let mut shown = Self { sealed_family: SealedFamily::default(), ..self.clone() };
        shown.annotations.retain(|remark| !self.seals_act(remark.of));
        // A guardianship stays in the record for the entries that rest on it, but is shown only if its act
        // is.
        shown.ties.retain(|tie| !self.seals_act(tie.entry));
        shown.guardian_bodies.retain(|body| !self.seals_act(body.entry));
        if self.sealed_address {
            shown.hide_address();
        }
        shown
    }

    /// Hides the address in a record of an earlier day, because it is sealed now.
    pub fn hide_address(&mut self) {
        self.residence = None;
        self.earlier_residences.clear();
        self.lives_abroad.clear();
        self.acts.retain(|act| !act.kind.tells_where());
        self.sealed_address = false;
    }

    /// Whether answers must not show an act of the record: because the record or the act is under seal, or
    /// because the act shows a sealed address.
    pub fn hides_act(&self, entry: EntryId, kind: Kind) -> bool {
        self.sealed || self.seals_act(entry) || (self.sealed_address && kind.tells_where())
    }

    /// Whether an act of this record is under seal, by its entry.
    pub fn seals_act(&self, entry: EntryId) -> bool {
        self.sealed_family.all_acts().any(|act| act.entry == entry)
    }

    /// The adoption that made one of the present parents.
    pub fn open_adoption(&self) -> Option<EntryId> {
        let mut acts = self.sealed_family.acts.iter().rev().filter(|act| act.kind == Kind::Adoption);
        acts.find(|act| self.parents.iter().any(|link| link.entry == act.entry)).map(|act| act.entry)
    }

    /// Called before the parents are replaced. Puts under seal the names given up so far, and the acts whose
    /// papers would show the present parents to a reader who knows the future name: a change of name prints
    /// the name before it or follows a parent's, and a guardian is usually of the family.
    pub(crate) fn seal_past(&mut self) {
        let is_telling = |act: &ActRef| act.kind.rules().tells_family;
        let (acts, kept): (Vec<ActRef>, Vec<ActRef>) =
            std::mem::take(&mut self.acts).into_iter().partition(is_telling);
        self.acts = kept;
        let names = std::mem::take(&mut self.earlier_names);
        let is_of_adopters = self.open_adoption().is_some();
        let family = &mut self.sealed_family;
        // Adopters do not become parents again, so acts that show them never come back.
        if is_of_adopters {
            family.given_up.extend(names);
            family.acts.extend(acts);
        } else {
            family.past.names.extend(names);
            family.past.acts.extend(acts);
        }
    }

    /// Brings back what [`Person::seal_past`] put under seal, when the parents from before the adoption come
    /// back.
    pub(crate) fn unseal_past(&mut self) {
        let Past { names, acts } = std::mem::take(&mut self.sealed_family.past);
        self.earlier_names.splice(0..0, names);
        self.acts.extend(acts);
        self.acts.sort_by_key(|act| act.registered_on);
    }

    /// Puts the guardianships over a child under seal: the acts that began and ended them.
    pub(crate) fn seal_wardships(&mut self, child: PersonId) {
        let over_child = self.ties.iter().filter(|tie| tie.person == child && tie.role == TieRole::Ward);
        let telling: Vec<EntryId> =
            over_child.flat_map(|tie| std::iter::once(tie.entry).chain(tie.ended_by)).collect();
        let is_meant = |act: &ActRef| act.kind == Kind::Guardianship && telling.contains(&act.entry);
        let (sealed, kept): (Vec<ActRef>, Vec<ActRef>) =
            std::mem::take(&mut self.acts).into_iter().partition(is_meant);
        self.acts = kept;
        self.sealed_family.acts.extend(sealed);
    }

    /// Puts the parents of these relations under seal, except those whom this entry made parents.
    pub(crate) fn seal_parents(&mut self, replaced: &[Relation], by: EntryId) {
        let is_replaced = |link: &Link| replaced.contains(&link.relation) && link.entry != by;
        let (sealed, kept) = std::mem::take(&mut self.parents).into_iter().partition(is_replaced);
        self.parents = kept;
        self.seal_acts_of(&sealed);
        self.sealed_family.parents.extend(sealed);
    }

    /// Puts the ties to a child under seal, except the one that this entry made.
    pub(crate) fn seal_child(&mut self, child: PersonId, by: EntryId) {
        let is_meant = |link: &Link| link.person == child && link.entry != by;
        let (sealed, kept) = std::mem::take(&mut self.children).into_iter().partition(is_meant);
        self.children = kept;
        self.seal_acts_of(&sealed);
        self.sealed_family.children.extend(sealed);
    }

    /// Puts the act under seal by which a sealed tie was established: it names the person behind the seal.
    fn seal_acts_of(&mut self, links: &[Link]) {
        let is_telling =
            |act: &ActRef| act.kind == Kind::Parentage && links.iter().any(|link| link.entry == act.entry);
        let (sealed, kept) = std::mem::take(&mut self.acts).into_iter().partition(is_telling);
        self.acts = kept;
        self.sealed_family.acts.extend::<Vec<ActRef>>(sealed);
    }

    /// Brings back sealed ties that have not ended, with the acts that made them.
    pub(crate) fn unseal(&mut self, is_meant: impl Fn(&Link) -> bool) {
        let is_meant = |link: &Link| link.ended_on.is_none() && is_meant(link);
        let family = &mut self.sealed_family;
        let (parents, kept) = std::mem::take(&mut family.parents).into_iter().partition(is_meant);
        family.parents = kept;
        let (children, kept) = std::mem::take(&mut family.children).into_iter().partition(is_meant);
        family.children = kept;
        let links: Vec<Link> = [parents, children].concat();
        let made_one =
            |act: &ActRef| act.kind == Kind::Parentage && links.iter().any(|link| link.entry == act.entry);
        let (acts, kept) = std::mem::take(&mut family.acts).into_iter().partition(made_one);
        family.acts = kept;
        self.acts.extend::<Vec<ActRef>>(acts);
        for link in links {
            match link.relation {
                Relation::Mother | Relation::Father => self.parents.push(link),
                Relation::Child | Relation::Spouse => self.children.push(link),
            }
        }
    }

    /// Takes a name and keeps the old one under seal. The citizen must confirm a Latin name anew, the
    /// spelling of the old name in traditional script is forgotten, and the card ends.
    pub(crate) fn rename_sealed(&mut self, name: PersonName, header: &Header) {
        self.sealed_family.names.extend(self.name.replace(name));
        self.latin = None;
        self.traditional = None;
        self.revoke_cards(RevocationReason::DataChanged, header.registered_on);
    }

    /// Puts an act under seal.
    pub(crate) fn seal_act(&mut self, header: &Header) {
        self.sealed_family.acts.push(header.act_ref());
    }

    /// Ends the ties that an adoption made; they are sealed from then on.
    pub(crate) fn end_adoption(&mut self, adoption: EntryId, ended_on: NaiveDate) {
        let is_meant = |link: &Link| link.entry == adoption;
        for (links, sealed) in [
            (&mut self.parents, &mut self.sealed_family.parents),
            (&mut self.children, &mut self.sealed_family.children),
        ] {
            let (ended, kept): (Vec<Link>, Vec<Link>) = std::mem::take(links).into_iter().partition(is_meant);
            *links = kept;
            sealed.extend(ended.into_iter().map(|link| Link { ended_on: Some(ended_on.into()), ..link }));
        }
    }
}
