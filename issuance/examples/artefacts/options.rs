//! The files that the card of docs/card-layout.md does not have: DG12, DG14, DG15, EF.CardAccess, and a SOD
//! of all data groups.

use chrono::NaiveDate;
use issuance::authority::CertificationAuthority;
use issuance::card_data::CardFiles;
use issuance::lds::com::Com;
use issuance::lds::dg2::{self, FaceFormat};
use issuance::lds::dg12::DocumentDetails;
use issuance::lds::dg14::SecurityOptions;
use issuance::lds::portrait::Portrait;
use issuance::lds::security_infos::PaceParameter;
use issuance::lds::sod::PreparedSod;
use issuance::lds::{DataGroup, card_access, dg15};

use super::{Outcome, Workshop, found};

impl Workshop {
    pub(super) fn options(&mut self, card: &CardFiles, signer: &CertificationAuthority) -> Outcome<()> {
        let details = DocumentDetails {
            issuing_authority: "Улсын бүртгэлийн үзүүлэн".to_owned(),
            issued_on: NaiveDate::from_ymd_opt(2026, 11, 23).ok_or("a date")?,
            personalised_at: NaiveDate::from_ymd_opt(2026, 11, 25).and_then(|day| day.and_hms_opt(9, 30, 0)),
            system: Some("station 7".to_owned()),
        };
        let options = SecurityOptions {
            pace: PaceParameter::P256,
            chip_authentication: Some(self.card_key()?),
            active_authentication: true,
        };
        let (dg12, dg14, dg15) = (details.encode()?, options.encode()?, dg15::encode(&self.card_key()?)?);
        let groups: [(DataGroup, &[u8]); 6] = [
            (DataGroup::Dg1, &card.dg1),
            (DataGroup::Dg2, &card.dg2),
            (DataGroup::Dg11, &card.dg11),
            (DataGroup::Dg12, &dg12),
            (DataGroup::Dg14, &dg14),
            (DataGroup::Dg15, &dg15),
        ];
        self.write(
            "full_sod.bin",
            PreparedSod::new(&groups, signer.certificate())?.lint().map_err(found)?.sign(signer)?,
        )?;
        self.write("full_com.bin", Com { data_groups: DataGroup::ALL.to_vec() }.encode())?;
        self.write("card_access.bin", card_access::encode(options.pace)?)?;
        // This must fail: a file that is read before access and names another curve than the signed one.
        self.write("card_access_other.bin", card_access::encode(PaceParameter::BrainpoolP256)?)?;
        self.face_image(card, signer)?;
        self.write("dg12.bin", dg12)?;
        self.write("dg14.bin", dg14)?;
        self.write("dg15.bin", dg15)
    }

    /// DG2 in the form that is mandatory from 2030 on, and a SOD over it. The one that must fail gives
    /// another width than the image has.
    fn face_image(&self, card: &CardFiles, signer: &CertificationAuthority) -> Outcome<()> {
        let holder = super::holder();
        let portrait = Portrait::parse(&holder.portrait_jpeg)?;
        let dg2 = dg2::encode(&portrait, holder.sex, FaceFormat::FaceImage)?;
        let groups: [(DataGroup, &[u8]); 3] =
            [(DataGroup::Dg1, &card.dg1), (DataGroup::Dg2, &dg2), (DataGroup::Dg11, &card.dg11)];
        let sod = PreparedSod::new(&groups, signer.certificate())?.lint().map_err(found)?.sign(signer)?;
        self.write("face_image_sod.bin", sod)?;
        let mut other = dg2.clone();
        let width = [&[0x80, 0x02][..], &portrait.width().to_be_bytes()].concat();
        let at = other.windows(width.len()).rposition(|window| window == width).ok_or("the width")?;
        other[at + 3] ^= 1;
        self.write("face_image_dg2_other.bin", other)?;
        self.write("face_image_dg2.bin", dg2)
    }
}
