//! The words of the console: one catalogue a language in `messages/`, and the list of what each must have.
//!
//! A word that a page uses and a catalogue lacks does not compile; neither does one that no page uses.

#[path = "../../messages/en.rs"]
mod en;
#[path = "../../messages/mn.rs"]
mod mn;

use super::language::Language;

macro_rules! words {
    ($($word:ident)*) => {
        /// One text for each thing that pages say.
        pub(crate) struct Words {
            $(pub $word: &'static str,)*
        }

        #[cfg(test)]
        impl Words {
            /// Name and text of each word.
            fn all(&self) -> Vec<(&'static str, &'static str)> {
                vec![$((stringify!($word), self.$word)),*]
            }
        }
    };
}

words! {
    // The frame of every page.
    service_name
    skip_to_content
    language
    pages
    demo_note
    sign_out
    footer
    to_the_beginning
    not_done
    not_saved
    not_shown
    not_answered
    action
    open
    citizen
    // Welcome and sign-in.
    welcome_title
    welcome_lead
    welcome_link
    welcome_citizen
    welcome_officer
    welcome_agency
    sign_in
    sign_in_lead
    sign_in_code
    sign_in_button
    // The office.
    office_title
    find_title
    jobs_title
    desk_title
    my_title
    receive_declaration
    queue_title
    queue_empty
    queue_caption
    received
    received_at_office
    deciding_office
    kind
    state
    handed_over
    state_draft
    state_declared
    state_held
    state_registered
    state_refused
    state_withdrawn
    state_reminder
    due_on
    overdue
    // Finding and showing a person.
    find_lead
    number
    reason
    reason_hint
    citizen_will_see
    record
    name
    national_number
    civil_id
    latin_proposal
    civil_status
    single
    married
    divorced
    widowed
    life
    alive
    dead
    family
    family_caption
    family_drawing
    family_drawing_caption
    life_drawing
    life_drawing_caption
    relation
    spouse
    ended_on
    cards
    cards_caption
    document_number
    expires_on
    card_approved
    card_personalised
    card_active
    card_revoked
    acts
    acts_caption
    act_number
    registered_on
    office
    print_extract
    // Forms of declarations.
    declare_lead
    declare_button
    child
    clan_name
    clan_name_hint
    parent_name
    parent_name_hint
    given_name
    sex
    female
    male
    born_on
    date_hint
    born_time
    time_hint
    birth_place
    unit_hint
    plurality
    order
    parents
    mother
    father
    person_hint
    applicants
    applicants_hint
    authorisation
    authorisation_hint
    residence
    child_residence_hint
    unit
    address
    papers
    medical_certificate
    notification
    notification_hint
    deceased
    died_on
    death_place
    cause
    cause_hint
    paper_kind
    paper_medical
    paper_forensic
    paper_court
    paper_number
    informant
    who_moves
    companions
    companions_hint
    new_residence
    unit_of_arrival
    arrived_on
    address_proof
    address_proof_hint
    applicant
    applied_on
    applied_on_hint
    latin_name
    latin_hint
    latin_confirmed
    portrait
    portrait_file
    portrait_hint
    // Forms of family events.
    husband
    wife
    spouses
    husband_or_wife
    married_on
    today_hint
    witnesses
    witnesses_hint
    witness_1
    witness_2
    foreign_party
    foreign_party_hint
    foreign_party_who
    foreign_citizenship
    country
    country_hint
    foreign_document
    foreign_document_hint
    foreign_name_hint
    foreign_latin_hint
    partial_date_hint
    court
    decision_number
    in_force_on
    way
    way_administrative
    way_court
    joint_application
    parents_joint_application
    no_property_dispute
    governor_note
    parent
    child_consents
    take_clan_name
    take_parent_name
    or_by_court
    new_name
    new_name_hint
    children_follow
    update_children
    numbers_hint
    consenting
    consenting_hint
    governor_order
    who_returned
    // Forms of status.
    what_happens
    ward
    guardian
    guardian_body
    step_begins
    step_ends
    by_governor
    ordered_on
    remark
    doctors_paper
    wrong_letters
    wrong_date
    wrong_sex
    duplicate_number
    citizenship_acquired
    citizenship_lost
    citizenship_restored
    new_citizen
    other_citizenship
    decree_number
    decree_day
    left_abroad
    returned_home
    left_on
    planned_until
    returned_on
    hand
    hand_left
    hand_right
    hand_both
    taken_on
    taken_hint
    passport_recorded
    passport_lost
    passport_cancelled
    passport_number
    passport_kind
    passport_ordinary
    passport_official
    passport_diplomatic
    issued_on
    passport_ended_on
    stillbirth_hint
    happened_on
    weeks
    happened_in
    birth_abroad
    foreign_birth_paper
    no_other_citizenship
    no_other_citizenship_hint
    foundling
    foundling_act
    foundling_hint
    questions
    questions_hint
    // Amendments and two times.
    foreseen
    hindrance
    two_times
    two_times_hint
    true_on
    known_on
    entry_amended
    entry_hint
    whose_part
    what_is_wrong
    field_corrected
    value_right
    value_hint
    reason_amended
    evidence
    // Deciding on a declaration.
    people_named
    people_caption
    reasons
    held_explained
    open_other
    register_button
    register_hint
    approve_button
    approve_hint
    end_or_decide
    decision_reason
    decision_reason_hint
    refuse_button
    withdraw_button
    different_event_button
    same_event_button
    needs_second
    registered_title
    position
    national_number_given
    civil_id_given
    card_job
    card_job_next
    back_to_queue
    // The card office.
    jobs_empty
    jobs_caption
    approved_at
    job
    card
    chip
    next_step
    job_waiting
    job_claimed
    job_bound
    job_written
    job_spoiled
    job_quarantined
    next_personalise
    next_resume
    next_activate
    next_nothing
    next_head
    station_title
    station_lead
    station_sign_in
    station_personalise
    station_activate
    // The agency's desk.
    desk_lead
    why_you_ask
    end_user
    end_user_hint
    legal_basis
    agreement_hint
    purpose
    case
    whom_you_ask_about
    attributes_hint
    ask_living
    ask
    answer
    answer_caption
    attribute
    belongs_together
    belongs_in_part
    does_not_belong
    matched
    not_matched
    yes
    no
    signed_answer
    signed_answer_hint
    statement
    signature
    // The citizen's page.
    my_lead
    accesses
    accesses_caption
    when
    who
    what
    myself
    the_service
    act_record_opened
    act_declaration_opened
    act_registration
    act_extract
    act_identity_question
    act_card_check
    act_card_files
    act_own_record
    purpose_registration
    purpose_deciding
    purpose_extract
    purpose_card
    purpose_own
    law_registration
    // Extracts and their check.
    print_hint
    qr_alt
    qr_text
    qr_text_hint
    check_title
    check_short
    check_lead
    check_button
    genuine
    genuine_compare
    not_genuine
    not_genuine_next
    printed_on
}

/// The catalogue of a language.
pub(crate) fn words_of(language: Language) -> &'static Words {
    match language {
        Language::Mn => &mn::WORDS,
        Language::En => &en::WORDS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_cyrillic(letter: char) -> bool {
        ('\u{400}'..='\u{4ff}').contains(&letter)
    }

    /// What is wrong with a text as a word of this language.
    fn fault(language: Language, text: &str) -> Option<&'static str> {
        let has_cyrillic = text.chars().any(is_cyrillic);
        match language {
            _ if text.trim() != text || text.is_empty() => Some("empty or with spaces around"),
            Language::Mn if !has_cyrillic => Some("not Mongolian"),
            Language::En if has_cyrillic => Some("not English"),
            Language::Mn | Language::En => None,
        }
    }

    #[test]
    fn every_word_stands_in_both_languages() {
        for language in [Language::Mn, Language::En] {
            for (word, text) in words_of(language).all() {
                assert_eq!(fault(language, text), None, "{word}: {text}");
            }
        }
    }

    #[test]
    fn a_word_left_in_the_other_language_is_found() {
        assert!(fault(Language::Mn, "Find a person").is_some());
        assert!(fault(Language::En, "Иргэн хайх").is_some());
        assert!(fault(Language::En, "").is_some());
    }
}
