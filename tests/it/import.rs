//! The import of the old register: what it takes, what it refuses, and that a second import changes nothing.

use registry_tests::kit::cast::Cast;
use registry_tests::kit::installation::Installation;
use registry_tests::kit::town::{import, sample};
use registry_tests::kit::{Engine, words_of_no};

/// Lines of the sample that are wrong on purpose, with the number of the refusal.
const REFUSED: [(u32, u32); 8] =
    [(52, 112), (82, 108), (112, 113), (142, 104), (172, 116), (187, 905), (192, 109), (197, 115)];

registry_tests::on_both_engines! {
    the_sample_is_taken_and_every_line_accounted_for,
    importing_twice_changes_nothing,
    a_file_without_a_column_is_refused_as_a_whole,
    only_an_administrator_imports,
    any_well_formed_old_number_is_taken_as_it_stands,
}

fn verify(installation: &Installation) -> anyhow::Result<String> {
    let output = installation.registry(&["verify"])?;
    let report = String::from_utf8(output.stdout)?;
    Ok(report.lines().last().unwrap_or_default().to_owned())
}

fn the_sample_is_taken_and_every_line_accounted_for(engine: Engine) -> anyhow::Result<()> {
    let installation = Installation::demo(engine)?;
    let report = import(&installation, &Cast::read(&installation)?)?;
    for line in ["taken: 196", "known already: 0", "refused: 8", "possible duplicates: 3"] {
        assert!(report.lines().any(|told| told == line), "{line}\n{report}");
    }
    for (line, number) in REFUSED {
        assert!(report.contains(&format!("  line {line}: {number} ")), "line {line}: {number}\n{report}");
    }
    let explained = report.lines().filter(|line| line.contains("born_on +")).count();
    assert_eq!(explained, 3, "each possible duplicate says why, once: {report}");
    let verified = verify(&installation)?;
    assert!(verified.starts_with("196 entries, 0 accesses, 196 people"), "{verified}");
    assert!(verified.ends_with("0 findings"), "{verified}");
    Ok(())
}

fn importing_twice_changes_nothing(engine: Engine) -> anyhow::Result<()> {
    let installation = Installation::demo(engine)?;
    let cast = Cast::read(&installation)?;
    import(&installation, &cast)?;
    let before = verify(&installation)?;
    let report = import(&installation, &cast)?;
    for line in ["taken: 0", "known already: 196", "refused: 8", "possible duplicates: 0"] {
        assert!(report.lines().any(|told| told == line), "{line}\n{report}");
    }
    assert_eq!(verify(&installation)?, before);
    Ok(())
}

fn a_file_without_a_column_is_refused_as_a_whole(engine: Engine) -> anyhow::Result<()> {
    let installation = Installation::demo(engine)?;
    let cast = Cast::read(&installation)?;
    let file = installation.folder().join("people.csv");
    let text = std::fs::read_to_string(sample())?;
    std::fs::write(
        &file,
        text.replace("national_number,civil_id,clan_name", "national_number,civil_id,tribe"),
    )?;
    let arguments = ["import", &file.display().to_string(), "--officer", &cast.administrator];
    let refused = words_of_no(installation.registry(&arguments))?;
    assert!(refused.contains("clan_name"), "{refused}");
    assert!(verify(&installation)?.starts_with("0 entries"));
    Ok(())
}

fn only_an_administrator_imports(engine: Engine) -> anyhow::Result<()> {
    let installation = Installation::demo(engine)?;
    let cast = Cast::read(&installation)?;
    let sample = sample().display().to_string();
    for officer in [&cast.registrar, &cast.approver] {
        assert!(installation.registry(&["import", &sample, "--officer", officer]).is_err());
    }
    assert!(verify(&installation)?.starts_with("0 entries"));
    Ok(())
}

fn any_well_formed_old_number_is_taken_as_it_stands(engine: Engine) -> anyhow::Result<()> {
    let installation = Installation::demo(engine)?;
    let cast = Cast::read(&installation)?;
    let text = std::fs::read_to_string(sample())?;
    let header = text.lines().find(|line| line.starts_with("national_number,")).unwrap_or_default();
    let file = installation.folder().join("people.csv");
    // The number has letters of another unit, and another date and sex than the row: all three can have
    // changed since.
    let row = "ЯЯ54071107,,Боржигон,Чинганди,Төгсөө,male,1961-01-02,1101,110151,1-1,2020-01-01,,,,";
    std::fs::write(&file, format!("{header}\n{row}\n"))?;
    let arguments = ["import", &file.display().to_string(), "--officer", &cast.administrator];
    let output = installation.registry(&arguments)?;
    let report = String::from_utf8(output.stdout)?;
    assert!(report.contains("taken: 1") && report.contains("refused: 0"), "{report}");
    Ok(())
}
