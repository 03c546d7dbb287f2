//! The family as a small tree: parents above, husbands and wives beside, children below. Everyone has a
//! place: when a row is full, another follows.

use registry_domain::person::{Link, Person};

use super::{Line, in_lines};
use crate::console::page::Page;
use crate::console::record::{Family, name_of, relation};

/// The width of a box.
pub(in crate::console) const WIDTH: i32 = 196;
/// How many boxes stand in one row; four fill the page.
const IN_A_ROW: usize = 4;
/// How many letters of a name fit into one line of a box; they are bold.
const NAME_LETTERS: usize = 22;
/// How many letters of the dates fit into one line of a box.
const DATE_LETTERS: usize = 25;
/// The space between two boxes of a row.
const GAP: i32 = 24;
/// The space between two rows.
const BETWEEN: i32 = 44;
/// The margin around the sheet.
const MARGIN: i32 = 14;
/// The height of a line of text.
const LINE: i32 = 17;
/// The space above and below the text of a box.
const ROOM: i32 = 9;

/// A box with lines of text.
pub(in crate::console) struct Card {
    pub x: i32,
    pub y: i32,
    pub height: i32,
    /// The class in the style sheet: `own`, `relative`, `ended`.
    pub class: &'static str,
    /// The lines: their height in the box, their class, their text.
    pub lines: Vec<(i32, &'static str, String)>,
}

/// The boxes and lines, and the size of the sheet.
pub(in crate::console) struct Tree {
    pub width: i32,
    pub height: i32,
    /// The boxes of the people.
    pub cards: Vec<Card>,
    /// The lines that tie them together.
    pub ties: Vec<Line>,
    /// The same in words, for people who do not see the drawing.
    pub told: String,
}

impl Tree {
    /// Draws a family; gives nothing for a person without relatives.
    pub fn of(page: &Page, family: &Family) -> Option<Tree> {
        let person = &family.person;
        let links = || person.parents.iter().chain(&person.spouses).chain(&person.children);
        links().next()?;
        let draw =
            |links: &[Link]| -> Vec<Card> { links.iter().map(|link| card(page, family, link)).collect() };
        let own = Card::new("own", page.w.record, &name_of(person), &dates_of(person));
        let mut drawing = Drawing { y: MARGIN, ..Drawing::default() };
        let parents = drawing.rows(draw(&person.parents));
        let beside: Vec<Card> = std::iter::once(own).chain(draw(&person.spouses)).collect();
        let middle = drawing.rows(beside);
        let children = drawing.rows(draw(&person.children));
        Some(drawing.finish(&parents, &middle, &children, told(page, family)))
    }
}

/// What is drawn so far. The left edge of each row counts from zero, because rows are centred at the end.
#[derive(Default)]
struct Drawing {
    y: i32,
    rows: Vec<Vec<Card>>,
}

impl Drawing {
    /// Puts boxes into rows below those drawn so far, and gives the numbers of the new rows.
    fn rows(&mut self, cards: Vec<Card>) -> Vec<usize> {
        let begin = self.rows.len();
        let mut cards = cards.into_iter().peekable();
        while cards.peek().is_some() {
            let mut row: Vec<Card> = cards.by_ref().take(IN_A_ROW).collect();
            let height = row.iter().map(|card| card.height).max().unwrap_or(0);
            for card in &mut row {
                (card.y, card.height) = (self.y, height);
            }
            self.y += height + BETWEEN;
            self.rows.push(row);
        }
        (begin..self.rows.len()).collect()
    }

    fn finish(mut self, parents: &[usize], middle: &[usize], children: &[usize], told: String) -> Tree {
        let widest = self.rows.iter().map(Vec::len).max().unwrap_or(1);
        let rail = if children.len() > 1 || middle.len() > 1 { GAP } else { 0 };
        let width = across(widest) + 2 * (MARGIN + rail);
        for row in &mut self.rows {
            let begin = (width - across(row.len())) / 2;
            for (place, card) in (0..).zip(row) {
                card.x = begin + place * (WIDTH + GAP);
            }
        }
        let mut ties = Vec::new();
        if let Some(own) = middle.first().map(|row| &self.rows[*row][0]) {
            let (x, y) = (own.x + WIDTH / 2, own.y);
            self.tie_above(&mut ties, parents, x, y);
            self.tie_beside(&mut ties, middle);
            self.tie_below(&mut ties, children, (x, y + own.height), middle.len() > 1);
        }
        Tree {
            width,
            height: self.y - BETWEEN + MARGIN,
            ties,
            cards: self.rows.into_iter().flatten().collect(),
            told,
        }
    }

    /// Draws lines from the parents down to one bar, and from the bar to the person.
    fn tie_above(&self, ties: &mut Vec<Line>, parents: &[usize], x: i32, y: i32) {
        let bar = y - BETWEEN / 2;
        for card in parents.iter().flat_map(|row| &self.rows[*row]) {
            let middle = card.x + WIDTH / 2;
            ties.push(line(middle, card.y + card.height, middle, bar, "tie"));
            ties.push(line(middle, bar, x, bar, "tie"));
        }
        if !parents.is_empty() {
            ties.push(line(x, bar, x, y, "tie"));
        }
    }

    /// Draws lines from the person to the first box beside, and from each to the next; the line of a marriage
    /// that ended is dashed.
    fn tie_beside(&self, ties: &mut Vec<Line>, middle: &[usize]) {
        for row in middle {
            for card in &self.rows[*row] {
                let y = card.y + card.height / 2;
                let class = if card.class == "relative ended" { "tie ended" } else { "tie" };
                if card.class != "own" {
                    ties.push(line(card.x - GAP, y, card.x, y, class));
                }
            }
        }
    }

