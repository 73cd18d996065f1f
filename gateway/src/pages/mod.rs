//! Pages for people, rendered here and complete as they arrive: no script runs on them, and nothing is loaded from elsewhere.
//!
//! Who looks has signed in with a key of the interface, and a browser holds a cookie for that; looking changes nothing, and whatever changes something is a form with
//! a nonce. What an agent wrote is shown as its words.

// How they look, and what they show.
mod frame;
mod words;
mod moment;
mod rule;
mod editions;
mod gist;
mod judged;
mod asked;
mod event;

// Who looks.
pub(crate) mod session;
mod visitor;
mod form;

// What is served.
mod sign;
mod approvals;
mod timeline;
mod decision;
mod receipt;

use std::sync::Arc;

use axum::Router;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use maud::html;

pub(crate) use self::approvals::{answer, list, one};
pub(crate) use self::form::FORM;
use self::frame::{At, Bar, Viewer};
pub(crate) use self::receipt::{decided, page as receipt};
pub(crate) use self::sign::{SIGN_IN, signing_in};
use self::visitor::Visitor;
pub(crate) use self::visitor::{is_signed_in, wants_page};
use crate::gateway::Shared;

/// The paths that only browsers ask for. Those of approvals and receipts are also those of programs.
pub(crate) fn routes() -> Router<Arc<Shared>> {
    Router::new()
        .route("/", get(timeline::page))
        .route("/events/{index}", get(decision::page))
        .route(sign::SIGN_IN, get(sign::form).post(sign::sign_in))
        .route(sign::SIGN_OUT, post(sign::sign_out))
        .route(frame::STYLE_PATH, get(frame::style))
}

/// To another page, which is looked at with GET.
fn to(path: &str) -> Response {
    let mut answer = StatusCode::SEE_OTHER.into_response();
    if let Ok(path) = HeaderValue::from_str(path) {
        answer.headers_mut().insert(LOCATION, path);
    }
    answer
}

/// The bar of a page.
async fn bar<'a>(shared: &'a Shared, visitor: Option<&'a Visitor>, at: At) -> Bar<'a> {
    let pending = match visitor {
        Some(_) => approvals::pending(shared).await,
        None => 0,
    };
    let viewer = visitor.map(|visitor| Viewer {
        name: &visitor.key.name,
        role: visitor.key.role,
        nonce: visitor.session.nonce(sign::PURPOSE),
        pending,
    });
    let name = shared.tenant.identity.name.as_str();
    // The only one has no name of its own, and of several a stranger looks at none.
    let is_named = name != "default" && (shared.is_alone || viewer.is_some());
    Bar { tenant: if is_named { name } else { "" }, at, viewer }
}

/// A page that says why there is no other.
async fn told(
    shared: &Shared,
    visitor: Option<&Visitor>,
    status: StatusCode,
    title: &str,
    what: &str,
) -> Response {
    let body = html! {
        main.narrow #main {
            div.card {
                h1 { (title) }
                p { (what) }
                p { a href="/approvals" { "Approvals" } " · " a href="/" { "Timeline" } }
            }
        }
    };
    frame::page(status, title, &bar(shared, visitor, At::Elsewhere).await, &body)
}

/// The store does not answer, so that nothing can be shown.
async fn no_store(shared: &Shared, visitor: Option<&Visitor>) -> Response {
    let what =
        "The store does not answer, so there is nothing to show. Nothing was changed. Try again in a moment.";
    told(shared, visitor, StatusCode::SERVICE_UNAVAILABLE, "The store does not answer", what).await
}
