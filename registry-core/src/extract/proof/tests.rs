use issuance::{Algorithm, Signer as _, SoftwareSigner};
use registry_domain::date::parse_date;
use registry_domain::kind::Kind;
use registry_domain::unit::UnitCode;
use transparency_log::{Frontier, inclusion_proof};

use super::*;
use crate::draw::Draw;
use crate::extract::seal::digest;

fn key(seed: u8) -> SoftwareSigner {
    SoftwareSigner::generate(Algorithm::Ed25519, Draw::from_seed([seed; 32]).generator()).unwrap()
}

fn octets(key: &SoftwareSigner) -> [u8; 32] {
    *key.spki_der().last_chunk().unwrap()
}

fn lines() -> Vec<Line> {
    vec![Line {
        label_mn: "Нэр", label_en: "Given name", value: "Сайн".to_owned(), is_spelling: false
    }]
}

/// A log of `size` leaves: the leaves, their hashes, and its checkpoint, signed by the key 2 as the log of
/// `signer`.
fn log(size: u64, origin: &str, signer: &str) -> (Vec<String>, Vec<Hash>, Checkpoint, String) {
    let leaves: Vec<String> = (0..size).map(|at| format!("leaf {at}")).collect();
    let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf.as_bytes())).collect();
    let mut tree = Frontier::new();
    hashes.iter().for_each(|hash| tree.append(*hash));
    let log_key = key(2);
    let verifier = NoteVerifier::new(KeyName::parse(signer).unwrap(), &octets(&log_key)).unwrap();
    let checkpoint = Checkpoint::of(KeyName::parse(origin).unwrap(), &tree, None);
    let note = SignedNote::sign(&checkpoint.to_text(), &verifier, |message| {
        log_key.sign(message).map(|signature| <[u8; 64]>::try_from(signature).unwrap())
    });
    (leaves, hashes, checkpoint, note.unwrap().to_string())
}

const LOG: &str = "registry.example/register";

/// A proof of the entry at 4 of 7, by the keys 1 (extracts) and 2 (the log).
fn proof() -> Proof {
    let (leaves, hashes, checkpoint, note) = log(7, LOG, LOG);
    let copy = CopyClaim {
        instance: "registry.example".to_owned(),
        number: 1,
        sheet: None,
        leaf: 4,
        tree_size: 7,
        root: checkpoint.root.to_base64(),
    };
    let claim = Claim {
        act_number: "110151-2026-0000007".to_owned(),
        kind: Kind::Birth,
        registered_on: parse_date("2026-05-02").unwrap(),
        office: UnitCode::parse("110151").unwrap(),
        printed_on: parse_date("2026-05-03").unwrap(),
        facts: digest(&[7; 16], &lines()),
        copy: Some(copy),
    };
    let seal = claim.prepare().unwrap().sign(&key(1)).unwrap();
    let path = inclusion_proof(&hashes, 4).unwrap();
    Proof::new(seal, &lines(), leaves[4].clone(), &path, note)
}

fn check(proof: &Proof) -> Result<Claim, NotProved> {
    proof.check(&key(1).public_key(), &octets(&key(2)))
}

#[test]
fn a_paper_is_proved_by_the_file_and_two_public_keys() {
    let read = Proof::parse(&serde_json::to_vec(&proof()).unwrap()).unwrap();
    let claim = check(&read).unwrap();
    assert_eq!(claim.act_number, "110151-2026-0000007");
    assert_eq!(claim.copy.map(|copy| copy.leaf), Some(4));
}

#[test]
fn another_name_another_leaf_path_or_checkpoint_is_not_proved() {
    let changed = |change: fn(&mut Proof)| {
        let mut proof = proof();
        change(&mut proof);
        check(&proof)
    };
    assert_eq!(changed(|proof| proof.lines[0].value = "Сайхан".to_owned()), Err(NotProved::Lines));
    assert_eq!(changed(|proof| proof.lines.clear()), Err(NotProved::Lines));
    assert!(matches!(changed(|proof| proof.leaf.push(' ')), Err(NotProved::Inclusion(_))));
    assert!(matches!(changed(|proof| proof.path.truncate(1)), Err(NotProved::Inclusion(_))));
    assert!(matches!(changed(|proof| proof.path.swap(0, 1)), Err(NotProved::Inclusion(_))));
    assert_eq!(changed(|proof| proof.path[0] = "x".to_owned()), Err(NotProved::Form));
    assert_eq!(
        changed(|proof| proof.checkpoint = proof.checkpoint.replacen('7', "8", 1)),
        Err(NotProved::Checkpoint)
    );
    assert!(matches!(changed(|proof| proof.seal.push('A')), Err(NotProved::Seal(_))));
}

#[test]
fn a_path_that_fits_another_tree_of_the_same_log_is_not_the_one_that_was_signed() {
    let (_, hashes, _, note) = log(9, LOG, LOG);
    let path = inclusion_proof(&hashes, 4).unwrap().iter().map(|hash| hash.to_base64()).collect();
    let later = Proof { checkpoint: note, path, ..proof() };
    assert_eq!(check(&later), Err(NotProved::OtherTree));
}

#[test]
fn a_checkpoint_of_another_origin_is_not_the_registers() {
    // This checkpoint is of a tree of the same size and root, signed by the same key under the register's
    // name: only the first line differs.
    let (_, _, _, note) = log(7, "registry.example/access", LOG);
    assert_eq!(check(&Proof { checkpoint: note, ..proof() }), Err(NotProved::Checkpoint));
}

#[test]
fn other_keys_prove_nothing() {
    let proof = proof();
    let (extract, log) = (key(1).public_key(), octets(&key(2)));
    assert_eq!(proof.check(&key(3).public_key(), &log), Err(NotProved::Seal(NotGenuine::Signature)));
    assert_eq!(proof.check(&extract, &octets(&key(3))), Err(NotProved::Checkpoint));
}

#[test]
fn an_extract_without_a_copy_and_another_version_are_refused() {
    let claim = Claim { copy: None, ..check(&proof()).unwrap() };
    let seal = claim.prepare().unwrap().sign(&key(1)).unwrap();
    assert_eq!(check(&Proof { seal, ..proof() }), Err(NotProved::NotCopy));
    let later = Proof { version: 2, ..proof() };
    assert_eq!(Proof::parse(&serde_json::to_vec(&later).unwrap()), Err(NotProved::Form));
    assert_eq!(Proof::parse(b"{}"), Err(NotProved::Form));
}
