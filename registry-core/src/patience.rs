//! Patience with slow clients: the service does not wait for a body that does not arrive in time. The
//! listeners do the same for heads ([`crate::listeners::pace`]), and learn here when a request is in service.

use std::cell::Cell;
use std::future::Future as _;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_web::body::{BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::PayloadError;
use actix_web::http::ConnectionType;
use actix_web::middleware::Next;
use actix_web::rt::time::{Sleep, sleep};
use actix_web::web::Bytes;
use actix_web::{Error, HttpMessage as _};
use futures_core::Stream;
use registry_domain::refusal::Refusal;

use crate::api::problem::problem;
use crate::listeners::pace::{Pace, Served};

/// Gives a body `seconds` to arrive; a later one is answered by [`Refusal::RequestTooSlow`], and the
/// connection ends.
///
/// # Errors
/// What the route answers.
pub async fn in_time<B: MessageBody + 'static>(
    seconds: u64,
    mut request: ServiceRequest,
    next: Next<B>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let in_service = request.conn_data::<Rc<Pace>>().map(Pace::begin);
    let is_late = Rc::new(Cell::new(false));
    match request.take_payload() {
        Payload::None => {}
        body => {
            let end = Box::pin(sleep(Duration::from_secs(seconds)));
            let payload = Box::pin(TimedBody { body, end, is_late: is_late.clone() });
            request.set_payload(Payload::Stream { payload });
        }
    }
    let mut response = next.call(request).await?.map_into_boxed_body();
    if is_late.get() {
        let (request, _) = response.into_parts();
        let mut answer = problem(&Refusal::RequestTooSlow { seconds });
        answer.head_mut().set_connection_type(ConnectionType::Close);
        response = ServiceResponse::new(request, answer);
    }
    Ok(match in_service {
        Some(in_service) => response.map_body(|_, body| BoxBody::new(Served::new(body, in_service))),
        None => response,
    })
}

struct TimedBody {
    body: Payload,
    end: Pin<Box<Sleep>>,
    is_late: Rc<Cell<bool>>,
}

impl Stream for TimedBody {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        // What has arrived is taken first: a fast client never touches the timer.
        if let Poll::Ready(part) = Pin::new(&mut self.body).poll_next(context) {
            return Poll::Ready(part);
        }
        if self.end.as_mut().poll(context).is_pending() {
            return Poll::Pending;
        }
        self.is_late.set(true);
        Poll::Ready(Some(Err(PayloadError::Io(io::ErrorKind::TimedOut.into()))))
    }
}
