//! The succession that Mongolia's CSCA needs: its key signs until 2026-12-11, its certificate is valid until
//! 2037-02-06.

use std::sync::Arc;

use chrono::{Duration, TimeZone as _};

use super::*;
use crate::authority::CertificationAuthority;
use crate::chain::verify_chain;
use crate::lds::DataGroup;
use crate::lds::sod::{DocumentTrust, PreparedSod, SodError, verify_sod};
use crate::prepared::{Issuer, Prepared, prepare, signed};
use crate::profile::{AuthorityName, Csca, CscaLink, DocumentSigner, Environment, Profile};
use crate::revocation::crl::{CrlContent, CrlKind};
use crate::revocation::{Reason, Revocation};
use crate::sample;
use crate::signer::Algorithm::{self, EcdsaP384Sha384, RsaPss4096Sha256};
use crate::validity::Validity;

fn at(year: i32, month: u32, day: u32) -> DateTime<Utc> {
    Utc.with_ymd_and_hms(year, month, day, 0, 0, 0).unwrap()
}

fn between(from: DateTime<Utc>, to: DateTime<Utc>) -> Validity {
    Validity::new(from, to).unwrap()
}

/// The day on which the next key begins, three weeks before the old one ends.
fn succession() -> DateTime<Utc> {
    at(2026, 11, 25)
}

const OLD: u8 = 20;
const NEXT: u8 = 21;

fn profile(algorithm: Algorithm, seed: u8, usage: Validity) -> Csca {
    Csca {
        name: AuthorityName::new(
            Environment::Production,
            "General Authority for State Registration",
            None,
            "Mongolia CSCA",
        ),
        key: sample::key(algorithm, seed),
        usage,
        contact: "csca@burtgel.gov.mn".to_owned(),
        crl_urls: vec!["http://crl.csca.burtgel.gov.mn".to_owned()],
    }
}

fn next_profile(algorithm: Algorithm) -> Csca {
    profile(algorithm, NEXT, between(succession(), at(2030, 11, 25)))
}

fn authority(profile: Csca, validity: &Validity, algorithm: Algorithm, seed: u8) -> CertificationAuthority {
    let signer = sample::signer(algorithm, seed);
    let prepared = prepare(&Profile::Csca(profile), &sample::serial(seed), validity, Issuer::Itself).unwrap();
    let certificate = prepared.lint().unwrap().sign_itself(&signer).unwrap().into_certificate();
    CertificationAuthority::new(certificate, Arc::new(signer)).unwrap()
}

/// The old CSCA, the next one, and the link from the old to the next.
struct Succession {
    old: CertificationAuthority,
    next: CertificationAuthority,
    link: Certificate,
}

impl Succession {
    fn new(from: Algorithm, to: Algorithm) -> Self {
        let old_profile = profile(from, OLD, between(at(2022, 12, 12), at(2026, 12, 11)));
        let old = authority(old_profile, &between(at(2022, 12, 12), at(2037, 2, 6)), from, OLD);
        let next = authority(next_profile(to), &between(succession(), at(2041, 2, 25)), to, NEXT);
        let link = prepare_link(&old, next_profile(to), succession());
        let link = link.lint().unwrap().sign(&old).unwrap().into_certificate();
        Self { old, next, link }
    }

    /// The only list there is, signed by the next key.
    fn list(&self, revoked: Vec<Revocation>) -> Vec<Crl> {
        vec![list(&self.next, revoked)]
    }

    fn verify(&self, link: &Certificate, signer: &CertificationAuthority) -> Result<usize, ChainError> {
        let root = self.old.certificate();
        let others = [self.next.certificate().clone(), link.clone()];
        let chain = verify_chain(signer.certificate(), &others, root, &self.list(vec![]), later());
        chain.map(|chain| chain.path.len())
    }
}

/// An instant at which the old key no longer signs.
fn later() -> DateTime<Utc> {
    at(2027, 1, 15)
}

/// A list that is fresh at [`later`]; a list of the old key is made while that key still signs.
fn list(authority: &CertificationAuthority, revoked: Vec<Revocation>) -> Crl {
    let usage = authority.certificate().usage_period().unwrap();
    let this_update = at(2027, 1, 1).min(usage.not_after() - Duration::days(5));
    let next_update = at(2027, 3, 1);
    let content = CrlContent { kind: CrlKind::Csca, number: 40, this_update, next_update, revoked };
    content.prepare(authority.certificate()).unwrap().sign(authority).unwrap()
}