    /// Draws a line from the person to a bar above each row of children. A rail on the left leads past the
    /// rows in between: those of children, and with `is_past` also those of husbands and wives.
    fn tie_below(&self, ties: &mut Vec<Line>, children: &[usize], (x, y): (i32, i32), is_past: bool) {
        let bars: Vec<(i32, &Vec<Card>)> =
            children.iter().map(|row| (self.rows[*row][0].y - BETWEEN / 2, &self.rows[*row])).collect();
        let (Some((first, _)), Some((last, _))) = (bars.first(), bars.last()) else { return };
        let start = if is_past { y + BETWEEN / 2 } else { *first };
        ties.push(line(x, y, x, start, "tie"));
        if is_past || bars.len() > 1 {
            ties.push(line(MARGIN, start, MARGIN, *last, "tie"));
            ties.push(line(MARGIN, start, x, start, "tie"));
        }
        for (bar, row) in &bars {
            let from = if *bar == start { x } else { MARGIN };
            for card in *row {
                let middle = card.x + WIDTH / 2;
                ties.push(line(middle, *bar, middle, card.y, "tie"));
                ties.push(line(middle, *bar, from, *bar, "tie"));
            }
        }
    }
}

const fn line(x1: i32, y1: i32, x2: i32, y2: i32, class: &'static str) -> Line {
    Line { x1, y1, x2, y2, class }
}

impl Card {
    fn new(class: &'static str, label: &str, name: &str, dates: &str) -> Card {
        let names = in_lines(name, NAME_LETTERS).into_iter().map(|part| ("whose", part));
        let days = in_lines(dates, DATE_LETTERS).into_iter().map(|part| ("days", part));
        let all = std::iter::once(("what", label.to_owned())).chain(names).chain(days);
        let lines: Vec<_> =
            (1..).zip(all).map(|(place, (class, text))| (ROOM + LINE * place - 5, class, text)).collect();
        let height = 2 * ROOM + LINE * i32::try_from(lines.len()).unwrap_or(0);
        Card { x: 0, y: 0, height, class, lines }
    }
}

fn card(page: &Page, family: &Family, link: &Link) -> Card {
    let relative = family.relative(link.person);
    let class = if link.ended_on.is_some() { "relative ended" } else { "relative" };
    let name = relative.map_or_else(|| "—".to_owned(), name_of);
    Card::new(class, relation(page.w, link.relation), &name, &relative.map(dates_of).unwrap_or_default())
}

/// The family in one sentence, for people who do not see the drawing.
fn told(page: &Page, family: &Family) -> String {
    let person = &family.person;
    let links = person.parents.iter().chain(&person.spouses).chain(&person.children);
    let one = |link: &Link| {
        let relative = family.relative(link.person);
        let ended = link.ended_on.map(|day| format!(", {}: {day}", page.w.ended_on)).unwrap_or_default();
        format!(
            "{}: {} {}{ended}",
            relation(page.w, link.relation),
            relative.map_or_else(|| "—".to_owned(), name_of),
            relative.map(dates_of).unwrap_or_default()
        )
    };
    links.map(one).collect::<Vec<_>>().join("; ")
}

fn dates_of(person: &Person) -> String {
    let born = person.born_on.map(|day| day.to_string()).unwrap_or_default();
    person.died_on().map_or_else(|| born.clone(), |died| format!("{born} – {died}"))
}

fn across(boxes: usize) -> i32 {
    let boxes = i32::try_from(boxes).unwrap_or(1);
    boxes * WIDTH + (boxes - 1) * GAP
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cards(count: usize, name: &str) -> Vec<Card> {
        (0..count).map(|_| Card::new("relative", "Child", name, "2001-01-01 – 2002-02-02")).collect()
    }

    #[test]
    fn no_box_covers_another_and_no_line_runs_through_one_however_many_and_long_they_are() {
        let long = "Хүндэтгэлгүйжаргал Батмөнхжаргалсайхан Нямсүрэнгийнхүүжаргалсайханбаяр";
        for (parents, spouses, children) in
            [(2, 1, 3), (0, 0, 1), (2, 0, 0), (1, 6, 13), (2, 3, 4), (2, 1, 9)]
        {
            let mut drawing = Drawing { y: MARGIN, ..Drawing::default() };
            let above = drawing.rows(cards(parents, long));
            let own = Card::new("own", "Record", "Бат", "2000-01-01");
            let middle = drawing.rows(std::iter::once(own).chain(cards(spouses, long)).collect());
            let below = drawing.rows(cards(children, "Нэр"));
            let tree = drawing.finish(&above, &middle, &below, String::new());
            assert_eq!(tree.cards.len(), parents + 1 + spouses + children);
            for (place, one) in tree.cards.iter().enumerate() {
                assert!(one.x >= MARGIN && one.x + WIDTH + MARGIN <= tree.width, "inside the sheet");
                assert!(one.y + one.height + MARGIN <= tree.height, "inside the sheet");
                for (text_y, _, text) in &one.lines {
                    assert!(*text_y < one.height && super::super::width_of(text) <= WIDTH - 10, "{text}");
                }
                for other in &tree.cards[place + 1..] {
                    let apart = one.x + WIDTH <= other.x || other.x + WIDTH <= one.x;
                    assert!(apart || one.y + one.height <= other.y || other.y + other.height <= one.y);
                }
                for tie in &tree.ties {
                    let (left, right) = (tie.x1.min(tie.x2), tie.x1.max(tie.x2));
                    let (top, bottom) = (tie.y1.min(tie.y2), tie.y1.max(tie.y2));
                    let misses = right <= one.x
                        || left >= one.x + WIDTH
                        || bottom <= one.y
                        || top >= one.y + one.height;
                    assert!(misses, "a line runs through a box: {parents} {spouses} {children}");
                }
            }
        }
    }
}
