//! The family as a small tree: parents above, husbands and wives beside, children below.

use registry_domain::person::{Link, Person};

use super::{Card, Line};
use crate::console::page::Page;
use crate::console::record::{Family, name_of, relation};

/// Width of a box.
pub(in crate::console) const WIDTH: i32 = 190;
/// Height of a box.
pub(in crate::console) const HEIGHT: i32 = 66;
const GAP: i32 = 18;
const STEP: i32 = 112;
/// Boxes drawn in one row; the table below the drawing has them all.
const IN_A_ROW: usize = 5;

/// Boxes and lines, and the size of the sheet.
pub(in crate::console) struct Tree {
    /// Width of the sheet.
    pub width: i32,
    /// Height of the sheet.
    pub height: i32,
    /// The people.
    pub cards: Vec<Card>,
    /// The ties.
    pub lines: Vec<Line>,
    /// Relatives that did not find a place.
    pub left_out: usize,
}

impl Tree {
    /// Draws a family; nothing for someone who stands alone.
    pub fn of(page: &Page, family: &Family) -> Option<Tree> {
        let person = &family.person;
        let rows = [&person.parents, &person.spouses, &person.children];
        if rows.iter().all(|row| row.is_empty()) {
            return None;
        }
        let shown = |links: &[Link], room: usize| links.iter().take(room).cloned().collect::<Vec<_>>();
        let parents = shown(&person.parents, IN_A_ROW);
        let spouses = shown(&person.spouses, IN_A_ROW - 1);
        let children = shown(&person.children, IN_A_ROW);
        let widest = parents.len().max(spouses.len() + 1).max(children.len());
        let width = across(widest) + 2 * GAP;
        let has_parents = i32::from(!parents.is_empty());
        let own_y = GAP + STEP * has_parents;
        let mut tree = Tree {
            width,
            height: own_y + HEIGHT + GAP + if children.is_empty() { 0 } else { STEP },
            cards: Vec::new(),
            lines: Vec::new(),
            left_out: rows.iter().map(|row| row.len()).sum::<usize>()
                - (parents.len() + spouses.len() + children.len()),
        };
        let own_x = (width - across(spouses.len() + 1)) / 2;
        let middle = own_x + WIDTH / 2;
        for (x, link) in places(width, parents.len()).zip(&parents) {
            tree.tie(x + WIDTH / 2, GAP + HEIGHT, middle, own_y);
            tree.cards.push(card(page, family, link, x, GAP));
        }
        for (place, link) in (1..).zip(&spouses) {
            let x = own_x + place * (WIDTH + GAP);
            let class = if link.ended_on.is_some() { "tie ended" } else { "tie" };
            let y = own_y + HEIGHT / 2;
            tree.lines.push(Line { x1: x - GAP, y1: y, x2: x, y2: y, class });
            tree.cards.push(card(page, family, link, x, own_y));
        }
        for (x, link) in places(width, children.len()).zip(&children) {
            tree.tie(middle, own_y + HEIGHT, x + WIDTH / 2, own_y + STEP);
            tree.cards.push(card(page, family, link, x, own_y + STEP));
        }
        tree.cards.push(Card {
            x: own_x,
            y: own_y,
            class: "own",
            label: page.w.record.to_owned(),
            name: name_of(person),
            dates: dates_of(person),
        });
        Some(tree)
    }

    fn tie(&mut self, x1: i32, y1: i32, x2: i32, y2: i32) {
        let half = (y1 + y2) / 2;
        let line = |x1, y1, x2, y2| Line { x1, y1, x2, y2, class: "tie" };
        self.lines.extend([line(x1, y1, x1, half), line(x1, half, x2, half), line(x2, half, x2, y2)]);
    }
}

fn card(page: &Page, family: &Family, link: &Link, x: i32, y: i32) -> Card {
    let relative = family.relative(link.person);
    Card {
        x,
        y,
        class: if link.ended_on.is_some() { "relative ended" } else { "relative" },
        label: relation(page.w, link.relation).to_owned(),
        name: relative.map_or_else(|| "—".to_owned(), name_of),
        dates: relative.map(dates_of).unwrap_or_default(),
    }
}

fn dates_of(person: &Person) -> String {
    let born = person.born_on.map(|day| day.to_string()).unwrap_or_default();
    person.died_on().map_or_else(|| born.clone(), |died| format!("{born} – {died}"))
}

fn across(boxes: usize) -> i32 {
    let boxes = i32::try_from(boxes).unwrap_or(1);
    boxes * WIDTH + (boxes - 1) * GAP
}

/// The left edges of so many boxes, in the middle of the sheet.
fn places(width: i32, boxes: usize) -> impl Iterator<Item = i32> {
    let begin = (width - across(boxes)) / 2;
    (0..).map(move |place| begin + place * (WIDTH + GAP))
}
