//! What is asked of a kind of registration: one constant beside each kind's facts, in which each answer is a
//! legal or an organisational decision. There are no defaults: an answer that is left out does not compile. A
//! kind's file imports all of these words.

mod beginning;

pub use beginning::{Begin, Beginning};
pub(crate) use beginning::{with_child, with_person};

pub use crate::door::Door;
pub use crate::form::{Say, say};
pub use crate::law::Basis;
pub use crate::officer::Role;
pub use crate::paper::Paper;
pub use crate::policy::{Eyes, KindEyes};

/// The answers of one kind.
#[derive(Clone, Copy, Debug)]
pub struct Rules {
    /// The word stored, sent, configured and shown in addresses. It never changes, because the ledger holds
    /// it.
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
    /// Whether it is about a record, so that officers keep away from their own and their relatives'.
    pub is_about_a_record: bool,
    /// How many officers it takes, unless the configuration says otherwise.
    pub eyes: KindEyes,
    /// The fewest officers that a configuration may ask for.
    pub least_eyes: Eyes,
    /// Working days to decide, unless the configuration says otherwise.
    pub decision_days: u32,
    /// The fee in tögrög, unless the configuration says otherwise; 0 is free of charge.
    pub fee_mnt: u32,
    /// Whether its entries can be annulled.
    pub annulled: Annulled,
    /// Whether its entries can be corrected.
    pub corrected: Corrected,
    /// Which later entries rest on an entry of this kind, so that it is not annulled before them.
    pub rested_on: RestedOn,
    /// What an entry of this kind rests on when an earlier entry is to be annulled.
    pub rests_on: RestsOn,
    /// Which of its entries and declarations stand under seal.
    pub seal: Seal,
    /// Whether its entries tell where somebody lives.
    pub tells_where: bool,
    /// Whether its papers tell who the family was, so that an adoption, which brings another family, puts
    /// them under seal.
    pub tells_family: bool,
    /// Where its entries stand among others when a record is told as of a past day.
    pub in_life: InLife,
    /// Its paper; none if it gives none.
    pub paper: Option<Paper>,
    /// How its form begins with a person's record; none if it does not begin with a person.
    pub begins: Option<Begin>,
    /// What follows in the service, in the same transaction.
    pub after: &'static [After],
}

/// Groups of forms, in the order of the console.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Shelf {
    /// Births, deaths and families.
    Life,
    /// Where somebody lives.
    Residence,
    /// What a person is, and what was noted about the person.
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
    /// Never: the life of a card is ended by revoking it, and what was erased does not come back.
    Never,
    /// By decision, and only if nobody made the certificates that the entry names. An entry whose
    /// certificates were made stays in the record for ever, because the lists that revoke them are made from
    /// the record.
    IfUncertified,
}

/// Whether entries can be corrected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Corrected {
    /// Field by field.
    ByField,
    /// Never: a wrong entry is annulled and registered anew.
    Never,
    /// Never, because the entry is itself an amendment: a wrong amendment is annulled.
    AsAmendment,
}

/// Which later entries rest on an entry of a kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RestedOn {
    /// None. An annulment takes away what the entry said without touching anything else, and what repeats its
    /// words is corrected.
    ByNothing,
    /// Those of the same kind, because an end rests on its beginning. The check does not look at which of
    /// several beginnings an entry ends.
    BySameKind,
    /// Those that make or end a marriage of the same person.
    ByMarriages,
    /// For a person who is a spouse in the entry: those that make or end a marriage. The marriage may have
    /// ended since.
    ByMarriagesOfSpouse,
    /// For the deceased: all. For a spouse: those that make or end a marriage.
    ByAllOfDeceased,
    /// All of the person's life. A later event was checked against a record that this entry had changed;
    /// without this entry, the check would have looked at another record.
    ByLife,
    /// Those that take for granted that the entry's card was written, or is in use.
    ByCard,
    /// All later entries.
    ByAll,
    /// Those that used what a merge brought together: see [`crate::amendment::merge`].
    ByUseOfMerge,
}

/// What entries of a kind rest on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RestsOn {
    /// Only on the person being in the register: moves, remarks and cards.
    Person,
    /// Only on the records: the entry leaves the events in them as they are.
    Records,
    /// On what is known of the person's life.
    Life,
    /// On the person's life, and the entry makes or ends a marriage.
    Marriage,
}

/// Which entries and declarations of a kind stand under seal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seal {
    /// None of them.
    None,
    /// All of them, because they name the family before and the family after.
    Family,
    /// All of them, because they tell that a record is sealed. Only those who may open what is under seal see
    /// them.
    Sealing,
}

/// Where the entries of a kind stand when a record is told as of a past day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InLife {
    /// Before everything else, because all that followed was built on it.
    First,
    /// For the child, before everything but the old register.
    Birth,
    /// After the person's own birth, because it brings what another record says of the person.
    Merge,
    /// On the day of its event.
    OnItsDay,
}

/// What follows in the service when an entry of a kind is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum After {
    /// The numbers reserved for its children are given to them: the reservation ends, and the receipt tells
    /// the numbers.
    NumbersAreGiven,
    /// A job to write the card opens at the card office.
    CardJobOpens,
    /// The numbers and keys of one record lead to the other from now on.
    RecordsAreReplaced,
}
