//! Opening a secure channel without static keys at the station.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::encoding::{HexArray, HexBytes, SecretHex};
use crate::layout::{Application, KeySet};
use crate::scp03::SessionKeys;

/// `POST …/channels`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChannelRequest {
    /// The application that is selected.
    pub application: Application,
    /// The keys to use. `transport` is refused once PUT KEY is known to have succeeded.
    pub key_set: KeySet,
}

/// What INITIALIZE UPDATE carries.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChannelStarted {
    /// The channel, for the next message.
    pub channel_id: Uuid,
    /// Host challenge, drawn by the service.
    pub host_challenge: HexArray<8>,
}

/// `POST …/channels/{channel_id}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChannelAnswer {
    /// Answer of the card without status word: 32 bytes with `i = 70`.
    pub initialize_update_answer: HexBytes<64>,
}

/// Keys of this channel alone. A wrong card cryptogram is a refusal and quarantines the job.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ChannelOpened {
    /// What EXTERNAL AUTHENTICATE carries.
    pub host_cryptogram: HexArray<8>,
    /// S-ENC.
    pub s_enc: SecretHex<16>,
    /// S-MAC.
    pub s_mac: SecretHex<16>,
    /// S-RMAC.
    pub s_rmac: SecretHex<16>,
    /// Security level for EXTERNAL AUTHENTICATE; 51 (hex 33) in personalisation.
    pub level: u8,
}

impl ChannelOpened {
    /// The three keys as one value.
    pub fn session_keys(&self) -> SessionKeys {
        SessionKeys::new(*self.s_enc.expose(), *self.s_mac.expose(), *self.s_rmac.expose())
    }
}

/// `POST …/put-key`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PutKeyRequest {
    /// The open ISD channel with transport keys.
    pub channel_id: Uuid,
}

/// The data field of PUT KEY and the answer that proves the card took it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PutKey {
    /// Data field (the keys are encrypted under the static DEK of the transport set).
    pub data: HexBytes<239>,
    /// New key version and three check values.
    pub expected_answer: HexBytes<16>,
}
