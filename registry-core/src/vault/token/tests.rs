use std::fs;
use std::process::Command;

use cryptoki::mechanism::Mechanism;
use cryptoki::object::{Attribute, AttributeInfo, AttributeType, ObjectClass};
use issuance::{Algorithm, PublicKey, Signer as _};

use super::softhsm::{MODULE, SoftHsm, with_softhsm};
use super::*;

const HERE: &str = "vault::token::tests";

fn named(test: &str) -> String {
    format!("{HERE}::{test}")
}

fn open(hsm: &SoftHsm, label: &str) -> Arc<Token> {
    Token::initialise(MODULE.as_ref(), label, &hsm.officer_pin(), &hsm.pin()).unwrap();
    Token::open(MODULE.as_ref(), label, hsm.pin(), Access::Manage).unwrap()
}

/// Whether the openssl program takes the signature.
fn openssl_verifies(hsm: &SoftHsm, signer: &TokenSigner, message: &[u8], signature: &[u8]) -> bool {
    let at = |name: &str| hsm.folder().join(name);
    fs::write(at("key.der"), signer.spki_der()).unwrap();
    fs::write(at("message"), message).unwrap();
    fs::write(at("signature"), signature).unwrap();
    let mut openssl = Command::new("openssl");
    openssl.args(["pkeyutl", "-verify", "-pubin", "-keyform", "DER", "-inkey"]).arg(at("key.der"));
    openssl.arg("-rawin").arg("-in").arg(at("message")).arg("-sigfile").arg(at("signature"));
    match signer.algorithm() {
        Algorithm::Ed25519 => {}
        Algorithm::EcdsaP256Sha256 => drop(openssl.args(["-digest", "sha256"])),
        Algorithm::EcdsaP384Sha384 => drop(openssl.args(["-digest", "sha384"])),
        Algorithm::RsaPss3072Sha256 | Algorithm::RsaPss4096Sha256 => drop(openssl.args([
            "-digest",
            "sha256",
            "-pkeyopt",
            "rsa_padding_mode:pss",
            "-pkeyopt",
            "rsa_pss_saltlen:32",
            "-pkeyopt",
            "rsa_mgf1_md:sha256",
        ])),
    }
    openssl.output().unwrap().status.success()
}

#[test]
fn a_signature_by_the_token_verifies_here_and_by_openssl_in_every_algorithm() {
    with_softhsm(&named("a_signature_by_the_token_verifies_here_and_by_openssl_in_every_algorithm"), |hsm| {
        let token = open(hsm, "test");
        for (at, algorithm) in (0..).zip(Algorithm::ALL) {
            let purpose = format!("purpose-{at}");
            let signer = token.generate(&purpose, [at; ID_BYTES], algorithm).unwrap();
            assert_eq!(signer.algorithm(), algorithm);
            let signature = signer.sign(b"message").unwrap();
            let public = PublicKey::from_spki_der(signer.spki_der()).unwrap();
            assert!(public.verify(b"message", &signature).is_ok(), "{algorithm:?}");
            assert!(public.verify(b"another message", &signature).is_err(), "{algorithm:?}");
            assert!(openssl_verifies(hsm, &signer, b"message", &signature), "{algorithm:?}");
            assert!(!openssl_verifies(hsm, &signer, b"another message", &signature), "{algorithm:?}");
        }
        let keys = token.keys().unwrap();
        assert_eq!(keys.len(), Algorithm::ALL.len());
        assert!(keys.iter().all(|key| key.fault.is_none() && key.public.is_some()));
    });
}

/// Keys as a careless hand makes them, for what must be refused.
fn make(token: &Token, label: &str, id: u8, private: &[Attribute]) {
    let named = [Attribute::Token(true), Attribute::Label(label.into()), Attribute::Id(vec![id; ID_BYTES])];
    let curve = Attribute::EcParams(vec![0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]);
    let public = [&named[..], &[curve]].concat();
    let private = [&named[..], private].concat();
    let generate = |opened: &Opened| {
        opened
            .session
            .generate_key_pair(&Mechanism::EccKeyPairGen, &public, &private)
            .map_err(|source| TokenError::function("make a key pair", source))
    };
    token.run(generate).unwrap();
}

