//! The list itself: number, class, name, the sentence in Mongolian and in English, the clause it rests on.
//! The refusals of the service and of declarations follow in `service.rs`, then the family's in `family.rs`.

use super::class::Class;

with_service_refusals! {
    101 Unreadable Malformed { detail: String = String::new() }
        "Илгээсэн мэдээллийг уншиж чадсангүй ({detail}). Хэлбэрийг засаад дахин илгээнэ үү."
        "What was sent could not be read ({detail}). Correct its form and send it again.";
    102 Unfit MissingField { field: String = String::new() }
        "«{field}» талбар хоосон байна. Бөглөөд дахин илгээнэ үү."
        "The field {field} is missing. Fill it in and send again.";
    103 Unfit UnknownField { field: String = String::new() }
        "«{field}» гэсэн талбар энэ маягтад байхгүй. Хасаад дахин илгээнэ үү."
        "This form has no field {field}. Remove it and send again.";
    104 Unfit InvalidDate
        "Огноо буруу байна. ЖЖЖЖ-СС-ӨӨ хэлбэрээр, хуанлид байдаг өдөр бичнэ үү."
        "The date is not valid. Write a day of the calendar as YYYY-MM-DD.";
    105 Unfit DateInFuture
        "Огноо ирээдүйд байна. Өнөөдөр буюу түүнээс өмнөх өдрийг бичнэ үү."
        "The date is in the future. Write today or an earlier day.";
    106 Unfit EmptyName
        "Нэр хоосон байна. Нэрийг бичиг баримтад байгаагаар бичнэ үү."
        "The name is empty. Write it as on the papers.";
    107 Unfit NameTooLong
        "Нэр 100 тэмдэгтээс урт байна. Богиносгож бичнэ үү."
        "The name is longer than 100 characters. Shorten it.";
    108 Unfit LookAlikeLetter { found: char = 'A', wanted: char = 'A' }
        "«{found}» нь монгол кирилл үсэг биш. Оронд нь «{wanted}» үсгийг монгол гараар бичнэ үү."
        "The character {found} only looks like a Mongolian letter. Type the Mongolian {wanted} (not the look-alike) instead.";
    109 Unfit NotMongolianLetter { found: char = '?' }
        "«{found}» тэмдэгтийг нэрэнд бичихгүй. Монгол кирилл үсэг, зураас, зайг л хэрэглэнэ үү."
        "The character {found} cannot stand in a name. Use Mongolian Cyrillic letters, hyphens and spaces only.";
    110 Unfit InvalidName
        "Нэрийн бичлэг буруу байна. Үсгээр эхэлж, үсгээр төгсгөж, зураас ба зайг давхардуулахгүй бичнэ үү."
        "The name is not well formed. Begin and end with a letter, and do not double hyphens or spaces.";
    111 Unfit InvalidLatinName
        "Латин нэр буруу байна. Латин үсэг, ö, ü, зураас, зайг л хэрэглэнэ үү."
        "The Latin name is not valid. Use Latin letters, ö, ü, hyphens and spaces only.";
    112 Unfit NumberMalformed
        "Регистрийн дугаар 2 кирилл үсэг, 8 цифрээс бүрдэнэ. Дугаарыг шалгаад дахин бичнэ үү."
        "A register number is 2 Cyrillic letters and 8 digits. Check the number and write it again."
        ["Order 331 of 2010, 1.2"];
    113 Unfit NumberDateInvalid
        "Регистрийн дугаарт байгаа төрсөн огноо хуанлид байхгүй. Дугаарыг шалгана уу."
        "The birth date in the register number is not in the calendar. Check the number."
        ["Order 331 of 2010, 1.2"];
    114 Unfit CivilIdMalformed
        "Иргэний бүртгэлийн дугаар 12 цифртэй. Дугаарыг шалгаад дахин бичнэ үү."
        "A civil id has 12 digits. Check the number and write it again.";
    115 Unfit CivilIdCheckDigit
        "Иргэний бүртгэлийн дугаарын шалгах цифр таарахгүй байна. Цифрүүдийг дахин харьцуулна уу."
        "The check digit of the civil id does not fit. Compare the digits again.";
    116 Unfit UnknownUnit { code: String = String::new() }
        "«{code}» кодтой нэгж байхгүй. Засаг захиргааны нэгжийн жагсаалтаас сонгоно уу."
        "There is no unit with code {code}. Choose one from the list of units.";
    117 Unfit InvalidUnitCode
        "Нэгжийн код 2, 4 эсвэл 6 цифртэй. Кодыг шалгана уу."
        "A unit code has 2, 4 or 6 digits. Check the code.";
    118 Unfit UnitNotValidOnDate { code: String = String::new() }
        "«{code}» нэгж тухайн өдөр хүчинтэй байгаагүй. Залгамж нэгжийг сонгоно уу."
        "The unit {code} was not valid on that day. Choose its successor.";
    119 Unfit UnknownSex
        "Хүйсийг таньсангүй. «эмэгтэй» эсвэл «эрэгтэй» гэж бичнэ үү."
        "The sex was not recognised. Write female or male.";
    120 Unfit UnknownKind { kind: String = String::new() }
        "«{kind}» гэсэн бүртгэлийн төрөл байхгүй. Жагсаалтаас сонгоно уу."
        "There is no kind of registration called {kind}. Choose one from the list.";
    121 Unfit KindNotBuilt { kind: &'static str = "-" }
        "«{kind}» төрлийн бүртгэл энэ системд хараахан хийгдээгүй. Цаасан журмаар бүртгэнэ үү."
        "The kind {kind} is not built yet in this system. Register it by the paper procedure.";
    122 Unfit InvalidId
        "Дотоод дугаар буруу байна. Хуудсыг дахин нээж оролдоно уу."
        "The internal identifier is not valid. Open the page again and retry.";
    123 Unfit PersonReferenceMalformed
        "Хүнийг регистрийн дугаар эсвэл 12 цифртэй иргэний бүртгэлийн дугаараар заана уу."
        "Name the person by register number or by the 12 digits of the civil id.";
    124 Unfit TextTooLong { limit: usize = 0 }
        "Бичвэр {limit} тэмдэгтээс урт байна. Богиносгоно уу."
        "The text is longer than {limit} characters. Shorten it.";
    125 Unfit UnitTooCoarse
        "Оршин суух нэгж сум, хороо эсвэл баг байна. Илүү нарийн нэгж сонгоно уу."
        "A residence is a soum, khoroo or bag. Choose a finer unit.";
    126 Unfit InvalidDigest
        "SHA-256 утга 64 арван зургаатын тэмдэгттэй байна. Утгыг шалгана уу."
        "A SHA-256 value has 64 hexadecimal characters. Check the value.";
    127 Unfit UnknownWord { word: String = String::new() }
        "«{word}» гэсэн утгыг энд хүлээж авахгүй. Маягтын сонголтоос сонгоно уу."
        "The value {word} is not accepted here. Choose one that the form offers.";
    128 Unfit InvalidTraditionalName { limit: usize = 0 }
        "Уламжлалт бичгээр нэрийг монгол бичгийн үсгээр, хэсэг бүрийг {limit} тэмдэгтэд багтаан, зөвхөн нэрэнд байгаа хэсгийг бичнэ үү."
        "Write the name in letters of the traditional Mongolian script, at most {limit} in a part, and only the parts that the name has.";

    129 Unfit ControlCharacter
        "Бичвэрт хэвлэгддэггүй удирдах тэмдэгт байна. Тэмдэгтийг хасаад дахин илгээнэ үү."
        "The text has a control character, which cannot be printed. Take it out and send again.";

    201 NotSignedIn NotSignedIn
        "Та нэвтрээгүй байна. Администратораас нэвтрэх холбоос авч нэвтэрнэ үү."
        "You are not signed in. Get a sign-in link from your administrator.";
    202 NotYours RoleMissing { role: &'static str = "-" }
        "Энэ үйлдэлд «{role}» эрх шаардлагатай. Эрхтэй ажилтанд шилжүүлнэ үү."
        "This act needs the role {role}. Hand it to an officer who has it.";
    203 NotYours NotYourOffice
        "Энэ нэгж таны харьяалах бүртгэлийн байгууллага биш. Харьяа байгууллагад нь хандана уу."
        "This unit does not belong to your office. Turn to the office of that unit.";
    204 NotYours MandateNotValid
        "Таны бүрэн эрх өнөөдөр хүчингүй байна. Администратортоо хандана уу."
        "Your mandate is not valid today. Speak to your administrator.";
    205 NotYours SecondOfficerNeeded
        "Өөрийн хүлээн авсан өргөдлийг өөрөө батлахгүй. Хоёр дахь ажилтан батлах ёстой."
        "You cannot approve what you received yourself. A second officer must approve it.";
    206 NotSignedIn NoClientCertificate
        "Харилцагчийн гэрчилгээ ирсэнгүй. Гэрээгээр олгосон гэрчилгээгээ ашиглан дахин холбогдоно уу."
        "No client certificate was presented. Connect again with the certificate issued under your agreement.";
    207 NotSignedIn ClientCertificateNotAccepted
        "Харилцагчийн гэрчилгээг хүлээн авсангүй. Хугацаа, хүчингүй болсон эсэхийг шалгаж, шинэ гэрчилгээ авна уу."
        "The client certificate was not accepted. Check whether it expired or was revoked, and obtain a new one.";
    208 NotYours AgencyNotEnabled
        "Танай байгууллагын гэрээ идэвхгүй байна. Бүртгэлийн байгууллагатай холбогдоно уу."
        "Your agency's agreement is not active. Contact the registration authority.";
    209 NotYours StationNotEnrolled
        "Энэ карт бичих цэг бүртгэлгүй байна. Администратор бүртгэх ёстой."
        "This card station is not enrolled. An administrator must enrol it.";
    210 NotYours NotYourPage
        "Зөвхөн өөрийн мэдээллийг үзнэ. Өөрийн эрхээр нэвтэрнэ үү."
        "You may see your own page only. Sign in as yourself.";
    211 NotSignedIn SessionExpired
        "Нэвтэрсэн хугацаа дууссан. Шинэ холбоосоор дахин нэвтэрнэ үү."
        "Your session has ended. Sign in again with a new link.";
    212 NotSignedIn SignInLinkSpent
        "Энэ нэвтрэх холбоос ашиглагдсан эсвэл хугацаа нь дууссан. Шинэ холбоос авна уу."
        "This sign-in link was used already or has expired. Ask for a new one.";
    213 NotYours FormNotOurs
        "Маягт энэ хуудаснаас ирсэнгүй. Хуудсыг дахин ачаалж, дахин илгээнэ үү."
        "The form did not come from this page. Load the page again and resend.";
    214 NotYours ReasonForReadingMissing
        "Бичлэг үзэх үндэслэлээ бичнэ үү. Иргэн үүнийг харна."
        "State why you read this record. The citizen will see it.";
    215 NotYours OwnRecord
        "Энэ бол таны өөрийн бичлэг. Өөр албан хаагчид шилжүүлж, өөрийнхөө мэдээллийг иргэний хуудсаас үзнэ үү."
        "This is your own record. Hand the case to another officer, and read your record on the citizen's page.";
    216 NotYours RelativesRecord
        "Энэ бол таны төрөл садангийн бичлэг. Өөр албан хаагч эсвэл хөрш албанд шилжүүлнэ үү."
        "This is a relative's record. Hand the case to another officer or to the neighbouring office.";
    217 NotYours OtherUnitNeeded
        "Хугацаа хожимдсон буюу өмнөх үед үйлчлэх бүртгэлийг өөр нэгжийн албан хаагч шийднэ. Шийдвэрлэх албаны хариуг хүлээнэ үү."
        "What is late or reaches back is decided by an officer of another unit. Wait for the office that it went to.";
    218 NotYours NobodyEligible
        "Хоёр дахь албан хаагч болж чадах хүн энэ алба, түүний хөрш, дээд шатны албанд алга. Администраторт хандаж хөрш алба тохируулна уу."
        "Neither this office nor its neighbour nor one above has a second officer who may decide. Ask the administrator to configure a neighbour.";
    219 NotYours SecondAdministratorNeeded
        "Бүрэн эрхийг санал болгосон буюу авах хүн өөрөө баталж болохгүй. Өөр администратор батална."
        "Whoever proposed this mandate, or gets it, cannot confirm it. Have another administrator confirm it.";
    220 NotThere ProposalNotFound
        "Ийм бүрэн эрхийн санал алга. Саналын жагсаалтыг дахин ачаална уу."
        "There is no such proposal of a mandate. Load the list of proposals again.";
    221 Conflict ProposalConfirmedAlready
        "Энэ саналыг аль хэдийн баталсан. Саналын жагсаалтыг дахин ачаална уу."
        "This proposal was confirmed already. Load the list of proposals again.";
    222 Conflict MandateTakesTwo
        "Бүрэн эрхийг хоёр администратор олгоно. Нэг нь санал болгож (officer propose), нөгөө нь батална (officer confirm)."
        "A mandate takes two administrators. Propose it (officer propose) and have another one confirm it (officer confirm).";
    223 NotYours EnteredByService { kind: &'static str = "-" }
        "«{kind}» бичилтийг зөвхөн үйлчилгээ өөрөө хийнэ. Үнэмлэхийг карт бичих цэг дээр бичиж, эзэмшигчтэй нь хамт тэнд идэвхжүүлнэ үү."
        "The service alone enters the kind {kind}. Write the card at a card station, and activate it there together with its holder.";
    224 NotYours EnteredByImport { kind: &'static str = "-" }
        "«{kind}» бичилт зөвхөн хуучин бүртгэлийн импортоор орно. Администратор `registry import` ажиллуулна."
        "The kind {kind} comes in by the import of the old register alone. Have an administrator run `registry import`.";
    225 NotYours EnteredByOfficers { kind: &'static str = "-" }
        "«{kind}» төрлийг албанд мэдүүлж бүртгэнэ, ийм замаар оруулахгүй. Харьяа албанд мэдүүлнэ үү."
        "The kind {kind} is declared at an office and does not come in this way. Declare it at the office.";

    301 NotThere PersonNotFound
        "Ийм дугаартай хүн бүртгэлд алга. Дугаарыг шалгаж, эсвэл архивын лавлагаа авна уу."
        "No person with this number is in the register. Check the number or ask for an archive reference.";
    302 Unfit PersonDead { act_number: String = String::new() }
        "Энэ хүний нас барсныг {act_number} дугаартай бүртгэсэн. Нас барсан хүнд энэ бүртгэлийг хийхгүй."
        "This person's death is registered under {act_number}. The registration cannot be made for a dead person.";
    303 Unfit SeriesExhausted
        "Энэ нэгж, өдөр, хүйсийн регистрийн дугаар дууссан. Төв байгууллагаас нэмэлт үсэг авна уу."
        "The register numbers for this unit, day and sex are used up. Ask the central office for further letters."
        ["Order A/555 of 2018"];
    304 Conflict NumberTaken
        "Энэ регистрийн дугаар өөр хүнд олгогдсон. Дугаарыг шалгана уу."
        "This register number belongs to another person. Check the number."
        ["Order 331 of 2010, 1.3"];
    305 Conflict CivilIdTaken
        "Энэ иргэний бүртгэлийн дугаар өөр хүнийх. Дугаарыг шалгана уу."
        "This civil id belongs to another person. Check the number.";
    306 Unfit RecordErased
        "Энэ хүний бичлэгийн шаардлагатай хэсэг устгагдсан. Төв архивд хандана уу."
        "A needed part of this person's record was erased. Turn to the central archive.";
    307 Unfit DemoSchemeOutsideDemo
        "Туршилтын дугаарын схемийг жинхэнэ горимд хэрэглэхгүй. Албан ёсны схемийг тохируулна уу."
        "The demo number scheme must not be used outside demo mode. Configure the official scheme.";
    308 Unfit NoLettersForUnit
        "Энэ нэгжид регистрийн дугаарын үсэг тохируулаагүй. Администраторт хандана уу."
        "No register letters are configured for this unit. Speak to your administrator.";
    309 Unfit DateNotComplete
        "Энэ бүртгэлд бүтэн огноо хэрэгтэй. Төрсөн огноог эхлээд нөхөж бүртгүүлнэ үү."
        "This registration needs a whole date. Have the birth date completed first.";

    401 Unfit NoParentGiven
        "Эх, эцгийн аль нэгийг заана уу. Хоёулаа тодорхойгүй бол олдсон хүүхдийн журмаар бүртгэнэ."
        "Name the mother or the father. If neither is known, use the procedure for a foundling."
        ["Civil State Registration Law art. 6"];
    402 Unfit BothParentsMustApply
        "Гэрлээгүй эцэг, эх тус бүр өргөдөл гаргана. Нөгөөгийн өргөдлийг авна уу."
        "Unmarried parents apply each. Obtain the application of the other parent."
        ["Civil State Registration Law art. 6"];
    403 Unfit MedicalPaperMissing
        "Төрсний эмнэлгийн гэрчилгээ эсвэл мэдэгдэл алга. Дугаарыг нь оруулна уу."
        "The medical certificate or notification of the birth is missing. Enter its number."
        ["Civil State Registration Law art. 6"];
    404 Unfit MotherDeadBeforeBirth
        "Эх нь хүүхэд төрөхөөс өмнө нас барсан гэж бүртгэгдсэн. Эх, огноог шалгана уу."
        "The mother's death is registered before this birth. Check the mother and the date.";
    405 Unfit FatherDeadTooLong
        "Эцэг нь хүүхэд төрөхөөс 10 сараас илүү өмнө нас барсан. Шүүхийн шийдвэр шаардлагатай."
        "The father died more than 10 months before this birth. A court decision is needed."
        ["Order A/207 of 2018"];
    406 Unfit ParentTooYoung
        "Эх, эцэг хүүхдээсээ хэт бага насаар ах байна. Дугаар, огноог шалгана уу."
        "The parent would be too young. Check the number and the date.";
    407 Unfit OrderBeyondPlurality
        "Төрсөн дараалал нь төрсөн хүүхдийн тооноос их байна. Тоог шалгана уу."
        "The birth order is greater than the number of children born. Check the figures.";
    408 Unfit ParentSexMismatch
        "Эх эмэгтэй, эцэг эрэгтэй байх ёстой. Дугааруудын байрыг шалгана уу."
        "The mother must be female and the father male. Check whether the numbers are swapped.";
    409 Unfit SameParentTwice
        "Эх, эцэг нэг хүн байж болохгүй. Дугааруудыг шалгана уу."
        "Mother and father cannot be the same person. Check the numbers.";
    410 Unfit ResidenceNeeded
        "Хүүхдийн оршин суух нэгж тодорхойгүй. Нэгж, хаягийг оруулна уу."
        "The child's residence is not known. Enter the unit and the address.";
    411 Unfit NoApplication
        "Эх, эцэг эсвэл эрх бүхий төлөөлөгчийн өргөдөл алга. Өргөдлийг хүлээн авна уу."
        "There is no application of a parent or an authorised representative. Receive one first."
        ["Civil State Registration Law art. 6"];
    412 Conflict ChildAlreadyRegistered
        "Энэ төрөлт аль хэдийн бүртгэгдсэн. Ихэр бол төрсөн дарааллыг өөрчилнө үү."
        "This birth is registered already. For a twin, give another birth order.";
    413 Unfit FoundlingHasParents
        "Олдсон хүүхдийн эцэг, эх мэдэгдэхгүй тул тэднийг, өргөдөл гаргагчийг бичихгүй. Талбаруудыг хоосолно уу."
        "A foundling has no known parent. Leave mother, father and applicants empty."
        ["Civil State Registration Law art. 6"];
    414 Unfit FoundlingNameMissing
        "Олдсон хүүхдийн ургийн овог, эцэг (эх)-ийн нэрийг эрх бүхий байгууллага өгнө. Актаас нь бичнэ үү."
        "The competent body gives a foundling the clan and parent's name. Write them from its act.";
    415 Unfit ForeignBirthPaperMissing
        "Гадаадад төрснийг нотлох баримтын дугаар алга. Дугаарыг оруулна уу."
        "The number of the foreign paper of birth is missing. Enter it."
        ["Civil State Registration Law art. 6"];
    416 Unfit CitizenshipProofMissing
        "Хугацаа хэтэрсэн тул өөр улсын харьяалалгүйг нотлох баримт хэрэгтэй. Дугаарыг оруулна уу."
        "After the deadline a proof is needed that no other citizenship was taken. Enter its number."
        ["Civil State Registration Law art. 6.4"];
    417 Unfit BornInTwoPlaces
        "Төрсөн газар нэгж, гадаад улс хоёулаа бичигдсэн. Нэгийг нь үлдээнэ үү."
        "The place of birth is both a unit and abroad. Keep one of them.";
    418 Unfit PlaceAbroadIncomplete
        "Гадаадад төрсөн бол улс, газрыг хоёуланг бичнэ үү."
        "For a birth abroad, write both the country and the place.";
    419 Unfit NoParentIsCitizen
        "Эцэг, эхийн аль нь ч Монгол Улсын иргэн биш. Хүүхдийн харьяаллыг эхлээд тогтооно."
        "Neither parent is a citizen of Mongolia. The citizenship of the child must be settled first.";
    420 Unfit SiblingSexesDiffer
        "Ихрийн бусад хүүхдийн хүйсийг төрсөн дарааллаар бүгдийг нь заана уу (нийт тооноос нэгээр цөөн)."
        "Give the sex of each of the other children of this birth, in order: one less than were born.";
    421 Unfit NoticeOfAnotherEvent
        "Эмнэлгийн энэ мэдэгдэл өөр төрөлтийнх байна: эх, төрсөн өдөр, эсвэл төрсөн дараалал нь таарахгүй. Мэдэгдлийн дугаарыг шалгах эсвэл СТ-4 маягтын дугаарыг оруулна уу."
        "This hospital notice is of another birth: mother, day or order do not agree, or there is no such notice. Check its id, or enter the number of the medical certificate instead.";
    450 Unfit StillbirthWeeks { least: u32 = 0, most: u32 = 0 }
        "Амьгүй төрсний жирэмсний хугацаа {least}-{most} долоо хоног байна. Бүтэн долоо хоногийг оруулна уу."
        "A stillbirth is one of {least} to {most} weeks. Enter the completed weeks.";
    451 Unfit StillbirthPaperMissing
        "Амьгүй төрсний эмнэлгийн баримтын дугаар алга. Дугаарыг оруулна уу."
        "The number of the medical paper on the stillbirth is missing. Enter it.";

    501 Conflict AlreadyDead { act_number: String = String::new() }
        "Энэ хүний нас баралт {act_number} дугаартай бүртгэгдсэн. Дахин бүртгэхгүй; алдаатай бол засвар хийлгэнэ үү."
        "This death is registered already under {act_number}. If that entry is wrong, ask for a correction.";
    502 Unfit DeathBeforeBirth
        "Нас барсан огноо төрсөн огнооноос өмнө байна. Огноог шалгана уу."
        "The date of death is before the birth. Check the dates.";
    503 Unfit DeathPaperMissing
        "Эмнэлгийн гэрчилгээ, шүүх эмнэлгийн дүгнэлт эсвэл шүүхийн шийдвэрийн дугаар хэрэгтэй."
        "Give the number of the medical certificate, forensic conclusion or court decision."
        ["Civil State Registration Law art. 13"];
    504 Unfit InformantMissing
        "Нас баралтыг мэдэгдсэн хүнийг бичнэ үү."
        "Write who reports the death."
        ["Civil State Registration Law art. 13"];
    505 Unfit NotDead
        "Энэ хүний нас баралт бүртгэлгүй байна. Дугаарыг шалгана уу."
        "No death of this person is registered. Check the number.";
    506 Unfit DeathNotByCourt { act_number: String = String::new() }
        "{act_number} дугаартай нас баралтыг шүүх тогтоогоогүй. Алдаатай бол бичилтийг хүчингүй болгуулна уу."
        "The death under {act_number} was not declared by a court. If that entry is wrong, have it annulled.";

    601 Unfit NotUnitOfArrival { unit: String = String::new() }
        "Шилжилтийг зөвхөн ирсэн нэгжид ({unit}) бүртгэнэ. Иргэнийг тэнд очихыг зөвлөнө үү."
        "A move is registered only at the unit of arrival ({unit}). Direct the citizen there."
        ["Order A/207 of 2018, 1.3; Resolution 332 of 2018"];
    602 Unfit ElectionFreeze { until: String = String::new() }
        "Сонгуулийн хугацаанд шилжилт хөдөлгөөнийг {until} хүртэл зогсоосон. Дараа нь дахин ирнэ үү."
        "Moves are suspended for the election until {until}. Come back after that day."
        ["Law on Elections to Parliament art. 25.1"];
    603 Conflict AlreadyResident
        "Энэ хүн уг хаягт аль хэдийн бүртгэлтэй. Шинэ хаягийг шалгана уу."
        "The person is already registered at this residence. Check the new address.";
    604 Unfit AddressMissing
        "Хаяг хоосон байна. Гудамж, байр, тоотыг бичнэ үү."
        "The address is empty. Write street, building and door.";
    605 Unfit AddressProofMissing
        "Хаягийн баримтын дугаар хэрэгтэй (өмчлөх эрх, түрээс эсвэл өмчлөгчийн зөвшөөрөл)."
        "Give the number of the proof of address (ownership, lease or the owner's consent)."
        ["Resolution 332 of 2018"];
    606 Unfit CompanionNotAChild
        "Хамт шилжих хүн 16 нас хүрсэн байна. Өөрөө биечлэн мэдүүлнэ."
        "A person who moves along is 16 or older and must declare in person."
        ["Resolution 332 of 2018"];
    607 Conflict MovedSince { act_number: String = String::new() }
        "Энэ хүн тэр өдөр буюу хожуу {act_number} актаар шилжин бүртгүүлсэн. Ирсэн өдрийг шалгах эсвэл тэр актыг засна уу."
        "The person was registered as moved on that day or later by act {act_number}. Check the day of arrival, or correct that act.";

    701 Unfit TooYoungForCard { age: u32 = 16 }
        "Иргэний үнэмлэхийг {age} нас хүрснээс хойш олгоно. Төрсөн өдрийн дараа ирнэ үү."
        "A card is issued from the age of {age}. Come after the birthday."
        ["Civil State Registration Law art. 16.5"];
    702 Conflict CardOpenAlready
        "Энэ хүнд хүчинтэй эсвэл хийгдэж буй үнэмлэх байна. Хуучныг эхлээд хүчингүй болгоно уу."
        "The person has a card that is valid or being made. Revoke that one first.";
    703 Unfit HolderHasNoResidence
        "Оршин суух бүртгэлгүй хүнд үнэмлэх олгохгүй. Хаягаа эхлээд бүртгүүлнэ үү."
        "A card needs a registered residence. Register the residence first.";
    704 Unfit LatinNameNotConfirmed
        "Латин бичлэгийг иргэн баталгаажуулаагүй байна. Иргэнд үзүүлж зөвшөөрүүлнэ үү."
        "The citizen has not confirmed the Latin name. Show it to the citizen and have it confirmed.";
    705 Unfit PortraitMissing
        "Цээж зураг алга. Зураг авч хавсаргана уу."
        "The portrait is missing. Take one and attach it.";
    706 Unfit PortraitNotJpeg
        "Зураг JPEG хэлбэртэй биш байна. JPEG болгож дахин хавсаргана уу."
        "The portrait is not a JPEG picture. Save it as JPEG and attach it again."
        ["ISO/IEC 19794-5"];
    707 Unfit PortraitSize { detail: String = String::new() }
        "Зургийн хэмжээ тохирохгүй байна ({detail}). Дахин авна уу."
        "The size of the portrait does not fit ({detail}). Take it again.";
    708 NotThere CardNotFound
        "Ийм үнэмлэх алга. Үнэмлэхийн дугаарыг шалгана уу."
        "There is no such card. Check the card number.";
    709 Unfit CardNotActive
        "Үнэмлэх идэвхжээгүй байна. Эзэмшигч ПИН кодоо сольж идэвхжүүлэх ёстой."
        "The card is not active. Its holder must change the PIN and activate it.";
    710 Unfit CardRevoked
        "Үнэмлэх хүчингүй болсон. Хураан авч, эзэмшигчийг бүртгэлийн байгууллагад хандуулна уу."
        "The card is revoked. Keep it and send its holder to the registration office.";
    711 Conflict CardStateUnfit { state: &'static str = "-" }
        "Үнэмлэхийн төлөв ({state}) энэ үйлдэлд тохирохгүй. Төлөвийг шалгана уу."
        "The card is {state}, which does not allow this act. Look at the state of the card.";
    712 Conflict JobClaimed
        "Энэ ажлыг өөр цэг авсан. Дараагийн ажлыг авна уу."
        "Another station has claimed this job. Take the next one.";
    713 NotYours WrongStation
        "Энэ ажил өөр албаны цэгт хамаарна. Өөрийн цэгийн ажлыг авна уу."
        "This job belongs to another office's station. Take a job of your own.";
    714 NotThere JobNotFound
        "Ийм ажил алга. Жагсаалтыг дахин ачаална уу."
        "There is no such job. Load the list again.";
    715 Unfit ChipMismatch
        "Уншигч дээрх чип энэ ажилд холбогдсон чип биш. Зөв картыг тавина уу."
        "The chip on the reader is not the one bound to this job. Put the right card on it.";
    716 Unfit ReceiptMismatch
        "Бичсэн баримт гаргасан мэдээлэлтэй таарахгүй байна. Картыг тусгаарлаж, шинээр хийнэ үү."
        "The receipt does not agree with what was issued. Set the card aside and make a new one.";
    717 Unfit PossessionNotProved
        "Түлхүүр карт дээр байгааг нотолсонгүй. Картыг дахин тавьж оролдоно уу."
        "The card did not prove that it holds the key. Put the card on the reader again.";
    718 NotYours NotEligibleApprover
        "Энэ өргөдлийг танай алба батлахгүй. Хүлээн авсан алба, эсвэл тохируулсан хөрш алба батална."
        "Your office cannot approve this application. The receiving office or its configured neighbour can.";
    719 Unfit CardExpired
        "Үнэмлэхийн хугацаа дууссан. Шинэ үнэмлэх захиалуулна уу."
        "The card has expired. Have the citizen apply for a new one."
        ["Civil State Registration Law art. 16.5"];
    720 Conflict PublicKeyUsed
        "Энэ нийтийн түлхүүр өмнө бүртгэгдсэн. Картыг тусгаарлаж мэдэгдэнэ үү."
        "This public key was registered before. Set the card aside and report it.";
    721 Conflict ChipUsed
        "Энэ чип өөр үнэмлэхэд холбогдсон. Өөр карт авна уу."
        "This chip is bound to another card. Take another one.";
    722 Unfit CertificateDetailsUnfit
        "Гэрчилгээний мэдээлэл дутуу эсвэл давхардсан байна. Картыг дахин бичнэ үү."
        "The certificate details are incomplete or doubled. Write the card again.";
    723 Unfit CardNotGenuine
        "Карт тээврийн түлхүүрээ нотолсонгүй, ажлыг түр хаалаа. Картыг тусгаарлаж, ахлах ажилтанд мэдэгдэнэ үү."
        "The card did not prove its keys, and the job is quarantined. Set the card aside and tell the head of the office.";
    724 Unfit JobQuarantined
        "Энэ ажлыг түр хаасан. Ахлах ажилтан шалгаж, шинээр эхлүүлнэ."
        "This job is quarantined. The head of the office must look at it and begin anew.";
    725 Unfit JobStepOutOfOrder
        "Энэ алхмыг одоо хийх боломжгүй. Ажлыг эхнээс нь үргэлжлүүлнэ үү."
        "This step cannot be taken now. Resume the job from its beginning.";
    726 Unfit SignerPeriodOver
        "Баримт гарын үсэглэгчийн түлхүүрийн хугацаа дууссан тул карт бичихгүй. Администратор `registry authorities renew` ажиллуулж, үйлчилгээг дахин эхлүүлнэ."
        "The Document Signer's key may not sign any more. An administrator runs `registry authorities renew` and starts the service again.";
    727 Unfit CredentialNotPossible
        "Цахим үнэмлэхэд шаардлагатай эцэг (эх)-ийн нэр, эсвэл төрсөн газар бичлэгт алга. Иргэн картаа хэрэглэнэ; бичлэг дутуу бол засвар бүртгэнэ үү."
        "The record has no parent's name or no place of birth, which a digital credential needs. The card serves; if the record is incomplete, register a correction.";
    728 Conflict CardSuspended
        "Үнэмлэхийг түр түдгэлзүүлсэн. Эзэмшигч нь бүртгэлийн байгууллагад хандаж сэргээлгэнэ."
        "The card is suspended. Its holder can have the suspension ended at a registration office.";
    729 NotThere StatusListUnknown
        "Ийм төлөвийн жагсаалт алга. Үнэмлэх дээрх хаягийг шалгана уу."
        "There is no such status list. Check the address in the credential.";
    730 Unfit InvalidCertificateSerial
        "Гэрчилгээний серийн дугаар 8–20 байт эерэг тоо, жижиг арван зургаатын тэмдэгтээр бичигдэнэ. Картыг дахин бичнэ үү."
        "A certificate's serial number is a positive number of 8 to 20 octets in small hexadecimal characters. Write the card again.";

    801 NotYours PurposeNotAgreed
        "Энэ зорилго танай гэрээнд байхгүй. Гэрээнд заасан зорилгоор асууна уу."
        "This purpose is not in your agreement. Ask for a purpose that the agreement names.";
    802 TooMany BudgetExhausted
        "Таарахгүй асуултын хязгаар дууссан. Маргааш дахин асуух эсвэл бүртгэлийн байгууллагад хандана уу."
        "The budget of misses is used up. Ask again tomorrow or contact the registration authority.";
    803 NotYours PredicateNotPermitted
        "Энэ асуултыг танай гэрээ зөвшөөрөөгүй. Гэрээгээ өргөтгүүлнэ үү."
        "Your agreement does not permit this question. Have the agreement extended.";
    804 Unfit LegalBasisMissing
        "Хууль зүйн үндэслэлээ бичнэ үү. Иргэн үүнийг харна."
        "State the legal basis. The citizen will see it.";
    805 Unfit EndUserMissing
        "Асууж буй ажилтныг заана уу. Асуулт бүр хүнтэй байна."
        "Name the end user who asks. Every question has a person behind it.";
    806 Unfit CaseMissing
        "Хэргийн эсвэл үйлчилгээний дугаарыг бичнэ үү."
        "Give the number of the case or service.";
    807 NotYours AgreementEnded
        "Гэрээний хугацаа дууссан. Гэрээгээ сунгана уу."
        "The agreement has ended. Renew it.";
    808 Unfit TooFewAttributes
        "Дугаараас гадна дор хаяж нэг шинж заана уу (нэр эсвэл төрсөн огноо)."
        "Besides the number, give at least one more attribute (name or birth date).";

    901 Unreadable ColumnMissing { column: String = String::new() }
        "Файлд «{column}» багана алга. Толгой мөрийг тодорхойлолтоор засна уу."
        "The file has no column {column}. Correct the header line by the description of the format.";
    902 Unreadable ColumnCount { expected: usize = 0, found: usize = 0 }
        "Мөрөнд {found} багана байна, {expected} байх ёстой. Мөрийг засна уу."
        "The line has {found} columns where {expected} are expected. Correct the line.";
    903 Unreadable RowConflicts
        "Энэ дугаартай хүн бүртгэлд өөр мэдээлэлтэй байна. Архивын баримтаар шийднэ үү."
        "A person with this number is in the register with other data. Decide by the archive papers.";
    904 Unreadable FileNotText
        "Файл UTF-8 бичвэр биш байна. UTF-8 CSV болгож хадгална уу."
        "The file is not UTF-8 text. Save it as CSV in UTF-8.";
    905 Unreadable RelativeNotFound
        "Заасан эцэг, эх эсвэл эхнэр, нөхөр бүртгэлд алга. Эхлээд тэднийг оруулна уу."
        "The parent or spouse named is not in the register. Import that person first.";

    1401 NotThere EntryNotFound
        "Ийм бичилт алга. Актын дугаарыг шалгаад дахин бичнэ үү."
        "There is no such entry. Check the act number and write it again.";
    1402 Unfit EntryNotOfPerson
        "Энэ бичилт уг иргэнийх биш. Иргэн, актын дугаар хоёрыг тулгана уу."
        "This entry is not about that person. Compare the person with the act number.";
    1403 Unfit FieldNotInEntry { field: &'static str = "-" }
        "Энэ бичилтэд тухайн хүний «{field}» гэсэн мэдээлэл алга. Түүнийг бичсэн актыг олж засна уу."
        "This entry says nothing of {field} for that person. Find the act that does and correct that one.";
    1404 Unfit NothingChanges
        "Бичилт тэгж бичигдсэн байна. Юуг засахаа шалгана уу."
        "The entry says so already. Check what you mean to correct.";
    1405 Unfit EntryNotAmendable { kind: &'static str = "-" }
        "«{kind}» төрлийн бичилтийг ингэж өөрчлөхгүй. Үнэмлэхийг хүчингүй болгож, өөр өөрчлөлтийг тусад нь бүртгэнэ үү."
        "An entry of the kind {kind} is not amended in this way. Revoke a card, or register the other change as such.";
    1406 Conflict EntryAnnulled
        "Энэ бичилт хүчингүй болсон. Сэргээх бол хүчингүй болгосон актыг нь хүчингүй болгоно уу."
        "This entry is annulled. To bring it back, annul the act that annulled it.";
    1407 Conflict OthersRestOn { act_number: String = String::new() }
        "Хожмын {act_number} дугаартай бичилт үүнд тулгуурласан. Эхлээд түүнийг шийднэ үү."
        "The later entry {act_number} rests on this one. Decide on that one first.";
    1408 Unfit FieldNotCorrectable { field: String = String::new() }
        "«{field}» талбарыг засвараар өөрчлөхгүй. Засаж болох талбараас сонгоно уу."
        "The field {field} cannot be corrected. Choose one of the fields that can.";
    1409 Unfit ChangeMalformed
        "Засварыг «талбар=утга» гэж бичнэ үү. Дор хаяж нэгийг бичнэ."
        "Write each change as field=value, and write at least one.";
    1410 Unfit NotOfficeOfEntry
        "Засварыг бичилт хийсэн эсвэл иргэний оршин суугаа нэгжийн бүртгэлд хийнэ. Тийш нь илгээнэ үү."
        "A correction is made at the office of the entry or of the person's residence. Send the declarant there.";
    1411 Unfit ContradictsRecord
        "Ингэж өөрчилбөл бичлэг хоорондоо зөрчилдөнө (огноо, хүйс, эцэг эх). Утгыг баримттай тулгана уу."
        "The record would contradict itself (dates, sex or parents). Compare the value with the papers.";
    1412 Unfit AmendmentNotCorrected
        "Засвар, хүчингүй болголтыг засахгүй. Анхны бичилтийг дахин засах эсвэл энэ актыг хүчингүй болгоно уу."
        "An amendment is not corrected itself. Correct the first entry once more, or annul the amendment.";
    1413 Unfit NotKnownThen
        "Тэр өдөр ийм хүний бичлэг байсангүй. Хожуу өдөр сонгоно уу."
        "The register had no record of this person for that day. Choose a later day.";
    1430 Unfit ErasureTakesTwo
        "Мэдээллийг хоёр администратор хамт устгана. Өөр администраторын дугаарыг бичнэ үү."
        "Erasing takes two administrators. Name another one as the second.";
    1431 Unfit GroupNotErasable { role: &'static str = "-" }
        "«{role}» хэсэгт бичлэг тулгуурладаг тул дангаар нь устгахгүй. Засвар эсвэл хүчингүй болгох бичилт хийнэ үү."
        "A record rests on the group {role}, so it is not erased by itself. Correct or annul the entry instead.";
    1432 Unfit ErasedAlready
        "Энэ мэдээллийг өмнө нь устгасан. Дахин устгах шаардлагагүй."
        "This was erased before. There is nothing left to erase.";
    1433 Unfit DecisionNumberUnfit
        "Шийдвэрийн дугаарыг баримтад бичсэнээр нь үсэг, тоо, «- / . №» тэмдгээр, 40 тэмдэгтэд багтаан бичнэ үү."
        "Write the number of the decision as on the paper: letters, digits and - / . №, at most 40 characters.";
    1434 Unfit CardsStillOpen
        "Иргэний хүчинтэй үнэмлэх байна. Эхлээд үнэмлэхийг хүчингүй болгоно уу."
        "The person still has a valid card. Revoke the card first.";
    1435 Unfit NothingToErase
        "Устгах ийм мэдээлэл алга. Актын дугаар, хэсэг, хавсралтын дугаарыг шалгана уу."
        "There is nothing of the kind to erase. Check the act number, the group or the attachment's id.";
    1436 Unfit DeclarationsStillOpen
        "Энэ иргэний шийдээгүй мэдүүлэг байна. Эхлээд түүнийг шийдэх эсвэл буцаан татуулна уу."
        "A declaration that names the person is still open. Decide on it or have it withdrawn first.";
}
