//! One log line a request: a trace id, the route's pattern, the status, the time. Never an address with
//! values in it, never a body.

use std::time::Instant;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::middleware::Next;

/// Logs a request after it was answered, and gives the caller its trace id.
///
/// # Errors
/// What the route answers.
pub async fn log_request(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let begun = Instant::now();
    let mut bytes = [0u8; 8];
    // Without randomness the trace is all zeros, which is still a trace.
    let _ = getrandom::fill(&mut bytes);
    let trace = hex::encode(bytes);
    let method = request.method().clone();
    let pattern = request.match_pattern();
    let outcome = next.call(request).await;
    let (route, status) = match &outcome {
        Ok(response) => (response.request().match_pattern().or(pattern), response.status()),
        Err(error) => (pattern, error.as_response_error().status_code()),
    };
    let route = route.unwrap_or_else(|| "-".to_owned());
    let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%trace, %method, %route, status = status.as_u16(), millis, "request");
    let mut response = outcome?;
    if let Ok(value) = HeaderValue::from_str(&trace) {
        response.headers_mut().insert(HeaderName::from_static("x-trace-id"), value);
    }
    Ok(response)
}
