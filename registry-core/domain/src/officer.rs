//! Officers and their mandate. Invariant: only [`Officer::may`] says who may do what where.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use crate::id::OfficerId;
use crate::interest::Interest;
use crate::kind::Kind;
use crate::person::Person;
use crate::refusal::Refusal;
use crate::rules::Territory;
use crate::unit::{UnitCode, UnitTree};

/// The roles to which an officer is appointed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Улсын бүртгэгч: receives declarations and registers life events.
    Registrar,
    /// Баталгаажуулагч: approves what another officer received.
    Approver,
    /// Үнэмлэхийн ажилтан: writes, hands over and revokes cards.
    CardOfficer,
    /// Администратор: manages officers, agencies, stations and the import.
    Administrator,
    /// Хянагч: reads the access log and verifies the ledger.
    Auditor,
}

impl Role {
    /// All roles.
    pub const ALL: &[Self] =
        &[Self::Registrar, Self::Approver, Self::CardOfficer, Self::Administrator, Self::Auditor];

    /// The word stored and sent.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Registrar => "registrar",
            Self::Approver => "approver",
            Self::CardOfficer => "card_officer",
            Self::Administrator => "administrator",
            Self::Auditor => "auditor",
        }
    }

    /// Reads the word of a role.
    ///
    /// # Errors
    /// [`Refusal::UnknownWord`].
    pub fn parse(word: &str) -> Result<Self, Refusal> {
        let unknown = || Refusal::UnknownWord { word: word.chars().take(40).collect() };
        Self::ALL.iter().copied().find(|role| role.as_str() == word).ok_or_else(unknown)
    }

    /// The name in Mongolian.
    pub const fn title_mn(self) -> &'static str {
        match self {
            Self::Registrar => "Улсын бүртгэгч",
            Self::Approver => "Баталгаажуулагч",
            Self::CardOfficer => "Үнэмлэхийн ажилтан",
            Self::Administrator => "Администратор",
            Self::Auditor => "Хянагч",
        }
    }

    /// The name in English.
    pub const fn title_en(self) -> &'static str {
        match self {
            Self::Registrar => "Registrar",
            Self::Approver => "Approver",
            Self::CardOfficer => "Card officer",
            Self::Administrator => "Administrator",
            Self::Auditor => "Auditor",
        }
    }
}

/// Everything an officer may do.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Act {
    /// Receive a declaration of a kind.
    Declare(Kind),
    /// Register a declaration of a kind that takes one officer.
    Register(Kind),
    /// Register, as the second officer, a declaration of a kind that takes two.
    Approve(Kind),
    /// Refuse a declaration, or note its withdrawal.
    EndDeclaration,
    /// Decide between declarations of the same event.
    DecideHeld,
    /// Look people up and read their records.
    ReadRecord,
    /// Read what is under seal, on the ground of a decision.
    OpenSealed,
    /// Print extracts.
    PrintExtract,
    /// Claim a card job and write the card.
    PersonaliseCard,
    /// Hand a card over to its holder.
    HandOverCard,
    /// Import the old register.
    ImportLegacy,
    /// Appoint officers and send them sign-in links.
    ManageOfficers,
    /// Enrol agencies and stations.
    ManagePartners,
    /// Read the access log and verify the ledger.
    Audit,
    /// Erase a payload group, an attachment or a person's key.
    Erase,
}

/// How far from the office an act may be done.
enum Reach {
    /// For the office's unit and everything that lies in it.
    Office,
    /// For the office's own unit alone.
    HomeUnit,
    /// Anywhere.
    Country,
}

