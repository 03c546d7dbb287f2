//! What an entry will change, in words, before anyone signs it: records, earlier acts and their extracts,
//! cards, certificates, names that follow.
//!
//! Invariant: people are named by their role, and nothing is said of a sealed record.

use std::collections::BTreeMap;

use serde::Serialize;

use super::card_end::revocation;
use super::merge;
use crate::card::CardRecord;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::event::annotation;
use crate::history::Amendment;
use crate::id::{EntryId, PersonId};
use crate::person::{ActRef, Person};

/// One consequence.
#[derive(Clone, PartialEq, Eq, Debug)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Consequence {
    /// Someone enters the register.
    NewRecord { role: PartRole },
    /// A record says something else.
    RecordChanges {
        /// What the person is in the entry.
        role: PartRole,
        what: Vec<Aspect>,
    },
    /// A record no longer says anything.
    RecordVoid {
        /// What the person is in the entry.
        role: PartRole,
    },
    /// A record is merged into another, which answers for it from now on.
    RecordMerged {
        /// What the person is in the entry.
        role: PartRole,
    },
    /// A merged record becomes a record of its own again.
    RecordReturns {
        /// What the person is in the entry.
        role: PartRole,
    },
    /// The record of a relative repeats the corrected words, and is corrected with them.
    CopyFollows { what: Vec<Aspect> },
    /// An earlier act says something else: papers printed from it are out of date.
    ExtractSuperseded { act_number: String },
    /// An earlier act no longer stands: papers printed from it prove nothing.
    ExtractVoid { act_number: String },
    /// An annulled act stands again.
    ActRestored { act_number: String },
    CardRevoked {
        /// Number printed on it.
        document_number: String,
    },
    /// Certificates on a card are revoked with it.
    CertificatesRevoked {
        /// Number printed on it.
        document_number: String,
        count: usize,
    },
}

macro_rules! aspects {
    ($($name:ident $mn:literal $en:literal $of:expr;)*) => {
        /// Something that a record says.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
        pub enum Aspect {
            $(#[doc = $en] $name,)*
        }

        impl Aspect {
            const fn title_mn(self) -> &'static str {
                match self { $(Self::$name => $mn),* }
            }

            const fn title_en(self) -> &'static str {
                match self { $(Self::$name => $en),* }
            }

            fn between(before: &Person, after: &Person) -> Vec<Self> {
                every_field_has_its_aspect(before);
                let mut differing = Vec::new();
                $(if $of(before) != $of(after) { differing.push(Self::$name); })*
                differing
            }
        }
    };
}

aspects! {
    Life "амьд эсэх" "whether the person lives" |of: &Person| of.life_cycle.clone();
    Number "регистрийн дугаар" "register number" |of: &Person| {
        (of.national_number.clone(), of.earlier_numbers.clone(), of.civil_id.clone())
    };
    Name "овог, нэр" "name" |of: &Person| of.name.clone();
    Sex "хүйс" "sex" |of: &Person| of.sex;
    Birth "төрсөн огноо, газар" "date and place of birth" |of: &Person| (of.born_on, of.birth_place.clone());
    Parents "эцэг, эх" "parents" |of: &Person| of.parents.clone();
    Children "хүүхэд" "children" |of: &Person| of.children.clone();
    Marriages "гэрлэлт" "marriages" |of: &Person| of.spouses.clone();
    CivilStatus "гэрлэлтийн байдал" "civil status" |of: &Person| of.civil_status;
    Residence "оршин суух газар" "residence" |of: &Person| {
        (of.residence.clone(), of.earlier_residences.clone())
    };
    Abroad "гадаадад оршин суух" "living abroad" |of: &Person| of.lives_abroad.clone();
    Citizenship "иргэний харьяалал" "citizenship" |of: &Person| of.citizenship.clone();
    Guardianship "асран хамгаалал" "guardianship" |of: &Person| (of.ties.clone(), of.guardian_bodies.clone());
    Fingerprints "хурууны хээ авсан тэмдэглэл" "fingerprints taken" |of: &Person| of.fingerprints.clone();
    Passports "гадаад паспорт" "passports" |of: &Person| of.passports.clone();
    Annotations "тэмдэглэл" "annotations" |of: &Person| of.annotations.clone();
    Sealing "битүүмжлэл" "sealing" |of: &Person| (of.sealed, of.sealed_address);
}