#[test]
fn a_key_cannot_be_read_wrapped_or_relabelled() {
    with_softhsm(&named("a_key_cannot_be_read_wrapped_or_relabelled"), |hsm| {
        let token = open(hsm, "test");
        for (at, algorithm) in (0..).zip([Algorithm::EcdsaP256Sha256, Algorithm::RsaPss3072Sha256]) {
            let signer = token.generate("csca", [at; ID_BYTES], algorithm).unwrap();
            let secret = match algorithm {
                Algorithm::RsaPss3072Sha256 => AttributeType::PrivateExponent,
                _ => AttributeType::Value,
            };
            let entered = token.enter().unwrap();
            let session = &entered.opened.session;
            let private = key::find(session, "csca", Some(&signer.public_key())).unwrap().private;
            assert!(matches!(
                session.get_attribute_info(private, &[secret]).unwrap()[..],
                [AttributeInfo::Sensitive]
            ));
            assert!(session.get_attributes(private, &[secret]).unwrap().is_empty());
            let wrapping = [
                Attribute::Token(false),
                Attribute::ValueLen(32.into()),
                Attribute::Wrap(true),
                Attribute::Encrypt(true),
            ];
            let wrapping = session.generate_key(&Mechanism::AesKeyGen, &wrapping).unwrap();
            let refused = session.wrap_key(&Mechanism::AesKeyWrapPad, wrapping, private).unwrap_err();
            assert_eq!(remedy(&refused), Remedy::LeaveIt, "{refused:?}");
            for change in
                [Attribute::Extractable(true), Attribute::Sensitive(false), Attribute::Label("answer".into())]
            {
                assert!(session.update_attributes(private, &[change]).is_err());
            }
            assert!(session.copy_object(private, &[Attribute::Label("answer".into())]).is_err());
            entered.does(|_| Ok(())).unwrap();
        }
    });
}

#[test]
fn a_key_that_could_be_elsewhere_or_do_more_is_refused() {
    with_softhsm(&named("a_key_that_could_be_elsewhere_or_do_more_is_refused"), |hsm| {
        let token = open(hsm, "test");
        let safe = [Attribute::Sensitive(true), Attribute::Extractable(false), Attribute::SignRecover(false)];
        let uses = [
            Attribute::Sign(true),
            Attribute::Decrypt(false),
            Attribute::Unwrap(false),
            Attribute::Derive(false),
        ];
        let with = |change: Attribute| {
            let of = change.attribute_type();
            let mut all = [&safe[..], &uses[..]].concat();
            all.retain(|one| one.attribute_type() != of);
            all.push(change);
            all
        };
        let cases = [
            ("good", with(Attribute::Sign(true)), None),
            ("extractable", with(Attribute::Extractable(true)), Some("can be taken out")),
            ("readable", with(Attribute::Sensitive(false)), Some("can be read in clear")),
            ("decrypting", with(Attribute::Decrypt(true)), Some("may also decrypt")),
            ("deriving", with(Attribute::Derive(true)), Some("may also derive")),
            ("unwrapping", with(Attribute::Unwrap(true)), Some("may also unwrap")),
            ("dumb", with(Attribute::Sign(false)), Some("may not sign")),
            ("open", with(Attribute::Private(false)), Some("without a PIN")),
        ];
        for (id, (label, template, fault)) in (1..).zip(cases) {
            make(&token, label, id, &template);
            match (token.signer(label, None), fault) {
                (Ok(_), None) => {}
                (Err(TokenError::Unfit { fault: found, .. }), Some(fault)) => {
                    assert!(found.contains(fault), "{label}: {found}");
                }
                (outcome, _) => panic!("{label}: {outcome:?}"),
            }
            let listed = token.keys().unwrap().into_iter().find(|key| key.label == label).unwrap();
            assert_eq!(listed.fault.is_some(), fault.is_some(), "{label}");
        }
    });
}

