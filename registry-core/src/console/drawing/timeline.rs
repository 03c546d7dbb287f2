//! A life on two times: above, when things happened; below, when the register learnt of them.

use chrono::{Datelike, NaiveDate};
use registry_domain::person::Person;

use super::Line;
use crate::console::page::Page;

const WIDTH: i32 = 880;
const MARGIN: i32 = 40;
/// The line of what happened.
const HAPPENED_Y: i32 = 70;
/// The line of what was registered.
const REGISTERED_Y: i32 = 150;
/// Labels of neighbouring points are shifted so far, so that they do not cover each other.
const SHIFT: i32 = 16;

/// A point on one of the two lines.
pub(in crate::console) struct Point {
    /// Where.
    pub x: i32,
    /// On which line.
    pub y: i32,
    /// Where its label stands.
    pub label_y: i32,
    /// `start`, `middle` or `end`.
    pub anchor: &'static str,
    /// What happened, or what was registered.
    pub label: String,
    /// The day, as text.
    pub day: String,
    /// For the style sheet.
    pub class: &'static str,
}

/// Both lines with their points and years.
pub(in crate::console) struct Timeline {
    /// Width of the sheet.
    pub width: i32,
    /// Height of the sheet.
    pub height: i32,
    /// What happened, then what was registered, each in order of day.
    pub points: Vec<Point>,
    /// The two lines and the marks of the years.
    pub lines: Vec<Line>,
    /// The years at the marks.
    pub years: Vec<(i32, i32)>,
    /// Where the two lines' names stand.
    pub happened_y: i32,
    /// Where the two lines' names stand.
    pub registered_y: i32,
}

impl Timeline {
    /// Draws a life; nothing if no day of it is known.
    pub fn of(page: &Page, person: &Person, today: NaiveDate) -> Option<Timeline> {
        let happened = happened(page, person);
        let registered: Vec<(NaiveDate, String)> = person
            .acts
            .iter()
            .map(|act| {
                let kind = page.lang.pick(act.kind.title_mn(), act.kind.title_en());
                (act.registered_on, kind.to_owned())
            })
            .collect();
        let first = happened.iter().chain(&registered).map(|(day, _)| *day).min()?;
        let last = happened.iter().chain(&registered).map(|(day, _)| *day).max()?.max(today);
        let scale = Scale { first, days: (last - first).num_days().max(1) };
        let mut points = points(&scale, happened, HAPPENED_Y, -1, "happened");
        points.extend(self::points(&scale, registered, REGISTERED_Y, 1, "registered"));
        let (years, marks) = scale.years(last);
        let line = |y, class| Line { x1: MARGIN, y1: y, x2: WIDTH - MARGIN, y2: y, class };
        let mut lines = vec![line(HAPPENED_Y, "axis"), line(REGISTERED_Y, "axis")];
        lines.extend(marks);
        Some(Timeline {
            width: WIDTH,
            height: REGISTERED_Y + 70,
            points,
            lines,
            years,
            happened_y: HAPPENED_Y,
            registered_y: REGISTERED_Y,
        })
    }
}

/// Days of the record itself, with what they are.
fn happened(page: &Page, person: &Person) -> Vec<(NaiveDate, String)> {
    let w = page.w;
    let mut days = Vec::new();
    days.extend(person.born_on.map(|day| (day.earliest(), w.born_on.to_owned())));
    let homes = person.earlier_residences.iter().chain(&person.residence);
    days.extend(homes.filter_map(|home| {
        home.since.map(|since| (since, format!("{}: {}", w.residence, page.places.short(&home.unit))))
    }));
    days.extend(
        person
            .spouses
            .iter()
            .filter_map(|link| link.ended_on.map(|day| (day, format!("{}: {}", w.spouse, w.ended_on)))),
    );
    days.extend(person.died_on().map(|day| (day, w.died_on.to_owned())));
    days
}

fn points(
    scale: &Scale,
    mut days: Vec<(NaiveDate, String)>,
    y: i32,
    away: i32,
    class: &'static str,
) -> Vec<Point> {
    days.sort();
    let days = days.into_iter().enumerate();
    days.map(|(place, (day, label))| {
        let x = scale.x(day);
        let level = i32::try_from(place % 3).unwrap_or(0);
        Point {
            x,
            y,
            label_y: y + away * (14 + SHIFT * level) + if away > 0 { 6 } else { 0 },
            anchor: match x {
                left if left < WIDTH / 4 => "start",
                right if right > 3 * WIDTH / 4 => "end",
                _ => "middle",
            },
            label,
            day: day.to_string(),
            class,
        }
    })
    .collect()
}

struct Scale {
    first: NaiveDate,
    days: i64,
}

impl Scale {
    fn x(&self, day: NaiveDate) -> i32 {
        let part = (day - self.first).num_days() * i64::from(WIDTH - 2 * MARGIN) / self.days;
        MARGIN + i32::try_from(part).unwrap_or(0)
    }

    /// About eight marks, at the first of January of round years.
    fn years(&self, last: NaiveDate) -> (Vec<(i32, i32)>, Vec<Line>) {
        let span = last.year() - self.first.year();
        let every = [1, 2, 5, 10, 20, 50].into_iter().find(|every| span / every <= 8).unwrap_or(100);
        let years: Vec<(i32, i32)> = (self.first.year() + 1..=last.year())
            .filter(|year| year % every == 0)
            .filter_map(|year| NaiveDate::from_ymd_opt(year, 1, 1).map(|day| (self.x(day), year)))
            .collect();
        let mark =
            |(x, _): &(i32, i32)| Line { x1: *x, y1: HAPPENED_Y, x2: *x, y2: REGISTERED_Y, class: "year" };
        let marks = years.iter().map(mark).collect();
        (years, marks)
    }
}