/// Does nothing. It names each field of a record, so that a new field does not compile until its aspect is
/// decided.
const fn every_field_has_its_aspect(person: &Person) {
    let Person {
        // These have an aspect.
        life_cycle: _,
        national_number: _,
        earlier_numbers: _,
        civil_id: _,
        name: _,
        sex: _,
        born_on: _,
        birth_place: _,
        parents: _,
        children: _,
        spouses: _,
        civil_status: _,
        residence: _,
        earlier_residences: _,
        lives_abroad: _,
        citizenship: _,
        ties: _,
        guardian_bodies: _,
        fingerprints: _,
        passports: _,
        annotations: _,
        sealed: _,
        sealed_address: _,
        // These have a consequence of their own: acts, cards, merged records.
        acts: _,
        cards: _,
        merged: _,
        merged_into: _,
        // These change only together with a field above.
        foreign: _,
        born_abroad: _,
        earlier_names: _,
        name_changes: _,
        // The declaration that sets the Latin name shows it.
        latin: _,
        traditional: _,
        // This is told to nobody.
        sealed_family: _,
        // These are about the record, not about the person.
        id: _,
        withdrawn_numbers: _,
        erased_parts: _,
        last_seq: _,
    } = person;
}

/// All that an entry will change, in the order of the entry's parts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Consequences(Vec<Consequence>);

/// A consequence in both languages.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub struct Told {
    /// `record`, `relative`, `extract`, `act`, `card`, `certificate`, or `answer` where the shell adds which
    /// answers went to agencies.
    pub what: &'static str,
    pub mn: String,
    pub en: String,
}

impl Consequences {
    /// Compares the people as they were with what an entry of these parts makes of them.
    pub fn of(
        header: &Header,
        parts: &[Part],
        before: &[Person],
        after: &BTreeMap<PersonId, Person>,
    ) -> Self {
        let mut found = Self::default();
        let mut seen = Vec::new();
        for part in parts {
            let earlier = before.iter().find(|person| person.id == part.person);
            if earlier.is_some_and(|person| person.sealed) {
                continue;
            }
            if let Some(earlier) = earlier {
                found.push(part.body.amendment().and_then(|amendment| of_act(&amendment, earlier)));
                found.papers_of_merge(part, earlier);
                found.push(of_remark(&part.body, earlier));
            }
            let Some(becomes) = after.get(&part.person).filter(|_| !seen.contains(&part.person)) else {
                continue;
            };
            seen.push(part.person);
            match earlier.filter(|person| !person.is_void()) {
                None => found.push(Some(Consequence::NewRecord { role: part.role })),
                Some(earlier) => found.compare(header, part, earlier, becomes),
            }
        }
        found
    }

    /// The consequences, in the order of the entry's parts.
    pub fn iter(&self) -> impl Iterator<Item = &Consequence> {
        self.0.iter()
    }

    /// Each consequence in words.
    pub fn told(&self) -> Vec<Told> {
        self.0.iter().map(Consequence::told).collect()
    }

    /// Adds a consequence. Each is listed once, however many people it is about.
    fn push(&mut self, consequence: Option<Consequence>) {
        self.0.extend(consequence.filter(|consequence| {
            // Two children of one parent are two records, even if the words about them are the same.
            consequence.is_of_a_record() || !self.0.contains(consequence)
        }));
    }

