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
            let opened = token.take().unwrap();
            let session = &opened.session;
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
            token.give_back(opened);
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
        assert!(!format!("{refused} {refused:?}").contains("wrong\""), "{refused:?}");
        let module = module::load(MODULE.as_ref()).unwrap();
        let token =
            Token { module, label: "test".into(), pin: wrong, access: Access::Sign, state: Mutex::default() };
        assert!(matches!(token.run(|_| Ok(())), Err(TokenError::PinRefused)));
        assert!(token.state().pin_refused, "the second time the token is not asked");
        assert!(Token::open(MODULE.as_ref(), "test", hsm.pin(), Access::Sign).is_ok());
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
        module::load(MODULE.as_ref()).unwrap().finalize().unwrap();
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