fn prepare_link(old: &CertificationAuthority, next: Csca, from: DateTime<Utc>) -> Prepared {
    let link = Profile::CscaLink(Box::new(CscaLink { next, changes_name: false }));
    let issuer = Issuer::Authority(old.certificate());
    prepare(&link, &sample::serial(31), &between(from, at(2037, 2, 6)), issuer).unwrap()
}

/// Signs without lint, as a thief would, or a ceremony that went wrong.
fn forge(prepared: &Prepared, signer: &CertificationAuthority) -> Certificate {
    let signature = signer.signer().sign(prepared.tbs_der()).unwrap();
    let algorithm = signer.signer().algorithm().identifier();
    Certificate::from_der(&signed(prepared.tbs_der(), algorithm, &signature).unwrap()).unwrap()
}

fn document_signer(csca: &CertificationAuthority, from: DateTime<Utc>) -> CertificationAuthority {
    let key = sample::signer(Algorithm::EcdsaP256Sha256, 70);
    let profile = Profile::DocumentSigner(DocumentSigner {
        name: AuthorityName::new(Environment::Production, "General Authority", None, "Signer 1"),
        key: key.public_key(),
        usage: between(from, from + Duration::days(90)),
        document_types: vec!["I".to_owned()],
        contact: "csca@burtgel.gov.mn".to_owned(),
        crl_urls: vec!["http://crl.csca.burtgel.gov.mn".to_owned()],
    });
    let validity = between(from, from + Duration::days(9 * 365));
    let issuer = Issuer::Authority(csca.certificate());
    let prepared = prepare(&profile, &sample::serial(60), &validity, issuer).unwrap();
    let certificate = prepared.lint().unwrap().sign(csca).unwrap().into_certificate();
    CertificationAuthority::new(certificate, Arc::new(key)).unwrap()
}

fn revoked(certificate: &Certificate) -> Revocation {
    let serial = certificate.serial();
    Revocation { serial, revoked_at: at(2026, 12, 2), reason: Reason::KeyCompromise }
}

#[test]
fn whoever_trusts_the_old_key_reaches_the_signers_of_the_next() {
    for (from, to) in [(RsaPss4096Sha256, EcdsaP384Sha384), (EcdsaP384Sha384, RsaPss4096Sha256)] {
        let succession = Succession::new(from, to);
        assert_eq!(succession.link.subject(), succession.link.issuer());
        assert_eq!(
            succession.link.subject_key_identifier(),
            succession.next.certificate().subject_key_identifier()
        );
        let signer = document_signer(&succession.next, at(2026, 12, 20));
        assert_eq!(succession.verify(&succession.link, &signer).unwrap(), 3, "{from:?} → {to:?}");
        let without = verify_chain(
            signer.certificate(),
            &[succession.next.certificate().clone()],
            succession.old.certificate(),
            &succession.list(vec![]),
            later(),
        );
        assert!(matches!(without, Err(ChainError::NoPath { .. })));
    }
}

#[test]
fn one_list_of_the_next_key_speaks_for_the_signers_of_both() {
    let succession = Succession::new(RsaPss4096Sha256, EcdsaP384Sha384);
    let signer = document_signer(&succession.old, at(2026, 12, 1));
    assert_eq!(succession.verify(&succession.link, &signer).unwrap(), 2);
    let lists = succession.list(vec![revoked(signer.certificate())]);
    let links = [succession.link.clone()];
    let result = verify_chain(signer.certificate(), &links, succession.old.certificate(), &lists, later());
    assert!(matches!(result, Err(ChainError::Revoked { .. })));
    // Without the link, a reader cannot know that the list is by the same authority.
    let result = verify_chain(signer.certificate(), &[], succession.old.certificate(), &lists, later());
    assert!(matches!(result, Err(ChainError::NoFreshList { .. })));
}

#[test]
fn a_document_of_the_next_key_passes_by_the_old_anchor() {
    let succession = Succession::new(RsaPss4096Sha256, EcdsaP384Sha384);
    let signer = document_signer(&succession.next, at(2026, 12, 20));
    let files: [(DataGroup, &[u8]); 2] = [(DataGroup::Dg1, b"one"), (DataGroup::Dg2, b"two")];
    let sod = PreparedSod::new(&files, signer.certificate()).unwrap().lint().unwrap().sign(&signer).unwrap();
    let crls = succession.list(vec![]);
    let old = succession.old.certificate();
    let alone = DocumentTrust { cscas: vec![old.clone()], crls: crls.clone() };
    assert!(matches!(verify_sod(&sod, &alone, later()), Err(SodError::UnknownCsca)));
    let cscas = follow_links(old, std::slice::from_ref(&succession.link), &crls, later()).unwrap();
    let trust = DocumentTrust { cscas, crls };
    assert!(verify_sod(&sod, &trust, later()).is_ok());
    // A card signed under the old key, before the change: the list of the next key covers its signer too.
    let signer = document_signer(&succession.old, at(2026, 12, 1));
    let sod = PreparedSod::new(&files, signer.certificate()).unwrap().lint().unwrap().sign(&signer).unwrap();
    assert!(verify_sod(&sod, &trust, later()).is_ok());
    let trust = DocumentTrust { crls: succession.list(vec![revoked(signer.certificate())]), ..trust };
    assert!(matches!(verify_sod(&sod, &trust, later()), Err(SodError::Chain(ChainError::Revoked { .. }))));
}

