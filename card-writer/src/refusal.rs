//! Every reason for which the writer refuses, numbered. Numbers 9001 to 9099 belong to the writer and are
//! never reused; other numbers come from the service and are passed on.

use card_protocol::messages::Problem;
use thiserror::Error;

use crate::apdu::Status;
use crate::backend::BackendError;
use crate::edge::NoRandomness;

/// Why the writer stops.
#[derive(Debug, Error)]
#[expect(missing_docs, reason = "the names speak for themselves")]
pub enum Refusal {
    /// The reader or card cannot be reached, or the connection was lost.
    #[error("the card cannot be reached")]
    Unreachable(#[from] BackendError),
    /// Nobody confirmed the reader.
    #[error("the reader was not confirmed")]
    NotConfirmed,
    /// The chip in the reader is not the chip of the job.
    #[error("the reader holds another chip than the one this job began with")]
    AnotherChip,
    /// The card returned an unexpected status word.
    #[error("the card answered {status} to {command}")]
    UnexpectedStatus {
        /// The command that was sent.
        command: &'static str,
        /// The status word that came.
        status: Status,
    },
    /// The card returned an answer that cannot be read.
    #[error("the answer of the card to {0} cannot be read")]
    MalformedAnswer(&'static str),
    /// The MAC of an answer is wrong or missing.
    #[error("the answer of the card is not protected as it should be")]
    BrokenChannel,
    /// The service opened the channel at a lower level than personalisation needs.
    #[error("the channel would not be fully protected")]
    WeakChannel,
    /// The answer to PUT KEY has other check values.
    #[error("the card did not take the issuer's keys")]
    KeysNotTaken,
    /// A signature of the card does not verify under the card's own public key.
    #[error("the card does not hold the key it shows")]
    NoPossession,
    /// The service's certificate is for another key.
    #[error("the certificate is for another key than the card's")]
    CertificateOfAnotherKey,
    /// A file that was read back is not the file that was written.
    #[error("{0} reads back differently than it was written")]
    ReadBackDiffers(&'static str),
    /// The transport keys still work.
    #[error("the transport keys of the card still work")]
    TransportKeysAlive,
    /// The job needs a layout that this writer does not know.
    #[error("this writer does not know the card layout {0:?}")]
    UnknownLayout(String),
    /// The files of the job do not fit together or do not fit the card.
    #[error("the files of the job do not fit: {0}")]
    UnfitFiles(&'static str),
    /// The journal cannot be read or written.
    #[error("the journal cannot be used")]
    Journal(#[source] std::io::Error),
    /// The slip cannot be written, or holds the PIN of another card.
    #[error("the PIN slip cannot be written")]
    Slip(#[source] std::io::Error),
    /// The service refused.
    #[error("{}", .0.title)]
    Service(Box<Problem>),
    /// The service cannot be reached or answers nonsense.
    #[error("the service cannot be reached: {0}")]
    ServiceUnreachable(String),
    /// A file named on the command line cannot be used.
    #[error("{what} cannot be read: {why}")]
    UnusableFile {
        /// Which file it is.
        what: &'static str,
        why: String,
    },
    #[error("the PIN is wrong; {tries_left} tries are left")]
    WrongPin {
        /// The tries that are left.
        tries_left: u8,
    },
    /// The PIN was wrong too many times.
    #[error("the PIN is blocked")]
    BlockedPin,
    /// The PIN is not six to eight digits, or the new PIN is the same as the old one.
    #[error("a PIN is six to eight digits, and the new one is another than the old one")]
    UnfitPin,
    /// Basic Access Control failed.
    #[error("the chip does not open with this document number and these dates")]
    AccessDenied,
    /// The SOD is broken or its signature is wrong.
    #[error("the security object of the card is not valid: {0}")]
    InvalidSod(String),
    /// A file is not the one that was signed.
    #[error("{0} of the card is not the one that was signed")]
    ChangedFile(&'static str),
    /// The certificate of the card has no valid chain.
    #[error("the certificate of the card is not valid: {0}")]
    InvalidCertificate(String),
    /// The certificate of the card was revoked.
    #[error("the certificate of the card is revoked")]
    Revoked,
    /// The card cannot sign with the key of its certificate.
    #[error("the card cannot sign with the key of its certificate: it may be a copy")]
    CopiedCard,
    /// The service's answer is not signed as it should be.
    #[error("the answer of the service is not signed as it should be")]
    UnsignedAnswer,
    /// The card still has its transport PIN.
    #[error("the card is not activated: its transport PIN was never changed")]
    TransportPin,
    /// Neither trust anchors nor the address of a service were given.
    #[error("there are no trust anchors to check the card against")]
    NoTrustAnchors,
    /// The chip of a new job already has issuer keys.
    #[error("the chip already holds the issuer's keys: it is not a blank card")]
    UsedChip,
    /// The chip was begun for another job, or for this job before it was given up.
    #[error(
        "this chip was begun for another card or in an earlier attempt: put it aside to be destroyed, and put a blank one in"
    )]
    BegunChip,
    /// An earlier run gave up this card.
    #[error("this card was given up by an earlier run")]
    SpoiltCard,
    /// The service says that the card is not active.
    #[error("the card is not active")]
    NotActive,
    /// The files read from a card cannot be saved.
    #[error("the files of the card cannot be saved")]
    Unsaved(#[source] std::io::Error),
    /// The machine gives no random values.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
}

impl Refusal {
    /// The number of the refusal; the service's own number if the service refused.
    pub fn number(&self) -> u32 {
        match self {
            Self::Unreachable(BackendError::NoReader) => 9035,
            Self::Unreachable(BackendError::NoCard) => 9036,
            Self::Unreachable(BackendError::Busy) => 9037,
            Self::Unreachable(_) => 9001,
            Self::NotConfirmed => 9002,
            Self::AnotherChip => 9003,
            Self::UnexpectedStatus { .. } => 9004,
            Self::MalformedAnswer(_) => 9005,
            Self::BrokenChannel => 9006,
            Self::WeakChannel => 9007,
            Self::KeysNotTaken => 9008,
            Self::NoPossession => 9009,
            Self::CertificateOfAnotherKey => 9010,
            Self::ReadBackDiffers(_) => 9011,
            Self::TransportKeysAlive => 9012,
            Self::UnknownLayout(_) => 9013,
            Self::UnfitFiles(_) => 9014,
            Self::Journal(_) => 9015,
            Self::Slip(_) => 9016,
            Self::Service(problem) => problem.number,
            Self::ServiceUnreachable(_) => 9017,
            Self::UnusableFile { .. } => 9018,
            Self::WrongPin { .. } => 9019,
            Self::BlockedPin => 9020,
            Self::UnfitPin => 9021,
            Self::AccessDenied => 9022,
            Self::InvalidSod(_) => 9023,
            Self::ChangedFile(_) => 9024,
            Self::InvalidCertificate(_) => 9025,
            Self::Revoked => 9026,
            Self::CopiedCard => 9027,
            Self::UnsignedAnswer => 9028,
            Self::TransportPin => 9029,
            Self::NoTrustAnchors => 9030,
            Self::NoRandomness(_) => 9031,
            Self::UsedChip => 9032,
            Self::SpoiltCard => 9033,
            Self::NotActive => 9034,
            Self::Unsaved(_) => 9038,
            Self::BegunChip => 9039,
        }
    }

    /// The sentence in Mongolian.
    pub fn mongolian(&self) -> String {
        match self {
            Self::Unreachable(BackendError::NoReader) => {
                "Ийм нэртэй уншигч алга; `card-writer readers` жагсаана".into()
            }
            Self::Unreachable(BackendError::NoCard) => "Уншигчид карт алга".into(),
            Self::Unreachable(BackendError::Busy) => "Уншигчийг өөр программ ашиглаж байна".into(),
            Self::Unreachable(_) => "Карттай холбогдож чадсангүй".into(),
            Self::NotConfirmed => "Уншигчийг баталгаажуулаагүй".into(),
            Self::AnotherChip => "Уншигчид энэ ажлыг эхэлсэн чипээс өөр чип байна".into(),
            Self::UnexpectedStatus { command, status } => {
                format!("Карт {command} командад {status} гэж хариулав")
            }
            Self::MalformedAnswer(command) => format!("{command} командын хариуг уншиж болсонгүй"),
            Self::BrokenChannel => "Картын хариу зохих ёсоор хамгаалагдаагүй байна".into(),
            Self::WeakChannel => "Холболтын суваг бүрэн хамгаалагдахгүй байна".into(),
            Self::KeysNotTaken => "Карт олгогчийн түлхүүрийг хүлээж аваагүй".into(),
            Self::NoPossession => "Карт харуулсан түлхүүрээ эзэмшдэггүй байна".into(),
            Self::CertificateOfAnotherKey => "Гэрчилгээ картын түлхүүрээс өөр түлхүүрт олгогджээ".into(),
            Self::ReadBackDiffers(file) => format!("{file} буцааж уншихад бичсэнээс өөр байна"),
            Self::TransportKeysAlive => "Картын тээвэрлэлтийн түлхүүр хүчинтэй хэвээр байна".into(),
            Self::UnknownLayout(layout) => format!("Энэ программ {layout:?} загварыг мэдэхгүй"),
            Self::UnfitFiles(_) => "Ажлын файлууд хоорондоо эсвэл картад тохирохгүй байна".into(),
            Self::Journal(_) => "Журналыг ашиглах боломжгүй".into(),
            Self::Slip(_) => "ПИН-ий хуудсыг хэвлэж чадсангүй".into(),
            Self::Service(problem) => problem.title_mn.clone(),
            Self::ServiceUnreachable(_) => "Үйлчилгээтэй холбогдож чадсангүй".into(),
            Self::UnusableFile { what, .. } => format!("{what} файлыг уншиж чадсангүй"),
            Self::WrongPin { tries_left } => format!("ПИН буруу; {tries_left} оролдлого үлдлээ"),
            Self::BlockedPin => "ПИН хаагдсан".into(),
            Self::UnfitPin => "ПИН 6–8 оронтой тоо байх ба шинэ нь хуучнаасаа өөр байна".into(),
            Self::AccessDenied => "Энэ баримтын дугаар, огноогоор чип нээгдэхгүй байна".into(),
            Self::InvalidSod(_) => "Картын аюулгүй байдлын файл хүчингүй байна".into(),
            Self::ChangedFile(file) => format!("Картын {file} гарын үсэг зурсан файл биш байна"),
            Self::InvalidCertificate(_) => "Картын гэрчилгээ хүчингүй байна".into(),
            Self::Revoked => "Картын гэрчилгээг хүчингүй болгосон".into(),
            Self::CopiedCard => {
                "Карт гэрчилгээнийхээ түлхүүрээр гарын үсэг зурж чадсангүй: хуулбар байж болзошгүй".into()
            }
            Self::UnsignedAnswer => "Үйлчилгээний хариу зохих гарын үсэггүй байна".into(),
            Self::TransportPin => "Картыг идэвхжүүлээгүй: түр ПИН-ийг солиогүй байна".into(),
            Self::NoTrustAnchors => "Картыг шалгах итгэмжлэлийн гэрчилгээ алга".into(),
            Self::UsedChip => "Чипэнд олгогчийн түлхүүр аль хэдийн байна: хоосон карт биш".into(),
            Self::BegunChip => {
                "Энэ чипийг өөр картад эсвэл өмнөх оролдлогод бичиж эхэлсэн: устгахаар тусад нь хадгалж, хоосон карт тавина уу".into()
            }
            Self::SpoiltCard => "Энэ картыг өмнөх удаад гэмтсэнд тооцсон".into(),
            Self::NotActive => "Карт идэвхгүй байна".into(),
            Self::Unsaved(_) => "Картаас уншсан файлуудыг шинэ хавтсанд хадгалж чадсангүй".into(),
            Self::NoRandomness(_) => "Үйлдлийн систем санамсаргүй тоо өгсөнгүй".into(),
        }
    }

    /// What to do next, in English and Mongolian.
    pub fn advice(&self) -> (&'static str, &'static str) {
        match self.remedy() {
            Remedy::Resume => (
                "Put the same card back and give the same command again: the writer goes on where it stopped.",
                "Нөгөө картаа дахин хийж, мөн командыг давтана уу: зогссон газраасаа үргэлжилнэ.",
            ),
            Remedy::Spoil => (
                "The chip is spoilt. Keep it apart with its journal, to be destroyed. If it was begun, its card is revoked and the \
                 citizen applies anew; if nothing was written, the job waits for another chip.",
                "Чип гэмтсэнд тооцогдоно. Журналын хамт устгахаар тусад нь хадгална уу. Бичиж эхэлсэн бол карт хүчингүй болж, иргэн \
                 шинээр өргөдөл гаргана; юу ч бичээгүй бол ажил өөр чип хүлээнэ.",
            ),
            Remedy::Correct => {
                ("Correct what is named and try again.", "Дурдсан зүйлийг засаад дахин оролдоно уу.")
            }
            Remedy::Reject => (
                "Do not accept this card; follow the procedure for doubtful documents.",
                "Энэ картыг хүлээн авч болохгүй; эргэлзээтэй баримтын журмыг баримтална уу.",
            ),
        }
    }

    /// What the refusal means for the card.
    pub fn remedy(&self) -> Remedy {
        match self {
            Self::Unreachable(BackendError::NoReader | BackendError::NoCard | BackendError::Busy) => {
                Remedy::Correct
            }
            Self::Unreachable(_)
            | Self::ServiceUnreachable(_)
            | Self::Journal(_)
            | Self::Slip(_)
            | Self::NoRandomness(_) => Remedy::Resume,
            Self::NotConfirmed
            | Self::AnotherChip
            | Self::BegunChip
            | Self::UnknownLayout(_)
            | Self::Service(_)
            | Self::UnusableFile { .. }
            | Self::WrongPin { .. }
            | Self::BlockedPin
            | Self::UnfitPin
            | Self::AccessDenied
            | Self::TransportPin
            | Self::NoTrustAnchors
            | Self::Unsaved(_)
            | Self::UnsignedAnswer => Remedy::Correct,
            Self::UnexpectedStatus { .. }
            | Self::MalformedAnswer(_)
            | Self::BrokenChannel
            | Self::WeakChannel
            | Self::KeysNotTaken
            | Self::NoPossession
            | Self::CertificateOfAnotherKey
            | Self::ReadBackDiffers(_)
            | Self::TransportKeysAlive
            | Self::UsedChip
            | Self::SpoiltCard
            | Self::UnfitFiles(_) => Remedy::Spoil,
            Self::InvalidSod(_)
            | Self::ChangedFile(_)
            | Self::InvalidCertificate(_)
            | Self::Revoked
            | Self::NotActive
            | Self::CopiedCard => Remedy::Reject,
        }
    }
}

/// What a refusal means for the card.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Remedy {
    /// Nothing is wrong with the card: continue later.
    Resume,
    /// The card can no longer be trusted: during personalisation it is given up.
    Spoil,
    /// Something other than the card must be put right.
    Correct,
    /// The desk does not accept a card that was shown for inspection.
    Reject,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_reader_card_or_turn_has_its_own_number_and_never_spoils() {
        let errors = [BackendError::Lost, BackendError::NoReader, BackendError::NoCard, BackendError::Busy];
        let mut numbers = Vec::new();
        for error in errors {
            let refusal = Refusal::from(error);
            assert!(matches!(refusal.remedy(), Remedy::Resume | Remedy::Correct));
            numbers.push(refusal.number());
        }
        assert_eq!(numbers, [9001, 9035, 9036, 9037]);
    }
}
