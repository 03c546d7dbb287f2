//! Refusals about a person's status, from 1360: guardianship, sex, register number, citizenship,
//! fingerprints, passports, life abroad.

/// Adds the refusals of status after those given before.
macro_rules! with_status_refusals {
    ($($earlier:tt)*) => { with_merge_refusals! { $($earlier)*

    1360 Unfit NotHomeOffice { unit: String = String::new() }
        "Энэ бүртгэлийг оршин суугаа нэгж ({unit})-ийн бүртгэлийн байгууллагад хийнэ. Тэнд хандана уу."
        "This is registered at the office of the unit of residence ({unit}). Turn to it."
        ["Order A/207 of 2018, 1.3"];
    1361 Unfit NoResidence
        "Энэ хүн оршин суух бүртгэлгүй байна. Хаягийг нь эхлээд бүртгэнэ үү."
        "This person has no registered residence. Register the residence first.";
    1362 Unfit GuardianshipDecisionMissing
        "Шүүхийн шийдвэр, Засаг даргын захирамжийн аль нэгийг дугаар, өдрийн хамт оруулна уу."
        "Enter either the court's decision or the Governor's order, with its number and day.";
    1363 Unfit GuardianMissing
        "Асран хамгаалагч хүн, эсвэл албан ёсны асран хамгаалагч байгууллагын аль нэгийг заана уу."
        "Name either the guardian or the body that is the official guardian.";
    1364 Unfit GuardianIsWard
        "Асран хамгаалагч, асран хамгаалуулагч нэг хүн байна. Хоёр өөр хүнийг заана уу."
        "Guardian and ward are the same person. Name two people.";
    1365 Unfit GuardianNotAdult { age: u32 = 0 }
        "Асран хамгаалагч {age} нас хүрсэн байх ёстой. Өөр хүнийг заана уу."
        "A guardian must be at least {age} years old. Name another person.";
    1366 Unfit GuardianIsGuarded
        "Энэ хүн өөрөө асран хамгаалалтад байна. Өөр асран хамгаалагчийг заана уу."
        "This person is under guardianship too. Name another guardian.";
    1367 Unfit AdultWardNeedsCourt { age: u32 = 0 }
        "{age} нас хүрсэн хүнд асран хамгаалагчийг зөвхөн шүүх тогтооно. Шүүхийн шийдвэрийг оруулна уу."
        "Only a court puts someone of {age} or more under guardianship. Enter its decision.";
    1368 Unfit GuardianAlready
        "Энэ асран хамгаалал бүртгэлтэй байна. Дугаарыг шалгах буюу эхлээд дуусгавар болгоно уу."
        "This guardianship is registered already. Check the numbers, or end it first.";
    1369 Unfit NoSuchGuardianship
        "Заасан хоёрын хооронд хүчинтэй асран хамгаалал алга. Дугаарыг шалгана уу."
        "There is no open guardianship between these two. Check the numbers.";
    1370 Unfit EndBeforeGuardianship
        "Асран хамгаалал эхлэхээсээ өмнө дуусах боломжгүй. Огноог шалгана уу."
        "A guardianship cannot end before it began. Check the date.";

    1371 Unfit MarriageBarsSexChange { act_number: String = String::new() }
        "Хүчинтэй гэрлэлттэй ({act_number}) тул хүйс өөрчлөхийг бүртгэхгүй. Эхлээд гэрлэлтийн дуусгаврыг бүртгэнэ үү."
        "An open marriage ({act_number}) bars the change of sex. Register the end of the marriage first.";
    1372 Unfit DoctorsPaperMissing
        "Эмчийн дүгнэлтийн дугаар алга. Дугаарыг оруулна уу."
        "The number of the doctor's paper is missing. Enter it.";
    1374 Unfit RepresentativeNeeded { age: u32 = 0 }
        "{age} насанд хүрээгүй хүний өмнөөс хууль ёсны төлөөлөгч хандана. Баримтынх нь дугаарыг оруулна уу."
        "For someone under {age} the legal representative applies. Enter the number of the representative's paper.";
    1375 Unfit NumberAgrees
        "Дугаар бүртгэлтэй таарч байна. Бүртгэл буруу бол эхлээд түүнийг засуулна уу."
        "The number agrees with the record in this. If the record is wrong, have it corrected first.";

    1380 Unfit CitizenAlready
        "Энэ хүн Монгол Улсын иргэн байна. Дугаарыг шалгана уу."
        "This person is a citizen of Mongolia. Check the number.";
    1381 Unfit NeverACitizen
        "Энэ хүн Монгол Улсын иргэн байгаагүй тул сэргээхгүй. Харьяат болсныг нь бүртгэнэ үү."
        "This person was never a citizen, so nothing is restored. Register an acquisition instead.";
    1382 Unfit FormerCitizen { act_number: String = String::new() }
        "Энэ хүн {act_number} актаар Монгол Улсын харьяатаас гарсан. Эхлээд харьяатаа сэргээснийг бүртгэнэ үү."
        "This person lost citizenship by act {act_number}. Register its restoration first.";
    1383 Unfit CitizenshipOutOfOrder
        "Зарлигийн огноо төрсөн буюу өмнөх өөрчлөлтийн огнооноос өмнө байна. Огноог шалгана уу."
        "The decree would lie before the birth or the earlier change of citizenship. Check the date.";
    1384 Unfit NewCitizensResidence
        "Шинэ иргэний оршин суух нэгж, хаягийг оруулна уу."
        "Enter the unit and the address at which the new citizen lives.";

    1385 Unfit BeforeBirth
        "Энэ огноо төрөхөөс өмнө байна. Огноог шалгана уу."
        "This day lies before the birth. Check the date.";
    1386 Unfit PassportNumberMalformed
        "Паспортын дугаар 5-20 латин үсэг, цифрээс бүрдэнэ. Паспортаас шалгана уу."
        "A passport number has 5 to 20 Latin letters and digits. Check the passport.";
    1387 Unfit PassportKnown
        "Энэ паспорт бүртгэлтэй байна. Дугаарыг шалгана уу."
        "This passport is recorded already. Check the number.";
    1388 Unfit PassportNotFound
        "Энэ хүнд ийм дугаартай паспорт бүртгээгүй байна. Эхлээд паспортыг бүртгэнэ үү."
        "No passport with this number is recorded of this person. Record the passport first.";
    1389 Unfit PassportEnded
        "Энэ паспортыг алдсан буюу хүчингүй болсон гэж бүртгэсэн байна. Дугаарыг шалгана уу."
        "This passport is noted as lost or cancelled already. Check the number.";
    1390 Unfit PassportDates
        "Паспортын огноонууд таарахгүй байна: олгосон өдөр хамгийн эрт байна. Огноог шалгана уу."
        "The days of the passport do not fit: the day of issue comes first. Check the dates.";

    1391 Unfit AbroadAlready
        "Энэ хүн гадаадад оршин сууж байгаагаар бүртгэлтэй. Эхлээд буцаж ирснийг нь бүртгэнэ үү."
        "This person is registered as living abroad. Register the return first.";
    1392 Unfit NotAbroad
        "Энэ хүн гадаадад оршин сууж байгаагаар бүртгэлгүй. Дугаарыг шалгана уу."
        "This person is not registered as living abroad. Check the number.";
    1393 Unfit AbroadTooShort { days: u32 = 0 }
        "{days} хүртэл хоногоор явах нь гадаадад оршин суух биш. Буцах огноог шалгана уу."
        "A stay of up to {days} days is no life abroad. Check the planned day.";
    1394 Unfit AbroadOutOfOrder
        "Явсан, буцаж ирсэн огнооны дараалал буруу. Огноог шалгана уу."
        "The days of departure and return do not follow each other. Check the dates.";

    } };
}