#[test]
fn a_link_signed_after_the_old_keys_time_is_refused() {
    let mut succession = Succession::new(EcdsaP384Sha384, EcdsaP384Sha384);
    let late = at(2026, 12, 12);
    let prepared = prepare_link(&succession.old, next_profile(EcdsaP384Sha384), late);
    let found: Vec<u16> = prepared.clone().lint().unwrap_err().iter().map(|finding| finding.rule).collect();
    assert!(found.contains(&46), "{found:?}");
    succession.link = forge(&prepared, &succession.old);
    let signer = document_signer(&succession.next, at(2026, 12, 20));
    assert!(succession.verify(&succession.link, &signer).is_err());
    let result = follow_links(
        succession.old.certificate(),
        std::slice::from_ref(&succession.link),
        &succession.list(vec![]),
        later(),
    );
    assert!(matches!(result, Err(ChainError::OutsideUsage { .. })));
}

#[test]
fn a_document_signer_certified_after_the_old_keys_time_is_refused() {
    let succession = Succession::new(EcdsaP384Sha384, EcdsaP384Sha384);
    let mut signer = document_signer(&succession.old, at(2026, 12, 10));
    assert!(succession.verify(&succession.link, &signer).is_ok());
    let from = at(2026, 12, 12);
    let profile = sample::document_signer_profile(Algorithm::EcdsaP256Sha256, 71);
    let issuer = Issuer::Authority(succession.old.certificate());
    let validity = between(from, at(2036, 1, 1));
    let prepared = prepare(&profile, &sample::serial(61), &validity, issuer).unwrap();
    let forged = forge(&prepared, &succession.old);
    let key = sample::signer(Algorithm::EcdsaP256Sha256, 71);
    signer = CertificationAuthority::new(forged, Arc::new(key)).unwrap();
    assert!(matches!(
        succession.verify(&succession.link, &signer),
        Err(ChainError::OutsideUsage { issuer, .. }) if issuer == "Mongolia CSCA"
    ));
}

#[test]
fn a_link_that_a_stranger_signed_is_refused() {
    let succession = Succession::new(EcdsaP384Sha384, EcdsaP384Sha384);
    let old = profile(EcdsaP384Sha384, 66, between(at(2022, 12, 12), at(2026, 12, 11)));
    let stranger = authority(old, &between(at(2022, 12, 12), at(2037, 2, 6)), EcdsaP384Sha384, 66);
    // The list has the stranger's key identifier: the line has no such key.
    let foreign =
        forge(&prepare_link(&stranger, next_profile(EcdsaP384Sha384), self::succession()), &stranger);
    // The list has the old key's identifier and the stranger's signature.
    let forged =
        forge(&prepare_link(&succession.old, next_profile(EcdsaP384Sha384), self::succession()), &stranger);
    let signer = document_signer(&succession.next, at(2026, 12, 20));
    for link in [&foreign, &forged] {
        assert!(succession.verify(link, &signer).is_err());
    }
    let follow = |link: &Certificate| {
        follow_links(
            succession.old.certificate(),
            std::slice::from_ref(link),
            &succession.list(vec![]),
            later(),
        )
    };
    assert!(matches!(follow(&foreign), Err(ChainError::NoPath { .. })));
    assert!(matches!(follow(&forged), Err(ChainError::Signature { .. })));
}

