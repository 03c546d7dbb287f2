//! Refusals of the service (10xx) and of declarations (11xx).

/// Adds the refusals of the service and of declarations to those given before.
macro_rules! with_service_refusals {
    ($($earlier:tt)*) => { with_family_refusals! { $($earlier)*

    1001 Unreadable IdempotencyKeyMissing
        "Давтан илгээлтээс хамгаалах түлхүүр (Idempotency-Key) алга. Нэмээд илгээнэ үү."
        "The Idempotency-Key header is missing. Add one and send again.";
    1002 Conflict IdempotencyKeyReused
        "Энэ түлхүүрийг өөр хүсэлтэд хэрэглэсэн. Шинэ түлхүүрээр илгээнэ үү."
        "This idempotency key was used for another request. Send with a new key.";
    1003 TooLarge BodyTooLarge { limit: usize = 0 }
        "Хүсэлт хэт том байна (дээд хэмжээ {limit} байт). Багасгаж илгээнэ үү."
        "The request is too large (at most {limit} bytes). Make it smaller.";
    1004 Conflict Stale
        "Бичлэг энэ хооронд өөрчлөгдсөн. Дахин ачаалж, шийдвэрээ шалгаад илгээнэ үү."
        "The record changed in the meantime. Load it again, check your decision and resend.";
    1005 TooMany TooManyRequests
        "Хэт олон хүсэлт ирлээ. Түр хүлээгээд дахин оролдоно уу."
        "There were too many requests. Wait a little and try again.";
    1006 NotThere NotFound
        "Ийм зүйл алга. Хаягийг шалгана уу."
        "There is nothing here. Check the address.";
    1007 Unfit ListTooLong { limit: usize = 0 }
        "Жагсаалт {limit}-аас урт байна. Хувааж илгээнэ үү."
        "The list has more than {limit} items. Send it in pieces.";
    1008 Unfit TooDeep { limit: usize = 0 }
        "Мэдээлэл хэт олон давхар үүрлэсэн ({limit} хүртэл). Хялбарчилж илгээнэ үү."
        "The data is nested too deeply (at most {limit}). Send it flatter.";
    1009 UnknownForm MediaTypeNotAccepted
        "Агуулгын төрлийг хүлээн авсангүй. application/json илгээнэ үү."
        "The content type is not accepted. Send application/json.";
    1010 NotReady NotReady
        "Үйлчилгээ түр бэлэн биш байна. Хэсэг хугацааны дараа дахин оролдоно уу."
        "The service is not ready for a moment. Try again shortly.";
    1011 Unfit NoFreshValue
        "Шинэ дугаар нөөцлөгдөөгүй байна. Дахин оролдоно уу."
        "No fresh number was at hand. Try again.";
    1012 Fault Unexpected { trace: String = String::new() }
        "Гэнэтийн алдаа гарлаа; {trace} дугаарыг администраторт хэлнэ үү. Дахин хийхээсээ өмнө хадгалагдсан эсэхийг шалгана уу."
        "Something unexpected happened; tell your administrator the number {trace}. Look whether it was saved before you do it again.";
    1013 WrongMethod MethodNotAllowed
        "Энэ хаяг ийм үйлдлийг дэмжихгүй. Тодорхойлолтоос зөв үйлдлийг сонгоно уу."
        "This address does not support that method. Look up the right one in the description.";
    1014 Unreadable HeaderMissing { header: &'static str = "-" }
        "«{header}» толгой алга. Нэмээд дахин илгээнэ үү."
        "The header {header} is missing. Add it and send again.";
    1015 TooSlow RequestTooSlow { seconds: u64 = 0 }
        "Хүсэлт {seconds} секундийн дотор бүрэн ирсэнгүй. Холболтоо шалгаад дахин илгээнэ үү."
        "The request did not arrive within {seconds} seconds. Check the connection and send again.";
    1016 NotReady DatabaseAway
        "Бүртгэлийн мэдээллийн сан түр хариулахгүй байна. Хэдэн секундийн дараа дахин оролдоно уу; юм бичих хүсэлтийг өөрчлөлгүй, ижил Idempotency-Key түлхүүрээр илгээнэ үү."
        "The register's database does not answer for the moment. Try again in some seconds; send a write again as it was, with the same Idempotency-Key.";
    1017 NotReady DatabaseHeld
        "Мэдээллийн санг өөр програм, эсвэл бүртгэлийн удаан үргэлжлэх үйлдэл барьж байгаа тул түр бичих боломжгүй. Хэсэг хугацааны дараа өөрчлөлгүй, ижил Idempotency-Key түлхүүрээр дахин илгээнэ үү."
        "Another program or a long act of the register itself holds the database, so nothing can be written for the moment. Send it again a little later as it was, with the same Idempotency-Key.";
    1018 NotReady OutcomeInDoubt
        "Хадгалж байх үед мэдээллийн сантай холбоо тасарсан тул хадгалагдсан эсэх нь тодорхойгүй байна. Яг ижлийг нь дахин илгээнэ үү: хуудаснаас бол ижил маягтыг, API-аар бол ижил Idempotency-Key түлхүүрээр. Хоёр удаа хийгдэхгүй. Нэвтрэх холбоос эсвэл түрийвчийн хүсэлт хүчингүй болсон гэвэл тэр нь ашиглагдсан гэсэн үг тул шинийг авна уу."
        "The connection to the database ended while this was being saved, so it is not known whether it was. Send the same again: from a page the same form, over the API with the same Idempotency-Key. It is not done twice. If a sign-in link or a wallet's request is said to be over by then, it was used: get a new one.";

    1101 NotThere DeclarationNotFound
        "Ийм мэдүүлэг алга. Дугаарыг шалгана уу."
        "There is no such declaration. Check its number.";
    1102 Conflict DeclarationStateUnfit { from: &'static str = "-", to: &'static str = "-" }
        "«{from}» төлөвтэй мэдүүлгийг «{to}» болгож болохгүй. Мэдүүлгийн төлөвийг шалгана уу."
        "A declaration that is {from} cannot become {to}. Look at the state of the declaration.";
    1103 Conflict DeclarationHeld
        "Мэдүүлэг өөр мэдүүлэгтэй давхцаж, хүлээгдэж байна. Аль нь үнэнийг үндэслэлтэй шийднэ үү."
        "The declaration is held beside another one of the same event. Decide between them with a reason first.";
    1104 Unfit DecisionReasonMissing
        "Шийдвэрийн үндэслэлийг бичнэ үү."
        "Write the reason for the decision.";
    1105 Unfit DeclarationStateUnknown { state: String = String::new() }
        "«{state}» гэсэн мэдүүлгийн төлөв байхгүй. Жагсаалтаас сонгоно уу."
        "There is no declaration state called {state}. Choose one from the list.";
    1106 Conflict EventAlreadyRegistered { act_number: String = String::new() }
        "Энэ үйл явдал {act_number} дугаартай бүртгэгдсэн. Дахин бүртгэхгүй."
        "This event is registered already under {act_number}. It is not registered twice.";
    1107 NotThere DraftNotFound
        "Танай албанд ийм ноорог алга. Ноорогийн жагсаалтыг дахин ачаална уу."
        "Your office has no such draft. Load the list of drafts again.";
    1108 Conflict DraftDeclaredAlready
        "Энэ ноорогийг аль хэдийн мэдүүлсэн эсвэл хаасан. Албаны дарааллаас мэдүүлгийг нээнэ үү."
        "This draft was declared or ended already. Open the declaration from the office's queue.";
    1110 NotThere DecisionNotFound
        "Энэ мэдүүлгээс татгалзсан шийдвэр алга. Мэдүүлгийг нээж төлөвийг нь харна уу."
        "There is no decision that refuses this declaration. Open the declaration and look at its state.";
    1111 Conflict DeclaredElsewhere { declaration: String = String::new() }
        "Энэ үйл явдлыг {declaration} мэдүүлгээр мэдүүлсэн эсвэл бүртгэсэн байна. Нэг үйл явдал бол энэ мэдүүлгээс татгалзаж, өөр үйл явдал бол буцааж аваад дахин мэдүүлж, шийдвэрлүүлнэ үү."
        "This event is declared or registered by the declaration {declaration}. If it is the same event, refuse this declaration; if it is another one, withdraw it, declare it anew and decide between the two.";
    1112 Conflict DraftHasMore { fields: String = String::new() }
        "Энэ ноорогт энэ хуудас харуулж чадахгүй зүйл бий: {fields}. Ноорогийг илгээсэн программаараа үргэлжлүүлнэ үү, эсвэл хааж шинээр бөглөнө үү."
        "This draft holds what this page cannot show: {fields}. Continue it with the program that sent it, or discard it and fill in the form anew.";
    } };
}
