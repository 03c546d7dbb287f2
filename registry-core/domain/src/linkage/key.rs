//! Blocking keys: only people who share one are compared. They are salted, because a key made of a name is
//! personal data.

use crate::date::PartialDate;
use crate::linkage::norm::without_genitive;
use crate::linkage::{Features, skeleton};

/// 64-bit FNV-1a over salt and parts. A lookup key, not a commitment: the salt is a secret of the
/// installation.
fn hash(salt: u64, kind: u8, parts: &[&str]) -> u64 {
    let mut state = 0xcbf2_9ce4_8422_2325_u64;
    let mut feed = |byte: u8| state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    salt.to_be_bytes().into_iter().for_each(&mut feed);
    feed(kind);
    for part in parts {
        part.bytes().for_each(&mut feed);
        feed(0);
    }
    state
}

/// Day and month, the smaller first, so that swapping the two gives the same key.
fn date_key(date: PartialDate) -> Option<(String, String)> {
    use chrono::Datelike;
    let day = date.full()?;
    let (low, high) = (day.day().min(day.month()), day.day().max(day.month()));
    Some((format!("{}", day.year()), format!("{low}-{high}")))
}

/// The keys of one person: given name and date, given name and year, parent's name and date, given and
/// parent's name, both names in either order and place, day and place with the sex.
pub fn blocking_keys(features: &Features, salt: u64) -> Vec<u64> {
    let given = skeleton(&features.given);
    // Papers may write a parent's name in the genitive, so both forms give keys.
    let parents =
        features.parent.iter().flat_map(|parent| [skeleton(parent), skeleton(&without_genitive(parent))]);
    let parents: Vec<String> = parents.collect();
    let place = features.place.as_ref().map(|place| place.aimag().to_string());
    let year = features.born_on.map(|date| date.year().to_string());
    let mut keys = Vec::with_capacity(8);
    if let Some((full_year, day)) = features.born_on.and_then(date_key) {
        keys.push(hash(salt, 1, &[&given, &full_year, &day]));
        keys.push(hash(salt, 2, &[&given, &day]));
        for parent in &parents {
            keys.push(hash(salt, 3, &[parent, &full_year, &day]));
        }
        if let (Some(place), Some(sex)) = (&place, features.sex) {
            keys.push(hash(salt, 4, &[place, &full_year, &day, sex.as_str()]));
        }
    }
    if let Some(year) = &year {
        keys.push(hash(salt, 5, &[&given, year]));
    }
    for parent in &parents {
        let (low, high) = if given <= *parent { (&given, parent) } else { (parent, &given) };
        keys.push(hash(salt, 6, &[low, high]));
    }
    keys.sort_unstable();
    keys.dedup();
    keys
}
