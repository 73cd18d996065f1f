//! What can be asked of the gateway, for programs: OpenAPI 3.1.

use axum::response::IntoResponse;
use http::HeaderValue;
use http::header::CONTENT_TYPE;

/// The document. It stands in a file, so that whoever changes a path sees what is promised of it.
const DOCUMENT: &str = include_str!("openapi.json");

/// `GET /openapi.json`
pub(crate) async fn document() -> impl IntoResponse {
    ([(CONTENT_TYPE, HeaderValue::from_static("application/json"))], DOCUMENT)
}
