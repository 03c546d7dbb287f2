//! What the paper of an act is called, as the State's forms are: a certificate of what happened in life, a reference otherwise.

use registry_domain::kind::Kind;

/// Mongolian and English. Kinds without a paper never come here and keep the name of their kind.
pub fn titles(kind: Kind) -> (&'static str, &'static str) {
    match kind {
        Kind::Birth => ("Төрсний гэрчилгээ", "Birth certificate"),
        Kind::Death => ("Нас барсны гэрчилгээ", "Death certificate"),
        Kind::Marriage => ("Гэрлэсний гэрчилгээ", "Marriage certificate"),
        Kind::MarriageEnded => ("Гэрлэлт дуусгавар болсны гэрчилгээ", "Certificate of the end of marriage"),
        Kind::MarriageRestored => {
            ("Гэрлэлт сэргээсний гэрчилгээ", "Certificate of the restoration of marriage")
        }
        Kind::Parentage => ("Эцэг, эх тогтоосны гэрчилгээ", "Certificate of parentage"),
        Kind::NameChange => ("Овог, нэр өөрчилсний гэрчилгээ", "Certificate of a change of name"),
        Kind::Residence => ("Оршин суугаа хаягийн лавлагаа", "Reference of residence"),
        Kind::Migration => ("Шилжилт хөдөлгөөний лавлагаа", "Reference of migration"),
        Kind::Guardianship => ("Асран хамгаалалын лавлагаа", "Reference of guardianship"),
        Kind::Citizenship => ("Харьяаллын лавлагаа", "Reference of citizenship"),
        Kind::NumberChange => {
            ("Регистрийн дугаар өөрчилсөн лавлагаа", "Reference of a change of register number")
        }
        Kind::SexChange => ("Хүйсийн бүртгэл өөрчилсөн лавлагаа", "Reference of a change of registered sex"),
        Kind::DeclaredAlive => ("Эргэн ирсний лавлагаа", "Reference of the return of one declared dead"),
        Kind::Stillbirth
        | Kind::Legacy
        | Kind::Sealing
        | Kind::CardApplication
        | Kind::CardPersonalised
        | Kind::CardActivated
        | Kind::CardRevoked
        | Kind::CardSuspension
        | Kind::Adoption
        | Kind::AdoptionEnded
        | Kind::Fingerprint
        | Kind::Passport
        | Kind::Correction
        | Kind::Annotation
        | Kind::Merge
        | Kind::Annulment
        | Kind::Erasure => (kind.title_mn(), kind.title_en()),
    }
}
