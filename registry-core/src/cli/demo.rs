//! `registry demo`: the offices, officers and partners that the story and the tests act with. Demo mode only.

use std::fs::OpenOptions;
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;
use issuance::profile::ClientRole;
use registry_domain::officer::Role;
use serde::Serialize;
use uuid::Uuid;
use zeroize::Zeroizing;

use super::admin::{AgencyKind, add_agency, add_office, add_station};
use super::officer::add_officer;
use super::units::add_units;
use super::{open_database, say};
use crate::ceremony::partner::issue_partner_certificate;
use crate::cli::authorities::places;
use crate::config::{Config, Mode};
use crate::deps::system_clock;
use crate::draw::Draw;
use crate::store::Db;
use crate::store::codec::{Instant, Uid};
use crate::store::reference::{self, AgreementRow};
use crate::vault::key_file::{Purpose, read_key, read_unlock};

/// The khoroo where the story begins, and the neighbour with a second officer.
const KHOROO: &str = "110151";
const NEIGHBOUR: &str = "110153";
/// A soum with one officer, whose card applications the aimag's centre approves.
const SOUM: &str = "8304";
const AIMAG_CENTRE: &str = "8301";

/// `registry demo`
#[derive(Debug, Args)]
pub struct DemoArguments {
    /// Where the sealed roots are.
    #[arg(long)]
    pub offline: PathBuf,
    /// The file that opens the roots.
    #[arg(long)]
    pub offline_unlock: PathBuf,
    /// Where partners' certificates, `demo.json` and `delivery.hex` go: the TEST transport master key of the
    /// demo's delivery of blank cards, as their manufacturer has it.
    #[arg(long)]
    pub out: PathBuf,
}

/// Who is who in the demo, as `demo.json` has it.
#[derive(Debug, Serialize)]
pub struct Cast {
    registrar: Uuid,
    approver: Uuid,
    card_officer: Uuid,
    administrator: Uuid,
    second_administrator: Uuid,
    neighbour_registrar: Uuid,
    neighbour_approver: Uuid,
    soum_registrar: Uuid,
    aimag_approver: Uuid,
    agency: Uuid,
    stranger_agency: Uuid,
    hospital: Uuid,
    station: Uuid,
    soum_station: Uuid,
    office: &'static str,
    neighbour_office: &'static str,
    soum_office: &'static str,
    aimag_office: &'static str,
    purpose: &'static str,
    legal_basis: &'static str,
}

pub(super) fn demo(config: &Config, arguments: &DemoArguments) -> anyhow::Result<()> {
    if config.mode != Mode::Demo {
        bail!("the demo is for demo mode only");
    }
    std::fs::create_dir_all(&arguments.out).with_context(|| format!("create {}", arguments.out.display()))?;
    let cast_file = arguments.out.join("demo.json");
    if cast_file.exists() {
        say("the demo is seeded already");
        return Ok(());
    }
    let mut db = open_database(config)?;
    let mut draw = Draw::from_system();
    add_units(&mut db)?;
    let cast = seed(&mut db, &mut draw)?;
    certify(config, arguments, &cast, &mut draw)?;
    write_delivery(config, &arguments.out.join("delivery.hex"))?;
    std::fs::write(&cast_file, serde_json::to_vec_pretty(&cast)?)?;
    say(&format!("the demo's people are in {}", cast_file.display()));
    Ok(())
}

