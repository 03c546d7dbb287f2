//! A JSON body from outside: its limits are checked first, then it is parsed strictly as its type.

use std::future::Future;
use std::pin::Pin;

use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{FromRequest, HttpRequest, web};
use registry_domain::refusal::Refusal;
use serde::de::DeserializeOwned;

use super::caller::Named;
use super::problem::ApiError;
use crate::deps::Deps;
use crate::once::Once;
use crate::outside::require_printable_json;
use crate::routes::admitted;
use crate::routes::policy::{AskedUnder, Policy};

/// What a caller, let in under the policy `P`, sent: parsed, with what makes it recognisable when it comes
/// again.
pub struct Sent<T, P: Policy> {
    /// The parsed body.
    pub value: T,
    /// Who sent it.
    pub caller: P::Caller,
    body: web::Bytes,
    route: String,
    key: Option<String>,
}

impl<T, P: Policy<Caller: Named>> Sent<T, P> {
    /// The idempotency of this request; every write needs it.
    ///
    /// # Errors
    /// [`Refusal::IdempotencyKeyMissing`].
    pub fn once(&self) -> Result<Once, Refusal> {
        Once::new(&self.caller.key(), self.key.as_deref(), &self.route, &self.body)
    }

    /// The body's bytes.
    pub fn bytes(&self) -> &[u8] {
        &self.body
    }
}

impl<T, P: Policy> AskedUnder<P> for Sent<T, P> {}

impl<T: DeserializeOwned + 'static, P: Policy> FromRequest for Sent<T, P> {
    type Error = ApiError;
    type Future = Pin<Box<dyn Future<Output = Result<Sent<T, P>, ApiError>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let bytes = web::Bytes::from_request(request, payload);
        let request = request.clone();
        Box::pin(async move {
            let limits = request
                .app_data::<web::Data<Deps>>()
                .map(|deps| deps.config.limits.clone())
                .unwrap_or_default();
            // Only declarations may carry a portrait.
            let path = request.path();
            let is_declaring =
                path == "/v1/declarations" || (path.starts_with("/v1/drafts/") && path.ends_with("/declare"));
            let limit = if is_declaring { limits.portrait_body_bytes } else { limits.body_bytes };
            let body = bytes.await.map_err(|_| Refusal::BodyTooLarge { limit })?;
            if body.len() > limit {
                return Err(Refusal::BodyTooLarge { limit }.into());
            }
            let is_json = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
            if !is_json.is_some_and(|kind| {
                kind.split(';').next().is_some_and(|kind| kind.trim() == "application/json")
            }) {
                return Err(Refusal::MediaTypeNotAccepted.into());
            }
            if depth(&body) > limits.json_depth {
                return Err(Refusal::TooDeep { limit: limits.json_depth }.into());
            }
            require_printable_json(&body)?;
            let value = serde_json::from_slice(&body).map_err(|error| unreadable(&error))?;
            let caller = admitted::<P>(&request).ok_or(Refusal::NotSignedIn)?;
            let key =
                request.headers().get("Idempotency-Key").and_then(|key| key.to_str().ok()).map(str::to_owned);
            Ok(Sent { value, caller, body, route: request.path().to_owned(), key })
        })
    }
}

/// Says where parsing failed, never what was sent.
fn unreadable(error: &serde_json::Error) -> Refusal {
    Refusal::Malformed { detail: crate::store::place_of(error) }
}

/// How deep brackets nest, outside of strings.
fn depth(body: &[u8]) -> usize {
    let (mut depth, mut deepest, mut in_string, mut escaped) = (0usize, 0usize, false, false);
    for byte in body {
        match (in_string, escaped, byte) {
            (true, true, _) => escaped = false,
            (true, false, b'\\') => escaped = true,
            (_, _, b'"') => in_string = !in_string,
            (false, _, b'{' | b'[') => {
                depth += 1;
                deepest = deepest.max(depth);
            }
            (false, _, b'}' | b']') => depth = depth.saturating_sub(1),
            (true | false, _, _) => {}
        }
    }
    deepest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_in_strings_do_not_nest() {
        assert_eq!(depth(br#"{"a":[1,{"b":"[[[\"{"}]}"#), 3);
        assert_eq!(depth(&[b'['; 50]), 50);
        assert_eq!(depth(b""), 0);
    }
}
