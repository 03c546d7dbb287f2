//! The pace of a connection. A head that does not end in time ends the connection, whether it is the first or
//! a later one; so does an answer that the client does not take.
//!
//! Time runs while no request is in service, and while the client keeps the service from writing. actix
//! itself ends a connection that is idle between two requests; the time here is a second longer, so that it
//! ends only what actix would keep for ever.

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

/// How much longer the time here is than that of the HTTP server.
const GRACE: Duration = Duration::from_secs(1);

/// How long a client may take.
#[derive(Debug, Clone, Copy)]
pub struct Times {
    /// For the head of a request, once it has begun.
    pub head: Duration,
    /// From one request to the next.
    pub between: Duration,
    /// To take anything at all of an answer.
    pub answer: Duration,
}

/// How many requests of a connection are in service: known to the connection and to whoever serves them.
#[derive(Debug, Default)]
pub struct Pace(Cell<u32>);

/// A request in service, from its head to the end of its answer.
#[derive(Debug)]
pub struct InService(Rc<Pace>);

impl Pace {
    /// A request's head has arrived.
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

/// The body of an answer: with it ends the service of its request.
pub struct Served {
    body: BoxBody,
    _in_service: InService,
}

impl Served {
    /// Of the request that was in service.
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

/// What the running time is given for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    /// No time runs: the service has a request.
    InService,
    /// Nothing of the next head has come, or the client takes the last answer.
    Between,
    /// A head comes.
    Head,
    /// The client does not take an answer, whether others are in service or not.
    Answer,
}

/// A connection that keeps pace.
pub struct Paced<S> {
    stream: S,
    pace: Rc<Pace>,
    times: Times,
    stage: Stage,
    end: Pin<Box<Sleep>>,
}

impl<S> Paced<S> {
    /// A connection that was accepted just now.
    pub fn new(stream: S, times: Times) -> Paced<S> {
        let end = Box::pin(sleep(times.head + GRACE));
        Paced { stream, pace: Rc::default(), times, stage: Stage::Between, end }
    }

    /// For whoever serves its requests.
    pub fn pace(&self) -> Rc<Pace> {
        self.pace.clone()
    }

    /// The connection itself.
    pub fn stream(&self) -> &S {
        &self.stream
    }

    /// Starts the time of a stage. That time never ends at once, so that only the waker is set.
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

    /// Refuses a client whose time is over; otherwise the task is woken when it will be.
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

    /// Takes note of whether what was written has left: TLS keeps the end of an answer in a buffer of its
    /// own.
    fn flushed(&mut self, outcome: &Poll<io::Result<()>>, context: &mut Context<'_>) {
        match (outcome, self.stage) {
            (Poll::Pending, Stage::InService | Stage::Between | Stage::Head) => {
                self.enter(Stage::Answer, context);
            }
            (Poll::Ready(Ok(())), Stage::Answer) => self.enter(Stage::Between, context),
            (Poll::Pending | Poll::Ready(_), _) => {}
        }
    }

    /// Takes note of what was written.
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

    /// An answer has so long, and the grace of a second.
    const TIMES: Times = Times {
        head: Duration::from_secs(60),
        between: Duration::from_secs(60),
        answer: Duration::from_millis(50),
    };
    /// A machine may be busy.
    const ENOUGH: Duration = Duration::from_secs(60);

    /// Behaves as TLS does with a client that takes nothing: it accepts what is written, and can never send
    /// it.
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