#[test]
fn a_link_with_another_form_is_refused() {
    let succession = Succession::new(EcdsaP384Sha384, EcdsaP384Sha384);
    let prepared = prepare_link(&succession.old, next_profile(EcdsaP384Sha384), self::succession());
    let follow = |change: fn(&mut Prepared)| {
        let mut changed = prepared.clone();
        change(&mut changed);
        let link = forge(&changed.laid_out_anew(), &succession.old);
        follow_links(succession.old.certificate(), &[link], &succession.list(vec![]), later())
    };
    assert!(follow(|_| ()).is_ok());
    let unlimited = follow(|prepared| {
        let wider = crate::extension::basic_constraints(Some(1)).unwrap();
        prepared.tbs.extensions.retain(|one| one.extn_id != wider.extn_id);
        prepared.tbs.extensions.push(wider);
    });
    assert!(matches!(unlimited, Err(ChainError::NotALink { .. })));
    let wrong_key = follow(|prepared| {
        let other = crate::extension::authority_key_identifier(&[7; 20]).unwrap();
        prepared.tbs.extensions.retain(|one| one.extn_id != other.extn_id);
        prepared.tbs.extensions.push(other);
    });
    assert!(matches!(wrong_key, Err(ChainError::NoPath { .. })));
    let no_key = follow(|prepared| {
        prepared.tbs.extensions.retain(|one| one.extn_id != oid::AUTHORITY_KEY_IDENTIFIER);
    });
    assert!(matches!(no_key, Err(ChainError::NotALink { .. })));
    let renamed = follow(|prepared| prepared.tbs.extensions.push(crate::extension::name_change().unwrap()));
    assert!(matches!(renamed, Err(ChainError::NotALink { .. })));
}

#[test]
fn an_authority_below_a_csca_is_no_link() {
    let succession = Succession::new(EcdsaP384Sha384, EcdsaP384Sha384);
    let mut below = next_profile(EcdsaP384Sha384);
    below.name = AuthorityName::new(Environment::Production, "Somebody", None, "Somebody CSCA");
    below.key = sample::key(EcdsaP384Sha384, 67);
    let link = forge(&prepare_link(&succession.old, below, self::succession()), &succession.old);
    let authority = CertificationAuthority::new(link, Arc::new(sample::signer(EcdsaP384Sha384, 67))).unwrap();
    let signer = document_signer(&authority, at(2026, 12, 20));
    let lists = [list(&succession.next, vec![]), list(&authority, vec![]), list(&succession.old, vec![])];
    let others = [authority.certificate().clone()];
    let result = verify_chain(signer.certificate(), &others, succession.old.certificate(), &lists, later());
    assert!(matches!(result, Err(ChainError::NotAnAuthority { subject }) if subject == "Mongolia CSCA"));
}

#[test]
fn a_link_with_a_new_name_says_so() {
    let succession = Succession::new(EcdsaP384Sha384, EcdsaP384Sha384);
    let mut next = next_profile(EcdsaP384Sha384);
    next.name = AuthorityName::new(Environment::Production, "State Registration", None, "Mongolia CSCA 2");
    next.key = sample::key(EcdsaP384Sha384, 68);
    let prepare_with = |changes_name| {
        let link = Profile::CscaLink(Box::new(CscaLink { next: next.clone(), changes_name }));
        let validity = between(self::succession(), at(2037, 2, 6));
        prepare(&link, &sample::serial(32), &validity, Issuer::Authority(succession.old.certificate()))
            .unwrap()
    };
    let found = prepare_with(false).lint().unwrap_err();
    assert_eq!(found.iter().map(|finding| finding.rule).collect::<Vec<_>>(), [45]);
    let link = prepare_with(true).lint().unwrap().sign(&succession.old).unwrap().into_certificate();
    let renamed = authority(next.clone(), &between(self::succession(), at(2041, 2, 25)), EcdsaP384Sha384, 68);
    let signer = document_signer(&renamed, at(2026, 12, 20));
    let lists = [list(&renamed, vec![])];
    let root = succession.old.certificate();
    assert!(verify_chain(signer.certificate(), std::slice::from_ref(&link), root, &lists, later()).is_ok());
    assert!(follow_links(root, &[link], &lists, later()).is_ok());
}

#[test]
fn a_revoked_link_and_a_link_without_a_fresh_list_lead_nowhere() {
    let succession = Succession::new(EcdsaP384Sha384, EcdsaP384Sha384);
    let follow = |lists: &[Crl], at| {
        follow_links(succession.old.certificate(), std::slice::from_ref(&succession.link), lists, at)
    };
    let revoking = [list(&succession.next, vec![]), list(&succession.old, vec![revoked(&succession.link)])];
    assert!(matches!(follow(&revoking, later()), Err(ChainError::Revoked { .. })));
    assert!(matches!(follow(&[], later()), Err(ChainError::NoFreshList { .. })));
    let stale = succession.list(vec![]);
    assert!(matches!(follow(&stale, at(2027, 4, 1)), Err(ChainError::NoFreshList { .. })));
    assert!(matches!(follow(&stale, at(2037, 2, 7)), Err(ChainError::NotValid { .. })));
}
