//! A walk through the register: one entry of each kind, through the front door, and what is left waiting at
//! its end.

use anyhow::Context as _;
use registry_tests::kit::Engine;
use registry_tests::kit::client::Client;
use registry_tests::kit::dates::days_ago;
use registry_tests::kit::town::{
    HUSBAND, Known, SINGLE_MAN, SINGLE_WOMAN, Town, WIFE, apply_for_card, declare, id_of, register,
};
use serde_json::{Value, json};

use super::heard::Heard;
use crate::cards::Desk;

/// The couple's daughters and son, and the husband's parents.
const DAUGHTER: &str = "УЬ87111863";
const SON: &str = "УЪ88042219";
const YOUNGEST: &str = "УЪ90091920";
const GRANDFATHER: &str = "УЪ39121877";
const GRANDMOTHER: &str = "УЪ41062722";
/// The other record of [`SINGLE_WOMAN`].
const AGAIN: Known = Known { number: "УА96031422", ..SINGLE_WOMAN };

/// A number that no record has.
const NOBODY: &str = "ЯЯ90010101";
/// How an agency asks again for everything that is out of date.
const AGAIN_SINCE: &str = "/v1/agency/superseded?since=2020-01-01T00:00:00Z";

/// A register in which everything happened once, and what it answered.
pub struct Walk {
    /// The register and its card desk.
    pub desk: Desk,
    /// The answers, in order.
    pub heard: Heard,
}

/// Officers who have signed in.
struct Officers {
    registrar: Client,
    approver: Client,
    neighbour: Client,
    card_officer: Client,
    administrator: Client,
    second_administrator: Client,
}

/// A birth that was registered: the child's number, and its entry.
struct Birth {
    child: String,
    entry: String,
}

impl Officers {
    fn administrators(&self) -> [&Client; 2] {
        [&self.administrator, &self.second_administrator]
    }
}

impl Walk {
    /// Goes from an imported sample to the end.
    pub fn through(engine: Engine) -> anyhow::Result<Self> {
        let mut walk = Walk { desk: Desk::open(engine, SINGLE_MAN)?, heard: Heard::default() };
        walk.import_a_second_record()?;
        let (town, cast) = (&walk.desk.town, &walk.desk.town.cast);
        let officers = Officers {
            registrar: town.officer(&cast.registrar)?,
            approver: town.officer(&cast.approver)?,
            neighbour: town.officer(&cast.neighbour_registrar)?,
            card_officer: town.officer(&cast.card_officer)?,
            administrator: town.officer(&cast.administrator)?,
            second_administrator: town.officer(&cast.second_administrator)?,
        };
        walk.a_card(&officers)?;
        walk.two_records_of_one_woman(&officers)?;
        let birth = walk.a_child_and_its_parents(&officers)?;
        walk.a_marriage(&officers)?;
        walk.names_and_numbers(&officers)?;
        walk.where_people_live(&officers)?;
        walk.who_somebody_is(&officers)?;
        walk.deaths(&officers)?;
        walk.what_was_wrong(&officers)?;
        walk.questions(&officers, &birth)?;
        walk.what_is_out_of_date(&officers, &birth)?;
        walk.what_waits(&officers)?;
        Ok(walk)
    }

    fn town(&self) -> &Town {
        &self.desk.town
    }

    /// One officer declares, another registers; both answers are noted. Returns the receipt.
    fn enter(&self, by: [&Client; 2], kind: &str, facts: &Value) -> anyhow::Result<Value> {
        let declared = self.heard.note(&format!("declare {kind}"), 201, declare(by[0], kind, facts)?)?;
        let registered = register(by[1], &declared).with_context(|| kind.to_owned())?;
        Ok(self.heard.note(&format!("register {kind}"), 200, registered)?.json())
    }

