//! Jobs whose cards were erased together with their holders.

use registry_tests::kit::Engine;
use registry_tests::kit::town::{SINGLE_MAN, SINGLE_WOMAN};
use registry_tests::kit::window::Window;

use super::Office;

registry_tests::on_both_engines! {
    a_job_that_ended_before_its_holder_was_erased_is_told_without_a_number_and_the_next_one_comes,
    an_open_job_whose_holder_was_erased_ends_when_it_is_claimed_given_up_or_at_the_next_start,
}

const STATE: &str = "SELECT job_state FROM card_job WHERE card_id NOT IN (SELECT id FROM card)";

impl Office {
    /// The record as it is after the woman was erased: her card has no holder.
    fn forget_the_woman(&self) -> anyhow::Result<()> {
        self.database().execute(&format!(
            "DELETE FROM card WHERE person_id = (SELECT id FROM person WHERE national_number = '{}')",
            SINGLE_WOMAN.number
        ))
    }
}

fn a_job_that_ended_before_its_holder_was_erased_is_told_without_a_number_and_the_next_one_comes(
    engine: Engine,
) -> anyhow::Result<()> {
    let office = Office::open(engine)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    job.bind(1)?.require(200)?;
    let nonces = job.nonces()?;
    office.dies(SINGLE_WOMAN)?;
    office.forget_the_woman()?;
    job.gets_nothing(1, &nonces, 735)?;
    let told = office.claim()?;
    assert!(told.refusal() == Some(735) && told.text().contains("The card – ended"), "{}", told.text());
    office.claim_of(SINGLE_MAN)?;

    office.database().execute("UPDATE card_job SET told_at = NULL")?;
    office.give_up("the man comes later")?.require(200)?;
    let given_up = office.give_up("the card is gone")?.require(200)?.json();
    assert_eq!((&given_up["state"], &given_up["document_number"]), (&"ended".into(), &"–".into()));
    assert_eq!(office.give_up("nothing is open")?.refusal(), Some(743), "it was told");
    office.claim_of(SINGLE_MAN).map(drop)
}

fn an_open_job_whose_holder_was_erased_ends_when_it_is_claimed_given_up_or_at_the_next_start(
    engine: Engine,
) -> anyhow::Result<()> {
    let mut office = Office::open(engine)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    job.bind(1)?.require(200)?;
    job.certificates(1)?;
    let id = job.id.clone();
    office.forget_the_woman()?;
    let open = [
        "UPDATE card_job SET job_state = 'quarantined', finished_at = NULL, told_at = NULL WHERE job_state = 'ended'",
        "UPDATE credential_intent SET revoked_on = NULL, revocation_reason = NULL",
    ];
    let has_ended = |office: &Office| -> anyhow::Result<()> {
        assert_eq!(office.database().ask(STATE)?, "ended");
        let revoked = "SELECT count(*) FROM credential_intent WHERE revoked_on IS NOT NULL";
        assert_eq!(office.database().ask(revoked)?, "2", "what was signed for that card is revoked");
        Ok(())
    };
    assert_eq!(office.claim()?.require(409)?.refusal(), Some(735));
    has_ended(&office)?;

    open.iter().try_for_each(|statement| office.database().execute(statement))?;
    let window = Window::open(&office.town, &office.town.cast.card_officer)?;
    let refused = window.send(&format!("/cards/{id}/give-up"), &[("reason", "эзэмшигч алга")])?;
    assert!(refused.require(409)?.text().contains("№ 743"), "nothing is left to give up");
    has_ended(&office)?;

    office.restart_after(&open)?;
    has_ended(&office)?;
    assert_eq!(office.claim()?.require(409)?.refusal(), Some(735));
    office.claim_of(SINGLE_MAN).map(drop)
}
