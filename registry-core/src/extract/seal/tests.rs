use super::*;

#[test]
fn a_paper_stays_right_when_a_record_is_given_a_spelling() {
    let line = |label_en, value: &str, is_spelling| Line {
        label_mn: "",
        label_en,
        value: value.to_owned(),
        is_spelling,
    };
    let facts =
        [line("Husband", "Дорж", false), line("Wife", "Саран", false), line("Note", "ᠲᠡᠮᠳᠡᠭᠯᠡᠯ", false)];
    let (his, hers) = (
        line("Husband's name in traditional script", "ᠳᠣᠷᠵᠢ", true),
        line("Wife's name in traditional script", "ᠰᠠᠷᠠᠨ", true),
    );
    let [husband, wife, note] = facts.clone();
    let neither = facts.to_vec();
    let one = vec![husband.clone(), his.clone(), wife.clone(), note.clone()];
    let both = vec![husband.clone(), his, wife.clone(), hers, note];
    for (printed, now) in [(&neither, &both), (&one, &both), (&neither, &one), (&both, &both)] {
        assert_eq!(as_signed(&digest(&[1; 16], printed), now).as_ref(), Some(printed));
    }
    // Another paper: one with a spelling lost, one with another spelling, one with a remark that only looks
    // like a spelling.
    let mut other = both.clone();
    other[1].value = "ᠪᠠᠲᠤ".to_owned();
    for (printed, now) in [(&both, &one), (&both, &other), (&vec![husband, wife], &neither)] {
        assert_eq!(as_signed(&digest(&[1; 16], printed), now), None);
    }
}
