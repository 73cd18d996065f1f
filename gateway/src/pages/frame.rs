//! What every page has around it, and the headers that it is sent with.

use axum::response::{IntoResponse, Response};
use http::header::{CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_FRAME_OPTIONS};
use http::{HeaderName, HeaderValue, StatusCode};
use maud::{DOCTYPE, Markup, html};

use crate::key::Role;

/// How the pages look.
const STYLE: &str = include_str!("style.css");
/// Where that is asked for.
pub(crate) const STYLE_PATH: &str = "/pages.css";

/// Nothing runs, nothing is loaded from elsewhere, nothing is sent elsewhere, and no other page shows this one within itself.
const NOTHING_RUNS: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// What a page may ask of the machine that shows it: nothing.
const PERMISSIONS: &str = "camera=(), microphone=(), geolocation=(), payment=(), usb=()";

/// Who looks, and at what.
pub(super) struct Bar<'a> {
    /// The tenant.
    pub tenant: &'a str,
    /// Where among the pages this one is.
    pub at: At,
    /// Whoever is signed in.
    pub viewer: Option<Viewer<'a>>,
}

/// A part of the pages.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    Timeline,
    Approvals,
    Elsewhere,
}

/// Whoever is signed in.
pub(super) struct Viewer<'a> {
    /// Who.
    pub name: &'a str,
    /// As what.
    pub role: Role,
    /// What the form that signs out sends along.
    pub nonce: String,
    /// How many requests wait for somebody.
    pub pending: usize,
}

/// A whole page.
pub(super) fn page(status: StatusCode, title: &str, bar: &Bar<'_>, body: &Markup) -> Response {
    let document = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) " · Lictor" }
                link rel="stylesheet" href=(STYLE_PATH);
            }
            body {
                a.skip href="#main" { "To the page" }
                (top(bar))
                (body)
            }
        }
    };
    let mut answer = (status, document.into_string()).into_response();
    let headers = answer.headers_mut();
    let fields: [(HeaderName, &'static str); 6] = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_SECURITY_POLICY, NOTHING_RUNS),
        (X_FRAME_OPTIONS, "DENY"),
        // To our own forms a browser still says where they come from; to others it says nothing.
        (REFERRER_POLICY, "same-origin"),
        (HeaderName::from_static("permissions-policy"), PERMISSIONS),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in fields {
        headers.insert(name, HeaderValue::from_static(value));
    }
    answer
}

fn top(bar: &Bar<'_>) -> Markup {
    let current = |at: At| (bar.at == at).then_some("page");
    html! {
        header.bar {
            div {
                a.brand href="/" { "Lictor" @if !bar.tenant.is_empty() { " " span { (bar.tenant) } } }
                @if let Some(viewer) = &bar.viewer {
                    nav aria-label="Pages" {
                        a href="/" aria-current=[current(At::Timeline)] { "Timeline" }
                        a href="/approvals" aria-current=[current(At::Approvals)] {
                            "Approvals"
                            @if viewer.pending > 0 { " " span.count { (viewer.pending) } }
                        }
                    }
                    div.who {
                        span { (viewer.name) " (" (viewer.role.name()) ")" }
                        form method="post" action="/sign-out" {
                            input type="hidden" name="nonce" value=(viewer.nonce);
                            button.plain type="submit" { "Sign out" }
                        }
                    }
                }
            }
        }
    }
}

/// `GET /pages.css`
pub(crate) async fn style() -> impl IntoResponse {
    ([(CONTENT_TYPE, HeaderValue::from_static("text/css; charset=utf-8"))], STYLE)
}
