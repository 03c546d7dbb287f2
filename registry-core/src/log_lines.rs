//! Where log lines go: gathered in memory, written many at once by a thread of their own.
//!
//! A line costs a request no system call and wakes nobody. If the process is killed by force, the lines of
//! the last moment are lost; an orderly end, and a fault that ends `main`, lose none. (`tracing-appender`
//! wakes its thread for each line, which cost a sixth of the answers in `./bench verify`.)

use std::io::{self, Write as _};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tracing_subscriber::fmt::MakeWriter;

/// How long a line waits at most.
const WAIT: Duration = Duration::from_millis(20);
/// How many bytes gather at most; a caller that adds more writes all of them out itself.
const FULL: usize = 1024 * 1024;

/// The lines that wait. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub struct LogLines(Arc<Mutex<Vec<u8>>>);

impl LogLines {
    /// Starts the writing thread; it ends with the process.
    ///
    /// # Errors
    /// If there is no thread to be had.
    pub fn start() -> io::Result<LogLines> {
        let lines = LogLines::default();
        let writing = lines.clone();
        std::thread::Builder::new().name("log-lines".to_owned()).spawn(move || {
            loop {
                std::thread::sleep(WAIT);
                writing.write_out();
            }
        })?;
        Ok(lines)
    }

    /// Writes what waits to standard error.
    pub fn write_out(&self) {
        let lines = std::mem::take(&mut *self.lock());
        // If nobody reads the log, there is nobody to tell of the error.
        let _ = io::stderr().write_all(&lines);
    }

    fn lock(&self) -> MutexGuard<'_, Vec<u8>> {
        // Whole lines are added under the lock, so a panic elsewhere leaves none half written.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl io::Write for LogLines {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        let is_full = {
            let mut lines = self.lock();
            lines.extend_from_slice(line);
            lines.len() >= FULL
        };
        if is_full {
            self.write_out();
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl MakeWriter<'_> for LogLines {
    type Writer = LogLines;

    fn make_writer(&self) -> LogLines {
        self.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_gather_until_they_are_written_out() {
        let mut lines = LogLines::default();
        lines.write_all(b"{}\n").unwrap();
        lines.clone().write_all(b"{\"a\":1}\n").unwrap();
        assert_eq!(&*lines.lock(), b"{}\n{\"a\":1}\n");
        lines.write_out();
        assert!(lines.lock().is_empty());
    }
}
