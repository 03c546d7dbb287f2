//! A form that was sent, with or without a picture. Which fields it may have is checked by the code that
//! reads it.

use std::future::Future;
use std::pin::Pin;

use actix_multipart::form::bytes::Bytes;
use actix_multipart::form::text::Text;
use actix_multipart::form::{FieldReader, Limits, MultipartCollect, MultipartForm, State};
use actix_multipart::{Field, MultipartError};
use actix_web::dev::Payload;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{Error, FromRequest, HttpRequest, web};
use registry_domain::card::application::PORTRAIT;

use super::fields::Pairs;
use crate::routes::policy::AskedUnder;

/// A form as browsers send it: in parts if it has a picture. Its media type alone decides how it is read, so
/// that whoever sent too much hears so, and not that the other form was expected.
pub(super) struct Sent(Upload);

impl<P> AskedUnder<P> for Sent {}

impl FromRequest for Sent {
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Sent, Error>>>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let media_type = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let is_in_parts = media_type
            .is_some_and(|it| it.trim_start().to_ascii_lowercase().starts_with("multipart/form-data"));
        if is_in_parts {
            let form = MultipartForm::<Upload>::from_request(request, payload);
            Box::pin(async move { Ok(Sent(form.await?.into_inner())) })
        } else {
            let form = web::Form::<Pairs>::from_request(request, payload);
            Box::pin(async move { Ok(Sent(Upload { pairs: form.await?.into_inner(), picture: None })) })
        }
    }
}

/// The fields, and the picture if one was chosen.
pub(super) fn read(sent: Sent) -> (Pairs, Option<Vec<u8>>) {
    let Upload { pairs, picture } = sent.0;
    (pairs, picture)
}

/// The parts of a form with a picture.
#[derive(Default)]
pub(super) struct Upload {
    pairs: Pairs,
    picture: Option<Vec<u8>>,
}

/// Under which the parts that were read so far wait.
const READ: &str = "read";

impl MultipartCollect for Upload {
    fn limit(_field: &str) -> Option<usize> {
        None
    }

    fn handle_field<'t>(
        request: &'t HttpRequest,
        field: Field,
        limits: &'t mut Limits,
        state: &'t mut State,
    ) -> Pin<Box<dyn Future<Output = Result<(), MultipartError>> + 't>> {
        Box::pin(async move {
            let name = field.name().unwrap_or_default().to_owned();
            let read = state.entry(READ.to_owned()).or_insert_with(|| Box::new(Upload::default()));
            let Some(read) = read.downcast_mut::<Upload>() else { return Ok(()) };
            if name == PORTRAIT.name {
                // A browser sends an empty part if no file was chosen.
                let file = Bytes::read_field(request, field, limits).await?.data.to_vec();
                read.picture = Some(file).filter(|bytes| !bytes.is_empty());
            } else {
                let text = Text::<String>::read_field(request, field, limits).await?;
                read.pairs.push((name, text.into_inner()));
            }
            Ok(())
        })
    }

    fn from_state(mut state: State) -> Result<Self, MultipartError> {
        let read = state.remove(READ).and_then(|read| read.downcast::<Upload>().ok());
        Ok(read.map(|read| *read).unwrap_or_default())
    }
}