    fn a_card(&self, officers: &Officers) -> anyhow::Result<()> {
        let pin = self.desk.write()?;
        self.desk.activate(Some(&pin))?.result()?;
        let opened = json!({ "person": SINGLE_MAN.number, "reason": "the card" });
        let record = officers.registrar.post("/v1/persons/open", &opened)?;
        let record = self.heard.note("open a record with a card", 200, record)?.json();
        let code = json!({ "document_number": self.desk.print.document_number });
        let by = &officers.card_officer;
        self.heard.note("credential on paper", 201, by.post("/v1/credentials/codes", &code)?)?;
        self.heard.note("credentials end", 200, by.post("/v1/credentials/end", &code)?)?;
        let card = &record["cards"][0]["card_id"];
        let by = [&officers.card_officer, &officers.card_officer];
        for step in ["begins", "ends"] {
            let facts = json!({ "step": step, "person": SINGLE_MAN.number, "card": card });
            self.enter(by, "card_suspension", &facts)?;
        }
        let lost = json!({ "person": SINGLE_MAN.number, "card": card, "reason": "lost" });
        self.enter(by, "card_revoked", &lost).map(drop)
    }

    /// Imports a second record of one woman.
    fn import_a_second_record(&mut self) -> anyhow::Result<()> {
        let office = self.town().cast.office.clone();
        self.desk.town.import_row(&json!({
            "national_number": AGAIN.number, "clan_name": AGAIN.clan_name, "parent_name": AGAIN.parent_name,
            "given_name": AGAIN.given_name, "sex": "female", "born_on": AGAIN.born_on, "residence_unit": office,
            "address": "9-9",
        }))
    }

    fn two_records_of_one_woman(&self, officers: &Officers) -> anyhow::Result<()> {
        let merge = json!({
            "survivor": SINGLE_WOMAN.number, "merged": AGAIN.number,
            "authority": "Улсын бүртгэлийн ерөнхий газар", "decision": "Д-7", "reason": "Хоёр удаа орсон",
        });
        self.enter([&officers.registrar, &officers.approver], "merge", &merge).map(drop)
    }

    fn a_child_and_its_parents(&self, officers: &Officers) -> anyhow::Result<Birth> {
        let by = [&officers.registrar, &officers.approver];
        let alone = [&officers.registrar, &officers.registrar];
        let mut birth = self.town().birth(SINGLE_WOMAN, SINGLE_MAN, "Анар");
        birth["father"] = Value::Null;
        birth["applicants"] = json!(["mother"]);
        let receipt = self.enter(alone, "birth", &birth)?;
        let text = |said: &Value| said.as_str().map(str::to_owned).context("a receipt of a birth");
        let (child, entry) = (text(&receipt["people"][0]["national_number"])?, text(&receipt["entry_id"])?);
        let parentage = json!({
            "child": child, "parent": SINGLE_MAN.number, "parent_kind": "father", "joint_application": true,
            "take_parent_name": true, "take_clan_name": true,
        });
        self.enter(by, "parentage", &parentage)?;
        let adoption = json!({
            "child": child, "mother": WIFE.number, "father": HUSBAND.number, "decided_by": "Дүүргийн Засаг дарга",
            "decision_number": "А/77", "decided_on": days_ago(1), "parents_consent": true,
            "clan_name": HUSBAND.clan_name, "given_name": "Номин",
        });
        self.enter(by, "adoption", &adoption)?;
        let ended = json!({
            "child": child, "court": "Багануур дүүргийн шүүх", "decision_number": "ШШ-3", "in_force_on": days_ago(0),
            "restore_parents": true, "restore_name": true,
        });
        self.enter(by, "adoption_ended", &ended)?;
        Ok(Birth { child, entry })
    }

    fn a_marriage(&self, officers: &Officers) -> anyhow::Result<()> {
        let alone = [&officers.registrar, &officers.registrar];
        let marriage = json!({
            "husband": SINGLE_MAN.number, "wife": SINGLE_WOMAN.number,
            "witness_1": HUSBAND.number, "witness_2": WIFE.number,
        });
        self.enter(alone, "marriage", &marriage)?;
        let by_court = json!({
            "person": SINGLE_WOMAN.number, "way": "court", "court": "Багануур дүүргийн шүүх",
            "decision_number": "ИШ-12", "in_force_on": days_ago(0),
        });
        self.enter(alone, "marriage_ended", &by_court)?;
        let restored =
            json!({ "husband": SINGLE_MAN.number, "wife": SINGLE_WOMAN.number, "joint_application": true });
        self.enter(alone, "marriage_restored", &restored)?;
        let lost = json!({ "mother": DAUGHTER, "happened_on": days_ago(2), "weeks": 31, "medical_certificate": "АТ-4" });
        self.enter(alone, "stillbirth", &lost).map(drop)
    }