    /// Papers that were printed from a merged record, or that name it, show a number that is no longer valid.
    fn papers_of_merge(&mut self, part: &Part, before: &Person) {
        let PartBody::Merge(body) = &part.body else { return };
        let acts: Vec<&ActRef> = match body {
            merge::Body::Survivor(_) => Vec::new(),
            merge::Body::Merged { .. } => before.acts.iter().collect(),
            merge::Body::Relative { from, .. } => {
                let links = before.relatives().filter(|link| link.person == *from);
                let entries: Vec<EntryId> = links.map(|link| link.entry).collect();
                before.acts.iter().filter(|act| entries.contains(&act.entry)).collect()
            }
        };
        for act in acts {
            self.push(Some(Consequence::ExtractSuperseded { act_number: act.number.clone() }));
        }
    }

    fn compare(&mut self, header: &Header, part: &Part, before: &Person, after: &Person) {
        let what = Aspect::between(before, after);
        if after.is_void() {
            self.push(Some(Consequence::RecordVoid { role: part.role }));
        } else if after.is_merged() && !before.is_merged() {
            self.push(Some(Consequence::RecordMerged { role: part.role }));
        } else if before.is_merged() && !after.is_merged() {
            self.push(Some(Consequence::RecordReturns { role: part.role }));
        } else if part.body.amendment().is_some_and(|amendment| header.amends != Some(amendment.of())) {
            self.push(Some(Consequence::CopyFollows { what }));
        } else if !what.is_empty() {
            self.push(Some(Consequence::RecordChanges { role: part.role, what }));
        }
        let is_known = |entry| before.acts.iter().any(|act| act.entry == entry) || entry == header.id;
        for act in after.acts.iter().filter(|act| !is_known(act.entry)) {
            self.push(Some(Consequence::ActRestored { act_number: act.number.clone() }));
        }
        let is_open = |card: &CardRecord| revocation(card).is_none();
        for card in before.cards.iter().filter(|card| is_open(card)) {
            if after.card(card.id).is_some_and(is_open) {
                continue;
            }
            let document_number = card.document_number.to_string();
            self.push(Some(Consequence::CardRevoked { document_number: document_number.clone() }));
            let count = card.certificates.len();
            let certificates = Consequence::CertificatesRevoked { document_number, count };
            self.push((count > 0).then_some(certificates));
        }
    }
}

/// What becomes of an earlier act that the record names.
fn of_act(amendment: &Amendment<'_>, person: &Person) -> Option<Consequence> {
    let act = person.acts.iter().find(|act| act.entry == amendment.of())?;
    let act_number = act.number.clone();
    Some(match amendment {
        Amendment::Annuls { .. } => Consequence::ExtractVoid { act_number },
        Amendment::Replaces { .. } => Consequence::ExtractSuperseded { act_number },
    })
}

/// From now on the extract of its act shows the remark.
fn of_remark(body: &PartBody, person: &Person) -> Option<Consequence> {
    let PartBody::Annotation(annotation::Body::Subject { of, .. }) = body else { return None };
    let act = person.acts.iter().find(|act| act.entry == *of)?;
    Some(Consequence::ExtractSuperseded { act_number: act.number.clone() })
}

impl Consequence {
    const fn is_of_a_record(&self) -> bool {
        match self {
            Self::NewRecord { .. }
            | Self::RecordChanges { .. }
            | Self::RecordVoid { .. }
            | Self::RecordMerged { .. }
            | Self::RecordReturns { .. }
            | Self::CopyFollows { .. } => true,
            Self::ExtractSuperseded { .. }
            | Self::ExtractVoid { .. }
            | Self::ActRestored { .. }
            | Self::CardRevoked { .. }
            | Self::CertificatesRevoked { .. } => false,
        }
    }