impl Act {
    /// The roles that allow the act; one of them is enough.
    const fn roles(self) -> &'static [Role] {
        match self {
            Self::Declare(kind) => kind.rules().receives,
            Self::Register(kind) => kind.rules().registers,
            Self::Approve(kind) => kind.rules().approves,
            Self::EndDeclaration | Self::DecideHeld => &[Role::Registrar, Role::Approver],
            Self::ReadRecord => &[Role::Registrar, Role::Approver, Role::CardOfficer],
            Self::OpenSealed => &[Role::Administrator],
            Self::PrintExtract => &[Role::Registrar],
            Self::PersonaliseCard => &[Role::CardOfficer],
            Self::HandOverCard => &[Role::CardOfficer, Role::Registrar],
            Self::ImportLegacy | Self::ManageOfficers | Self::ManagePartners | Self::Erase => {
                &[Role::Administrator]
            }
            Self::Audit => &[Role::Auditor],
        }
    }

    /// Whether the act opens or changes a person's record, so that officers keep away from their own and
    /// their relatives'. The import is not such an act: it takes what the old register says of everybody.
    const fn is_about_a_record(self) -> bool {
        match self {
            Self::Declare(kind) | Self::Register(kind) | Self::Approve(kind) => {
                kind.rules().is_about_a_record
            }
            Self::ImportLegacy | Self::ManageOfficers | Self::ManagePartners | Self::Audit => false,
            Self::EndDeclaration
            | Self::DecideHeld
            | Self::ReadRecord
            | Self::OpenSealed
            | Self::PrintExtract
            | Self::PersonaliseCard
            | Self::HandOverCard
            | Self::Erase => true,
        }
    }

    const fn only_reads(self) -> bool {
        matches!(self, Self::ReadRecord | Self::PrintExtract)
    }

    const fn reach(self) -> Reach {
        match self {
            // A second officer may belong to another office: `policy::may_decide` says to which.
            Self::Approve(_) => Reach::Office,
            Self::Declare(kind) | Self::Register(kind) => match kind.territory() {
                Territory::AnyOffice => Reach::Office,
                Territory::HomeUnit => Reach::HomeUnit,
                Territory::Central => Reach::Country,
            },
            Self::EndDeclaration
            | Self::DecideHeld
            | Self::PrintExtract
            | Self::PersonaliseCard
            | Self::HandOverCard => Reach::Office,
            Self::ReadRecord
            | Self::OpenSealed
            | Self::ImportLegacy
            | Self::ManageOfficers
            | Self::ManagePartners
            | Self::Audit
            | Self::Erase => Reach::Country,
        }
    }
}

/// An officer of the registry with a mandate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Officer {
    /// The officer's id.
    pub id: OfficerId,
    /// The name as colleagues and citizens see it.
    pub name_label: String,
    /// The roles of the mandate.
    pub roles: Vec<Role>,
    /// The unit of the office.
    pub office: UnitCode,
    /// First day of the mandate.
    pub valid_from: NaiveDate,
    /// Last day of the mandate; none means open.
    pub valid_to: Option<NaiveDate>,
    /// The records that the officer must keep away from.
    #[serde(default)]
    pub interest: Interest,
    /// Closed units whose place the officer's unit takes today.
    #[serde(default)]
    pub follows: Vec<UnitCode>,
}

impl Officer {
    /// Whether the officer may do `act` at the office of the unit `at`. The roles name the act; the office
    /// must be `at` (for acts bound to a unit) or hold it (for acts bound to an office).
    ///
    /// # Errors
    /// [`Refusal::RoleMissing`], [`Refusal::UnknownUnit`], [`Refusal::NotYourOffice`].
    pub fn may(&self, act: Act, at: &UnitCode, units: &UnitTree) -> Result<(), Refusal> {
        let roles = act.roles();
        if !roles.iter().any(|role| self.roles.contains(role)) {
            return Err(Refusal::RoleMissing { role: roles.first().map_or("-", |role| role.as_str()) });
        }
        units.require(at)?;
        let reaches = match act.reach() {
            Reach::Office => units.is_within(at, &self.office),
            Reach::HomeUnit => *at == self.office,
            Reach::Country => true,
        };
        if reaches { Ok(()) } else { Err(Refusal::NotYourOffice) }
    }

    /// Whether the officer may do `act` at `at` about this record: the officer needs the mandate, and the
    /// record must be neither the officer's own nor a relative's. For an officer who may only read, a sealed
    /// record does not exist.
    ///
    /// # Errors
    /// The refusals of [`Officer::may`], [`Refusal::OwnRecord`], [`Refusal::RelativesRecord`],
    /// [`Refusal::PersonNotFound`].
    pub fn may_about(
        &self,
        act: Act,
        at: &UnitCode,
        person: &Person,
        units: &UnitTree,
    ) -> Result<(), Refusal> {
        self.may(act, at, units)?;
        if act.only_reads() && person.sealed {
            return Err(Refusal::PersonNotFound);
        }
        if act.is_about_a_record() { self.interest.require_none_in(person.id) } else { Ok(()) }
    }