    fn names_and_numbers(&self, officers: &Officers) -> anyhow::Result<()> {
        let by = [&officers.registrar, &officers.approver];
        let name = json!({
            "person": SINGLE_MAN.number, "given_name": "Тэмүүжин", "governor_order": "ЗД-9",
            "children_follow": "all",
        });
        self.enter(by, "name_change", &name)?;
        let number = json!({ "person": YOUNGEST, "cause": "duplicate", "evidence": "АЛ-7" });
        self.enter(by, "number_change", &number)?;
        self.enter(by, "sex_change", &json!({ "person": SON, "doctors_paper": "ЭД-2" })).map(drop)
    }

    fn where_people_live(&self, officers: &Officers) -> anyhow::Result<()> {
        let there = [&officers.neighbour, &officers.neighbour];
        let arrival = json!({
            "person": SON, "unit": self.town().cast.neighbour_office, "address": "7-12", "arrived_on": days_ago(1),
            "address_proof": "ҮХГ-5",
        });
        let receipt = self.enter(there, "residence", &arrival)?;
        let remark = json!({
            "person": SON, "act_number": receipt["act_number"], "remark": "Эх баримт архивт алга",
            "paper_number": "АР-9",
        });
        self.enter(there, "annotation", &remark)?;
        let here = [&officers.registrar, &officers.registrar];
        let away =
            json!({ "direction": "left", "person": DAUGHTER, "country": "KOR", "left_on": days_ago(1) });
        self.enter(here, "migration", &away)?;
        let seal = json!({
            "person": GRANDMOTHER, "sealed": true, "decision_number": "Ш-3", "group": "address",
        });
        self.enter(officers.administrators(), "sealing", &seal).map(drop)
    }

    fn who_somebody_is(&self, officers: &Officers) -> anyhow::Result<()> {
        let by = [&officers.registrar, &officers.approver];
        let ward = json!({
            "step": "begins", "ward": YOUNGEST, "guardian": DAUGHTER, "court": "Багануур дүүргийн шүүх",
            "decision_number": "ШШ-7", "in_force_on": days_ago(9),
        });
        self.enter(by, "guardianship", &ward)?;
        let acquired = json!({
            "change": "acquired", "foreign_party": "person", "foreign_citizenship": "KAZ",
            "foreign_document": "N1234567", "foreign_given_name": "Ержан", "foreign_latin_name": "Serik Yerzhan",
            "foreign_born_on": "1990-05-06", "sex": "male", "unit": self.town().cast.office, "address": "3-4",
            "decree_number": "12", "decided_on": days_ago(9),
        });
        self.enter(by, "citizenship", &acquired)?;
        let fingers = json!({ "person": YOUNGEST, "hand": "both", "taken_on": days_ago(1) });
        self.enter([&officers.card_officer, &officers.card_officer], "fingerprint", &fingers)?;
        let passport = json!({
            "change": "recorded", "person": YOUNGEST, "passport_number": "E1234567", "issued_on": days_ago(30),
            "expires_on": "2999-01-01",
        });
        self.enter([&officers.registrar, &officers.registrar], "passport", &passport).map(drop)
    }

    fn deaths(&self, officers: &Officers) -> anyhow::Result<()> {
        let alone = [&officers.registrar, &officers.registrar];
        let by_court = json!({
            "person": HUSBAND.number, "died_on": days_ago(20), "paper_kind": "court", "paper_number": "ИШ-7",
            "informant": "Эхнэр",
        });
        self.enter(alone, "death", &by_court)?;
        let back = json!({
            "person": HUSBAND.number, "court": "Багануур дүүргийн шүүх", "decision_number": "ИШ-8",
            "in_force_on": days_ago(1),
        });
        self.enter([&officers.registrar, &officers.approver], "declared_alive", &back).map(drop)
    }

