//! The rules of a kind of registration: one constant beside each kind's facts, in which each answer is a
//! legal or an organisational decision. There are no defaults: a constant that leaves an answer out does not
//! compile. The file of a kind imports all of these words.

mod beginning;

pub use beginning::{Begin, Beginning};
pub(crate) use beginning::{with_child, with_person};

pub use crate::door::Door;
pub use crate::form::{Say, say};
pub use crate::law::Basis;
pub use crate::officer::Role;
pub use crate::paper::Paper;
pub use crate::policy::{Eyes, KindEyes};

/// The rules of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The word that is stored, sent, configured and shown in addresses. Never changed: the ledger holds it.
    pub word: &'static str,
    /// What the kind is called.
    pub title: Say,
    /// Where the console lists its form.
    pub shelf: Shelf,
    /// The doors by which its entries come into the ledger; the first is the usual one.
    pub doors: &'static [Door],
    /// Which office may register it.
    pub territory: Territory,
    /// Who receives a declaration; one of these roles is enough.
    pub receives: &'static [Role],
    /// Who registers it if one officer is enough.
    pub registers: &'static [Role],
    /// Who may be the second officer if it takes two.
    pub approves: &'static [Role],
    /// The law that access entries name.
    pub basis: Basis,
    /// Whether it is closed to officers for their own record and their relatives'.
    pub is_about_a_record: bool,
    /// How many officers it takes, unless configured otherwise.
    pub eyes: KindEyes,
    /// The fewest officers that a configuration may set.
    pub least_eyes: Eyes,
    /// Working days for a decision, unless configured otherwise.
    pub decision_days: u32,
    /// The fee in tögrög, unless configured otherwise; 0 is free of charge.
    pub fee_mnt: u32,
    /// Whether its entries can be annulled.
    pub annulled: Annulled,
    /// Whether its entries can be corrected.
    pub corrected: Corrected,
    /// Which later entries rest on an entry of this kind, so that it cannot be annulled before them.
    pub rested_on: RestedOn,
    /// What its own entries rest on, when an earlier entry is to be annulled.
    pub rests_on: RestsOn,
    /// What of it is under seal.
    pub seal: Seal,
    /// Whether its entries show where a person lives.
    pub tells_where: bool,
    /// Whether its papers show who the family was, so that they go under seal when an adoption gives the
    /// person another family.
    pub tells_family: bool,
    /// Where its entries come in the order of events when a past day is shown.
    pub in_life: InLife,
    /// Its paper; none if it has none.
    pub paper: Option<Paper>,
    /// How its form is filled in from a person's record; none if it does not begin with a person.
    pub begins: Option<Begin>,
    /// What follows in the service, in the same transaction.
    pub after: &'static [After],
}

/// Groups of forms, in the order of the console.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Shelf {
    /// Births, deaths and families.
    Life,
    /// Where a person lives.
    Residence,
    /// What a person is, and what was noted about them.
    Status,
    /// What changes entries and records.
    Amendment,
    /// Identity cards.
    Card,
}

/// Where a kind may be registered (Order A/207 of 2018, 1.2 and 1.3).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Territory {
    /// At any office, whatever the residence.
    AnyOffice,
    /// Only at the office of the unit concerned.
    HomeUnit,
    /// Only at the central office.
    Central,
}

/// Whether entries can be annulled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Annulled {
    /// By decision of a court or competent body.
    ByDecision,
    /// Never: a card's life is ended by revoking the card, and what was erased does not come back.
    Never,
    /// By decision, and only if the certificates that it names are not ours. Our certificates stay in the
    /// record for ever, because revocation lists are made from the record.
    IfUncertified,
}

/// Whether entries can be corrected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Corrected {
    /// Field by field.
    ByField,
    /// Never: a wrong entry is annulled and registered anew.
    Never,
    /// Never, because it is itself an amendment: it is annulled instead.
    AsAmendment,
}

/// Which later entries rest on an entry of a kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RestedOn {
    /// None. Its words come and go by themselves, and entries that repeat them are corrected with it.
    ByNothing,
    /// Entries of the same kind: an end rests on its beginning. Which of several beginnings it ends is not
    /// examined.
    BySameKind,
    /// Entries that make or end a marriage of the same person.
    ByMarriages,
    /// For a spouse named in it: entries that make or end a marriage. The marriage itself may have ended
    /// since.
    ByMarriagesOfSpouse,
    /// For the deceased: all entries. For a spouse: those that make or end a marriage.
    ByAllOfDeceased,
    /// All entries of the person's life. A later event was checked against a record that this entry had
    /// changed; without it, that check would have seen another record.
    ByLife,
    /// Entries that assume that its card was written or is in use.
    ByCard,
    /// All entries.
    ByAll,
    /// Entries that used what a merge brought together: see [`crate::amendment::merge`].
    ByUseOfMerge,
}

/// What entries of a kind rest on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RestsOn {
    /// Only on the person: moves, remarks and cards.
    Person,
    /// Only on the records: it leaves their events as they are.
    Records,
    /// On what is known of the person's life.
    Life,
    /// On the person's life; and it makes or ends a marriage.
    Marriage,
}

/// What of a kind is under seal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seal {
    /// None of them.
    None,
    /// Its entries and declarations, because they name the former and the new family.
    Family,
    /// Its entries and declarations, because they show that a record is sealed. Only those who may open what
    /// is under seal see them.
    Sealing,
}

/// Where the entries of a kind come in the order of events when a record is shown as of a past day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InLife {
    /// Before everything else: all that followed was built on it.
    First,
    /// For the child, before everything except the old register.
    Birth,
    /// After the person's own birth, because it brings what another record says about the person.
    Merge,
    /// On the day of its event.
    OnItsDay,
}

/// What follows in the service when an entry of a kind is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum After {
    /// The numbers that were kept for its children are given: they are no longer reserved, and the receipt
    /// shows them.
    NumbersAreGiven,
    /// A card office gets a card to write.
    CardJobOpens,
    /// The numbers and keys of one record lead to the other from now on.
    RecordsAreReplaced,
}