fn seed(db: &mut Db, draw: &mut Draw) -> anyhow::Result<Cast> {
    let now = system_clock()();
    add_office(db, NEIGHBOUR, Some(KHOROO))?;
    add_office(db, KHOROO, Some(NEIGHBOUR))?;
    add_office(db, AIMAG_CENTRE, None)?;
    add_office(db, SOUM, Some(AIMAG_CENTRE))?;
    let mut officer =
        |office: &str, label: &str, roles: &[Role]| add_officer(db, office, label, roles, now, draw);
    let registrar = officer(KHOROO, "1-р хорооны улсын бүртгэгч", &[Role::Registrar])?;
    let approver = officer(KHOROO, "1-р хорооны баталгаажуулагч", &[Role::Approver])?;
    let card_officer = officer(KHOROO, "1-р хорооны үнэмлэхийн ажилтан", &[Role::CardOfficer])?;
    let administrator = officer(KHOROO, "Администратор", &[Role::Administrator])?;
    let neighbour_registrar = officer(NEIGHBOUR, "2-р хорооны улсын бүртгэгч", &[Role::Registrar])?;
    let neighbour_approver = officer(NEIGHBOUR, "2-р хорооны баталгаажуулагч", &[Role::Approver])?;
    let soum_registrar = officer(SOUM, "Сумын улсын бүртгэгч", &[Role::Registrar, Role::CardOfficer])?;
    let aimag_approver = officer(AIMAG_CENTRE, "Аймгийн төвийн баталгаажуулагч", &[Role::Approver])?;
    // The last one: from two administrators on nobody is appointed by one alone.
    let second_administrator = officer(KHOROO, "Хоёр дахь администратор", &[Role::Administrator])?;
    let agency = add_agency(db, "Demo Bank Supervision", AgencyKind::Agency, now, draw)?;
    let stranger_agency = add_agency(db, "Demo Agency without an agreement", AgencyKind::Agency, now, draw)?;
    let hospital = add_agency(db, "Demo Maternity Hospital", AgencyKind::Hospital, now, draw)?;
    let station = add_station(db, KHOROO, "Card station 1", now, draw)?;
    let soum_station = add_station(db, SOUM, "Card station of the soum", now, draw)?;
    let cast = Cast {
        registrar,
        approver,
        card_officer,
        administrator,
        second_administrator,
        neighbour_registrar,
        neighbour_approver,
        soum_registrar,
        aimag_approver,
        agency,
        stranger_agency,
        hospital,
        station,
        soum_station,
        office: KHOROO,
        neighbour_office: NEIGHBOUR,
        soum_office: SOUM,
        aimag_office: AIMAG_CENTRE,
        purpose: "account-opening",
        legal_basis: "Demo Banking Act, art. 1",
    };
    for (purpose, attributes) in [
        (cast.purpose, r#"["clan_name","parent_name","given_name","born_on","living","card"]"#),
        ("parcel-delivery", r#"["given_name"]"#),
    ] {
        let row = AgreementRow {
            id: Uid(draw.uuid(now)),
            agency_id: Uid(agency),
            purpose: purpose.to_owned(),
            legal_basis: cast.legal_basis.to_owned(),
            attributes: attributes.to_owned(),
            misses_per_end_user: 5,
            misses_per_agency: 50,
            valid_from: Instant::new(now),
            valid_to: None,
        };
        reference::add_agreement(db, &row)?;
    }
    Ok(cast)
}

fn certify(config: &Config, arguments: &DemoArguments, cast: &Cast, draw: &mut Draw) -> anyhow::Result<()> {
    let places = places(config, &arguments.offline, &arguments.offline_unlock);
    let now = system_clock()();
    for (name, role, id) in [
        ("agency", ClientRole::Agency, cast.agency),
        ("stranger-agency", ClientRole::Agency, cast.stranger_agency),
        ("hospital", ClientRole::Hospital, cast.hospital),
        ("station", ClientRole::Station, cast.station),
        ("soum-station", ClientRole::Station, cast.soum_station),
    ] {
        issue_partner_certificate(&places, role, id, name, &arguments.out.join(name), now, draw)?;
    }
    Ok(())
}

/// The transport master of a delivery is a secret between the manufacturer and the registry. Simulated cards
/// need the manufacturer's half, so the demo, and nothing else, writes it out, for its owner alone.
fn write_delivery(config: &Config, path: &Path) -> anyhow::Result<()> {
    let unlock = read_unlock(&config.keys.unlock_file)?;
    let master = read_key(&config.keys.folder, Purpose::CardTransportMaster, &unlock)?;
    let hex = Zeroizing::new(hex::encode(&*master));
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(path)
        .with_context(|| format!("create {}", path.display()))?;
    Ok(file.write_all(hex.as_bytes())?)
}
