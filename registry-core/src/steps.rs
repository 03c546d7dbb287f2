//! The steps of issuing. A test can end the process after each of them, as a power cut would.

/// A step that is done; what follows it is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// The certificate of a signer of the service is intended.
    SignerIntended,
    /// It is signed.
    SignerSigned,
    /// It is kept.
    SignerKept,
    /// The certificate of a card's key is intended.
    CertificateIntended,
    /// It is signed.
    CertificateSigned,
    /// It is kept; the station does not have it.
    CertificateKept,
    /// The files of a card are intended.
    FilesIntended,
    /// They are signed.
    FilesSigned,
    /// They are kept; the station does not have them.
    FilesKept,
    /// A digital credential is intended.
    CredentialIntended,
    /// It is signed.
    CredentialSigned,
    /// It is kept; its holder does not have it.
    CredentialKept,
    /// A copy of a paper is counted.
    CopyCounted,
    /// What the copy says is signed.
    CopySigned,
    /// The copy is drawn; nobody has it.
    CopyDrawn,
}

impl Step {
    /// The step's word.
    pub fn as_str(self) -> &'static str {
        match self {
            Step::SignerIntended => "signer_intended",
            Step::SignerSigned => "signer_signed",
            Step::SignerKept => "signer_kept",
            Step::CertificateIntended => "certificate_intended",
            Step::CertificateSigned => "certificate_signed",
            Step::CertificateKept => "certificate_kept",
            Step::FilesIntended => "files_intended",
            Step::FilesSigned => "files_signed",
            Step::FilesKept => "files_kept",
            Step::CredentialIntended => "credential_intended",
            Step::CredentialSigned => "credential_signed",
            Step::CredentialKept => "credential_kept",
            Step::CopyCounted => "copy_counted",
            Step::CopySigned => "copy_signed",
            Step::CopyDrawn => "copy_drawn",
        }
    }

    /// Says that the step is done. In a build for tests the process ends here if `REGISTRY_END_AT` names the
    /// step; a release build has no such switch.
    pub fn done(self) {
        #[cfg(debug_assertions)]
        if std::env::var("REGISTRY_END_AT").is_ok_and(|named| named == self.as_str()) {
            std::process::abort();
        }
    }
}
