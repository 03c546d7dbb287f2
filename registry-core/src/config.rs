//! The one typed configuration: file, then environment (`BURTGEL__SECTION__NAME`), then flags.

use std::path::{Path, PathBuf};

use issuance::lds::dg2::FaceFormat;
use registry_domain::law::LawConfig;
use serde::{Deserialize, Serialize};

/// The most days that a digital credential may be given.
pub const LONGEST_CREDENTIAL_DAYS: u32 = 3_650;

/// Everything that may be set.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the type of each section says what is in it")]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// `demo` allows the made-up number scheme and TEST authorities; `production` refuses both.
    pub mode: Mode,
    /// The name in the checkpoint origin lines, for example `registry.example`.
    #[serde(default = "default_instance")]
    pub instance: String,
    pub database: Database,
    pub console: Console,
    pub partners: Partners,
    pub keys: Keys,
    /// Where checkpoints are kept outside the database.
    pub checkpoints: Checkpoints,
    /// What the law leaves to configuration.
    #[serde(default)]
    pub law: Law,
    #[serde(default)]
    pub papers: Papers,
    #[serde(default)]
    pub cards: Cards,
    #[serde(default)]
    pub limits: Limits,
}

/// Demo or production.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Mode {
    /// Composed people, TEST authorities.
    Demo,
    /// Real people.
    Production,
}

/// Where the database is.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Database {
    /// `sqlite://PATH` or `postgres://USER@HOST:PORT/NAME`.
    pub url: String,
    /// Connections in the pool; also the number of blocking threads.
    #[serde(default = "default_pool")]
    pub pool: u32,
}

/// The console's listener.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Console {
    /// `ADDRESS:PORT`, plain HTTP: bind it to loopback or put a TLS proxy before it.
    pub listen: String,
    /// How people reach it; sign-in links and QR codes begin with it.
    pub public_url: String,
}

/// The partners' listener.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Partners {
    /// `ADDRESS:PORT`, TLS 1.3 only.
    pub listen: String,
}

/// Where the keys are.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Keys {
    /// The folder that `registry ceremony` made for the service.
    pub folder: PathBuf,
    /// 32 bytes in hex that open the sealed keys: a file of mode 0600, or a systemd credential.
    pub unlock_file: PathBuf,
    /// The token that holds the keys of the issuing authority and the Document Signer; without it they are
    /// files too.
    #[serde(default)]
    pub token: Option<TokenKeys>,
}

/// A hardware token (PKCS#11).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TokenKeys {
    /// The maker's PKCS#11 library, for example `/usr/lib/softhsm/libsofthsm2.so`.
    pub module: PathBuf,
    /// The token's label.
    pub label: String,
    /// A file of mode 0600 with the PIN alone, best in memory: `registry ceremony unlock` makes it of shares.
    pub pin_file: PathBuf,
}

/// Checkpoints outside the database.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoints {
    /// A folder, best on another disk; the newest checkpoint of each log stands there.
    pub folder: PathBuf,
    /// Seconds between checkpoints while there is something new.
    #[serde(default = "default_checkpoint_seconds")]
    pub every_seconds: u64,
}

/// How civil papers are drawn.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Papers {
    /// The folder with the Noto fonts (Debian: fonts-noto-core).
    pub fonts: PathBuf,
}

impl Default for Papers {
    fn default() -> Papers {
        Papers { fonts: PathBuf::from("/usr/share/fonts/truetype/noto") }
    }
}

/// How cards are made.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Cards {
    /// How the portrait is written on cards issued until the end of 2029 (Doc 9303-10 §4.5.6).
    pub face: Face,
}

/// The form of the portrait in DG2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Face {
    /// ISO/IEC 19794-5:2005, which every reader knows.
    #[serde(rename = "iso-19794-5")]
    FacialRecord,
    /// ISO/IEC 39794-5:2019, which readers must know since 2026 and which is written from 2030 on in any
    /// case.
    #[serde(rename = "iso-39794-5")]
    FaceImage,
}

impl Default for Cards {
    fn default() -> Cards {
        Cards { face: Face::FacialRecord }
    }
}

impl From<Face> for FaceFormat {
    fn from(face: Face) -> FaceFormat {
        match face {
            Face::FacialRecord => FaceFormat::FacialRecord,
            Face::FaceImage => FaceFormat::FaceImage,
        }
    }
}

/// What the law leaves to configuration, or whose text could not be read (see `docs/law.md`).
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Law {
    /// The register number scheme; `demo` is made up and refused outside demo mode.
    pub number_scheme: String,
    /// Periods, ages, election freezes, approving neighbours: see `docs/law.md`.
    pub rules: LawConfig,
}