#[test]
fn a_key_that_was_put_into_the_token_is_refused() {
    with_softhsm(&named("a_key_that_was_put_into_the_token_is_refused"), |hsm| {
        let token = open(hsm, "test");
        // A pair made elsewhere: d = 1, so the public point is the base point of P-256.
        let point = hex::decode(
            "0441046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162\
             bce33576b315ececbb6406837bf51f5",
        )
        .unwrap();
        let curve = Attribute::EcParams(vec![0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]);
        let kind = Attribute::KeyType(cryptoki::object::KeyType::EC);
        let named =
            [Attribute::Token(true), Attribute::Label("csca".into()), Attribute::Id(vec![1]), curve, kind];
        let mut secret = vec![0; 32];
        secret[31] = 1;
        let private = [
            Attribute::Class(ObjectClass::PRIVATE_KEY),
            Attribute::Private(true),
            Attribute::Sensitive(true),
            Attribute::Extractable(false),
            Attribute::Sign(true),
            Attribute::Value(secret),
            Attribute::SignRecover(false),
            Attribute::Decrypt(false),
            Attribute::Unwrap(false),
            Attribute::Derive(false),
        ];
        let public = [Attribute::Class(ObjectClass::PUBLIC_KEY), Attribute::EcPoint(point)];
        for half in [&private[..], &public[..]] {
            let template = [&named[..], half].concat();
            let create = |opened: &Opened| Ok(opened.session.create_object(&template).unwrap());
            token.run(create).unwrap();
        }
        let refused = token.signer("csca", None).unwrap_err();
        assert!(
            matches!(refused, TokenError::Unfit { fault, .. } if fault.contains("not made in this token"))
        );
    });
}

#[test]
fn a_wrong_pin_is_tried_once() {
    with_softhsm(&named("a_wrong_pin_is_tried_once"), |hsm| {
        Token::initialise(MODULE.as_ref(), "test", &hsm.officer_pin(), &hsm.pin()).unwrap();
        let wrong = Pin::parse("1234 wrong").unwrap();
        let refused = Token::open(MODULE.as_ref(), "test", wrong.clone(), Access::Sign).unwrap_err();
        assert!(matches!(refused, TokenError::PinRefused), "{refused}");
        let shown = format!("{refused} {refused:?} {wrong:?} {:?}", PinSource::Shares(wrong.clone()));
        assert!(shown.contains("Pin(redacted)") && !shown.contains("1234"), "{shown}");
        let token = Token::closed(MODULE.as_ref(), "test", wrong.clone().into(), Access::Sign).unwrap();
        assert!(matches!(token.run(|_| Ok(())), Err(TokenError::PinRefused)));
        // Now the token would take it; that it is refused all the same shows that the token is not asked.
        Token::set_pin(MODULE.as_ref(), "test", &hsm.officer_pin(), &wrong).unwrap();
        assert!(matches!(token.run(|_| Ok(())), Err(TokenError::PinRefused)));
        assert!(Token::open(MODULE.as_ref(), "test", wrong, Access::Sign).is_ok());
    });
}

#[test]
fn a_token_that_was_away_signs_again() {
    with_softhsm(&named("a_token_that_was_away_signs_again"), |hsm| {
        let token = open(hsm, "test");
        let signer = token.generate("answer", [1; ID_BYTES], Algorithm::EcdsaP256Sha256).unwrap();
        let away = hsm.folder().join("away");
        fs::rename(hsm.tokens(), &away).unwrap();
        let error = signer.sign(b"message").unwrap_err();
        let reason = std::error::Error::source(&error).unwrap().to_string();
        assert!(
            reason.contains("plugged in") || reason.contains("put it in") || reason.contains("no key"),
            "{reason}"
        );
        fs::rename(&away, hsm.tokens()).unwrap();
        let signature = signer.sign(b"message").unwrap();
        assert!(signer.public_key().verify(b"message", &signature).is_ok());
    });
}

#[test]
fn lost_sessions_are_opened_anew() {
    with_softhsm(&named("lost_sessions_are_opened_anew"), |hsm| {
        let token = open(hsm, "test");
        let signer = token.generate("answer", [1; ID_BYTES], Algorithm::EcdsaP256Sha256).unwrap();
        let before = token.state().generation;
        // As a token does that was pulled out and put in again: every handle is void, nobody is logged in.
        module::load(MODULE.as_ref()).unwrap().library().clone().finalize().unwrap();
        assert!(signer.sign(b"message").is_ok());
        assert!(token.state().generation > before);
    });
}

