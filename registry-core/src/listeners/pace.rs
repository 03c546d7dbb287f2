//! The pace of a connection. It ends if a request's head does not arrive completely in time, the first head
//! or any later one, or if the client does not take an answer.
//!
//! The time runs while no request is in service, and while the client keeps the service from writing. actix
//! itself ends a connection that is idle between two requests; the time here is a second longer, so that it
//! ends only connections that actix would keep for ever.

use std::cell::Cell;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::rt::time::{Instant, Sleep, sleep};
use actix_web::web::Bytes;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// By how much the times here exceed those of the HTTP server.
const GRACE: Duration = Duration::from_secs(1);

/// How long a client may take.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// How long a head may take, once it has begun.
    pub head: Duration,
    /// How long the client may wait from one request to the next.
    pub between: Duration,
    /// How long the client may take nothing of an answer.
    pub answer: Duration,
}

/// How many requests of a connection are in service; shared between the connection and the code that serves
/// its requests.
#[derive(Debug, Default)]
pub struct Pace(Cell<u32>);

/// A request in service, from its head to the end of its answer.
#[derive(Debug)]
pub struct InService(Rc<Pace>);

impl Pace {
    /// Call this when a request's head has arrived.
    pub fn begin(self: &Rc<Pace>) -> InService {
        self.0.set(self.0.get() + 1);
        InService(self.clone())
    }
}

impl Drop for InService {
    fn drop(&mut self) {
        let Pace(count) = &*self.0;
        count.set(count.get().saturating_sub(1));
    }
}

/// The body of an answer. When it is dropped, its request is no longer in service.
pub struct Served {
    body: BoxBody,
    _in_service: InService,
}

impl Served {
    /// Wraps the answer's body; `in_service` ends together with it.
    pub fn new(body: BoxBody, in_service: InService) -> Served {
        Served { body, _in_service: in_service }
    }
}

impl MessageBody for Served {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(context)
    }
}

/// What the connection is waiting for, which decides how long it may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// For nothing: the service has a request.
    InService,
    /// For the next head, of which nothing has come; or the client is taking the last answer.
    Between,
    /// For the rest of a head.
    Head,
    /// For the client to take an answer, whether or not other requests are in service.
    Answer,
}

/// A connection that must keep pace.
pub struct Paced<S> {
    stream: S,
    pace: Rc<Pace>,
    times: Times,
    stage: Stage,
    end: Pin<Box<Sleep>>,
}

impl<S> Paced<S> {
    /// Wraps a connection that was just accepted.
    pub fn new(stream: S, times: Times) -> Paced<S> {
        let end = Box::pin(sleep(times.head + GRACE));
        Paced { stream, pace: Rc::default(), times, stage: Stage::Between, end }
    }

    /// The counter, for the code that serves the connection's requests.
    pub fn pace(&self) -> Rc<Pace> {
        self.pace.clone()
    }

    /// The wrapped connection.
    pub fn stream(&self) -> &S {
        &self.stream
    }

    /// Starts the time of a stage. That time is never over at once, so polling it here only registers the
    /// waker.
    fn enter(&mut self, stage: Stage, context: &mut Context<'_>) {
        let time = match stage {
            Stage::InService | Stage::Between => self.times.between,
            Stage::Head => self.times.head,
            Stage::Answer => self.times.answer,
        };
        self.stage = stage;
        self.end.as_mut().reset(Instant::now() + time + GRACE);
        let _ = self.end.as_mut().poll(context);
    }

    /// Ends the connection of a client whose time is over; otherwise the task is woken when it will be.
    fn require_time(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        let is_in_service = self.pace.0.get() > 0;
        match self.stage {
            Stage::InService | Stage::Between | Stage::Head if is_in_service => {
                self.stage = Stage::InService;
                return Ok(());
            }
            Stage::InService => self.enter(Stage::Between, context),
            Stage::Between | Stage::Head | Stage::Answer => {}
        }
        if self.end.as_mut().poll(context).is_ready() { Err(io::ErrorKind::TimedOut.into()) } else { Ok(()) }
    }

