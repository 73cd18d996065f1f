//! Where a database is, and whether it is spoken to in private.
//!
//! An address says so itself, in the words that PostgreSQL's own programs have: `sslmode` and `sslrootcert`. Where the connection is encrypted, the server's certificate is
//! verified, with the name in it, whichever word asks for it: a connection that nobody listens to leads to whom it should.

use std::borrow::Cow;
use std::path::Path;
use std::sync::Arc;

use ::postgres::config::SslMode;
use ::postgres::{Client, Config, Error, NoTls};
use percent_encoding::percent_decode_str;
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{ClientConfig, RootCertStore, crypto};

use super::setup;
use crate::error::StoreError;

/// See the module.
#[derive(Clone)]
pub(super) struct Address {
    config: Config,
    /// How the connection is encrypted, where it is.
    tls: Option<MakeRustlsConnect>,
}

impl Address {
    /// Reads an address.
    ///
    /// # Errors
    /// It is none, asks for a connection that may be encrypted or not, or names certificates that cannot be read.
    pub(super) fn read(text: &str) -> Result<Address, StoreError> {
        let Taken { rest, mode, roots } = take(text)?;
        let mut config: Config = rest
            .parse()
            .map_err(|error: Error| setup(format!("this is no address of a PostgreSQL database: {error}")))?;
        let is_encrypted = match mode.as_deref() {
            None => config.get_ssl_mode() == SslMode::Require,
            Some("disable") => false,
            Some("require" | "verify-ca" | "verify-full") => true,
            Some(mode) => {
                return Err(setup(format!(
                    "sslmode={mode}: whether that is encrypted is for whoever is in between to say; send disable or verify-full"
                )));
            }
        };
        if roots.is_some() && !is_encrypted {
            return Err(setup("sslrootcert: nothing is encrypted; add sslmode=verify-full".to_owned()));
        }
        config.ssl_mode(if is_encrypted { SslMode::Require } else { SslMode::Disable });
        let tls = is_encrypted.then(|| trusting(roots.as_deref())).transpose()?;
        Ok(Address { config, tls })
    }

    /// What else is said of connections to it.
    pub(super) fn configured(mut self, configure: impl FnOnce(Config) -> Config) -> Address {
        self.config = configure(self.config);
        self
    }

    /// Connects.
    pub(super) fn connect(&self) -> Result<Client, Error> {
        match &self.tls {
            None => self.config.connect(NoTls),
            Some(tls) => self.config.connect(tls.clone()),
        }
    }
}

/// What an address says of encryption, and the address without it.
struct Taken {
    rest: String,
    mode: Option<String>,
    roots: Option<String>,
}

fn take(text: &str) -> Result<Taken, StoreError> {
    let mut taken = Taken { rest: text.to_owned(), mode: None, roots: None };
    let Some((address, query)) = text.split_once('?').filter(|(address, _)| address.contains("://")) else {
        return Ok(taken);
    };
    let mut others = Vec::new();
    for part in query.split('&') {
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        let value = || {
            let value = percent_decode_str(value).decode_utf8();
            value.map(Cow::into_owned).map_err(|_| setup(format!("{name}: is not UTF-8")))
        };
        let place = match name {
            "sslmode" => &mut taken.mode,
            "sslrootcert" => &mut taken.roots,
            _ => {
                others.push(part);
                continue;
            }
        };
        if place.replace(value()?).is_some() {
            return Err(setup(format!("{name}: stands twice")));
        }
    }
    taken.rest =
        if others.is_empty() { address.to_owned() } else { format!("{address}?{}", others.join("&")) };
    Ok(taken)
}

/// Encrypts, and believes servers whose certificate was signed by one of these; by one that the system trusts, where none are named.
fn trusting(file: Option<&str>) -> Result<MakeRustlsConnect, StoreError> {
    let roots = match file {
        None | Some("system") => {
            let mut roots = RootCertStore::empty();
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
            roots
        }
        Some(file) => named(Path::new(file)).map_err(|why| setup(format!("sslrootcert: {file}: {why}")))?,
    };
    let provider = Arc::new(crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| setup(format!("nothing can be encrypted: {error}")))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(MakeRustlsConnect::new(config))
}

fn named(file: &Path) -> Result<RootCertStore, String> {
    let pem = std::fs::read(file).map_err(|error| error.to_string())?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    if roots.is_empty() { Err("has no certificate in PEM".to_owned()) } else { Ok(roots) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(text: &str) -> String {
        Address::read(text).map(drop).unwrap_err().message
    }

    #[test]
    fn an_address_says_whether_it_is_encrypted() {
        let mode = |text: &str| {
            let address = Address::read(text).unwrap();
            assert_eq!(address.tls.is_some(), address.config.get_ssl_mode() == SslMode::Require, "{text}");
            address.tls.is_some()
        };
        for text in [
            "postgres://u:p@db/x",
            "postgres://u:p@db/x?sslmode=disable",
            "postgres://db/x?connect_timeout=3&sslmode=disable",
            "host=/run user=u dbname=x",
        ] {
            assert!(!mode(text), "{text}");
        }
        for text in [
            "postgres://u:p@db/x?sslmode=require",
            "postgres://db/x?sslmode=verify-ca&connect_timeout=3",
            "postgres://db/x?connect_timeout=3&sslmode=verify%2Dfull",
            "postgres://db/x?sslmode=verify-full&sslrootcert=system",
            "host=db user=u sslmode=require",
        ] {
            assert!(mode(text), "{text}");
        }
    }

    #[test]
    fn what_leaves_it_open_is_refused() {
        for mode in ["prefer", "allow", "", "Require", "yes"] {
            let told = refused(&format!("postgres://db/x?sslmode={mode}"));
            assert!(told.contains("send disable or verify-full"), "{told}");
        }
        for (text, why) in [
            ("postgres://db/x?sslmode=disable&sslmode=require", "sslmode: stands twice"),
            ("postgres://db/x?sslrootcert=/ca.pem", "add sslmode=verify-full"),
            ("postgres://db/x?sslmode=disable&sslrootcert=/ca.pem", "add sslmode=verify-full"),
            ("postgres://db/x?sslmode=require&sslrootcert=%ff", "is not UTF-8"),
            ("postgres://db/x?sslmode=require&sslrootcert=/no/such/file", "/no/such/file"),
            ("postgres://db/x?sslmode=require&ssl=1", "no address"),
        ] {
            assert!(refused(text).contains(why), "{text}: {}", refused(text));
        }
    }
}
