//! The arguments of `registry ceremony` and of its steps.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use issuance::revocation::Reason;

use crate::ceremony::steps::{ListOf, Which};

/// Makes the authorities and keys of an instance.
///
/// For a demo, all at once and in files (needs a configuration in demo mode):
///
///   registry ceremony --offline keys/offline --offline-unlock offline.unlock
///
/// For a State, step by step, on a machine without a network, in two hardware tokens (PKCS#11) whose PINs
/// nobody knows: any k of n holders of shares open them. A folder has the approved plan (plan.toml, see
/// deploy/ceremony-plan.example.toml), the certificates, and a transcript of every step.
/// deploy/key-ceremony.md is the script for the people; in short:
///
///   registry ceremony tokens                                  what is plugged in registry ceremony
///   make-token offline --share-to …         once for each holder, in the plan's order registry ceremony
///   make-token online  --share-to … registry ceremony root | csca | issuing | document-signer  with --by
///   NAME and --share FILE for each holder registry ceremony service …                               the keys
///   that stay files registry ceremony unlock online --pin-file FILE           at each start of the service
///
/// Under an existing national root, `request` and `take-chain` stand in the place of `root` and `issuing`.
/// Later: `list` before a root's list ends, `rotate` for the next key of the Document Signer and the next
/// issuing authority, `roll-over` and `succeed` for the next key of the CSCA, `destroy` for a key that is
/// over, `new-shares` when a holder leaves.
#[derive(Debug, Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true, verbatim_doc_comment)]
pub struct CeremonyArguments {
    /// A step of a ceremony with tokens.
    #[command(subcommand)]
    pub step: Option<CeremonyStep>,
    /// Where the sealed roots go; keep it off this machine afterwards.
    #[arg(long, required = true)]
    pub offline: Option<PathBuf>,
    /// The file that opens the roots; made now.
    #[arg(long, required = true)]
    pub offline_unlock: Option<PathBuf>,
    /// DNS names of the service.
    #[arg(long, default_value = "localhost")]
    pub name: Vec<String>,
    /// Addresses of the service.
    #[arg(long, default_value = "127.0.0.1")]
    pub address: Vec<IpAddr>,
}

/// The steps of a ceremony with tokens.
#[derive(Debug, Subcommand)]
pub enum CeremonyStep {
    /// List the tokens that the plan's modules see. Changes nothing and is not written down.
    Tokens(FolderArgument),
    /// Give an empty token its label and PINs, and each holder a share.
    MakeToken(ShareOutArguments),
    /// Give a token new PINs and its holders new shares, when one leaves or a share is lost.
    NewShares(ShareOutArguments),
    /// Make the eID root and its first list.
    Root(StepArguments),
    /// Make the country signing authority (CSCA) and its first list.
    Csca(StepArguments),
    /// Make the issuing authority's key in the service's token, certified by the eID root of this ceremony.
    Issuing(StepArguments),
    /// Make the issuing authority's key, and a request to an existing national root.
    Request(StepArguments),
    /// Take the national root's answer to the request.
    TakeChain(TakeChainArguments),
    /// Make the Document Signer's key in the service's token, certified by the CSCA.
    DocumentSigner(StepArguments),
    /// Make what stays in files: TLS certificates with their root, the keys of logs, answers and extracts,
    /// the symmetric keys.
    Service(ServiceArguments),
    /// Sign the next list of a root: it repeats what stands on the one before and adds one certificate if
    /// that is given.
    List(ListArguments),
    /// Give the Document Signer its next key, or let another issuing authority follow.
    Rotate(RotateArguments),
    /// Draw the next key of the CSCA, and let the old one certify it with a link certificate.
    RollOver(StepArguments),
    /// Put the next CSCA in the old one's place; from now on it signs.
    Succeed(StepArguments),
    /// Destroy the key of a certificate.
    Destroy(DestroyArguments),
    /// List the keys in a token, and whether each is fit to be used.
    Keys(TokenArguments),
    /// Write the PIN of the service's token into a file for the service, best in memory.
    Unlock(UnlockArguments),
    /// Compare two transcripts: everything but marked keys, serials and times must be the same.
    Compare {
        /// One transcript.
        one: PathBuf,
        /// The other transcript.
        other: PathBuf,
    },
}

/// Where the ceremony's folder is.
#[derive(Debug, Args)]
pub struct FolderArgument {
    /// The folder with plan.toml; certificates and transcript go there too.
    #[arg(long, default_value = "ceremony")]
    pub folder: PathBuf,
}

/// What every step needs.
#[derive(Debug, Args)]
pub struct StepArguments {
    /// The folder.
    #[command(flatten)]
    pub folder: FolderArgument,
    /// Who stands for this step; give it again for each.
    #[arg(long, required = true, value_name = "NAME")]
    pub by: Vec<String>,
    /// The file of a share that a holder brought; give it again for each. Shares of both tokens may be mixed.
    #[arg(long, value_name = "FILE")]
    pub share: Vec<PathBuf>,
}

/// A step about one token.
#[derive(Debug, Args)]
pub struct TokenArguments {
    /// The token.
    pub token: TokenName,
    /// What every step needs.
    #[command(flatten)]
    pub step: StepArguments,
}