    /// Notes whether what was written has left. TLS keeps the end of an answer in a buffer of its own.
    fn flushed(&mut self, outcome: &Poll<io::Result<()>>, context: &mut Context<'_>) {
        match (outcome, self.stage) {
            (Poll::Pending, Stage::InService | Stage::Between | Stage::Head) => {
                self.enter(Stage::Answer, context);
            }
            (Poll::Ready(Ok(())), Stage::Answer) => self.enter(Stage::Between, context),
            (Poll::Pending | Poll::Ready(_), _) => {}
        }
    }

    /// Notes what was written.
    fn wrote(&mut self, outcome: &Poll<io::Result<usize>>, context: &mut Context<'_>) {
        match (outcome, self.stage) {
            (Poll::Pending, Stage::InService | Stage::Between | Stage::Head) => {
                self.enter(Stage::Answer, context);
            }
            (Poll::Ready(Ok(1..)), Stage::Answer | Stage::Between | Stage::Head) => {
                self.enter(Stage::Between, context);
            }
            (Poll::Pending | Poll::Ready(_), _) => {}
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.require_time(context)?;
        let before = buffer.filled().len();
        let outcome = Pin::new(&mut self.stream).poll_read(context, buffer);
        if self.stage == Stage::Between && buffer.filled().len() > before {
            self.enter(Stage::Head, context);
        }
        outcome
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.require_time(context)?;
        let outcome = Pin::new(&mut self.stream).poll_write(context, buffer);
        self.wrote(&outcome, context);
        outcome
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.require_time(context)?;
        let outcome = Pin::new(&mut self.stream).poll_write_vectored(context, buffers);
        self.wrote(&outcome, context);
        outcome
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.require_time(context)?;
        let outcome = Pin::new(&mut self.stream).poll_flush(context);
        self.flushed(&outcome, context);
        outcome
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        self.require_time(context)?;
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::rt::time::timeout;
    use tokio::io::AsyncWriteExt as _;

    use super::*;

    /// An answer has this much time, and a second of grace.
    const TIMES: Times = Times {
        head: Duration::from_secs(60),
        between: Duration::from_secs(60),
        answer: Duration::from_millis(50),
    };
    /// Long enough even on a busy machine.
    const ENOUGH: Duration = Duration::from_secs(60);

    /// Behaves as TLS does with a client that takes nothing: it accepts what is written, and never gets rid
    /// of it.
    #[derive(Default)]
    struct Deaf {
        hears: Rc<Cell<bool>>,
    }

    impl AsyncWrite for Deaf {
        fn poll_write(self: Pin<&mut Self>, _: &mut Context<'_>, buffer: &[u8]) -> Poll<io::Result<usize>> {
            Poll::Ready(Ok(buffer.len()))
        }

        fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            if self.hears.get() { Poll::Ready(Ok(())) } else { Poll::Pending }
        }

        fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
            Poll::Ready(Ok(()))
        }
    }

    #[actix_web::test]
    async fn whoever_takes_nothing_of_what_tls_keeps_of_an_answer_is_put_out() {
        for is_in_service in [true, false] {
            let mut paced = Paced::new(Deaf::default(), TIMES);
            let in_service = paced.pace().begin();
            paced.write_all(b"an answer").await.unwrap();
            let _kept = is_in_service.then_some(in_service);
            let flushed = timeout(ENOUGH, paced.flush()).await.expect("it was waited for");
            assert_eq!(flushed.unwrap_err().kind(), io::ErrorKind::TimedOut);
        }
    }

    #[actix_web::test]
    async fn whoever_takes_it_in_time_has_the_pause_between_two_requests() {
        let deaf = Deaf::default();
        let hears = deaf.hears.clone();
        let mut paced = Paced::new(deaf, TIMES);
        drop(paced.pace().begin());
        paced.write_all(b"an answer").await.unwrap();
        assert!(timeout(TIMES.answer, paced.flush()).await.is_err());
        hears.set(true);
        paced.flush().await.unwrap();
        assert_eq!(paced.stage, Stage::Between);
    }
}
