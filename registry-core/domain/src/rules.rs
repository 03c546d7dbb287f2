//! What is asked of a kind of registration: one constant beside each kind's facts, each answer a legal or an organisational
//! decision. There is no default: an answer that is left out does not compile. A kind's file takes all of these words.

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
    /// The word stored, sent, configured and shown in addresses. Never changed: the ledger holds it.
    pub word: &'static str,
    /// What the kind is called.
    pub title: Say,
    /// Where the console lists its form.
    pub shelf: Shelf,
    /// The doors by which its entries come into the ledger; the first is the usual one.
    pub doors: &'static [Door],
    /// Where it may be registered.
    pub territory: Territory,
    /// Who receives a declaration; one of these roles is enough.
    pub receives: &'static [Role],
    /// Who registers it where one officer is enough.
    pub registers: &'static [Role],
    /// Who may be the second officer where it takes two.
    pub approves: &'static [Role],
    /// The law that access entries name.
    pub basis: Basis,
    /// Whether officers keep away from their own and their relatives'.
    pub is_about_a_record: bool,
    /// How many officers it takes, as long as nothing else is configured.
    pub eyes: KindEyes,
    /// The least that a configuration may make of it.
    pub least_eyes: Eyes,
    /// Working days to decide, as long as nothing else is configured.
    pub decision_days: u32,
    /// The fee in tögrög, as long as nothing else is configured; nought is free of charge.
    pub fee_mnt: u32,
    /// Whether its entries are annulled.
    pub annulled: Annulled,
    /// Whether its entries are corrected.
    pub corrected: Corrected,
    /// Which later entries rest on one of its own, which is then not annulled before them.
    pub rested_on: RestedOn,
    /// On what its own entries rest when an earlier one is to be annulled.
    pub rests_on: RestsOn,
    /// What of it stands under seal.
    pub seal: Seal,
    /// Whether its entries tell where somebody lives.
    pub tells_where: bool,
    /// Whether its papers tell who the family was, so that they go under seal when another family comes.
    pub tells_family: bool,
    /// Where its entries stand among what is told of a past day.
    pub in_life: InLife,
    /// Its paper; none where it gives none.
    pub paper: Option<Paper>,
    /// How its form begins with somebody's record; none where it does not begin with a person.
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
    /// What somebody is, and what was noted of them.
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

/// Whether entries are annulled.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Annulled {
    /// By decision of a court or competent body.
    ByDecision,
    /// Never: the life of a card is ended by revoking it, and what was erased does not come back.
    Never,
    /// By decision, and only if nobody made the certificates that it names. One that was made stays in the record for ever, for
    /// the lists that revoke it are made of the record.
    IfUncertified,
}

/// Whether entries are corrected.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Corrected {
    /// Field by field.
    ByField,
    /// Never: what is wrong is annulled, and registered anew.
    Never,
    /// Never, for it is itself an amendment: that one is annulled.
    AsAmendment,
}

/// Which later entries rest on one of a kind.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RestedOn {
    /// None. What it said comes and goes by itself, and what repeats its words follows.
    ByNothing,
    /// Those of the same kind: an end rests on its beginning. Which of several it ends is not looked at.
    BySameKind,
    /// Those that make or end a marriage of the same person.
    ByMarriages,
    /// Of a spouse whom it names, those that make or end a marriage. The marriage may have ended since.
    ByMarriagesOfSpouse,
    /// Of the deceased, all; of a spouse, those that make or end a marriage.
    ByAllOfDeceased,
    /// All of the person's life. A later event was checked against a record that this entry had changed; without the entry
    /// that check would have looked at another record.
    ByLife,
    /// Those that take for granted that its card was written, or is in use.
    ByCard,
    /// All.
    ByAll,
    /// Those that used what a merge brought together: see [`crate::amendment::merge`].
    ByUseOfMerge,
}

/// On what entries of a kind rest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum RestsOn {
    /// On nothing but the person: moves, remarks and cards.
    Person,
    /// On nothing but the records: it leaves their events as they are.
    Records,
    /// On what is known of the person's life.
    Life,
    /// On the person's life, and it makes or ends a marriage.
    Marriage,
}

/// What of a kind stands under seal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Seal {
    /// Nothing.
    None,
    /// Its entries and declarations, for they name a family of before and one of after.
    Family,
    /// Its entries and declarations, for they tell that a record is sealed. Only who may open what is under seal sees them.
    Sealing,
}

/// Where the entries of a kind stand when a record is told as of a past day.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum InLife {
    /// Before everything: all that followed was built on it.
    First,
    /// For the child, before everything but the old register.
    Birth,
    /// After the person's own birth, for it brings what another record says of the person.
    Merge,
    /// On the day of its event.
    OnItsDay,
}

/// What follows in the service when an entry of a kind is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum After {
    /// The numbers that were kept for its children are theirs: they are kept no longer, and the receipt tells them.
    NumbersAreGiven,
    /// A card office has a card to write.
    CardJobOpens,
    /// The numbers and keys of one record lead to the other.
    RecordsAreReplaced,
}
