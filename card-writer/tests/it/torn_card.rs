use card_protocol::messages::JobState;
use card_writer::activate::{Pins, activate};
use card_writer::backend::{Backend, BackendError};
use card_writer::card::Card;
use card_writer::pin::CardPin;
use card_writer::refusal::Refusal;

use crate::lying::Torn;
use crate::scene::Scene;

/// Counts the commands that are sent.
struct Counting<'c>(&'c mut dyn Backend, usize);

impl Backend for Counting<'_> {
    fn transmit(&mut self, command: &[u8]) -> Result<Vec<u8>, BackendError> {
        self.1 += 1;
        self.0.transmit(command)
    }
    fn reset(&mut self) -> Result<(), BackendError> {
        self.0.reset()
    }
    fn atr(&mut self) -> Result<Vec<u8>, BackendError> {
        self.0.atr()
    }
}

fn commands_of_a_whole_run() -> usize {
    let mut scene = Scene::new();
    let mut slot = scene.new_card();
    let mut counting = Counting(&mut slot, 0);
    scene.write(&mut counting).unwrap();
    counting.1
}

/// The card is torn out at every command that is not one of many similar blocks: before the command reaches
/// the card, and before its answer comes back. Put back, the same card must be finished with the same keys
/// and certificates; or there must be no receipt at all.
#[test]
fn a_card_torn_out_at_any_command_is_finished_when_it_is_put_back() {
    let total = commands_of_a_whole_run();
    let start_of_blocks = 50;
    for at in (0..total).filter(|at| *at < start_of_blocks || at % 9 == 0 || total - at < 8) {
        for is_command_run in [false, true] {
            let mut scene = Scene::new();
            let mut slot = scene.new_card();
            let torn = &mut Torn { inner: &mut slot, at, is_command_run, sent: 0 };
            let refusal = scene.write(torn).unwrap_err();
            assert!(matches!(refusal, Refusal::Unreachable(_)), "at {at}: {refusal:?}");
            assert!(scene.registry.receipt.is_none(), "at {at}");
            drop(slot);
            let mut slot = scene.card_again();
            scene
                .write(&mut slot)
                .unwrap_or_else(|refusal| panic!("at {at}, run {is_command_run}: {refusal:?}"));
            assert_eq!(scene.registry.state, JobState::Written, "at {at}");
            assert!(scene.registry.spoilt.is_none(), "at {at}");
            // Whichever run printed it, the remaining slip must belong to the card.
            let pins = Pins { old: Some(scene.transport_pin()), new: CardPin::parse("13579135").unwrap() };
            let mut card = Card::open(&mut slot).unwrap();
            activate(&mut card, &mut scene.registry, "TE0000017", &pins)
                .unwrap_or_else(|refusal| panic!("at {at}, run {is_command_run}: {refusal:?}"));
        }
    }
}
