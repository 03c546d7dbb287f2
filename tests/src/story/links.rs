//! One sign-in link for each role of the demo.

use std::io::Write;

use super::house::House;
use crate::kit::cast::Cast;
use crate::kit::installation::Installation;

/// Makes a new link for each role and prints where everything is.
///
/// # Errors
/// If the register does not make a link, or nothing can be written.
pub fn show(out: &mut impl Write, house: &House, installation: &Installation) -> anyhow::Result<()> {
    let cast = Cast::read(installation)?;
    let settings = &installation.settings;
    writeln!(out, "\nКонсол · console          {}", settings.console_url())?;
    writeln!(out, "Түншүүд · partners (TLS)  {}", settings.partners_url())?;
    writeln!(out, "\nНэг удаагийн холбоос, нэг цаг хүчинтэй · one-time sign-in links, good for an hour:")?;
    let citizen = house.citizen();
    let mut roles = vec![
        ("Улсын бүртгэгч · registrar", ["--officer", cast.registrar.as_str()]),
        ("Баталгаажуулагч · approver", ["--officer", &cast.approver]),
        ("Үнэмлэхийн ажилтан · card office", ["--officer", &cast.card_officer]),
        ("Байгууллага · agency desk", ["--agency", &cast.agency]),
    ];
    roles.extend(citizen.as_deref().map(|number| ("Иргэн · citizen", ["--citizen", number])));
    for (role, whom) in roles {
        let output = installation.registry(&["link", whom[0], whom[1]])?;
        let link = String::from_utf8(output.stdout)?;
        // Padded by hand, counting letters, because the formatter counts Cyrillic by another width.
        let padding = " ".repeat(36_usize.saturating_sub(role.chars().count()));
        writeln!(out, "  {role}{padding}{}", link.trim())?;
    }
    Ok(writeln!(out)?)
}
