//! What a page answers if it does not do what it was asked. The frame writes it as a page in both languages.

use actix_web::http::StatusCode;
use actix_web::{HttpResponse, ResponseError};
use registry_domain::refusal::Refusal;

use crate::api::problem::{ApiError, status_of};
use crate::failure::Failure;
use crate::store::StoreError;

/// A refusal, or a fault of ours.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub(crate) struct Fault(#[from] pub Failure);

impl From<Refusal> for Fault {
    fn from(refusal: Refusal) -> Fault {
        Fault(refusal.into())
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Fault {
        Fault(error.into())
    }
}

impl From<ApiError> for Fault {
    fn from(ApiError(failure): ApiError) -> Fault {
        Fault(failure)
    }
}

impl Fault {
    /// The refusal, if it is one: then a form shows it beside its field.
    ///
    /// # Errors
    /// The fault itself, if the person at the screen cannot mend it.
    pub fn refusal(self) -> Result<Refusal, Fault> {
        match self.0 {
            Failure::Refused(refusal) => Ok(refusal),
            other @ (Failure::Store(_) | Failure::Issue(_) | Failure::Replayed(_)) => Err(Fault(other)),
        }
    }
}

impl ResponseError for Fault {
    fn status_code(&self) -> StatusCode {
        self.0.refusal().map_or(StatusCode::INTERNAL_SERVER_ERROR, |refusal| status_of(&refusal))
    }

    fn error_response(&self) -> HttpResponse {
        HttpResponse::new(self.status_code())
    }
}
