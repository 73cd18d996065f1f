//! Signing in with a key, and out.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::header::SET_COOKIE;
use http::{HeaderMap, HeaderValue, Request, StatusCode, Uri};
use maud::{Markup, html};

use super::form::{self, Form};
use super::frame::{self, At};
use super::visitor::{Visitor, is_own_form, set_cookie};
use super::{bar, to, told};
use crate::clock;
use crate::gateway::Shared;
use crate::http::{Refusal, body};
use crate::key::Right;

/// Where somebody signs in.
pub(crate) const SIGN_IN: &str = "/sign-in";
/// Where they sign out.
pub(crate) const SIGN_OUT: &str = "/sign-out";
/// What the nonce of signing out is for.
pub(super) const PURPOSE: &str = "sign out";
/// How long a wrong key is answered with, so that trying keys is slow. They cannot be guessed anyway.
const BREATH: std::time::Duration = std::time::Duration::from_millis(300);

/// `GET /sign-in`
pub(crate) async fn form(State(shared): State<Arc<Shared>>, uri: Uri, headers: HeaderMap) -> Response {
    let next = local(Form::of_query(uri.query()).get("next")).to_owned();
    if Visitor::of(&shared, &headers).is_some() {
        return to(&next);
    }
    shown(&shared, StatusCode::OK, &next, None).await
}

/// To the page where somebody signs in, and back afterwards.
pub(super) fn first(uri: &Uri) -> Response {
    let next = uri.path_and_query().map_or("/", |path| path.as_str());
    let query: String = form_urlencoded::Serializer::new(String::new()).append_pair("next", next).finish();
    to(&format!("{SIGN_IN}?{query}"))
}

/// `POST /sign-in`
pub(crate) async fn sign_in(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    request: Request<Body>,
) -> Result<Response, Refusal> {
    let form = Form::read(request).await?;
    let next = local(form.get("next"));
    if !is_own_form(&shared, &headers) {
        return Ok(foreign(&shared, None).await);
    }
    let now = clock::system();
    let found = shared.keys.find(form.get("key").unwrap_or_default(), now);
    let Ok(found) = found else {
        let what =
            "Nobody can say which keys there are, so nobody is let in. Tell whoever runs this gateway.";
        return Ok(shown(&shared, StatusCode::SERVICE_UNAVAILABLE, next, Some(what)).await);
    };
    let Some(key) = found else {
        tokio::time::sleep(BREATH).await;
        let what = "This key is not known here, or does not count any more.";
        return Ok(shown(&shared, StatusCode::UNAUTHORIZED, next, Some(what)).await);
    };
    if !key.role.may(Right::ReadLog) {
        let what = "This key is not for people. Sign in with a key of the role approver, auditor or admin.";
        return Ok(shown(&shared, StatusCode::FORBIDDEN, next, Some(what)).await);
    }
    let held = shared.sessions.begin(&key.id, now).map_err(|_| Refusal::fault())?;
    tracing::info!(key = key.id, "somebody has signed in");
    Ok(with_cookie(&shared, to(next), &held))
}

/// The key in a form that signs in, and the request as it came: whose form it is follows from that.
pub(crate) async fn signing_in(request: Request<Body>) -> Result<(Option<String>, Request<Body>), Refusal> {
    let (head, body) = request.into_parts();
    let bytes = body::read(Request::from_parts(head.clone(), body), form::LARGEST).await?;
    let key = Form::of(&bytes).and_then(|form| form.get("key").map(str::to_owned));
    Ok((key, Request::from_parts(head, Body::from(bytes))))
}

/// `POST /sign-out`
pub(crate) async fn sign_out(
    State(shared): State<Arc<Shared>>,
    headers: HeaderMap,
    request: Request<Body>,
) -> Result<Response, Refusal> {
    let form = Form::read(request).await?;
    let Some(visitor) = Visitor::of(&shared, &headers) else { return Ok(to(SIGN_IN)) };
    let is_ours = visitor.session.has_sent(form.get("nonce").unwrap_or_default(), PURPOSE);
    if !is_ours || !is_own_form(&shared, &headers) {
        return Ok(foreign(&shared, Some(&visitor)).await);
    }
    shared.sessions.end(&visitor.held);
    Ok(with_cookie(&shared, to(SIGN_IN), ""))
}

fn with_cookie(shared: &Shared, mut answer: Response, held: &str) -> Response {
    if let Ok(cookie) = HeaderValue::from_str(&set_cookie(shared, held)) {
        answer.headers_mut().insert(SET_COOKIE, cookie);
    }
    answer.into_response()
}

/// A form that was not sent by a page of ours.
pub(super) async fn foreign(shared: &Shared, visitor: Option<&Visitor>) -> Response {
    let what = "This form was not sent from a page of this gateway, or from one that is too old. Nothing was changed. Open the page again and send it from there.";
    told(shared, visitor, StatusCode::FORBIDDEN, "Not sent from here", what).await
}

/// A page of this gateway to go on to; nothing that a stranger put into a link leads anywhere else.
fn local(next: Option<&str>) -> &str {
    let is_local = |path: &&str| {
        let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'\\';
        path.starts_with('/') && !path.starts_with("//") && path.len() <= 2_000 && path.bytes().all(plain)
    };
    next.filter(is_local).unwrap_or("/")
}

async fn shown(shared: &Shared, status: StatusCode, next: &str, wrong: Option<&str>) -> Response {
    let body: Markup = html! {
        main #main {
            div.card.sign {
                h1 { "Sign in" }
                @if let Some(wrong) = wrong { p.warn role="alert" { (wrong) } }
                form method="post" action=(SIGN_IN) {
                    input type="hidden" name="next" value=(next);
                    label for="key" { "Your key" }
                    input #key type="password" name="key" required autocomplete="current-password"
                        autocapitalize="off" spellcheck="false" placeholder="lictor_…";
                    button.yes type="submit" { "Sign in" }
                }
                p.aside { "A key of an approver or an auditor, as whoever runs this gateway has given it to you. It is not kept in this browser." }
                @if next != "/" {
                    p.aside { "You have signed in already? " a href=(next) { "Go on to the page" } "." }
                }
            }
        }
    };
    frame::page(status, "Sign in", &bar(shared, None, At::Elsewhere).await, &body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_on_leads_nowhere_else() {
        for good in ["/", "/approvals/ab.1", "/?agent=a&what=denied"] {
            assert_eq!(local(Some(good)), good);
        }
        let long = format!("/{}", "a".repeat(2_000));
        for bad in ["", "//evil", "https://evil", "/\\evil", "/a b", "/a\r\nX: y", "evil", "/ä", &long] {
            assert_eq!(local(Some(bad)), "/", "{bad}");
        }
        assert_eq!(local(None), "/");
    }
}
