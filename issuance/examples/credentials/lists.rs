//! Status lists in both forms, fresh and stale.

use chrono::{DateTime, Duration, Utc};
use issuance::status_list::{Bits, Form, Status, StatusListContent, Statuses};

use super::Outcome;
use super::workshop::{ALGORITHMS, LIST, REVOKED, SUSPENDED, Workshop};

/// Places in the list.
const PLACES: u64 = 1 << 16;

impl Workshop {
    pub fn lists(&self) -> Outcome<()> {
        for (at, (jose, _)) in ALGORITHMS.into_iter().enumerate() {
            self.list(&format!("list_{jose}"), at, Bits::Two, self.now)?;
        }
        self.list("list_bits1", 0, Bits::One, self.now)?;
        // What must fail: a list that expired yesterday.
        self.list("list_stale", 0, Bits::Two, self.now - Duration::days(2))
    }

    fn list(&self, name: &str, at: usize, bits: Bits, issued_at: DateTime<Utc>) -> Outcome<()> {
        let mut statuses = Statuses::new(bits, PLACES)?;
        statuses.set(REVOKED, Status::Invalid)?;
        match bits {
            Bits::One => {}
            Bits::Two => statuses.set(SUSPENDED, Status::Suspended)?,
        }
        let content = StatusListContent {
            uri: LIST.to_owned(),
            statuses,
            issued_at,
            expires_at: issued_at + Duration::hours(24),
            time_to_live: Duration::minutes(10),
        };
        let signer = &self.list_signers[at];
        for (form, ending) in [(Form::Jwt, "jwt"), (Form::Cwt, "cwt")] {
            let prepared = content.prepare(form, &self.path(signer)?)?;
            let linted = prepared.lint().map_err(|findings| format!("{findings:?}"))?;
            self.write(&format!("{name}.{ending}"), linted.sign(signer)?.octets())?;
        }
        Ok(())
    }
}
