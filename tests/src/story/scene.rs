//! What the steps of the story share.

use anyhow::Context;
use serde_json::Value;

use super::card_office::{CardOffice, Print};
use super::house::House;
use super::people::{People, Person};
use crate::kit::cast::Cast;
use crate::kit::client::Client;
use crate::kit::installation::Installation;
use crate::kit::town::{Town, open_record};

/// A register at work, its people, and the results of earlier steps.
#[derive(Debug)]
pub struct Scene {
    /// Register and service.
    pub town: Town,
    /// The people by their parts in the story.
    pub people: People,
    /// Readers and cards.
    pub office: CardOffice,
    /// The khoroo's registrar.
    pub registrar: Client,
    /// The khoroo's second officer.
    pub approver: Client,
    /// The hospital's notification of the first child.
    pub notification: String,
    /// The first child's declaration and receipt.
    pub birth: Value,
    /// The card of the khoroo.
    pub card: Option<HeldCard>,
    /// The card of the soum.
    pub soum_card: Option<HeldCard>,
}

/// A card that was written.
#[derive(Clone, Debug)]
pub struct HeldCard {
    /// The printed data.
    pub print: Print,
    /// The PIN on the slip.
    pub transport_pin: String,
}

impl Scene {
    /// Opens the scene on a register that has its people: starts the service and the laboratory.
    ///
    /// # Errors
    /// If either does not start.
    pub fn open(house: &House, installation: Installation, cast: Cast) -> anyhow::Result<Self> {
        let service = installation.serve()?;
        let town = Town { service, installation, cast };
        Ok(Scene {
            people: People::choose(&town.cast.office)?,
            office: CardOffice::open(&house.cards())?,
            registrar: town.officer(&town.cast.registrar)?,
            approver: town.officer(&town.cast.approver)?,
            notification: String::new(),
            birth: Value::Null,
            card: None,
            soum_card: None,
            town,
        })
    }

    /// The card of the khoroo.
    ///
    /// # Errors
    /// If it was not written yet.
    pub fn card(&self) -> anyhow::Result<&HeldCard> {
        self.card.as_ref().context("the card was not written")
    }

    /// The card of the soum.
    ///
    /// # Errors
    /// If it was not written yet.
    pub fn soum_card(&self) -> anyhow::Result<&HeldCard> {
        self.soum_card.as_ref().context("the soum's card was not written")
    }

    /// What is printed on the newest card of a person.
    ///
    /// # Errors
    /// If there is no card.
    pub fn print_of(&self, person: &Person) -> anyhow::Result<Print> {
        print_of(&self.registrar, &person.number, &person.born_on)
    }
}

/// What is printed on the newest card of a person, according to the record.
///
/// # Errors
/// If there is no card.
pub fn print_of(officer: &Client, number: &str, born_on: &str) -> anyhow::Result<Print> {
    let record = open_record(officer, number, "үнэмлэх олгох · handing over a card")?;
    let card = record["cards"].as_array().and_then(|cards| cards.last()).context("no card")?;
    let text = |name: &str| card[name].as_str().unwrap_or_default().to_owned();
    Ok(Print::new(&text("document_number"), born_on, &text("expires_on")))
}

/// Requires that an answer is a problem with this status and number, with words in both languages.
///
/// # Errors
/// With the answer, if it is another.
pub fn require_no(reply: &crate::kit::client::Reply, status: u16, number: u64) -> anyhow::Result<()> {
    reply.require(status)?;
    let problem = reply.json();
    let has_words = ["title", "title_mn"].iter().all(|name| problem[name].is_string());
    anyhow::ensure!(
        problem["number"] == number && has_words,
        "expected the refusal {number}: {}",
        reply.text()
    );
    Ok(())
}
