use std::sync::Arc;

use issuance::prepared::{Issuer, prepare};
use issuance::profile::{HOLDER_POLICIES, Issuing, Profile, Root};
use issuance::revocation::crl::Crl;
use issuance::{Algorithm, Serial, SoftwareSigner, Validity};

use super::super::room::Room;
use super::*;
use crate::ceremony::Ceremony;
use crate::ceremony::design::Design;
use crate::vault::token::softhsm::with_softhsm;

fn named(test: &str) -> String {
    format!("ceremony::steps::authorities::tests::{test}")
}

fn list(room: &Room<'_>, file: &str) -> Crl {
    Crl::from_der(&fs::read(room.certificate(file)).unwrap()).unwrap()
}

fn certificate(room: &Room<'_>, stem: &str) -> Certificate {
    read_certificate(&room.certificate(&format!("{stem}.pem"))).unwrap()
}

#[test]
fn a_root_that_was_made_without_its_list_gets_it_when_the_step_is_taken_again() {
    with_softhsm(
        &named("a_root_that_was_made_without_its_list_gets_it_when_the_step_is_taken_again"),
        |hsm| {
            let mut room = Room::with_tokens(hsm);
            for (stem, crl) in [(ROOT, "eid-root.crl"), (CSCA, "csca.crl")] {
                let take = |room: &mut Room<'_>| {
                    room.step(|officiant| if stem == ROOT { officiant.root() } else { officiant.csca() })
                };
                take(&mut room).unwrap();
                let made = certificate(&room, stem);
                fs::remove_file(room.certificate(crl)).unwrap();
                let written = take(&mut room).unwrap();
                assert!(written.contains("ended without a list"), "{written}");
                assert_eq!(certificate(&room, stem), made);
                list(&room, crl).verify(&made).unwrap();
                assert!(take(&mut room).unwrap_err().to_string().contains("is there already"));
            }
        },
    );
}

#[test]
fn a_roll_over_that_ended_without_its_link_is_finished_before_the_next_key_signs() {
    with_softhsm(
        &named("a_roll_over_that_ended_without_its_link_is_finished_before_the_next_key_signs"),
        |hsm| {
            let mut room = Room::with_tokens(hsm);
            room.step(|officiant| officiant.csca()).unwrap();
            let old = certificate(&room, CSCA);
            room.step(|officiant| officiant.roll_over()).unwrap();
            let next = certificate(&room, NEXT_CSCA);
            for end in ["pem", "cer"] {
                fs::remove_file(room.certificate(&format!("{LINK}.{end}"))).unwrap();
            }
            let refused = room.step(|officiant| officiant.succeed()).unwrap_err().to_string();
            assert!(refused.contains("take `roll-over` again"), "{refused}");
            room.step(|officiant| officiant.roll_over()).unwrap();
            assert_eq!(certificate(&room, NEXT_CSCA), next);
            assert!(certificate(&room, LINK).verify_signature(old.public_key()).is_ok());
            let again = room.step(|officiant| officiant.roll_over()).unwrap_err().to_string();
            assert!(again.contains("`succeed` puts it in its place first"), "{again}");

            // A list of nobody's is not copied; the one of the retired key is.
            let kept = fs::read(room.certificate("csca.crl")).unwrap();
            let mut forged = kept.clone();
            *forged.last_mut().unwrap() ^= 1;
            fs::write(room.certificate("csca.crl"), forged).unwrap();
            let refused = room.step(|officiant| officiant.succeed()).unwrap_err().to_string();
            assert!(refused.contains("not signed by its authority"), "{refused}");
            fs::write(room.certificate("csca.crl"), kept).unwrap();
            assert_eq!(certificate(&room, CSCA), old, "nothing was changed");
            // The power goes after the next certificate took its place and before the list was signed; then
            // before the end.
            for ends_before in ["the list", "the end"] {
                room.step(|officiant| {
                    officiant.retire(true, CSCA, &mut Entry::new("test", &[]))?;
                    officiant.making(|making| making.keep(&next, CSCA))
                })
                .unwrap();
                if ends_before == "the end" {
                    room.step(|officiant| officiant.succeed()).unwrap();
                    room.step(|officiant| officiant.making(|making| making.keep(&next, "csca-next")))
                        .unwrap();
                }
            }
            room.step(|officiant| officiant.succeed()).unwrap();
            list(&room, "csca.crl").verify(&next).unwrap();
            assert!(list(&room, "csca.crl").number() > Some(1));
            assert!(!room.certificate("csca-next.pem").exists());
        },
    );
}

