use super::super::room::{LABEL, Room};
use super::*;
use crate::vault::token::softhsm::{MODULE, with_softhsm};

fn named(test: &str) -> String {
    format!("ceremony::steps::tokens::tests::{test}")
}

impl Room<'_> {
    fn make(&mut self, name: &str) -> Result<String, CeremonyError> {
        self.make_token(Which::Online, name)
    }

    fn anew(&mut self, old: &str, new: &str) -> Result<String, CeremonyError> {
        let (old, new) = (self.files(old), self.files(new));
        self.take(&old, |officiant| officiant.new_shares(Which::Online, &new))
    }

    /// Draws and writes shares as far as the list that waits, and gives their PINs: then the power goes.
    fn dealt(&mut self, name: &str) -> TokenPins {
        let files = self.files(name);
        let dealt = self.take(&[], |officiant| {
            let plan = officiant.token_plan(Which::Online).clone();
            officiant.deal(Which::Online, &plan, &files)
        });
        dealt.unwrap().pins
    }

    /// Whether shares open the token, any two of them.
    fn opens(&mut self, name: &str) -> bool {
        let files = self.files(name);
        files.windows(2).all(|two| self.take(two, |officiant| officiant.keys(Which::Online)).is_ok())
    }
}

#[test]
fn a_token_whose_making_ended_anywhere_is_finished_with_the_same_shares() {
    with_softhsm(&named("a_token_whose_making_ended_anywhere_is_finished_with_the_same_shares"), |hsm| {
        let mut room = Room::new(hsm);
        // Before the token has anything.
        let pins = room.dealt("first");
        let written = room.make("first").unwrap();
        assert!(written.contains("a try before drew them"), "{written}");
        assert!(room.opens("first"));
        // After it has everything, and before the list has its place.
        let [list, waiting] = ["shares-online.json", "shares-online.json.next"].map(|name| room.at(name));
        fs::rename(&list, &waiting).unwrap();
        room.make("first").unwrap();
        assert!(room.opens("first") && !waiting.exists());
        // Between its label and the PIN that signs: the officer's PIN is there, the other is not.
        fs::rename(&list, &waiting).unwrap();
        let other = crate::vault::pin::Pin::parse("not the drawn one").unwrap();
        Token::set_pin(MODULE.as_ref(), LABEL, &pins.officer, &other).unwrap();
        room.make("first").unwrap();
        assert!(room.opens("first"));
        assert!(room.make("second").is_err(), "it was made before");
    });
}

#[test]
fn a_token_in_use_is_refused_before_any_share_is_drawn() {
    with_softhsm(&named("a_token_in_use_is_refused_before_any_share_is_drawn"), |hsm| {
        let mut room = Room::new(hsm);
        Token::initialise(MODULE.as_ref(), LABEL, &hsm.officer_pin(), &hsm.pin()).unwrap();
        let refused = room.make("first").unwrap_err().to_string();
        assert!(refused.contains("in use already"), "{refused}");
        assert!(!room.files("first")[0].exists() && !room.at("shares-online.json.next").exists());
    });
}

#[test]
fn new_shares_whose_power_went_are_finished_and_the_token_is_never_lost() {
    type Cut = fn(&TokenPins, &TokenPins);
    // Where the power went: before the token was changed; between its two PINs; after both, before the list
    // has its place.
    let cuts: [Cut; 3] = [
        |_, _| {},
        |old, new| Token::set_pin(MODULE.as_ref(), LABEL, &old.officer, &new.user).unwrap(),
        |old, new| {
            let officers = [&old.officer, &new.officer];
            Token::change_pins(MODULE.as_ref(), LABEL, officers, &new.user).unwrap();
        },
    ];
    with_softhsm(&named("new_shares_whose_power_went_are_finished_and_the_token_is_never_lost"), |hsm| {
        let mut room = Room::new(hsm);
        room.make("0").unwrap();
        for (at, cut) in cuts.into_iter().enumerate() {
            let (before, after) = (at.to_string(), (at + 1).to_string());
            let files = room.files(&before);
            let old =
                room.take(&files, |officiant| officiant.pins(Which::Online, &mut Entry::new("test", &[])));
            let new = room.dealt(&after);
            cut(&old.unwrap(), &new);
            let other = room.anew(&before, "other").unwrap_err().to_string();
            assert!(other.contains("other-1.share"), "no shares are dealt anew meanwhile: {other}");
            let written = room.anew(&before, &after).unwrap();
            assert!(written.contains("a try before drew them"), "{written}");
            assert!(room.opens(&after) && !room.opens(&before), "cut {at}");
            assert!(!room.at("shares-online.json.next").exists());
        }
        // And without any cut.
        room.anew("3", "4").unwrap();
        assert!(room.opens("4") && !room.opens("3"));
    });
}

#[test]
fn every_share_takes_part_in_the_proof() {
    with_softhsm(&named("every_share_takes_part_in_the_proof"), |hsm| {
        let mut room = Room::new(hsm);
        let pins = room.dealt("first");
        let list = read_list(&room.at("shares-online.json.next")).unwrap();
        let files = room.files("first");
        let (found, holders) = recover_from_all(&list, &files).unwrap();
        assert!(found == pins && holders.len() == 3, "{holders:?}");
        for broken in &files {
            let kept = fs::read_to_string(broken).unwrap();
            fs::write(broken, kept.replacen('-', "+", 3)).unwrap();
            assert!(recover_from_all(&list, &files).is_err(), "{}", broken.display());
            fs::write(broken, kept).unwrap();
        }
    });
}