    /// Whether the officer may open a record: see [`Officer::may_about`].
    ///
    /// # Errors
    /// As for [`Officer::may_about`].
    pub fn may_open(&self, person: &Person, units: &UnitTree) -> Result<(), Refusal> {
        self.may_about(Act::ReadRecord, &self.office, person, units)
    }

    /// Whether declarations of a kind exist for the officer at all: a sealing exists only for those who may
    /// open what is under seal.
    ///
    /// # Errors
    /// [`Refusal::DeclarationNotFound`].
    pub fn require_there(&self, kind: Kind, units: &UnitTree) -> Result<(), Refusal> {
        if kind == Kind::Sealing && self.may(Act::OpenSealed, &self.office, units).is_err() {
            return Err(Refusal::DeclarationNotFound);
        }
        Ok(())
    }

    /// Whether the officer may open declarations of a kind: those who read records may; for a sealing, those
    /// who may open it.
    ///
    /// # Errors
    /// As for [`Officer::require_there`] and [`Officer::may`].
    pub fn may_open_declarations(&self, kind: Kind, units: &UnitTree) -> Result<(), Refusal> {
        self.require_there(kind, units)?;
        if kind == Kind::Sealing { Ok(()) } else { self.may(Act::ReadRecord, &self.office, units) }
    }

    /// Whether the officer may, by this act, end declarations of a kind or decide between them. Whoever may
    /// open a sealing may end it.
    ///
    /// # Errors
    /// As for [`Officer::require_there`] and [`Officer::may`].
    pub fn may_end_declarations(&self, act: Act, kind: Kind, units: &UnitTree) -> Result<(), Refusal> {
        self.require_there(kind, units)?;
        if kind == Kind::Sealing { Ok(()) } else { self.may(act, &self.office, units) }
    }

    /// Whether the officer's office is the one of this unit, or the one that followed it.
    pub fn is_at(&self, unit: &UnitCode) -> bool {
        self.office == *unit || self.follows.contains(unit)
    }

    /// Refuses an officer who belongs neither to the office that received a declaration nor to the one that
    /// it went to.
    ///
    /// # Errors
    /// [`Refusal::NotYourOffice`].
    pub fn require_deciding(
        &self,
        received_at: &UnitCode,
        deciding_office: &UnitCode,
    ) -> Result<(), Refusal> {
        if self.is_at(received_at) || self.is_at(deciding_office) {
            Ok(())
        } else {
            Err(Refusal::NotYourOffice)
        }
    }