    fn what_was_wrong(&self, officers: &Officers) -> anyhow::Result<()> {
        let by = [&officers.registrar, &officers.approver];
        let opened = json!({ "person": GRANDFATHER, "reason": "looking up the act" });
        let record = officers.registrar.post("/v1/persons/open", &opened)?;
        let record = self.heard.note("open a record", 200, record)?.json();
        let correction = json!({
            "entry": record["acts"][0]["number"], "person": GRANDFATHER, "changes": ["parent_name=Мягмархүү"],
            "reason": "Бичгийн алдаа", "evidence": "Архив 12",
        });
        let preview = json!({ "kind": "correction", "facts": correction });
        let preview = officers.registrar.post("/v1/declarations/preview", &preview)?;
        self.heard.note("preview correction", 200, preview)?;
        let receipt = self.enter(by, "correction", &correction)?;
        let annulment = json!({
            "entry": receipt["act_number"], "court": "Дүүргийн шүүх", "decision": "ШШ-12", "reason": "Андуурсан",
        });
        self.enter(by, "annulment", &annulment).map(drop)
    }

    /// Questions to the register.
    fn questions(&self, officers: &Officers, birth: &Birth) -> anyhow::Result<()> {
        let (heard, cast) = (&self.heard, &self.town().cast);
        let registrar = &officers.registrar;
        let opened =
            |person: &str| registrar.post("/v1/persons/open", &json!({ "person": person, "reason": "work" }));
        for (what, person, status) in [
            ("open the child", birth.child.as_str(), 200),
            ("open the wife", WIFE.number, 200),
            ("open the mover", SON, 200),
            ("open the youngest", YOUNGEST, 200),
            ("open the protected", GRANDMOTHER, 200),
            ("open nobody", NOBODY, 404),
        ] {
            heard.note(what, status, opened(person)?)?;
        }
        let two_times = json!({ "person": WIFE.number, "reason": "work", "true_on": days_ago(30), "known_on": days_ago(0) });
        heard.note("open as it was", 200, registrar.post("/v1/persons/open", &two_times)?)?;
        let mut statement = two_times.clone();
        statement["case"] = json!("ШШ-1");
        heard.note("state for a court", 200, registrar.post("/v1/persons/statement", &statement)?)?;
        let sealed =
            json!({ "person": birth.child, "legal_basis": "Гэр бүлийн тухай хууль", "decision": "ШШ-9" });
        let sealed = officers.administrator.post("/v1/persons/sealed", &sealed)?;
        heard.note("open what is sealed", 200, sealed)?;
        let agency = self.town().partner("agency")?;
        let question = |number: &str| {
            json!({
                "end_user": "teller", "legal_basis": cast.legal_basis, "purpose": cast.purpose, "case": "K-1",
                "number": number, "given_name": WIFE.given_name, "born_on": WIFE.born_on,
            })
        };
        for (what, number) in [("ask about the wife", WIFE.number), ("ask about nobody", NOBODY)] {
            heard.note(what, 200, agency.post("/v1/identity-questions", &question(number))?)?;
        }
        heard.note("ask again since", 200, agency.get(AGAIN_SINCE)?)?;
        let nobody = self.town().installation.stranger()?;
        let check = nobody.post("/v1/extract-checks", &json!({ "text": "burtgel" }))?;
        heard.note("check no paper", 422, check)?;
        for (path, status) in [
            ("/livez", 200),
            ("/readyz", 200),
            ("/v1/trust", 200),
            ("/v1/nowhere", 404),
            ("/v1/declarations", 401),
        ] {
            heard.note(&format!("a stranger gets {path}"), status, nobody.get(path)?)?;
        }
        Ok(())
    }

