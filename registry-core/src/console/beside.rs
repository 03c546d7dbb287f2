//! Puts a refusal that names no field beside the field of the form where an officer would look first.

use registry_domain::refusal::Refusal;

/// The refusal, with the field that it is about. A refusal of the whole form stays as it is, and so does one
/// of a field that the form does not have: see [`Paper::learn`](super::paper::Paper::learn).
pub(super) fn beside_field(refusal: Refusal) -> Refusal {
    let field = match &refusal {
        // The domain knows a portrait only by its hash.
        Refusal::InField { field, cause } if field == "portrait_sha256" => {
            return cause.as_ref().clone().in_field("portrait");
        }
        Refusal::NoParentGiven | Refusal::MotherDeadBeforeBirth | Refusal::NoParentIsCitizen => "mother",
        Refusal::SameParentTwice | Refusal::FatherDeadTooLong => "father",
        Refusal::MedicalPaperMissing => "medical_certificate",
        Refusal::ChildAlreadyRegistered => "order",
        Refusal::ResidenceNeeded => "residence",
        Refusal::DeathPaperMissing => "paper_number",
        Refusal::InformantMissing => "informant",
        Refusal::AddressMissing => "address",
        Refusal::AddressProofMissing => "address_proof",
        Refusal::NotUnitOfArrival { .. } | Refusal::AlreadyResident => "unit",
        Refusal::ElectionFreeze { .. } => "arrived_on",
        Refusal::CompanionNotAChild => "companions",
        Refusal::MarriageToOneself | Refusal::NoPartyIsCitizen => "wife",
        Refusal::SpouseTooYoung { .. } => "married_on",
        Refusal::CommonMinorChild { .. } => "way",
        Refusal::CourtDecisionMissing | Refusal::CourtMustEstablish => "court",
        Refusal::NameUnchanged => "clan_name",
        Refusal::NotTheirChild | Refusal::ParentNameNotTheirs => "update_children",
        Refusal::AlreadyDead { .. }
        | Refusal::NotMarried
        | Refusal::DeathNotByCourt { .. }
        | Refusal::NotUnitOfResidence { .. }
        | Refusal::EntryNotOfPerson
        | Refusal::TooYoungForCard { .. }
        | Refusal::HolderHasNoResidence
        | Refusal::CardOpenAlready => "person",
        Refusal::EntryNotAmendable { .. }
        | Refusal::EntryAnnulled
        | Refusal::AmendmentNotCorrected
        | Refusal::NotOfficeOfEntry
        | Refusal::OthersRestOn { .. } => "entry",
        Refusal::NothingChanges | Refusal::ContradictsRecord => "value",
        Refusal::FieldNotInEntry { .. } | Refusal::FieldNotCorrectable { .. } => "field",
        _about_the_form => return refusal,
    };
    refusal.in_field(field)
}

#[cfg(test)]
mod tests {
    use registry_domain::kind::Kind;
    use registry_domain::refusal::ALL;

    use super::*;

    #[test]
    fn a_field_that_is_named_here_is_one_of_a_form() {
        let forms = || Kind::ALL.iter().filter_map(|kind| kind.form());
        for refusal in ALL {
            if let Refusal::InField { field, .. } = beside_field(refusal.clone()) {
                let is_asked = forms().any(|form| form.shown().any(|asked| asked.name == field));
                assert!(is_asked || field.is_empty(), "{refusal:?} stands beside {field}");
            }
        }
    }

    #[test]
    fn a_refusal_without_a_field_stands_where_an_officer_looks_first() {
        let field = |refusal: Refusal| beside_field(refusal).field().map(str::to_owned);
        assert_eq!(field(Refusal::DeathPaperMissing).as_deref(), Some("paper_number"));
        assert_eq!(field(Refusal::PortraitMissing.in_field("portrait_sha256")).as_deref(), Some("portrait"));
        assert_eq!(field(Refusal::InvalidDate.in_field("born_on")).as_deref(), Some("born_on"));
        assert_eq!(field(Refusal::KinshipForbidden), None);
        assert_eq!(beside_field(Refusal::NotMarried).number(), Refusal::NotMarried.number());
    }
}