    /// Refuses an officer outside the days of the mandate, and one who no longer has a role: without a role
    /// there is no mandate.
    ///
    /// # Errors
    /// [`Refusal::MandateNotValid`].
    pub fn require_valid_on(&self, day: NaiveDate) -> Result<(), Refusal> {
        let is_within = self.valid_from <= day && self.valid_to.is_none_or(|to| day <= to);
        if is_within && !self.roles.is_empty() { Ok(()) } else { Err(Refusal::MandateNotValid) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_date;
    use crate::testing::{officer, unit, units};

    #[test]
    fn a_registrar_registers_births_at_the_own_office_only() {
        let registrar = officer(1, "110151", &[Role::Registrar]);
        let act = Act::Register(Kind::Birth);
        assert_eq!(registrar.may(act, &unit("110151"), units()), Ok(()));
        assert_eq!(registrar.may(act, &unit("110153"), units()), Err(Refusal::NotYourOffice));
        let nowhere = registrar.may(act, &unit("999999"), units());
        assert!(matches!(nowhere, Err(Refusal::UnknownUnit { .. })));
    }

    #[test]
    fn a_district_office_registers_births_in_its_khoroos_but_not_moves() {
        let district = officer(1, "1101", &[Role::Registrar]);
        assert_eq!(district.may(Act::Register(Kind::Birth), &unit("110151"), units()), Ok(()));
        assert_eq!(
            district.may(Act::Register(Kind::Residence), &unit("110151"), units()),
            Err(Refusal::NotYourOffice)
        );
    }

    #[test]
    fn a_registrar_receives_a_card_application_and_an_approver_approves_it() {
        let registrar = officer(1, "110151", &[Role::Registrar]);
        let at = unit("110151");
        assert_eq!(registrar.may(Act::Declare(Kind::CardApplication), &at, units()), Ok(()));
        assert_eq!(
            registrar.may(Act::Register(Kind::CardApplication), &at, units()),
            Err(Refusal::RoleMissing { role: "approver" })
        );
    }

    #[test]
    fn an_administrator_opens_the_declaration_of_a_sealing_and_no_other() {
        let administrator = officer(1, "11", &[Role::Administrator]);
        let opened = |kind: &&Kind| administrator.may_open_declarations(**kind, units()).is_ok();
        let kinds: Vec<&Kind> = Kind::ALL.iter().filter(opened).collect();
        assert_eq!(kinds, [&Kind::Sealing]);
        let auditor = officer(1, "11", &[Role::Auditor]);
        assert!(Kind::ALL.iter().all(|kind| auditor.may_open_declarations(*kind, units()).is_err()));
    }

    #[test]
    fn a_sealing_is_opened_and_ended_by_administrators_alone() {
        let registrar = officer(1, "11", &[Role::Registrar, Role::Approver]);
        let administrator = officer(2, "11", &[Role::Administrator]);
        for act in [Act::EndDeclaration, Act::DecideHeld] {
            assert_eq!(administrator.may_end_declarations(act, Kind::Sealing, units()), Ok(()));
            assert!(administrator.may_end_declarations(act, Kind::Birth, units()).is_err());
            assert_eq!(registrar.may_end_declarations(act, Kind::Birth, units()), Ok(()));
            let hidden = registrar.may_end_declarations(act, Kind::Sealing, units());
            assert_eq!(hidden, Err(Refusal::DeclarationNotFound));
        }
        assert_eq!(registrar.may_open_declarations(Kind::Birth, units()), Ok(()));
        assert!(registrar.may_open_declarations(Kind::Sealing, units()).is_err());
    }

    #[test]
    fn an_administrator_reads_no_record_and_an_auditor_registers_nothing() {
        let at = unit("110151");
        let administrator = officer(1, "11", &[Role::Administrator]);
        assert!(administrator.may(Act::ReadRecord, &at, units()).is_err());
        let auditor = officer(1, "11", &[Role::Auditor]);
        for kind in Kind::ALL {
            assert!(auditor.may(Act::Register(*kind), &at, units()).is_err());
        }
    }

    #[test]
    fn a_mandate_ends_after_its_last_day() {
        let mut registrar = officer(1, "110151", &[Role::Registrar]);
        registrar.valid_to = Some(parse_date("2026-01-31").unwrap());
        assert_eq!(registrar.require_valid_on(parse_date("2026-01-31").unwrap()), Ok(()));
        let refused = registrar.require_valid_on(parse_date("2026-02-01").unwrap());
        assert_eq!(refused, Err(Refusal::MandateNotValid));
    }

    #[test]
    fn a_mandate_ends_with_its_last_role() {
        let day = parse_date("2026-01-31").unwrap();
        let registrar = officer(1, "110151", &[Role::Registrar]);
        assert_eq!(registrar.require_valid_on(day), Ok(()));
        let dismissed = Officer { roles: Vec::new(), ..registrar };
        assert_eq!(dismissed.require_valid_on(day), Err(Refusal::MandateNotValid));
    }

    #[test]
    fn only_the_receiving_and_the_deciding_office_decide() {
        let (here, there) = (unit("110151"), unit("110153"));
        for (office, is_asked) in [("110151", true), ("110153", true), ("8301", false)] {
            let asked = officer(1, office, &[]).require_deciding(&here, &there);
            assert_eq!(asked.is_ok(), is_asked, "{office}");
        }
    }

    #[test]
    fn the_office_that_follows_a_closed_one_decides_what_was_left_there() {
        let closed = unit("110151");
        let successor = Officer { follows: vec![closed.clone()], ..officer(1, "110153", &[]) };
        assert_eq!(successor.require_deciding(&closed, &closed), Ok(()));
        assert_eq!(officer(1, "110153", &[]).require_deciding(&closed, &closed), Err(Refusal::NotYourOffice));
    }
}