#[test]
fn a_key_with_two_purposes_is_refused() {
    with_softhsm(&named("a_key_with_two_purposes_is_refused"), |hsm| {
        let token = open(hsm, "test");
        make(
            &token,
            "issuing-ca",
            1,
            &[
                Attribute::Sensitive(true),
                Attribute::Extractable(false),
                Attribute::Sign(true),
                Attribute::SignRecover(false),
                Attribute::Decrypt(false),
                Attribute::Unwrap(false),
                Attribute::Derive(false),
                Attribute::Copyable(true),
            ],
        );
        assert!(token.signer("issuing-ca", None).is_ok());
        let copy = |opened: &Opened| {
            let private = key::find(&opened.session, "issuing-ca", None)?.private;
            let other = [Attribute::Label("document-signer".into())];
            Ok(opened.session.copy_object(private, &other).unwrap())
        };
        token.run(copy).unwrap();
        let refused = token.signer("issuing-ca", None).unwrap_err();
        assert!(
            matches!(&refused, TokenError::TwoPurposes { other, .. } if other == "document-signer"),
            "{refused}"
        );
    });
}

#[test]
fn the_certificate_says_which_of_two_keys_and_a_destroyed_one_is_gone() {
    with_softhsm(&named("the_certificate_says_which_of_two_keys_and_a_destroyed_one_is_gone"), |hsm| {
        let token = open(hsm, "test");
        assert!(matches!(token.signer("csca", None), Err(TokenError::NoKey { .. })));
        let old = token.generate("csca", [1; ID_BYTES], Algorithm::EcdsaP384Sha384).unwrap();
        let next = token.generate("csca", [2; ID_BYTES], Algorithm::EcdsaP384Sha384).unwrap();
        assert!(matches!(token.signer("csca", None), Err(TokenError::SeveralKeys { count: 2, .. })));
        assert_eq!(token.signer("csca", Some(&old.public_key())).unwrap().spki_der(), old.spki_der());
        assert!(token.destroy("csca", &old.public_key()).unwrap());
        assert!(!token.destroy("csca", &old.public_key()).unwrap(), "nothing is left to destroy");
        assert!(old.sign(b"message").is_err());
        assert!(token.signer("csca", Some(&old.public_key())).is_err());
        assert!(next.sign(b"message").is_ok());
    });
}

#[test]
fn a_token_in_use_is_never_emptied_and_an_absent_one_is_named() {
    with_softhsm(&named("a_token_in_use_is_never_emptied_and_an_absent_one_is_named"), |hsm| {
        open(hsm, "test");
        let again = Token::initialise(MODULE.as_ref(), "test", &hsm.officer_pin(), &hsm.pin());
        assert!(matches!(again, Err(TokenError::InUse { .. })));
        let absent = Token::open(MODULE.as_ref(), "elsewhere", hsm.pin(), Access::Sign).unwrap_err();
        assert!(absent.to_string().contains("\"elsewhere\""));
        let tokens = list_tokens(MODULE.as_ref()).unwrap();
        assert!(tokens.iter().any(|token| token.label == "test" && token.is_initialised));
        let module = list_tokens("/nowhere/module.so".as_ref()).unwrap_err();
        assert!(matches!(module, TokenError::Module { .. }));
    });
}

#[test]
fn several_threads_sign_at_once() {
    with_softhsm(&named("several_threads_sign_at_once"), |hsm| {
        let token = open(hsm, "test");
        let signer = token.generate("answer", [1; ID_BYTES], Algorithm::EcdsaP256Sha256).unwrap();
        std::thread::scope(|scope| {
            for thread in 0..4u8 {
                let signer = &signer;
                scope.spawn(move || {
                    for round in 0..20u8 {
                        let signature = signer.sign(&[thread, round]).unwrap();
                        assert!(signer.public_key().verify(&[thread, round], &signature).is_ok());
                    }
                });
            }
        });
        assert!(token.state().idle.len() <= 4);
    });
}

#[test]
fn new_pins_take_the_place_of_the_old_ones() {
    with_softhsm(&named("new_pins_take_the_place_of_the_old_ones"), |hsm| {
        Token::initialise(MODULE.as_ref(), "test", &hsm.officer_pin(), &hsm.pin()).unwrap();
        let [officer, user] = ["next officer", "next user"].map(|text| Pin::parse(text).unwrap());
        let wrong = Token::change_pins(MODULE.as_ref(), "test", [&user, &officer], &user).unwrap_err();
        assert!(wrong.to_string().contains("do not guess"), "{wrong}");
        Token::change_pins(MODULE.as_ref(), "test", [&hsm.officer_pin(), &officer], &user).unwrap();
        let old = Token::open(MODULE.as_ref(), "test", hsm.pin(), Access::Sign);
        assert!(matches!(old, Err(TokenError::PinRefused)));
        assert!(Token::open(MODULE.as_ref(), "test", user.clone(), Access::Sign).is_ok());
        let gone = Token::change_pins(MODULE.as_ref(), "test", [&hsm.officer_pin(), &officer], &user);
        assert!(gone.is_err(), "the old officer's PIN opens nothing");
    });
}