#[test]
fn an_authority_is_put_on_the_list_of_its_root_and_stays_there() {
    with_softhsm(&named("an_authority_is_put_on_the_list_of_its_root_and_stays_there"), |hsm| {
        let mut room = Room::with_tokens(hsm);
        room.step(|officiant| officiant.root()).unwrap();
        room.step(|officiant| officiant.issuing()).unwrap();
        let file = room.certificate("issuing-ca.pem");
        let revoke = |officiant: &mut Officiant<'_>, file: &Path| {
            officiant.list(ListOf::EidRoot, Some((file, Reason::AuthorityCompromise)))
        };
        let root = room.certificate("eid-root.pem");
        let refused = room.step(|officiant| revoke(officiant, &root)).unwrap_err().to_string();
        assert!(refused.contains("not issued by the authority"), "{refused}");
        room.step(|officiant| revoke(officiant, &file)).unwrap();
        let serial = certificate(&room, "issuing-ca").serial();
        let found = list(&room, "eid-root.crl").revocation(&serial).unwrap();
        assert_eq!(found.reason, Reason::AuthorityCompromise);
        assert!(room.step(|officiant| revoke(officiant, &file)).is_err(), "twice");
        room.days_later(-1);
        let refused = room.step(|officiant| officiant.list(ListOf::EidRoot, None)).unwrap_err().to_string();
        assert!(refused.contains("set the clock"), "{refused}");
        room.days_later(30);
        room.step(|officiant| officiant.list(ListOf::EidRoot, None)).unwrap();
        let newest = list(&room, "eid-root.crl");
        assert!(newest.is_revoked(&serial) && newest.number() == Some(3), "{:?}", newest.number());
    });
}

#[test]
fn a_key_in_use_is_not_destroyed_whatever_it_is_called_and_while_a_file_cannot_be_read() {
    with_softhsm(
        &named("a_key_in_use_is_not_destroyed_whatever_it_is_called_and_while_a_file_cannot_be_read"),
        |hsm| {
            let mut room = Room::with_tokens(hsm);
            room.step(|officiant| officiant.csca()).unwrap();
            let kept = room.at("kept.pem");
            fs::copy(room.certificate("csca.pem"), &kept).unwrap();
            let destroy = |room: &mut Room<'_>, even_in_use| {
                room.step(|officiant| officiant.destroy(Which::Offline, Purpose::Csca, &kept, even_in_use))
            };
            fs::rename(room.certificate("csca.pem"), room.certificate("csca-next.pem")).unwrap();
            let refused = destroy(&mut room, false).unwrap_err().to_string();
            assert!(refused.contains("csca-next.pem, which is in use"), "{refused}");
            fs::remove_file(room.certificate("csca-next.pem")).unwrap();
            fs::create_dir(room.certificate("csca.pem")).unwrap();
            assert!(destroy(&mut room, false).is_err(), "it might be the certificate of this key");
            fs::remove_dir(room.certificate("csca.pem")).unwrap();
            destroy(&mut room, false).unwrap();
        },
    );
}