impl Default for Law {
    fn default() -> Law {
        Law { number_scheme: "none".to_owned(), rules: LawConfig::default() }
    }
}

/// Limits on what comes from outside.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Bytes of a JSON body.
    pub body_bytes: usize,
    /// Bytes of a card application with its portrait.
    pub portrait_body_bytes: usize,
    /// Nesting of a JSON body.
    pub json_depth: usize,
    /// Seconds a client may take to send a request.
    pub request_seconds: u64,
    /// Minutes a one-time sign-in link is good for.
    pub sign_in_link_minutes: i64,
    /// Hours a session lasts.
    pub session_hours: i64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            body_bytes: 64 * 1024,
            portrait_body_bytes: 512 * 1024,
            json_depth: 16,
            request_seconds: 10,
            sign_in_link_minutes: 60,
            session_hours: 8,
        }
    }
}

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file or a variable cannot be read as this configuration.
    #[error("read the configuration: {0}")]
    Read(#[from] config::ConfigError),
    /// A value that parses but must not be.
    #[error("{setting}: {reason}")]
    Value {
        /// The setting's name.
        setting: &'static str,
        /// What is wrong and what to do.
        reason: String,
    },
}

impl Config {
    /// Reads file, environment and flags (`SECTION.NAME=VALUE`), each over the one before, and checks what
    /// can be checked without starting.
    ///
    /// # Errors
    /// [`ConfigError`] naming the setting.
    pub fn load(file: &Path, flags: &[(String, String)]) -> Result<Config, ConfigError> {
        let builder = flags.iter().try_fold(config::Config::builder(), |builder, (name, value)| {
            builder.set_override(name, value.as_str())
        })?;
        let config: Config = builder
            .add_source(config::File::from(file).format(config::FileFormat::Toml))
            .add_source(
                config::Environment::with_prefix("BURTGEL")
                    .prefix_separator("__")
                    .separator("__")
                    .try_parsing(true),
            )
            .build()?
            .try_deserialize()?;
        config.check()?;
        Ok(config)
    }

    /// Refuses combinations that must not run.
    ///
    /// # Errors
    /// [`ConfigError::Value`].
    pub fn check(&self) -> Result<(), ConfigError> {
        let refuse = |setting, reason: &str| Err(ConfigError::Value { setting, reason: reason.to_owned() });
        if crate::store::Engine::of(&self.database.url).is_err() {
            return refuse("database.url", "must begin with sqlite:// or postgres://");
        }
        if self.database.pool < 2 {
            return refuse("database.pool", "must be at least 2");
        }
        match (self.mode, self.law.number_scheme.as_str()) {
            (_, "none") | (Mode::Demo, "demo") => {}
            (Mode::Production, "demo") => {
                return refuse(
                    "law.number_scheme",
                    "the demo scheme is made up; it is refused outside demo mode",
                );
            }
            (Mode::Demo | Mode::Production, _) => {
                return refuse("law.number_scheme", "unknown; known are: none, demo");
            }
        }
        if let Some(freeze) = self.law.rules.election_freezes.iter().find(|freeze| freeze.from > freeze.to) {
            return Err(ConfigError::Value {
                setting: "law.rules.election_freezes",
                reason: format!("{} is after {}", freeze.from, freeze.to),
            });
        }
        if !(1..=30).contains(&self.law.rules.card_certificate_years) {
            return refuse("law.rules.card_certificate_years", "must be 1 to 30 years");
        }
        if !(1..=LONGEST_CREDENTIAL_DAYS).contains(&self.law.rules.credential_days) {
            return refuse("law.rules.credential_days", "must be 1 to 3,650 days");
        }
        if let Some(kind) = self.law.rules.line_below_least() {
            return Err(ConfigError::Value {
                setting: "law.rules.four_eyes",
                reason: format!("{kind} takes two officers at least; write \"two\" or \"two_units\""),
            });
        }
        if self.keys.unlock_file.starts_with(&self.keys.folder) {
            return refuse("keys.unlock_file", "must not stand in the folder of the keys that it opens");
        }
        if self.keys.token.as_ref().is_some_and(|token| token.pin_file.starts_with(&self.keys.folder)) {
            return refuse("keys.token.pin_file", "must not stand in the folder of the keys");
        }
        if self.keys.token.as_ref().is_some_and(|token| !token.module.is_absolute()) {
            return refuse("keys.token.module", "must be the whole path of the maker's library");
        }
        Ok(())
    }
}

fn default_instance() -> String {
    "registry.example".to_owned()
}

fn default_pool() -> u32 {
    8
}

fn default_checkpoint_seconds() -> u64 {
    5
}
