//! A life on two times: above, when things happened; below, when the register learnt of them. No label covers
//! another: each stands right of its point, and farther from the line than every label that begins within its
//! length.

use chrono::{Datelike, NaiveDate};
use registry_domain::date::PartialDate;
use registry_domain::person::Person;

use super::{Line, width_of};
use crate::console::page::Page;

/// The length of the two lines.
const LENGTH: i32 = 600;
/// The margin around the sheet.
const MARGIN: i32 = 16;
/// The space between the two lines, with their names, and the years between these.
const BETWEEN: i32 = 92;
/// The height of a label.
const LEVEL: i32 = 19;
/// The distance from a line to its first label.
const AWAY: i32 = 16;
/// The distance from a point to its label, and between two labels of one level.
const ASIDE: i32 = 7;

/// A point on one of the two lines.
pub(in crate::console) struct Point {
    pub x: i32,
    pub y: i32,
    pub label_x: i32,
    pub label_y: i32,
    /// What happened, or what was registered.
    pub label: String,
    /// The day, as text.
    pub day: String,
    /// The class in the style sheet.
    pub class: &'static str,
}

/// Both lines with their points and years.
pub(in crate::console) struct Timeline {
    pub width: i32,
    pub height: i32,
    /// What happened, then what was registered, each in the order of days.
    pub points: Vec<Point>,
    /// The two lines and the marks of the years.
    pub lines: Vec<Line>,
    /// The years at the marks.
    pub years: Vec<(i32, i32)>,
    /// The height of the line of what happened.
    pub happened_y: i32,
    /// The height of the line of what was registered.
    pub registered_y: i32,
    /// The left end of both lines.
    pub left: i32,
    /// The same in words, in the order of days: the day, what happened, what was registered.
    pub told: Vec<(String, String, String)>,
}

/// A day, with what happened on it.
#[derive(Clone)]
struct Day {
    /// The day at which it is drawn; a partial date is drawn at its first day.
    at: NaiveDate,
    /// The day as it is written: as much of it as is known.
    written: String,
    what: String,
}

impl Day {
    fn new(date: impl Into<PartialDate>, what: &str) -> Day {
        let date = date.into();
        Day { at: date.earliest(), written: date.to_string(), what: what.to_owned() }
    }

    fn text(&self) -> String {
        format!("{} {}", self.written, self.what)
    }
}

impl Timeline {
    /// Draws a life; gives nothing if no day of it is known.
    pub fn of(page: &Page, person: &Person, today: NaiveDate) -> Option<Timeline> {
        let registered = person.acts.iter().map(|act| {
            let kind = page.lang.pick(act.kind.title_mn(), act.kind.title_en());
            Day::new(act.registered_on, kind)
        });
        Timeline::drawn(happened(page, person), registered.collect(), today)
    }

    fn drawn(mut happened: Vec<Day>, mut registered: Vec<Day>, today: NaiveDate) -> Option<Timeline> {
        let order = |day: &Day| (day.at, day.what.clone());
        happened.sort_by_key(order);
        registered.sort_by_key(order);
        let days = || happened.iter().chain(&registered).map(|day| day.at);
        let first = days().min()?;
        let last = days().max()?.max(today);
        let scale = Scale { first, days: (last - first).num_days().max(1) };
        let (above, below) = (levels(&scale, &happened), levels(&scale, &registered));
        let room = |levels: &[i32]| levels.iter().max().map_or(0, |most| AWAY + LEVEL * (most + 1));
        let happened_y = MARGIN + room(&above);
        let registered_y = happened_y + BETWEEN;
        let mut points = points(&scale, &happened, &above, happened_y, -1, "happened");
        points.extend(self::points(&scale, &registered, &below, registered_y, 1, "registered"));
        let (years, marks) = scale.years(last, happened_y, registered_y);
        let line = |y, class| Line { x1: MARGIN, y1: y, x2: MARGIN + LENGTH, y2: y, class };
        let mut lines = vec![line(happened_y, "axis"), line(registered_y, "axis")];
        lines.extend(marks);
        let ends = points.iter().map(|point| point.label_x + width_of(&point.text()));
        Some(Timeline {
            width: ends.max().unwrap_or(0).max(MARGIN + LENGTH) + MARGIN,
            height: registered_y + room(&below) + MARGIN,
            points,
            lines,
            years,
            happened_y,
            registered_y,
            left: MARGIN,
            told: told(happened, registered),
        })
    }
}

impl Point {
    fn text(&self) -> String {
        format!("{} {}", self.day, self.label)
    }
}

/// The days that the record itself names, with what happened on them.
fn happened(page: &Page, person: &Person) -> Vec<Day> {
    let w = page.w;
    let mut days = Vec::new();
    days.extend(person.born_on.map(|day| Day::new(day, w.born_on)));
    let homes = person.earlier_residences.iter().chain(&person.residence);
    days.extend(homes.filter_map(|home| {
        home.since
            .map(|since| Day::new(since, &format!("{}: {}", w.residence, page.places.short(&home.unit))))
    }));
    for link in &person.spouses {
        days.extend(link.began_on.map(|day| Day::new(day, w.married_on)));
        days.extend(link.ended_on.map(|day| Day::new(day, w.marriage_ended_word)));
    }
    days.extend(person.died_on().map(|day| Day::new(day, w.died_on)));
    days
}

