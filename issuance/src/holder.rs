//! The holder of a card, as issuance knows them: no register, no number scheme, only what the card says.

use chrono::NaiveDate;

use crate::lds::dg11::PersonalDetails;
pub use crate::lds::mrz::Sex;
use crate::lds::mrz::{Td1, short_date};

/// The issuing State and nationality in the machine readable zone.
const STATE: &str = "MNG";

/// What a card says about its holder.
#[derive(Clone, PartialEq, Eq)]
pub struct Holder {
    /// The document number: up to nine capitals and digits.
    pub document_number: String,
    /// In Latin letters, as confirmed by the citizen; spaces, hyphens, `ö` and `ü` allowed. Credentials show
    /// it so; [`Holder::zone`] reduces it.
    pub parent_name_latin: String,
    /// In Latin letters, as confirmed by the citizen.
    pub given_name_latin: String,
    /// In Cyrillic.
    pub parent_name: String,
    /// In Cyrillic.
    pub given_name: String,
    /// The sex as documents tell it.
    pub sex: Sex,
    /// The full date of birth.
    pub born_on: NaiveDate,
    /// When the card was issued.
    pub issued_on: NaiveDate,
    /// Last day of the card.
    pub expires_on: NaiveDate,
    /// The 12-digit civil id.
    pub civil_id: String,
    /// Where the holder was born, from large to small: aimag, soum.
    pub birth_place: Vec<String>,
    /// Baseline JPEG, see [`Portrait`](crate::lds::portrait::Portrait).
    pub portrait_jpeg: Vec<u8>,
}

impl Holder {
    /// The machine readable zone of the card. It does not contain the civil id, because anyone who sees the
    /// back of the card would have it.
    pub fn zone(&self) -> Td1 {
        Td1 {
            document_code: "I".to_owned(),
            issuing_state: STATE.to_owned(),
            document_number: self.document_number.clone(),
            optional_1: String::new(),
            born: short_date(self.born_on),
            sex: self.sex,
            expires: short_date(self.expires_on),
            nationality: STATE.to_owned(),
            optional_2: String::new(),
            primary: zone_name(&self.parent_name_latin),
            secondary: zone_name(&self.given_name_latin),
        }
    }

    /// The content of EF.DG11.
    pub fn personal_details(&self) -> PersonalDetails {
        PersonalDetails {
            primary: self.parent_name.clone(),
            secondary: self.given_name.clone(),
            personal_number: self.civil_id.clone(),
            born_on: self.born_on,
            birth_place: self.birth_place.clone(),
        }
    }
}

impl std::fmt::Debug for Holder {
    /// Shows the document number only, because a holder is personal data.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Holder").field("document_number", &self.document_number).finish_non_exhaustive()
    }
}

/// Capitals; spaces and hyphens become one `<`, none at either end; an apostrophe is dropped (Doc 9303-3
/// §4.6). `Ö` becomes `O` and `Ü` becomes `U`: the authority's own rule is not published, so this is our
/// choice; Doc 9303-3 §6 also allows `OE` and `UE`. Any other letter stays, and [`Td1::encode`] refuses it,
/// so that no letter of a name is lost silently.
fn zone_name(name: &str) -> String {
    let mut reduced = String::with_capacity(name.len());
    for letter in name.chars().flat_map(char::to_uppercase) {
        match letter {
            '\'' | '’' => {}
            'Ö' => reduced.push('O'),
            'Ü' => reduced.push('U'),
            ' ' | '-' | '<' if reduced.is_empty() || reduced.ends_with('<') => {}
            ' ' | '-' | '<' => reduced.push('<'),
            other => reduced.push(other),
        }
    }
    reduced.trim_end_matches('<').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::{qr, sd_jwt};
    use crate::lds::mrz::MrzError;
    use crate::sample;
    use crate::sample::credential::{World, content};
    use crate::signer::Algorithm;
    use crate::status_list::Status;

    #[test]
    fn a_mongolian_card_begins_with_its_state() {
        let zone = sample::holder().zone().encode().unwrap();
        assert!(zone.starts_with("I<MNG"), "{zone}");
        assert!(!zone.contains(&sample::holder().civil_id));
    }

    #[test]
    fn names_are_written_in_the_letters_of_the_zone() {
        assert_eq!(zone_name("Bat-Erdene"), "BAT<ERDENE");
        assert_eq!(zone_name("O'Neil anna"), "ONEIL<ANNA");
        assert_eq!(zone_name("Ölzii-Orshikh"), "OLZII<ORSHIKH");
        assert_eq!(zone_name(" Gantömör  Ü "), "GANTOMOR<U");
        // A name that the register itself reduced in earlier versions stays the same.
        assert_eq!(zone_name("OLZII<ORSHIKH"), "OLZII<ORSHIKH");
    }

    #[test]
    fn a_name_that_the_zone_cannot_write_is_refused_not_shortened() {
        for name in ["Бат", "Renée", "Bat7"] {
            let holder = Holder { parent_name_latin: name.to_owned(), ..sample::holder() };
            assert_eq!(holder.zone().encode(), Err(MrzError::Field("name")), "{name}");
        }
    }

    #[test]
    fn a_hyphen_stays_in_credentials_and_is_a_filler_in_the_zone() {
        let world = World::new(Algorithm::EcdsaP256Sha256);
        let mut content = content();
        content.holder.parent_name_latin = "Gantömör".to_owned();
        content.holder.given_name_latin = "Ölzii-Orshikh".to_owned();
        let zone = content.holder.zone().encode().unwrap();
        assert!(zone.ends_with("GANTOMOR<<OLZII<ORSHIKH<<<<<<<"), "{zone}");
        let wallet = sample::key(Algorithm::EcdsaP256Sha256, 50);
        let pid = content.prepare_sd_jwt(&wallet, &world.path(), &mut sample::rng(60)).unwrap();
        let pid = pid.lint().unwrap().sign(&world.signer).unwrap();
        let signed = sd_jwt::verify_held(pid.as_str(), &world.trust, sample::now()).unwrap();
        let pid = signed.release(&world.list(Status::Valid), sample::now()).unwrap();
        let shown = (pid.text("family_name"), pid.text("given_name"));
        assert_eq!(shown, (Some("Gantömör"), Some("Ölzii-Orshikh")));
        let code = content.prepare_qr(None, world.signer.certificate()).unwrap();
        let code = code.lint().unwrap().sign(&world.signer).unwrap();
        let signed = qr::verify(code.text(), &[world.path()], &world.trust, sample::now()).unwrap();
        let shown = signed.release(&world.list(Status::Valid), sample::now()).unwrap();
        assert_eq!(
            (shown.parent_name_latin, shown.given_name_latin),
            ("Gantömör".into(), "Ölzii-Orshikh".into())
        );
    }

    #[test]
    fn debug_shows_no_person() {
        let shown = format!("{:?}", sample::holder());
        assert!(!shown.contains(&sample::holder().given_name_latin) && !shown.contains("2001"));
    }
}
