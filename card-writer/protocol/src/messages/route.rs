//! The paths, defined once for both sides: templates for the service (with `{id}`, as in actix-web and
//! OpenAPI), and functions that fill them for the station.

use uuid::Uuid;

/// `POST`: an officer signs in at a station with a one-time code.
pub const SESSIONS: &str = "/v1/sessions";
/// `POST`: the station claims the next job of its office.
pub const CLAIM: &str = "/v1/card-jobs/claim";
/// `POST`: the station gives up the job that it has open.
pub const GIVE_UP: &str = "/v1/card-jobs/give-up";
/// `POST`: binds the chip to the job.
pub const CHIP: &str = "/v1/card-jobs/{id}/chip";
/// `POST`: begins a secure channel.
pub const CHANNELS: &str = "/v1/card-jobs/{id}/channels";
/// `POST`: the station hands in the card's answer to INITIALIZE UPDATE.
pub const CHANNEL: &str = "/v1/card-jobs/{id}/channels/{channel_id}";
/// `POST`: the station asks for the block that replaces the transport keys.
pub const PUT_KEY: &str = "/v1/card-jobs/{id}/put-key";
/// `POST`: the station asks for nonces for the proofs of possession.
pub const PROOFS: &str = "/v1/card-jobs/{id}/proofs";
/// `POST`: the station hands in a public key with its proof and gets a certificate.
pub const KEYS: &str = "/v1/card-jobs/{id}/keys";
/// `GET`: the files of the card.
pub const FILES: &str = "/v1/card-jobs/{id}/files";
/// `POST`: the station hands in the signed receipt.
pub const RECEIPT: &str = "/v1/card-jobs/{id}/receipt";
/// `POST`: the station reports that the chip is spoilt.
pub const SPOIL: &str = "/v1/card-jobs/{id}/spoil";
/// `POST`: a desk begins an activation.
pub const ACTIVATIONS: &str = "/v1/card-activations";
/// `POST`: the desk hands in the card's signature over the nonce.
pub const ACTIVATION: &str = "/v1/card-activations/{id}";
/// `POST`: an agency asks whether a card that signed its nonce is active.
pub const CHECKS: &str = "/v1/card-checks";
/// `GET`: certificates and revocation lists; anyone may read them.
pub const TRUST: &str = "/v1/trust";

/// The name of the header that makes it harmless to repeat a write.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// Fills in `{id}` of a template.
pub fn of(template: &str, id: Uuid) -> String {
    template.replace("{id}", &id.to_string())
}

/// The path of one channel.
pub fn channel(id: Uuid, channel_id: Uuid) -> String {
    of(CHANNEL, id).replace("{channel_id}", &channel_id.to_string())
}
