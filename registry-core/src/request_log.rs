//! One log line a request: a trace id, the route's pattern, the status, the time. Never an address with values in it, never a body.

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
    let mut response = next.call(request).await?;
    let route = response.request().match_pattern().unwrap_or_else(|| "-".to_owned());
    let millis = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
    tracing::info!(%trace, %method, %route, status = response.status().as_u16(), millis, "request");
    if let Ok(value) = HeaderValue::from_str(&trace) {
        response.headers_mut().insert(HeaderName::from_static("x-trace-id"), value);
    }
    Ok(response)
}
