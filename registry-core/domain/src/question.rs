//! Questions about what is unusual, but not barred. The officer answers with a reason, and the entry keeps
//! the reason.
//!
//! A rule of law bars and is a [`Refusal`]; a question only asks. Questions and refusals share one series of
//! numbers.

use serde::{Deserialize, Serialize};

use crate::form::{self, Entered, Field, Filled, say};
use crate::refusal::Refusal;

/// The length of the longest reason, in characters.
const REASON_LIMIT: usize = 300;

/// Something unusual that an officer must have looked at.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Question {
    /// The mother has another child born too shortly before or after.
    MothersInterval,
    /// A parent was unusually young or old at the birth.
    ParentsAge,
    /// The death is declared very late.
    OldDeath,
    /// Husband and wife are far apart in age.
    AgeGap,
    /// Adopter and child are near in age.
    AdopterAgeGap,
    /// Two records that are to be merged have different dates of birth.
    RecordsBirthDiffers,
    /// Two records that are to be merged have different names.
    RecordsNameDiffers,
    /// A married person changes the sex.
    SexChangeOfMarried,
}

impl Question {
    /// All questions, in order of number.
    pub const ALL: &[Self] = &[
        Self::MothersInterval,
        Self::ParentsAge,
        Self::OldDeath,
        Self::AgeGap,
        Self::AdopterAgeGap,
        Self::SexChangeOfMarried,
        Self::RecordsBirthDiffers,
        Self::RecordsNameDiffers,
    ];

    /// The number, never reused, and never that of a refusal.
    pub const fn number(self) -> u16 {
        match self {
            Self::MothersInterval => 440,
            Self::ParentsAge => 441,
            Self::OldDeath => 540,
            Self::AgeGap => 1240,
            Self::AdopterAgeGap => 1340,
            Self::SexChangeOfMarried => 1373,
            Self::RecordsBirthDiffers => 1490,
            Self::RecordsNameDiffers => 1491,
        }
    }

    /// The question in Mongolian.
    pub const fn title_mn(self) -> &'static str {
        match self {
            Self::MothersInterval => {
                "Эхийн өөр хүүхэд хэт ойрхон өдөр төрсөн байна. Үнэн эсэхийг яаж шалгасан бэ?"
            }
            Self::ParentsAge => "Төрөх үеийн эх, эцгийн нас ер бусын байна. Үнэн эсэхийг яаж шалгасан бэ?",
            Self::OldDeath => {
                "Нас барснаас хойш удаан хугацаа өнгөрсөн байна. Яагаад хожуу бүртгүүлж байна вэ?"
            }
            Self::AdopterAgeGap => {
                "Үрчлэн авагч, хүүхдийн насны зөрүү бага байна. Хүүхдийн ашиг сонирхолд нийцэхийг яаж шалгасан бэ?"
            }
            Self::SexChangeOfMarried => "Энэ хүн гэрлэлттэй байна. Гэрлэлтийг яах тухай юу шийдсэн бэ?",
            Self::AgeGap => "Гэрлэгчдийн насны зөрүү их байна. Чөлөөт зөвшөөрлийг яаж шалгасан бэ?",
            Self::RecordsBirthDiffers => {
                "Хоёр бичлэгийн төрсөн огноо зөрж байна. Нэг хүн мөн гэдгийг яаж шалгасан бэ?"
            }
            Self::RecordsNameDiffers => "Хоёр бичлэгийн нэр зөрж байна. Нэг хүн мөн гэдгийг яаж шалгасан бэ?",
        }
    }

    /// The question in English.
    pub const fn title_en(self) -> &'static str {
        match self {
            Self::MothersInterval => {
                "Another child of the mother was born too near to this day. How was it checked?"
            }
            Self::ParentsAge => "A parent's age at this birth is unusual. How was it checked?",
            Self::OldDeath => "The death lies far back. Why is it declared only now?",
            Self::AdopterAgeGap => {
                "Adopter and child are near in age. How was it made sure that this serves the child?"
            }
            Self::SexChangeOfMarried => "This person is married. What was decided about the marriage?",
            Self::AgeGap => "The parties are far apart in age. How was their free consent checked?",
            Self::RecordsBirthDiffers => {
                "The two records have different dates of birth. How was it checked that they are of one person?"
            }
            Self::RecordsNameDiffers => {
                "The two records have different names. How was it checked that they are of one person?"
            }
        }
    }
}

/// An officer's answer, as the entry keeps it. The reason may contain personal data.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Answer {
    /// Number of the question.
    pub question: u16,
    /// The officer's reason; it may hold personal data.
    pub reason: String,
}

