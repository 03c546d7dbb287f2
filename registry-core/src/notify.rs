//! A hospital notifies a birth or a death. A notification registers nothing: it waits for a declaration that names it.

use diesel::prelude::*;
use registry_domain::date::parse_date;
use registry_domain::person_ref::PersonRef;
use registry_domain::refusal::Refusal;
use registry_domain::sex::Sex;
use registry_domain::unit::UnitCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::agency::CallingAgency;
use crate::deps::Deps;
use crate::failure::Failure;
use crate::once::{Once, write_once};
use crate::store::codec::{Instant, Uid};
use crate::store::schema::notification;

/// A birth as a hospital notifies it (form СТ-4). No name: that is for the parents to declare.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BirthNotice {
    /// The mother's register number or civil id.
    pub mother: String,
    /// `female` or `male`.
    pub sex: String,
    /// Civil date of birth.
    pub born_on: String,
    /// Local time, `HH:MM`.
    #[serde(default)]
    pub born_time: Option<String>,
    /// Unit of birth.
    pub birth_place: String,
    /// Children born at this birth.
    pub plurality: u8,
    /// Order among them, from 1.
    pub order: u8,
    /// Weight in grams.
    #[serde(default)]
    pub weight_grams: Option<u16>,
    /// Number of the medical certificate.
    pub medical_certificate: String,
}

/// A notification that was taken.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Notified {
    /// Its id, which a declaration names.
    pub id: Uuid,
}

/// Takes a hospital's notice of a birth.
///
/// # Errors
/// The refusal of the first member that cannot be, with its field.
pub fn notify_birth(
    deps: &Deps,
    hospital: &CallingAgency,
    once: &Once,
    notice: &BirthNotice,
) -> Result<Notified, Failure> {
    check(deps, notice)?;
    let now = deps.now();
    let mut draw = deps.draw();
    let (id, nonce) = (draw.opaque_uuid(), draw.nonce());
    let body = serde_json::to_vec(notice).map_err(|e| Failure::damaged("write a notification", e))?;
    write_once(deps, once, |db| {
        diesel::insert_into(notification::table)
            .values((
                notification::id.eq(Uid(id)),
                notification::agency_id.eq(Uid::from(hospital.id)),
                notification::kind.eq("birth"),
                notification::received_at.eq(Instant::new(now)),
                notification::sealed.eq(deps.keys.sealing.seal("notification", id, nonce, &body)?),
            ))
            .execute(db)?;
        Ok(Notified { id })
    })
}

fn check(deps: &Deps, notice: &BirthNotice) -> Result<(), Refusal> {
    PersonRef::parse(&notice.mother).map_err(|no| no.in_field("mother"))?;
    Sex::parse(&notice.sex).map_err(|no| no.in_field("sex"))?;
    parse_date(&notice.born_on).map_err(|no| no.in_field("born_on"))?;
    let place = UnitCode::parse(&notice.birth_place).map_err(|no| no.in_field("birth_place"))?;
    deps.units.require(&place).map_err(|no| no.in_field("birth_place"))?;
    if notice.order == 0 || notice.order > notice.plurality {
        return Err(Refusal::OrderBeyondPlurality.in_field("order"));
    }
    if notice.medical_certificate.trim().is_empty() {
        return Err(Refusal::MedicalPaperMissing.in_field("medical_certificate"));
    }
    if notice.medical_certificate.chars().count() > 100 {
        return Err(Refusal::TextTooLong { limit: 100 }.in_field("medical_certificate"));
    }
    Ok(())
}
