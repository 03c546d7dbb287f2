use std::cell::RefCell;
use std::io::Write;

use card_writer::activate::{Pins, activate};
use card_writer::card::Card;
use card_writer::pin::CardPin;

use crate::scene::Scene;

thread_local! {
    /// What this test's own thread traced. The subscriber is that of the whole process: if it were that of
    /// one thread, other tests could switch its events off.
    static LOG: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct OwnLog;

impl Write for OwnLog {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.with_borrow_mut(|log| log.extend(bytes));
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

#[test]
fn no_pin_and_no_key_is_in_the_trace_or_the_journal() {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::TRACE)
        .with_writer(|| OwnLog)
        .with_ansi(false)
        .without_time()
        .init();
    let mut scene = Scene::new();
    let new = CardPin::parse("97531086").unwrap();
    scene.write(&mut scene.new_card()).unwrap();
    let pins = Pins { old: Some(scene.transport_pin()), new: new.clone() };
    let mut slot = scene.card_again();
    let mut card = Card::open(&mut slot).unwrap();
    activate(&mut card, &mut scene.registry, "TE0000017", &pins).unwrap();
    let log = String::from_utf8(LOG.take()).unwrap();
    assert!(log.contains("apdu") && log.contains("8447009a"), "the trace was on");
    let slip = std::fs::read_to_string(scene.slip()).unwrap();
    let puk = slip.lines().find_map(|line| line.strip_prefix("ПУК / PUK: ")).unwrap();
    let transport = scene.transport_pin();
    let mut secrets: Vec<String> = scene.registry.keys_handed_out.iter().map(hex::encode).collect();
    for pin in [transport.expose(), puk, new.expose()] {
        secrets.extend([pin.to_owned(), hex::encode(pin)]);
    }
    for secret in secrets {
        assert!(!log.contains(&secret), "in the trace");
        assert!(!scene.journal().contains(&secret), "in the journal");
    }
    assert!(!scene.journal().contains("TE0000017") && !scene.journal().contains("Б. "));
}
