//! TLS, from a certificate and its key in PEM.

use std::path::Path;
use std::sync::Arc;

use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::config::Tls;

/// What encrypts connections; TLS 1.2 and 1.3.
///
/// # Errors
/// A file cannot be read, is no PEM, or the key is not that of the certificate: with a sentence that names the file.
pub(crate) fn acceptor(tls: &Tls) -> Result<TlsAcceptor, String> {
    let told = |path: &Path, error: &dyn std::fmt::Display| format!("{}: {error}", path.display());
    let certificates = CertificateDer::pem_file_iter(&tls.certificate)
        .and_then(|found| found.collect::<Result<Vec<_>, _>>())
        .map_err(|error| told(&tls.certificate, &error))?;
    if certificates.is_empty() {
        return Err(told(&tls.certificate, &"there is no certificate in it"));
    }
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(|error| told(&tls.key, &error))?;
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(certificates, key));
    let mut config = config.map_err(|error| told(&tls.certificate, &error))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}