#[test]
fn an_error_says_what_was_done_what_the_token_answered_and_what_to_do() {
    use cryptoki::context::Function;
    let said = |value| TokenError::function("sign", Error::Pkcs11(value, Function::Sign)).to_string();
    for (value, advice) in [
        (RvError::DeviceRemoved, "plugged in"),
        (RvError::SessionCount, "end other programs"),
        (RvError::PinIncorrect, "do not guess"),
        (RvError::PinLocked, "new-shares"),
        (RvError::MechanismInvalid, "another algorithm in the plan"),
        (RvError::KeyUnextractable, "stays inside"),
        (RvError::ArgumentsBad, "report it"),
    ] {
        let said = said(value);
        assert!(said.starts_with("sign: ") && said.contains(advice), "{said}");
        assert!(said.contains(&format!("{value:?}")) && said.len() < 250, "{said}");
    }
}

/// A token whose PIN the service has in a file.
fn by_file(hsm: &SoftHsm, text: &str) -> Result<Arc<Token>, TokenError> {
    Token::open(MODULE.as_ref(), "test", pin_file(hsm, text), Access::Sign)
}

fn pin_file(hsm: &SoftHsm, text: &str) -> PinSource {
    let path = hsm.folder().join("pin");
    let _ = fs::remove_file(&path);
    crate::durable::create_private(&path, text.as_bytes()).unwrap();
    PinSource::File(path)
}

#[test]
fn a_pin_from_a_file_is_not_tried_while_the_token_counts_until_shares_opened_it() {
    with_softhsm(
        &named("a_pin_from_a_file_is_not_tried_while_the_token_counts_until_shares_opened_it"),
        |hsm| {
            Token::initialise(MODULE.as_ref(), "test", &hsm.officer_pin(), &hsm.pin()).unwrap();
            let right = hsm.pin().expose().to_owned();
            assert!(by_file(hsm, &right).is_ok());
            assert!(matches!(by_file(hsm, "1234 wrong"), Err(TokenError::PinRefused)));
            for again in ["1234 wrong", &right] {
                let refused = by_file(hsm, again).unwrap_err();
                assert!(matches!(refused, TokenError::FewTries { .. }), "{refused}");
                assert!(refused.to_string().contains("registry ceremony keys"), "{refused}");
            }
            assert!(Token::open(MODULE.as_ref(), "test", hsm.pin(), Access::Sign).is_ok());
            assert!(by_file(hsm, &right).is_ok());
        },
    );
}

#[test]
fn a_new_pin_in_the_file_is_taken_by_a_service_that_runs() {
    with_softhsm(&named("a_new_pin_in_the_file_is_taken_by_a_service_that_runs"), |hsm| {
        open(hsm, "test").generate("answer", [1; ID_BYTES], Algorithm::EcdsaP256Sha256).unwrap();
        let token = by_file(hsm, hsm.pin().expose()).unwrap();
        let signer = token.signer("answer", None).unwrap();
        let [officer, user] = ["next officer", "next user"].map(|text| Pin::parse(text).unwrap());
        begin_anew(&token);
        Token::change_pins(MODULE.as_ref(), "test", [&hsm.officer_pin(), &officer], &user).unwrap();
        assert!(matches!(token.run(|_| Ok(())), Err(TokenError::PinRefused)));
        assert!(matches!(token.run(|_| Ok(())), Err(TokenError::PinRefused)), "the token is not asked again");
        pin_file(hsm, user.expose());
        assert!(signer.sign(b"message").is_ok());
    });
}

/// As if another thread had found the token gone.
fn begin_anew(token: &Token) {
    let seen = *token.module.using();
    token.module.restart(seen).unwrap();
}

