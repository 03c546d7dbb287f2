//! Certificates that were signed while a card was made, and what happens to those that are on no card.

use registry_tests::kit::Engine;
use registry_tests::kit::town::{SINGLE_MAN, SINGLE_WOMAN};

use super::{Office, are_revoked, in_files};
use crate::revocation::Pki;

registry_tests::on_both_engines! {
    a_certificate_whose_key_was_replaced_before_the_card_was_written_is_revoked,
    a_chip_whose_key_was_about_to_be_certified_is_not_taken_for_a_blank_one,
}

fn a_certificate_whose_key_was_replaced_before_the_card_was_written_is_revoked(
    engine: Engine,
) -> anyhow::Result<()> {
    let mut office = Office::open(engine)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    job.bind(1)?.require(200)?;
    let first = job.certificates(1)?;
    let pki = Pki::of(&office.town)?;
    let files = in_files(&pki, &first)?;
    // The chip makes new keys for both slots: their certificates replace the first ones.
    let (slot, nonce) = &job.nonces()?[0];
    job.certify_key(1, 77, slot, nonce)?.require(200)?;
    are_revoked(&office.town, &pki, &files[..1], "superseded")?;
    assert!(pki.by_lists(&office.town, &files[1])?.contains(": OK"), "the other slot's stays good");

    // An earlier version left such certificates void and on no list. The next start mends that.
    office.restart_after(&["UPDATE credential_intent SET revoked_on = NULL, revocation_reason = NULL"])?;
    are_revoked(&office.town, &pki, &files[..1], "superseded")?;
    assert!(pki.by_lists(&office.town, &files[1])?.contains(": OK"));
    Ok(())
}

fn a_chip_whose_key_was_about_to_be_certified_is_not_taken_for_a_blank_one(
    engine: Engine,
) -> anyhow::Result<()> {
    let office = Office::open(engine)?;
    let job = office.claim_of(SINGLE_WOMAN)?;
    job.bind(1)?.require(200)?;
    let (slot, nonce) = &job.nonces()?[0];
    job.certify(1, slot, nonce)?.require(200)?;
    // The state between the record of what will be signed and the storing of the signed certificate.
    office.database().execute("UPDATE credential_intent SET intent_state = 'intended', issued = NULL")?;
    assert_eq!(office.give_up("the chip was bent")?.require(200)?.json()["state"], "spoiled");
    assert_eq!(office.card_of(SINGLE_WOMAN)?["state"], "revoked");
    let open = "SELECT count(*) FROM credential_intent WHERE intent_state <> 'void'";
    assert_eq!(office.database().ask(open)?, "0", "it is never signed now");
    let next = office.claim_of(SINGLE_MAN)?;
    assert_eq!(next.bind(1)?.refusal(), Some(721));
    Ok(())
}