    fn told(&self) -> Told {
        let (what, mn, en) = match self {
            Self::NewRecord { role } => {
                let (mn, en) = role_titles(*role);
                ("record", format!("Шинэ бичлэг үүснэ: {mn}."), format!("A new record: {en}."))
            }
            Self::RecordChanges { role, what } => {
                let (mn, en) = role_titles(*role);
                let (what_mn, what_en) = listed(what);
                let words = format!("Бичлэг өөрчлөгдөнө: {mn} ({what_mn}).");
                ("record", words, format!("The record of the {en} changes: {what_en}."))
            }
            Self::RecordVoid { role } => {
                let (mn, en) = role_titles(*role);
                ("record", format!("Бичлэг хоосорно: {mn}."), format!("The record of the {en} becomes void."))
            }
            Self::RecordMerged { role } => {
                let (mn, en) = role_titles(*role);
                (
                    "record",
                    format!("Бичлэг нөгөө бичлэгтэй нэгдэж, түүгээр хариулна: {mn}."),
                    format!("The {en} is merged, and the other record answers for it."),
                )
            }
            Self::RecordReturns { role } => {
                let (mn, en) = role_titles(*role);
                (
                    "record",
                    format!("Нэгтгэсэн бичлэг дахин тусдаа бичлэг болно: {mn}."),
                    format!("The merged record of the {en} stands by itself again."),
                )
            }
            Self::CopyFollows { what } => {
                let (mn, en) = listed(what);
                let words = format!("Төрлийн хүний бичлэг дагаж засагдана: {mn}.");
                ("relative", words, format!("The record of a relative follows: {en}."))
            }
            Self::ExtractSuperseded { act_number } => (
                "extract",
                format!("{act_number} актын өмнө нь олгосон лавлагаа хуучирна."),
                format!("Extracts printed of act {act_number} are superseded."),
            ),
            Self::ExtractVoid { act_number } => (
                "extract",
                format!("{act_number} акт хүчингүй болж, түүгээр олгосон лавлагаа хүчингүй болно."),
                format!("Act {act_number} no longer stands; extracts printed of it prove nothing."),
            ),
            Self::ActRestored { act_number } => (
                "act",
                format!("{act_number} акт дахин хүчинтэй болно."),
                format!("Act {act_number} stands again."),
            ),
            Self::CardRevoked { document_number } => (
                "card",
                format!("{document_number} дугаартай үнэмлэх хүчингүй болно."),
                format!("The card {document_number} is revoked."),
            ),
            Self::CertificatesRevoked { document_number, count } => (
                "certificate",
                format!("{document_number} үнэмлэх дээрх {count} гэрчилгээ хүчингүй болно."),
                format!("The {count} certificates on the card {document_number} are revoked."),
            ),
        };
        Told { what, mn, en }
    }
}

fn listed(what: &[Aspect]) -> (String, String) {
    let join = |words: Vec<&str>| words.join(", ");
    (
        join(what.iter().map(|aspect| aspect.title_mn()).collect()),
        join(what.iter().map(|aspect| aspect.title_en()).collect()),
    )
}

/// What someone is in an entry, in Mongolian and English.
const fn role_titles(role: PartRole) -> (&'static str, &'static str) {
    match role {
        PartRole::Child => ("хүүхэд", "child"),
        PartRole::Mother => ("эх", "mother"),
        PartRole::Father => ("эцэг", "father"),
        PartRole::Deceased | PartRole::CauseOfDeath => ("нас барсан хүн", "deceased"),
        PartRole::Spouse => ("эхнэр, нөхөр", "spouse"),
        PartRole::Resident => ("оршин суугч", "resident"),
        PartRole::Imported => ("хуучин бүртгэлийн иргэн", "person of the old register"),
        PartRole::Subject => ("иргэн", "person concerned"),
        PartRole::Holder => ("үнэмлэх эзэмшигч", "card holder"),
        PartRole::BirthParent => ("төрүүлсэн эцэг, эх", "birth parent"),
        PartRole::AdoptionGround => ("үрчлэгдэгч", "adopted child"),
        PartRole::Survivor => ("үлдэх бичлэг", "record that stays"),
        PartRole::Merged => ("нэгтгэгдэх бичлэг", "record that is merged"),
        PartRole::Relative => ("төрөл садан", "relative"),
        PartRole::Ward => ("асран хамгаалуулагч", "ward"),
        PartRole::Guardian => ("асран хамгаалагч", "guardian"),
        PartRole::Stillbirth => ("эх", "mother"),
    }
}
