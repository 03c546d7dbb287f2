//! A card was written and read back; the shell has checked the station's receipt.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{CardCertificate, CardState, Sha256};
use crate::context::Context;
use crate::entry::{Header, Part, PartBody, PartRole};
use crate::event::{Detail, Registrable};
use crate::form::{self, Entered, Field, Filled, Form, fields, say};
use crate::id::{CardId, StationId};
use crate::person::Person;
use crate::person_ref::PersonRef;
use crate::refusal::Refusal;
use crate::rules::*;

/// The rules of this kind.
pub const RULES: Rules = Rules {
    word: "card_personalised",
    title: say("Үнэмлэх бичсэн", "Card personalised"),
    shelf: Shelf::Card,
    doors: &[Door::Service],
    territory: Territory::AnyOffice,
    receives: &[Role::CardOfficer],
    registers: &[Role::CardOfficer],
    approves: &[Role::Approver, Role::CardOfficer],
    basis: Basis::Card,
    is_about_a_record: true,
    eyes: KindEyes { in_time: Eyes::One, late: Eyes::One },
    least_eyes: Eyes::One,
    decision_days: 1,
    fee_mnt: 0,
    annulled: Annulled::IfUncertified,
    corrected: Corrected::Never,
    rested_on: RestedOn::ByCard,
    rests_on: RestsOn::Person,
    seal: Seal::None,
    tells_where: false,
    tells_family: false,
    in_life: InLife::OnItsDay,
    paper: None,
    begins: None,
    after: &[],
};

/// A written card. JSON fields have the names of these fields.
#[derive(Clone, PartialEq, Debug)]
pub struct Facts {
    /// `person`: the holder.
    pub person: PersonRef,
    /// `card`: its id.
    pub card: CardId,
    /// `station`: the station that wrote it.
    pub station: StationId,
    /// `chip_id`: the chip's own identifier, hexadecimal.
    pub chip_id: String,
    /// `certificates`: list of objects, one for each key slot.
    pub certificates: Vec<CardCertificate>,
    /// `sod_sha256`: digest of the Document Security Object as read back.
    pub sod_sha256: Sha256,
}

/// What a personalisation says of the holder.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "part", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Body {
    Holder {
        v: u16,
        card: CardId,
        station: StationId,
        chip_id: String,
        certificates: Vec<CardCertificate>,
        /// SHA-256 of the Document Security Object.
        sod_sha256: Sha256,
    },
}

const CARD: Field = Field::entered("card", say("Үнэмлэх", "Card"), Entered::Id).required();
const STATION: Field = Field::entered("station", say("Үнэмлэх бичих цэг", "Station"), Entered::Id).required();
const CHIP_ID: Field = Field::text("chip_id", 100, say("Чипийн дугаар", "Number of the chip")).required();
const CERTIFICATES: Field =
    Field::entered("certificates", say("Гэрчилгээнүүд", "Certificates"), Entered::Objects).required();
const SOD_SHA256: Field = Field::entered(
    "sod_sha256",
    say("Гарын үсэгтэй файлын SHA-256", "SHA-256 of the signed file"),
    Entered::Digest,
)
.required();

/// The fields that the service fills in; no page asks for them.
pub(crate) const FORM: Form =
    Form::unseen(&[fields::PERSON, CARD, STATION, CHIP_ID, CERTIFICATES, SOD_SHA256]);

impl Registrable for Facts {
    fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        Ok(Self {
            person: form.required(&fields::PERSON, PersonRef::parse)?,
            card: form.required(&CARD, form::id)?,
            station: form.required(&STATION, form::id)?,
            chip_id: form.required_text(&CHIP_ID)?.to_ascii_lowercase(),
            certificates: form.structured(&CERTIFICATES)?,
            sod_sha256: form.required(&SOD_SHA256, Sha256::parse)?,
        })
    }

    fn people(&self) -> Vec<PersonRef> {
        vec![self.person.clone()]
    }

    /// The writing itself, the chip, and each public key, because a public key has one owner for ever.
    fn claims(&self, _context: &Context<'_>) -> Vec<String> {
        let keys = self.certificates.iter().map(|certificate| format!("key/{}", certificate.spki_sha256));
        let own = [format!("personalised/{}", self.card), format!("chip/{}", self.chip_id)];
        own.into_iter().chain(keys).collect()
    }

    fn check(&self, context: &Context<'_>) -> Result<Vec<Part>, Refusal> {
        let person = context.require_living(&self.person).map_err(|no| no.in_field("person"))?;
        let card = person.require_card(self.card).map_err(|no| no.in_field("card"))?;
        if card.state != CardState::Approved {
            return Err(card.unfit());
        }
        for certificate in &self.certificates {
            certificate.serial.require().map_err(|no| no.in_field("certificates"))?;
        }
        let distinct = |count: usize| count == self.certificates.len();
        let slots: BTreeSet<_> = self.certificates.iter().map(|certificate| certificate.slot).collect();
        let keys: BTreeSet<_> =
            self.certificates.iter().map(|certificate| &certificate.spki_sha256).collect();
        let serials: BTreeSet<_> = self.certificates.iter().map(|certificate| &certificate.serial).collect();
        let sound = !slots.is_empty() && [slots.len(), keys.len(), serials.len()].into_iter().all(distinct);
        if !sound {
            return Err(Refusal::CertificateDetailsUnfit.in_field("certificates"));
        }
        let body = Body::Holder {
            v: 1,
            card: self.card,
            station: self.station,
            chip_id: self.chip_id.clone(),
            certificates: self.certificates.clone(),
            sod_sha256: self.sod_sha256.clone(),
        };
        Ok(vec![Part { person: person.id, role: PartRole::Holder, body: PartBody::CardPersonalised(body) }])
    }

    fn describe(&self) -> Vec<Detail> {
        vec![
            Detail::new("Үнэмлэх", "Card", self.card),
            Detail::new("Чип", "Chip", &self.chip_id),
            Detail::new("Гэрчилгээний тоо", "Certificates", self.certificates.len()),
        ]
    }
}

impl Body {
    pub(crate) fn apply(&self, person: &mut Person, header: &Header, _role: PartRole) {
        match self {
            Self::Holder { card, chip_id, certificates, sod_sha256, .. } => {
                for written in person.cards.iter_mut().filter(|written| written.id == *card) {
                    written.state = CardState::Personalised;
                    written.chip_id = Some(chip_id.clone());
                    written.issued_on = Some(header.registered_on);
                    written.certificates.clone_from(certificates);
                    written.sod_sha256 = Some(sod_sha256.clone());
                }
                person.acts.push(header.act_ref());
            }
        }
    }
}