/// `registry ceremony make-token` and `new-shares`
#[derive(Debug, Args)]
pub struct ShareOutArguments {
    /// The token.
    pub token: TokenName,
    /// Where a holder's share goes, best a stick that the holder keeps; give it again for each holder, in the
    /// plan's order.
    #[arg(long, required = true, value_name = "FILE")]
    pub share_to: Vec<PathBuf>,
    /// What every step needs.
    #[command(flatten)]
    pub step: StepArguments,
}

/// `registry ceremony take-chain`
#[derive(Debug, Args)]
pub struct TakeChainArguments {
    /// The answer, PEM: our certificate, and those between it and the root.
    #[arg(long, value_name = "PEM")]
    pub chain: PathBuf,
    /// The national root's certificate, PEM, from another source than the answer; compare its fingerprint.
    #[arg(long, value_name = "PEM")]
    pub root: PathBuf,
    /// What every step needs.
    #[command(flatten)]
    pub step: StepArguments,
}

/// `registry ceremony service`
#[derive(Debug, Args)]
pub struct ServiceArguments {
    /// The service's key folder (`keys.folder`).
    #[arg(long)]
    pub keys: PathBuf,
    /// The file that opens the key folder (`keys.unlock_file`); made now.
    #[arg(long)]
    pub unlock: PathBuf,
    /// Where the sealed root of the TLS certificates goes; keep it off the service's machine.
    #[arg(long)]
    pub offline: PathBuf,
    /// The file that opens that root; made now.
    #[arg(long)]
    pub offline_unlock: PathBuf,
    /// DNS names of the service.
    #[arg(long, default_value = "localhost")]
    pub name: Vec<String>,
    /// Addresses of the service.
    #[arg(long, default_value = "127.0.0.1")]
    pub address: Vec<IpAddr>,
    /// What every step needs.
    #[command(flatten)]
    pub step: StepArguments,
}

/// `registry ceremony list`
#[derive(Debug, Args)]
pub struct ListArguments {
    /// The authority whose list is signed.
    pub of: ListName,
    /// A certificate, PEM, that the list revokes from now on; the authority must have issued it.
    #[arg(long, value_name = "PEM", requires = "reason")]
    pub revoke: Option<PathBuf>,
    /// Why the certificate is revoked; the CSCA's list does not say it (Doc 9303-12 §7.1.4).
    #[arg(long, value_name = "WORD", requires = "revoke")]
    pub reason: Option<RevocationReason>,
    /// What every step needs.
    #[command(flatten)]
    pub step: StepArguments,
}

/// `registry ceremony rotate`
#[derive(Debug, Args)]
pub struct RotateArguments {
    /// The authority or signer whose key is followed by another.
    pub of: RotatedName,
    /// What every step needs.
    #[command(flatten)]
    pub step: StepArguments,
}

/// `registry ceremony destroy`
#[derive(Debug, Args)]
pub struct DestroyArguments {
    /// The token that holds the key.
    pub token: TokenName,
    /// The purpose of the key, as `keys` lists it: eid-root, csca, issuing-ca, document-signer.
    pub purpose: String,
    /// The certificate of the key, PEM; one that was replaced is in the folder `retired`.
    #[arg(long, value_name = "PEM")]
    pub certificate: PathBuf,
    /// Destroy it although its certificate is in use.
    #[arg(long)]
    pub even_in_use: bool,
    /// What every step needs.
    #[command(flatten)]
    pub step: StepArguments,
}

/// `registry ceremony unlock`
#[derive(Debug, Args)]
pub struct UnlockArguments {
    /// The token.
    pub token: TokenName,
    /// The file, which must not exist yet: the service's `keys.token.pin_file`.
    #[arg(long, value_name = "FILE")]
    pub pin_file: PathBuf,
    /// What every step needs.
    #[command(flatten)]
    pub step: StepArguments,
}

/// The plan's two tokens.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum TokenName {
    /// The token of the roots.
    Offline,
    /// The token of the service.
    Online,
}

impl TokenName {
    pub(super) fn which(self) -> Which {
        match self {
            TokenName::Offline => Which::Offline,
            TokenName::Online => Which::Online,
        }
    }
}

/// The roots whose lists a ceremony signs.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ListName {
    /// The eID root.
    EidRoot,
    /// The CSCA.
    Csca,
}

impl ListName {
    pub(super) fn of(self) -> ListOf {
        match self {
            ListName::EidRoot => ListOf::EidRoot,
            ListName::Csca => ListOf::Csca,
        }
    }
}

/// Why a certificate is revoked (RFC 5280 §5.3.1).
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RevocationReason {
    /// Somebody else may have its key.
    KeyCompromise,
    /// It is an authority's certificate, and somebody else may have its key.
    AuthorityCompromise,
    /// Another certificate replaced it.
    Superseded,
    /// It is not used any more.
    CessationOfOperation,
}

impl RevocationReason {
    pub(super) fn reason(self) -> Reason {
        match self {
            RevocationReason::KeyCompromise => Reason::KeyCompromise,
            RevocationReason::AuthorityCompromise => Reason::AuthorityCompromise,
            RevocationReason::Superseded => Reason::Superseded,
            RevocationReason::CessationOfOperation => Reason::CessationOfOperation,
        }
    }
}

/// What can be followed by another.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum RotatedName {
    /// The issuing authority: another one follows, under a name of its own, and the one before keeps its list
    /// and answers.
    Issuing,
    /// The Document Signer.
    DocumentSigner,
}