/// The field of the answers. A page shows each question as a field of its own.
pub const ANSWERS: Field = Field::entered("answers", say("Ер бусын байна", "This is unusual"), Entered::List)
    .hint(say("Асуултын дугаар: үндэслэл", "NUMBER: reason"));

/// The answers of a form.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Answers(Vec<Answer>);

impl Answers {
    /// Reads the field `answers`: a list whose items are `NUMBER: reason`. An item without a number continues
    /// the reason before it, because browsers join lists with commas and a reason may contain one.
    ///
    /// # Errors
    /// [`Refusal::AnswerMalformed`], and those of [`Filled::list`].
    pub fn parse(form: &Filled<'_>) -> Result<Self, Refusal> {
        let mut answers: Vec<Answer> = Vec::new();
        for piece in form.list(&ANSWERS, form::text(REASON_LIMIT))? {
            let numbered = piece.split_once(':');
            let numbered = numbered.and_then(|(number, reason)| Some((number.trim().parse().ok()?, reason)));
            match (numbered, answers.last_mut()) {
                (Some((question, reason)), _) if !reason.trim().is_empty() => {
                    answers.push(Answer { question, reason: reason.trim().to_owned() });
                }
                (None, Some(before)) => before.reason = format!("{}, {piece}", before.reason),
                (Some(_), _) | (None, None) => return Err(Refusal::AnswerMalformed.in_field("answers")),
            }
        }
        Ok(Self(answers))
    }

    /// All answers, each to a question of its own; none if one is to no question, or two are to the same.
    pub(crate) fn each_to_its_question(self) -> Option<Vec<Answer>> {
        let is_one = |answer: &Answer| {
            let is_asked = Question::ALL.iter().any(|question| question.number() == answer.question);
            is_asked && self.0.iter().filter(|other| other.question == answer.question).count() == 1
        };
        self.0.iter().all(is_one).then_some(self.0)
    }

    /// The answers to the questions asked; answers to other questions are left out.
    ///
    /// # Errors
    /// [`Refusal::QuestionsUnanswered`] with the numbers of all questions that have no answer.
    pub fn to(&self, asked: &[Question]) -> Result<Vec<Answer>, Refusal> {
        let answer = |question: &Question| self.0.iter().find(|answer| answer.question == question.number());
        let open: Vec<String> = asked
            .iter()
            .filter(|question| answer(question).is_none())
            .map(|question| question.number().to_string())
            .collect();
        if open.is_empty() {
            Ok(asked.iter().filter_map(answer).cloned().collect())
        } else {
            Err(Refusal::QuestionsUnanswered { numbers: open.join(", ") }.in_field("answers"))
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;
    use crate::form::Form;
    use crate::refusal::ALL;

    fn read(answers: Value) -> Result<Answers, Refusal> {
        let json = json!({ "answers": answers });
        Answers::parse(&Filled::new(Form::unseen(&[ANSWERS]), &json).unwrap())
    }

    #[test]
    fn a_question_has_a_number_that_no_refusal_has() {
        let mut numbers: Vec<u16> = Question::ALL.iter().map(|question| question.number()).collect();
        assert!(ALL.iter().all(|refusal| !numbers.contains(&refusal.number())));
        assert!(numbers.is_sorted());
        numbers.dedup();
        assert_eq!(numbers.len(), Question::ALL.len());
    }

    #[test]
    fn every_question_is_put_in_both_languages() {
        for question in Question::ALL {
            assert!(question.title_mn().ends_with('?') && question.title_en().ends_with('?'), "{question:?}");
        }
    }

    #[test]
    fn an_open_question_is_named_and_an_answered_one_is_kept() {
        let answers = read(json!(["441: the hospital confirmed it"])).unwrap();
        let refused = answers.to(&[Question::MothersInterval, Question::ParentsAge]).unwrap_err();
        assert_eq!(refused.cause(), &Refusal::QuestionsUnanswered { numbers: "440".to_owned() });
        let kept = answers.to(&[Question::ParentsAge]).unwrap();
        assert_eq!(kept, [Answer { question: 441, reason: "the hospital confirmed it".to_owned() }]);
        assert_eq!(answers.to(&[]), Ok(Vec::new()));
    }

    #[test]
    fn a_comma_in_a_reason_does_not_end_it() {
        let answers = read(json!("440: twins, by the midwife,441: seen")).unwrap();
        let reasons: Vec<&str> = answers.0.iter().map(|answer| answer.reason.as_str()).collect();
        assert_eq!(reasons, ["twins, by the midwife", "seen"]);
    }

    #[test]
    fn an_answer_without_number_or_reason_is_refused() {
        for answers in [json!("because"), json!(["440:"]), json!(["x: y"])] {
            assert_eq!(read(answers).unwrap_err().cause(), &Refusal::AnswerMalformed);
        }
    }
}