#[test]
fn what_was_known_before_the_module_began_anew_is_not_used() {
    with_softhsm(&named("what_was_known_before_the_module_began_anew_is_not_used"), |hsm| {
        let token = open(hsm, "test");
        let signer = token.generate("answer", [1; ID_BYTES], Algorithm::EcdsaP256Sha256).unwrap();
        let generation = token.state().generation;
        assert_eq!(token.state().idle.len(), 1);
        begin_anew(&token);
        let entered = token.enter().unwrap();
        assert!(entered.opened.generation > generation, "a cached handle may name another key now");
        assert!(token.state().idle.is_empty());
        entered.does(|_| Ok(())).unwrap();
        let signature = signer.sign(b"message").unwrap();
        assert!(signer.public_key().verify(b"message", &signature).is_ok());
    });
}

#[test]
fn threads_that_sign_while_the_token_goes_and_comes_never_get_a_wrong_signature() {
    with_softhsm(
        &named("threads_that_sign_while_the_token_goes_and_comes_never_get_a_wrong_signature"),
        |hsm| {
            let token = open(hsm, "test");
            let signers = [1, 2].map(|id| {
                token.generate(&format!("purpose-{id}"), [id; ID_BYTES], Algorithm::EcdsaP256Sha256).unwrap()
            });
            std::thread::scope(|scope| {
                for thread in 0..4u8 {
                    let signer = &signers[usize::from(thread % 2)];
                    scope.spawn(move || {
                        for round in 0..40u8 {
                            // It may be refused, for the token is away; it is never wrong.
                            if let Ok(signature) = signer.sign(&[thread, round]) {
                                assert!(signer.public_key().verify(&[thread, round], &signature).is_ok());
                            }
                        }
                    });
                }
                let away = hsm.folder().join("away");
                for _ in 0..5 {
                    fs::rename(hsm.tokens(), &away).unwrap();
                    std::thread::sleep(std::time::Duration::from_millis(5));
                    fs::rename(&away, hsm.tokens()).unwrap();
                    begin_anew(&token);
                    std::thread::sleep(std::time::Duration::from_millis(5));
                }
            });
            for signer in &signers {
                assert!(signer.sign(b"message").is_ok());
            }
        },
    );
}

#[test]
fn a_key_is_not_made_again_when_the_answer_was_lost() {
    with_softhsm(&named("a_key_is_not_made_again_when_the_answer_was_lost"), |hsm| {
        let token = open(hsm, "test");
        let mut calls = 0;
        let lost = TokenError::function(
            "make a key pair",
            Error::Pkcs11(RvError::SessionHandleInvalid, cryptoki::context::Function::GenerateKeyPair),
        );
        let made = token.run_once(|_| -> Result<(), TokenError> {
            calls += 1;
            Err(lost)
        });
        assert!(is_gone(&made.unwrap_err()) && calls == 1);
        token.run(|_| Ok(())).unwrap();
        // Every session is void, as when the token was pulled out: what makes or destroys says so and is
        // taken again by people.
        module::load(MODULE.as_ref()).unwrap().library().clone().finalize().unwrap();
        let make = || token.generate("csca", [1; ID_BYTES], Algorithm::EcdsaP256Sha256);
        assert!(is_gone(&make().unwrap_err()));
        let key = make().unwrap().public_key();
        assert_eq!(token.keys().unwrap().len(), 1);
        module::load(MODULE.as_ref()).unwrap().library().clone().finalize().unwrap();
        assert!(is_gone(&token.destroy("csca", &key).unwrap_err()));
        assert!(token.destroy("csca", &key).unwrap());
    });
}

#[test]
fn pins_whose_change_ended_anywhere_are_finished() {
    with_softhsm(&named("pins_whose_change_ended_anywhere_are_finished"), |hsm| {
        Token::initialise(MODULE.as_ref(), "test", &hsm.officer_pin(), &hsm.pin()).unwrap();
        let [officer, user] = ["next officer", "next user"].map(|text| Pin::parse(text).unwrap());
        let finish = || {
            let pins = [&hsm.officer_pin(), &officer];
            Token::finish_pins(MODULE.as_ref(), "test", pins, &user).unwrap();
            assert!(Token::open(MODULE.as_ref(), "test", user.clone(), Access::Sign).is_ok());
        };
        // Between the two PINs; then after both, twice.
        Token::set_pin(MODULE.as_ref(), "test", &hsm.officer_pin(), &user).unwrap();
        finish();
        finish();
        finish();
        let stranger = Pin::parse("another officer").unwrap();
        let wrong = Token::finish_pins(MODULE.as_ref(), "test", [&hsm.officer_pin(), &stranger], &user);
        assert!(wrong.unwrap_err().to_string().contains("do not guess"));
    });
}
