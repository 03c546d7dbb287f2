//! Refusals of the family: marriage and its end (12xx), parentage (1301 to 1349), names (1350 to 1357).

/// Adds the family's refusals after those given before.
macro_rules! with_family_refusals {
    ($($earlier:tt)*) => { with_status_refusals! { $($earlier)*

    1201 Unfit MarriageToOneself
        "Нөхөр, эхнэр нэг хүн байна. Хоёр өөр хүнийг заана уу."
        "Husband and wife are the same person. Name two people."
        ["Civil State Registration Law art. 7"];
    1202 Unfit SpouseSexMismatch
        "Нөхөр эрэгтэй, эхнэр эмэгтэй байх ёстой. Дугааруудын байрыг шалгана уу."
        "The husband must be male and the wife female. Check whether the numbers are swapped."
        ["Family Law"];
    1203 Unfit SpouseTooYoung { age: u32 = 0 }
        "Гэрлэх өдөр {age} нас хүрээгүй байна. Нас хүрсний дараа бүртгүүлнэ."
        "A party is not {age} years old on the day of the marriage. Register it once they are."
        ["Civil State Registration Law art. 7"];
    1204 Conflict MarriedAlready { act_number: String = String::new() }
        "Энэ хүн {act_number} дугаартай гэрлэлттэй. Эхлээд тэр гэрлэлтийн дуусгаврыг бүртгэнэ үү."
        "This person is married under {act_number}. Register the end of that marriage first."
        ["Civil State Registration Law art. 7"];
    1205 Unfit MarriedThen
        "Энэ хүн тухайн өдөр өөр гэрлэлттэй байсан. Огноог шалгана уу."
        "This person was in another marriage on that day. Check the date."
        ["Civil State Registration Law art. 7"];
    1206 Unfit KinshipForbidden
        "Хоёр тал ойрын төрөл садан тул гэрлэлтийг бүртгэхгүй. Эргэлзвэл архивын лавлагаа авна уу."
        "The parties are too near in kin to marry. If in doubt, ask for an archive reference."
        ["Civil State Registration Law art. 7"];
    1207 Unfit GuardianAndWard
        "Асран хамгаалагч, асран хамгаалуулагч хооронд гэрлэхгүй. Эхлээд асран хамгаалалтыг дуусгавар болгоно."
        "A guardian and a ward cannot marry. The guardianship must end first."
        ["Civil State Registration Law art. 7"];
    1208 Unfit AdopterAndAdoptee
        "Үрчлэгч, үрчлүүлэгч хооронд гэрлэхгүй. Талуудыг шалгана уу."
        "An adopter and an adopted person cannot marry. Check the parties."
        ["Civil State Registration Law art. 7"];
    1209 Unfit WitnessesMustDiffer
        "Хоёр гэрч нэг хүн байна. Хоёр өөр гэрчийг заана уу."
        "Both witnesses are the same person. Name two witnesses."
        ["Civil State Registration Law art. 7.6"];
    1210 Unfit WitnessIsParty
        "Гэрлэгч өөрөө гэрч болохгүй. Өөр гэрч заана уу."
        "A party cannot be a witness. Name another one."
        ["Civil State Registration Law art. 7.6"];
    1211 Unfit WitnessNotAdult { age: u32 = 0 }
        "Гэрч {age} нас хүрсэн байх ёстой. Өөр гэрч заана уу."
        "A witness must be at least {age} years old. Name another one."
        ["Civil State Registration Law art. 7.6"];
    1212 Unfit NoPartyIsCitizen
        "Хоёр тал гадаадын иргэн байна. Нэг тал нь Монгол Улсын иргэн байх ёстой."
        "Both parties are foreign citizens. One of them must be a citizen of Mongolia.";
    1213 Unfit PartyNamedTwice
        "Гадаадын иргэн тал регистрийн дугаараар мөн заагдсан. Нэг аргаар заана уу."
        "The foreign party is also named by number. Name that party in one way only.";

    1220 Unfit NotMarried
        "Энэ хүн бүртгэлээр гэрлээгүй байна. Дугаарыг шалгана уу."
        "This person is not married in the register. Check the number."
        ["Civil State Registration Law art. 8"];
    1221 Unfit JointApplicationMissing
        "Хоёр талын хамтарсан өргөдөл шаардлагатай. Өргөдлийг авч тэмдэглэнэ үү, эсвэл шүүхэд хандана."
        "A joint application of both is needed. Obtain and mark it, or the court decides."
        ["Civil State Registration Law art. 8"];
    1222 Unfit CommonMinorChild { age: u32 = 0 }
        "Хамтын {age} насанд хүрээгүй хүүхэдтэй тул гэрлэлтийг шүүхээр цуцлуулна. Шүүхийн шийдвэр авчирна уу."
        "They have a common child under {age}, so only a court can end the marriage. Bring its decision."
        ["Civil State Registration Law art. 8"];
    1223 Unfit PropertyDispute
        "Эд хөрөнгийн маргаангүйг тэмдэглээгүй байна. Маргаантай бол шүүхэд хандана."
        "It is not marked that there is no dispute over property. With a dispute, the court decides."
        ["Civil State Registration Law art. 8"];
    1224 Unfit GovernorNoteMissing
        "Засаг даргын тодорхойлолтын дугаар алга. Дугаарыг оруулна уу."
        "The number of the Governor's note is missing. Enter it."
        ["Civil State Registration Law art. 8"];
    1225 Unfit CourtDecisionMissing
        "Шүүхийн нэр, шийдвэрийн дугаар, хүчинтэй болсон өдрийг бүгдийг оруулна уу."
        "Enter the court, the number of its decision and the day it came into force.";
    1226 Unfit EndBeforeMarriage
        "Гэрлэлт эхлэхээсээ өмнө дуусах боломжгүй. Огноог шалгана уу."
        "A marriage cannot end before it began. Check the date.";

    1230 Unfit NoMarriageToRestore
        "Энэ хоёрын хооронд дуусгавар болсон гэрлэлт алга. Шинээр гэрлэлт бүртгэнэ үү."
        "There is no ended marriage between these two. Register a marriage instead."
        ["Order A/207 of 2018"];
    1231 Unfit RemarriedSince
        "Аль нэг нь дараа нь өөр хүнтэй гэрлэсэн тул сэргээхгүй. Шинээр гэрлэлт бүртгэнэ үү."
        "One of them married somebody else since, so it cannot be restored. Register a marriage instead."
        ["Order A/207 of 2018"];

    1280 Unfit ForeignDetailsMissing { field: &'static str = "-" }
        "Энэ баримттай гадаадын иргэн бүртгэлд алга. «{field}» талбарыг бөглөнө үү."
        "No foreign citizen with this document is in the register yet. Fill in {field}.";
    1281 Unfit ForeignDetailsDiffer { field: &'static str = "-" }
        "Энэ баримттай гадаадын иргэн өөр мэдээлэлтэй бүртгэгдсэн («{field}»). Баримтыг шалгана уу."
        "The foreign citizen with this document is registered with another {field}. Check the document.";
    1282 Unfit CountryMalformed
        "Улсын код 3 латин том үсэгтэй (ICAO). Паспорт дээрх кодыг бичнэ үү."
        "A country code has 3 Latin capitals (ICAO). Write the one on the passport.";
    1283 Unfit CitizenNotForeigner
        "Монгол Улсын иргэнийг регистрийн дугаараар заана уу."
        "Name a citizen of Mongolia by register number.";
    1284 Unfit ForeignDocumentMalformed
        "Паспортын буюу F дугаар 5-20 латин үсэг, цифрээс бүрдэнэ. Баримтаас шалгана уу."
        "A passport or F-number has 5 to 20 Latin letters and digits. Check the document.";
    1285 Unfit ForeignCitizen
        "Энэ бүртгэл Монгол Улсын иргэнд зориулагдсан. Гадаадын иргэний асуудлыг харьяа байгууллагад нь шилжүүлнэ үү."
        "This registration is for citizens of Mongolia. Refer the foreign citizen to the authority for foreigners.";

    1290 Unfit QuestionsUnanswered { numbers: String = String::new() }
        "Ер бусын тохиолдол: {numbers} дугаартай асуултад үндэслэлээ «дугаар: үндэслэл» гэж бичнэ үү."
        "This is unusual: answer question {numbers} with a reason, written as number: reason.";
    1291 Unfit AnswerMalformed
        "Хариултыг «дугаар: үндэслэл» хэлбэрээр бичнэ үү."
        "Write an answer as the number of the question, a colon and the reason.";

    1301 Conflict ParentEstablished
        "Хүүхдийн энэ эцэг (эх) бүртгэлд байна. Өөрчлөх бол эхлээд шүүхийн шийдвэрээр хүчингүй болгоно."
        "This parent of the child is registered already. A court must annul that entry first.";
    1302 Unfit CourtMustEstablish
        "Нөгөө эцэг (эх) бүртгэлгүй эсвэл нас барсан тул шүүх тогтооно. Шийдвэрийн дугаарыг оруулна уу."
        "The other parent is unknown or dead, so a court must establish it. Enter its decision.";
    1303 Unfit ChildConsentMissing { age: u32 = 0 }
        "{age} нас хүрсэн хүүхдийн зөвшөөрөл шаардлагатай. Зөвшөөрлийг авч тэмдэглэнэ үү."
        "A child of {age} or more must consent. Obtain the consent and mark it.";
    1304 Unfit ParentHasNoClan
        "Эцэг (эх) ургийн овоггүй тул хүүхэд авах боломжгүй. Тэмдэглэгээг арилгана уу."
        "The parent has no clan name that the child could take. Clear the mark."
        ["Government resolution 17 of 1997"];
    1305 Unfit ParentIsChild
        "Хүүхэд, эцэг (эх) нэг хүн байна. Дугааруудыг шалгана уу."
        "Child and parent are the same person. Check the numbers.";

    1310 Unfit NoAdopter
        "Үрчлэн авагчийг заана уу (эх, эцэг, эсвэл хоёулаа)."
        "Name who adopts: a mother, a father, or both.";
    1311 Unfit AdoptersNotMarried
        "Хоёр хүн зөвхөн гэрлэлттэй бол хамт үрчилнэ. Нэг үрчлэн авагчийг заана уу."
        "Two people adopt together only if they are married to each other. Name one of them.";
    1312 Unfit SpouseConsentMissing
        "Үрчлэн авагчийн эхнэр, нөхрийн зөвшөөрөл шаардлагатай. Зөвшөөрлийг авч тэмдэглэнэ үү."
        "The husband or wife of the adopter must consent. Obtain the consent and mark it.";
    1313 Unfit NotOfficeOfAdoption
        "Үрчлэлтийг хүүхэд эсвэл үрчлэн авагчийн оршин суугаа нэгжийн бүртгэлд хийнэ. Тийш нь илгээнэ үү."
        "An adoption is registered at the office where the child or an adopter lives. Send them there."
        ["Order A/207 of 2018, 1.3"];
    1314 Unfit AdopteeNotMinor { age: u32 = 0 }
        "{age} нас хүрсэн хүнийг үрчлэхгүй. Дугаарыг шалгана уу."
        "Someone of {age} or more is not adopted. Check the number.";
    1315 Unfit ParentsConsentMissing
        "Эцэг, эхийн зөвшөөрөл, эсвэл түүнийг шаардахгүй гэсэн шийдвэрийн дугаар алга. Аль нэгийг оруулна уу."
        "The consent of the parents is missing, or the number of the decision that waives it. Enter one of them.";
    1316 Unfit AdopterIsParent
        "Үрчлэн авагч нь хүүхдийн бүртгэлтэй эцэг, эх байна. Дугаарыг шалгана уу."
        "The adopter is registered as a parent of the child already. Check the number.";
    1317 Unfit AdopterNotAdult { age: u32 = 0 }
        "Үрчлэн авагч {age} нас хүрсэн байх ёстой. Дугаарыг шалгана уу."
        "An adopter must be {age} or more. Check the number.";
    1318 Unfit AdopterSexMismatch
        "Үрчлэн авагчийн хүйс эх, эцэг гэсэн тэмдэглэлтэй зөрж байна. Талбарыг солино уу."
        "The sex of the adopter does not fit mother or father. Use the other field.";
    1319 Unfit NotAdopted
        "Энэ хүүхдийн хувьд дуусгавар болгох бүртгэл алга. Дугаарыг шалгана уу."
        "There is nothing to end for this child. Check the number.";
    1320 Unfit ReferToAuthority
        "Энэ бүртгэлийг албан дээр шийдэх боломжгүй. 1320 дугаарыг хэлж, төв байгууллагад шилжүүлнэ үү."
        "This cannot be decided at an office. Refer it to the central authority and name the number 1320.";

    1350 Unfit NameUnchanged
        "Шинэ нэр хуучинтайгаа адил эсвэл хоосон байна. Өөрчлөх нэрийг бичнэ үү."
        "No name differs from the present one. Write the name to be changed.";
    1351 Unfit GovernorOrderMissing
        "Засаг даргын захирамжийн дугаар алга. Дугаарыг оруулна уу."
        "The number of the Governor's order is missing. Enter it."
        ["Order A/207 of 2018, 1.3"];
    1352 Unfit NameChangedBefore
        "Энэ нэрийг өмнө нь өөрчилсөн тул дахин өөрчлөхгүй. Буруу бичилт бол засвараар шийднэ."
        "This name was changed before, and each may be changed once. A wrong entry is for a correction.";
    1353 Unfit NotUnitOfResidence { unit: String = String::new() }
        "Нэрийг оршин суугаа нэгж ({unit})-ийн бүртгэлийн байгууллагад өөрчилнө. Тэнд хандана уу."
        "Names are changed at the office of the unit of residence ({unit}). Turn to it."
        ["Order A/207 of 2018, 1.3"];
    1354 Unfit NotTheirChild
        "Заасан хүн энэ иргэний хүүхэд биш байна. Дугаарыг шалгана уу."
        "The person named is not a child of this citizen. Check the number.";
    1355 Unfit ParentNameNotTheirs
        "Хүүхдийн эцэг (эх)-ийн нэр энэ иргэний хуучин нэр биш. Жагсаалтаас хасна уу."
        "The child's parent's name is not this citizen's former given name. Take the child off the list.";
    1356 Unfit ChildrenNotAffected
        "Хүүхдийн эцэг (эх)-ийн нэр зөвхөн өөрийн нэрээ өөрчлөхөд дагаж өөрчлөгдөнө. Жагсаалтыг хоосолно уу."
        "The children's parent's name follows only a change of the given name. Empty the list.";
    1357 Unfit RepresentativeMissing { age: u32 = 0 }
        "{age} насанд хүрээгүй хүний нэрийг хууль ёсны төлөөлөгч өөрчлүүлнэ. Баримтын дугаарыг оруулна уу."
        "For someone under {age} the legal representative applies. Enter the number of the representative's paper.";
    1358 Unfit ChildrenToDecide { children: u32 = 2 }
        "Энэ иргэний нэрийг эцэг (эх)-ийн нэрээр хэрэглэдэг {children} хүүхэд байна. Бүгд дагах уу, хэн ч дагахгүй юу гэдгийг сонгох, эсвэл дагах хүүхдийг бичнэ үү."
        "{children} of this citizen's children bear the name as parent's name. Choose whether all or none follow, or name those who do.";
    1359 Unfit ChildrenSaidTwice
        "Дагах хүүхдийг нэрлэсэн бол «бүгд» эсвэл «хэн ч биш» гэж давхар сонгохгүй. Аль нэгийг нь авна уу."
        "Children are named, and it is said besides that all or none follow. Take one of the two away.";

    } };
}