#[test]
fn the_answer_of_a_national_root_is_taken_again_if_the_power_went() {
    with_softhsm(&named("the_answer_of_a_national_root_is_taken_again_if_the_power_went"), |hsm| {
        let mut room = Room::with_tokens(hsm);
        room.step(|officiant| officiant.request()).unwrap();
        let request = fs::read_to_string(room.at(REQUEST_FILE)).unwrap();
        let request = CertificationRequest::from_pem(&request).unwrap();
        let (elsewhere, now) = (room.at("national"), room.now);
        fs::create_dir(&elsewhere).unwrap();
        let design = Design::test("http://national.example");
        let key = SoftwareSigner::generate(Algorithm::EcdsaP384Sha384, room.draw.generator()).unwrap();
        let name = design.name(&design.eid_root);
        let profile = Profile::Root(Root { name, key: key.public_key() });
        let mut national = Ceremony { design: &design, certificates: &elsewhere, now, draw: &mut room.draw };
        let lasts = design.eid_root.lasts;
        let root = national.self_signed(&profile, Arc::new(key), lasts, "national").unwrap();
        let profile = Profile::Issuing(Issuing {
            name: design.name(&design.issuing),
            key: request.public_key().clone(),
            policies: HOLDER_POLICIES.to_vec(),
            crl_urls: vec!["http://national.example/root.crl".to_owned()],
            issuer_url: "http://national.example/root.cer".to_owned(),
        });
        let validity = Validity::new(now, now + design.issuing.lasts).unwrap();
        let issuer = Issuer::Authority(root.certificate());
        let linted =
            prepare(&profile, &Serial::from_random([9; 20]), &validity, issuer).unwrap().lint().unwrap();
        let answer = linted.sign(&root).unwrap().into_certificate();
        fs::write(room.at("answer.pem"), answer.to_pem().unwrap()).unwrap();
        let (answer_file, root_file) = (room.at("answer.pem"), elsewhere.join("national.pem"));
        let take = |room: &mut Room<'_>| {
            room.step(|officiant| officiant.take_chain(&answer_file, &root_file)).map(drop)
        };
        take(&mut room).unwrap();
        fs::remove_file(room.certificate("issuing-ca.pem")).unwrap();
        take(&mut room).unwrap();
        assert_eq!(certificate(&room, "issuing-ca"), answer);
        // The same answer again retires nothing; the same key certified again retires what was in its place.
        take(&mut room).unwrap();
        assert!(!room.at("retired").exists());
        let again = prepare(
            &profile,
            &Serial::from_random([10; 20]),
            &validity,
            Issuer::Authority(root.certificate()),
        );
        let again = again.unwrap().lint().unwrap().sign(&root).unwrap().into_certificate();
        fs::write(&answer_file, again.to_pem().unwrap()).unwrap();
        take(&mut room).unwrap();
        assert_eq!(certificate(&room, "issuing-ca"), again);
        assert!(room.at("retired").exists());
        // The next authority: another key and name, of the same root, behind the one before.
        let refused = room.step(|officiant| officiant.next_issuing()).unwrap_err().to_string();
        assert!(refused.contains("`request` and `take-chain`"), "{refused}");
        room.step(|officiant| officiant.request()).unwrap();
        let twice = room.step(|officiant| officiant.request()).unwrap_err().to_string();
        assert!(twice.contains("take its answer first"), "{twice}");
        let request = fs::read_to_string(room.at(REQUEST_FILE)).unwrap();
        let request = CertificationRequest::from_pem(&request).unwrap();
        assert!(request.subject().to_string().contains("CA 2"), "{}", request.subject());
        let Profile::Issuing(mut asked) = profile else { panic!("an issuing authority") };
        asked.key = request.public_key().clone();
        asked.name = design.issuing_name(Generation::FIRST.next());
        let issuer = Issuer::Authority(root.certificate());
        let next = prepare(&Profile::Issuing(asked), &Serial::from_random([11; 20]), &validity, issuer);
        let next = next.unwrap().lint().unwrap().sign(&root).unwrap().into_certificate();
        fs::write(&answer_file, next.to_pem().unwrap()).unwrap();
        // By which the one before leads to its root; also when the step is taken again.
        let between = again.to_pem().unwrap();
        fs::write(room.certificate(CHAIN_FILE), &between).unwrap();
        for _ in 0..2 {
            take(&mut room).unwrap();
            assert_eq!(fs::read_to_string(room.certificate(CHAIN_FILE)).unwrap(), between);
        }
        assert_eq!(certificate(&room, "issuing-ca-2"), next);
        assert_eq!(certificate(&room, "issuing-ca"), again, "the one before stays where it was");
    });
}

#[test]
fn another_issuing_authority_follows_under_a_name_and_in_files_of_its_own() {
    with_softhsm(&named("another_issuing_authority_follows_under_a_name_and_in_files_of_its_own"), |hsm| {
        let mut room = Room::with_tokens(hsm);
        room.step(|officiant| officiant.root()).unwrap();
        let refused = room.step(|officiant| officiant.next_issuing()).unwrap_err().to_string();
        assert!(refused.contains("`issuing` makes it"), "{refused}");
        room.step(|officiant| officiant.issuing()).unwrap();
        let first = certificate(&room, "issuing-ca");
        let refused = room.step(|officiant| officiant.issuing()).unwrap_err().to_string();
        assert!(refused.contains("`rotate` makes the next one"), "{refused}");
        for stem in ["issuing-ca-2", "issuing-ca-3"] {
            let written = room.step(|officiant| officiant.next_issuing()).unwrap();
            assert!(written.contains(&format!("certificates/{stem}.pem")), "{written}");
            let next = certificate(&room, stem);
            assert_ne!(next.subject(), first.subject());
            assert_ne!(next.public_key(), first.public_key());
            assert_eq!(next.issuer(), first.issuer());
        }
        assert_eq!(certificate(&room, "issuing-ca"), first);
        let file = room.certificate("issuing-ca.pem");
        let destroyed = room
            .step(|officiant| officiant.destroy(Which::Online, Purpose::IssuingCa, &file, false))
            .unwrap_err()
            .to_string();
        assert!(destroyed.contains("which is in use"), "its list is still signed: {destroyed}");
    });
}
