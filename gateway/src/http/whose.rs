//! Whose a request is, where a gateway serves several tenants.
//!
//! Each tenant has all paths to itself, over what is its own, so that a request that was led to one of them reaches nothing of another. It goes where its key is, to
//! the tenant that its signature is for, or where its browser is signed in. What is for everybody comes without any of them, and stands behind the
//! name of its tenant: `/t/NAME/checkpoint`.

use std::convert::Infallible;
use std::sync::Arc;

use axum::Router;
use axum::extract::{Request, State};
use axum::response::Response;
use http::uri::PathAndQuery;
use http::{Method, StatusCode, Uri};
use tower::Service as _;

use super::caller::presented;
use super::refusal::Refusal;
use super::{finished, for_everybody, for_some, not_found};
use crate::gateway::Shared;
use crate::signature::Presented;
use crate::{clock, key, pages};

/// What stands before the name of a tenant.
const NAMED: &str = "/t/";

/// The paths of all tenants, and of nobody.
struct Whose {
    tenants: Vec<Paths>,
    /// For whoever cannot be led anywhere: what is the same for all is told, and what needs a key is refused.
    nobody: Router,
}

/// The paths of a tenant.
struct Paths {
    shared: Arc<Shared>,
    all: Router,
    for_everybody: Router,
}

/// The paths of a gateway that serves these tenants. What is for everybody and names nobody is of the one that is the default, where there is one.
pub(super) fn router(tenants: &[Arc<Shared>], default: Option<&str>) -> Router {
    let paths = |shared: &Arc<Shared>| Paths {
        shared: Arc::clone(shared),
        all: finished(for_some().merge(for_everybody()), Arc::clone(shared)),
        for_everybody: finished(for_everybody(), Arc::clone(shared)),
    };
    let tenants: Vec<Paths> = tenants.iter().map(paths).collect();
    let of_default =
        tenants.iter().find(|paths| Some(paths.name()) == default).map(|paths| paths.all.clone());
    // Without a key that counts none of these paths tells anything of the tenant that stands behind it here.
    let of_none = || {
        let first = tenants.first().map(|paths| finished(for_some(), Arc::clone(&paths.shared)));
        first.unwrap_or_default().fallback(unnamed)
    };
    let nobody = of_default.unwrap_or_else(of_none);
    Router::new().fallback(lead).with_state(Arc::new(Whose { tenants, nobody }))
}

/// Leads a request to where it belongs.
async fn lead(State(whose): State<Arc<Whose>>, request: Request) -> Result<Response, Refusal> {
    let (mut router, request) = whose.is(request).await?;
    router.call(request).await.map_err(|never: Infallible| match never {})
}

async fn unnamed() -> Refusal {
    let message = "there is nothing at this path for whoever comes without a key: what a tenant shows everybody stands at /t/NAME and the path, such as /t/NAME/checkpoint; /openapi.json lists what there is";
    Refusal::new(StatusCode::NOT_FOUND, "NOT_FOUND", message)
}

impl Whose {
    /// The paths that a request goes to, and how it goes there.
    async fn is(&self, request: Request) -> Result<(Router, Request), Refusal> {
        if let Some((name, path)) = named(request.uri()) {
            let Some((tenant, path)) = self.named(name).zip(path) else { return Err(not_found().await) };
            return Ok((tenant.for_everybody.clone(), at(request, path)));
        }
        if request.method() == Method::POST && request.uri().path() == pages::SIGN_IN {
            let (key, request) = pages::signing_in(request).await?;
            let tenant = key.map_or(Ok(None), |key| self.of_key(&key))?;
            return Ok((self.all_of(tenant), request));
        }
        let headers = request.headers();
        let tenant = match (Presented::whose(headers), presented(headers)) {
            (Some(name), _) => self.named(name),
            (None, Ok(key)) => self.of_key(key)?,
            (None, Err(_)) => self.tenants.iter().find(|paths| pages::is_signed_in(&paths.shared, headers)),
        };
        Ok((self.all_of(tenant), request))
    }

    fn named(&self, name: &str) -> Option<&Paths> {
        self.tenants.iter().find(|paths| paths.name() == name)
    }

    fn all_of(&self, tenant: Option<&Paths>) -> Router {
        tenant.map_or(&self.nobody, |paths| &paths.all).clone()
    }

    /// The tenant with the key of these digits. Whether it is the key, and counts, is looked at there.
    fn of_key(&self, presented: &str) -> Result<Option<&Paths>, Refusal> {
        let Some(id) = key::id(presented) else { return Ok(None) };
        let (now, mut found, mut is_known) = (clock::system(), None, true);
        for paths in &self.tenants {
            match paths.shared.keys.by_id(id, now) {
                Ok(None) => {}
                Ok(Some(_)) if found.is_some() => {
                    tracing::error!(key = id, "two tenants have this key, so it is taken for neither");
                    return Err(Refusal::unknown_key(
                        "this key is known to more than one tenant, and so it is nobody's; ask for another",
                    ));
                }
                Ok(Some(_)) => found = Some(paths),
                // Those of the others count all the same.
                Err(_) => is_known = false,
            }
        }
        if found.is_none() && !is_known {
            let message = "nobody can say which keys there are, so nobody is let in";
            return Err(Refusal::unavailable("KEYS_UNAVAILABLE", message));
        }
        Ok(found)
    }
}

impl Paths {
    fn name(&self) -> &str {
        &self.shared.tenant.identity.name
    }
}

/// The name before a path, and the path and the query behind it, where those are some.
fn named(uri: &Uri) -> Option<(&str, Option<PathAndQuery>)> {
    let (name, _) = uri.path().strip_prefix(NAMED)?.split_once('/')?;
    let behind = uri.path_and_query()?.as_str().get(NAMED.len() + name.len()..)?;
    Some((name, behind.parse().ok()))
}

/// A request at another path.
fn at(request: Request, path: PathAndQuery) -> Request {
    let (mut head, body) = request.into_parts();
    head.uri = Uri::from(path);
    Request::from_parts(head, body)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_stands_before_a_path() {
        let told = |uri: &str| {
            let uri: Uri = uri.parse().unwrap();
            named(&uri).map(|(name, path)| (name.to_owned(), path.unwrap().to_string()))
        };
        for (uri, name, path) in [
            ("/t/a/checkpoint", "a", "/checkpoint"),
            ("/t/a/proof/inclusion?index=1&x=/t/b/", "a", "/proof/inclusion?index=1&x=/t/b/"),
            ("/t/a.b/t/c/checkpoint", "a.b", "/t/c/checkpoint"),
            ("/t/a/", "a", "/"),
            ("/t//checkpoint", "", "/checkpoint"),
            ("http://host/t/a/r/x", "a", "/r/x"),
        ] {
            assert_eq!(told(uri), Some((name.to_owned(), path.to_owned())), "{uri}");
        }
        for uri in ["/t/a", "/t", "/t/", "/tile/0/000", "/x/t/a/checkpoint", "/t/?a/b"] {
            assert_eq!(told(uri), None, "{uri}");
        }
    }
}