/// The level of the label of each day, where the days are in order. Going from the right, each label stands
/// above all labels that begin within its length. So neither a label nor the line to it crosses another
/// label.
fn levels(scale: &Scale, days: &[Day]) -> Vec<i32> {
    let mut levels = vec![0; days.len()];
    for place in (0..days.len()).rev() {
        let day = &days[place];
        let end = scale.x(day.at) + 2 * ASIDE + width_of(&day.text());
        let within = (place + 1..days.len()).filter(|later| scale.x(days[*later].at) < end);
        levels[place] = within.map(|later| levels[later] + 1).max().unwrap_or(0);
    }
    levels
}

fn points(scale: &Scale, days: &[Day], levels: &[i32], y: i32, away: i32, class: &'static str) -> Vec<Point> {
    let point = |(day, level): (&Day, &i32)| Point {
        x: scale.x(day.at),
        y,
        label_x: scale.x(day.at) + ASIDE,
        label_y: y + away * (AWAY + LEVEL * level) + if away > 0 { LEVEL / 2 } else { 0 },
        label: day.what.clone(),
        day: day.written.clone(),
        class,
    };
    days.iter().zip(levels).map(point).collect()
}

/// Both times in one table, in the order of days.
fn told(happened: Vec<Day>, registered: Vec<Day>) -> Vec<(String, String, String)> {
    let happened = happened.into_iter().map(|day| (day.at, (day.written, day.what, String::new())));
    let registered = registered.into_iter().map(|day| (day.at, (day.written, String::new(), day.what)));
    let mut told: Vec<_> = happened.chain(registered).collect();
    told.sort_by_key(|(at, _)| *at);
    told.into_iter().map(|(_, row)| row).collect()
}

struct Scale {
    first: NaiveDate,
    days: i64,
}

impl Scale {
    fn x(&self, day: NaiveDate) -> i32 {
        let part = (day - self.first).num_days() * i64::from(LENGTH) / self.days;
        MARGIN + i32::try_from(part).unwrap_or(0)
    }

    /// About eight marks, each at the first of January of a round year.
    fn years(&self, last: NaiveDate, top: i32, bottom: i32) -> (Vec<(i32, i32)>, Vec<Line>) {
        let span = last.year() - self.first.year();
        let every = [1, 2, 5, 10, 20, 50].into_iter().find(|every| span / every <= 8).unwrap_or(100);
        let years: Vec<(i32, i32)> = (self.first.year() + 1..=last.year())
            .filter(|year| year % every == 0)
            .filter_map(|year| NaiveDate::from_ymd_opt(year, 1, 1).map(|day| (self.x(day), year)))
            .collect();
        let mark = |(x, _): &(i32, i32)| Line { x1: *x, y1: top, x2: *x, y2: bottom, class: "year" };
        let marks = years.iter().map(mark).collect();
        (years, marks)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    /// The left edge, right edge and baseline of each label.
    fn labels(life: &Timeline) -> Vec<(i32, i32, i32)> {
        let label = |point: &Point| (point.label_x, point.label_x + width_of(&point.text()), point.label_y);
        life.points.iter().map(label).collect()
    }

    #[test]
    fn no_label_covers_another_or_is_crossed_by_the_line_to_another() {
        let long = "Нас барсанд тооцсон хүн эргэн ирсэн";
        let days = [
            "1950-01-01",
            "1950-01-20",
            "1999-05-05",
            "2026-01-01",
            "2026-01-02",
            "2026-01-02",
            "2026-01-09",
        ];
        let days: Vec<Day> = days.iter().map(|day| Day::new(on(day), long)).collect();
        let life = Timeline::drawn(days.clone(), days, on("2026-02-01")).unwrap();
        let labels = labels(&life);
        for (place, (left, right, y)) in labels.iter().enumerate() {
            assert!(*left > 0 && *right <= life.width && *y > 10 && *y < life.height, "inside the sheet");
            for (other_left, other_right, other_y) in &labels[place + 1..] {
                let apart = right <= other_left || other_right <= left;
                assert!(apart || (y - other_y).abs() >= LEVEL, "{labels:?}");
            }
            for point in &life.points {
                let (top, bottom) = (point.y.min(point.label_y), point.y.max(point.label_y));
                let crossed = point.x > *left && point.x < *right && top < *y - 12 && bottom > *y;
                assert!(!crossed, "a line crosses a label");
            }
        }
    }

    #[test]
    fn both_times_are_told_in_order_of_day() {
        let day = |text, what: &str| Day::new(PartialDate::parse(text).unwrap(), what);
        let life = Timeline::drawn(
            vec![day("2000", "born"), day("1990-01-01", "moved")],
            vec![day("1995-01-01", "move")],
            on("2001-01-01"),
        );
        let told = life.unwrap().told;
        let told: Vec<_> = told.iter().map(|(day, a, b)| (day.as_str(), a.as_str(), b.as_str())).collect();
        assert_eq!(told, [("1990-01-01", "moved", ""), ("1995-01-01", "", "move"), ("2000", "born", "")]);
        assert!(Timeline::drawn(Vec::new(), Vec::new(), on("2001-01-01")).is_none());
    }
}