    /// A copy is spoiled and another one drawn; two corrections make an answer and that copy out of date.
    fn what_is_out_of_date(&self, officers: &Officers, birth: &Birth) -> anyhow::Result<()> {
        let (heard, registrar) = (&self.heard, &officers.registrar);
        let Birth { child, entry } = birth;
        let issue = |sheet: &str| -> anyhow::Result<String> {
            let copy = registrar.post(&format!("/v1/entries/{entry}/papers"), &json!({ "sheet": sheet }))?;
            id_of(&heard.note("issue a copy", 201, copy)?)
        };
        let path = format!("/v1/papers/{}/spoil", issue("БА 1")?);
        heard.note("spoil a copy", 200, registrar.post(&path, &json!({ "reason": "smudged" }))?)?;
        registrar.get(&format!("/v1/papers/{}.pdf", issue("БА 2")?))?.require(200)?;
        let by = [registrar, &officers.approver];
        for (person, change) in [(WIFE.number, "given_name=Мөнгө"), (child.as_str(), "given_name=Анараа")]
        {
            let opened =
                registrar.post("/v1/persons/open", &json!({ "person": person, "reason": "the act" }))?;
            let correction = json!({
                "entry": opened.require(200)?.json()["acts"][0]["number"], "person": person, "changes": [change],
                "reason": "Бичгийн алдаа", "evidence": "Архив 13",
            });
            let receipt = self.enter(by, "correction", &correction)?;
            let entry = receipt["entry_id"].as_str().context("a receipt names its entry")?;
            let list = registrar.get(&format!("/v1/entries/{entry}/superseded"))?;
            heard.note("superseded by an entry", 200, list)?;
        }
        heard.note("ask again since", 200, self.town().partner("agency")?.get(AGAIN_SINCE)?).map(drop)
    }

    /// The work that is left waiting: a later version of the register must find it.
    fn what_waits(&self, officers: &Officers) -> anyhow::Result<()> {
        let (heard, cast) = (&self.heard, &self.town().cast);
        let registrar = &officers.registrar;
        let draft = json!({ "kind": "birth", "facts": { "given_name": "Анар" } });
        let draft = heard.note("save a draft", 201, registrar.post("/v1/drafts", &draft)?)?;
        let draft = id_of(&draft)?;
        heard.note("list drafts", 200, registrar.get("/v1/drafts")?)?;
        heard.note("open a draft", 200, registrar.get(&format!("/v1/drafts/{draft}"))?)?;
        heard.note(
            "declare a draft too early",
            422,
            registrar.post(&format!("/v1/drafts/{draft}/declare"), &json!({}))?,
        )?;
        let mut birth = self.town().birth(WIFE, HUSBAND, "Сарангоо");
        // Another day than the birthday of the child that they adopted.
        birth["born_on"] = json!(days_ago(300));
        birth["medical_certificate"] = json!("СТ4-1002");
        let declared = heard.note("declare a birth", 201, declare(registrar, "birth", &birth)?)?;
        let path = format!("/v1/declarations/{}", id_of(&declared)?);
        heard.note("where it stands", 200, registrar.get(&path)?)?;
        let held = heard.note("declare it twice", 201, declare(&officers.neighbour, "birth", &birth)?)?;
        heard.note("register what is held", 409, register(&officers.neighbour, &held)?)?;
        let moved = json!({
            "person": GRANDFATHER, "unit": cast.office, "address": "7-13", "arrived_on": days_ago(1),
            "address_proof": "ҮХГ-6",
        });
        let moved = heard.note("declare a move", 201, declare(registrar, "residence", &moved)?)?;
        let refused = json!({ "ending": "refuse", "reason": "No proof of the address" });
        heard.note(
            "refuse it",
            200,
            registrar.post(&format!("/v1/declarations/{}/end", id_of(&moved)?), &refused)?,
        )?;
        let mut application = self.town().card_application(GRANDFATHER);
        application["latin_parent"] = json!("Myagmarkhuch");
        application["latin_given"] = json!("Myagmarbuyan");
        let applied = heard.note("apply for a card", 201, apply_for_card(registrar, &application)?)?;
        heard.note("approve a card", 200, register(&officers.approver, &applied)?)?;
        let hospital = self.town().partner("hospital")?;
        let notice = json!({
            "mother": DAUGHTER, "sex": "male", "born_on": days_ago(1), "birth_place": cast.office, "plurality": 1,
            "order": 1, "medical_certificate": "СТ4-2001",
        });
        heard.note("notify a birth", 201, hospital.post("/v1/notifications/births", &notice)?)?;
        heard.note("list notices", 200, registrar.get("/v1/notifications")?)?;
        heard.note("the queue", 200, registrar.get("/v1/declarations")?)?;
        let more = json!({
            "office": cast.office, "label": "Registrar 3", "roles": ["registrar"],
        });
        let administrator = &officers.administrator;
        heard.note("propose an officer", 201, administrator.post("/v1/officers/proposals", &more)?)?;
        heard.note("list proposals", 200, administrator.get("/v1/officers/proposals")?).map(drop)
    }
}
