//! The demo story, through the interfaces that people use: a series of steps, each reported on one line with
//! the time it took.

mod births;
pub mod card_office;
mod cards;
pub mod house;
pub mod links;
pub mod people;
pub mod plot;
mod proof;
mod questions;
pub mod scene;

use std::io::Write;
use std::time::Instant;

/// Plays steps in order. After a step that failed it plays no more, because later steps build on it.
#[derive(Debug)]
pub struct Story<W: Write> {
    out: W,
    began: Instant,
    planned: usize,
    passed: usize,
    has_failed: bool,
}

impl<W: Write> Story<W> {
    /// A story of `planned` steps, reported to `out`.
    pub fn new(out: W, planned: usize) -> Self {
        Story { out, began: Instant::now(), planned, passed: 0, has_failed: false }
    }

    /// Plays a step, which returns its result and a few words about it; `None` if it or an earlier step
    /// failed.
    ///
    /// # Errors
    /// If the line cannot be written. A step that fails is reported, not returned as an error.
    pub fn step<T>(
        &mut self,
        name: &str,
        play: impl FnOnce() -> anyhow::Result<(T, String)>,
    ) -> std::io::Result<Option<T>> {
        if self.has_failed {
            return Ok(None);
        }
        let began = Instant::now();
        let outcome = play();
        let seconds = began.elapsed().as_secs_f64();
        match outcome {
            Ok((made, words)) => {
                self.passed += 1;
                let words = if words.is_empty() { words } else { format!(": {words}") };
                writeln!(self.out, "  ok    {seconds:7.2} s  {name}{words}")?;
                Ok(Some(made))
            }
            Err(error) => {
                self.has_failed = true;
                writeln!(self.out, "  FAIL  {seconds:7.2} s  {name}\n        {error:#}")?;
                Ok(None)
            }
        }
    }

    /// Reports the last line, and returns whether all steps passed.
    ///
    /// # Errors
    /// If the line cannot be written.
    pub fn end(mut self) -> std::io::Result<bool> {
        let seconds = self.began.elapsed().as_secs_f64();
        writeln!(self.out, "story: {} of {} steps passed in {seconds:.1} s", self.passed, self.planned)?;
        Ok(self.passed == self.planned)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_story_counts_its_steps() {
        let mut told = Vec::new();
        let mut story = Story::new(&mut told, 2);
        assert_eq!(story.step("one", || Ok((1, String::new()))).unwrap(), Some(1));
        assert_eq!(story.step("two", || Ok((2, "many words".to_owned()))).unwrap(), Some(2));
        assert!(story.end().unwrap());
        let told = String::from_utf8(told).unwrap();
        assert!(told.contains("two: many words\n"), "{told}");
        assert!(told.lines().last().unwrap().starts_with("story: 2 of 2 steps passed in "), "{told}");
    }

    #[test]
    fn nothing_is_played_after_a_step_that_failed() {
        let mut told = Vec::new();
        let mut story = Story::new(&mut told, 3);
        story.step("one", || Ok(((), String::new()))).unwrap();
        let outcome: Option<()> = story.step("two", || anyhow::bail!("no card in the reader")).unwrap();
        assert_eq!(outcome, None);
        story.step("three", || -> anyhow::Result<((), String)> { panic!("played") }).unwrap();
        assert!(!story.end().unwrap());
        let told = String::from_utf8(told).unwrap();
        assert!(told.contains("no card in the reader"), "{told}");
        assert!(told.lines().last().unwrap().starts_with("story: 1 of 3 steps passed in "), "{told}");
    }

    #[test]
    fn a_step_that_was_planned_but_not_played_fails_the_story() {
        let mut story = Story::new(Vec::new(), 2);
        story.step("one", || Ok(((), String::new()))).unwrap();
        assert!(!story.end().unwrap());
    }
}
