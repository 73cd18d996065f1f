//! How a gateway begins. Whatever is not as it must be stops it here, before the first connection.

mod apart;
mod error;
mod stores;
mod tenant;

use std::net::SocketAddr;
use std::sync::Arc;

pub use self::error::{StartError, StartFault};
use self::stores::Stores;
use self::tenant::Common;
use crate::config::{Config, TenantAt};
use crate::gateway::{Gateway, Tenants};
use crate::metrics::Metrics;
use crate::net::{Listener, acceptor};
use crate::signature::Names;
use crate::witnesses::Witnesses;

/// Does all that can fail.
pub(crate) fn open(mut config: Config) -> Result<Gateway, StartError> {
    let metrics = Metrics::new().map_err(|error| {
        StartError::new(StartFault::Own, format!("metrics: {error}"), "tell whoever makes lictor")
    })?;
    if config.tls.is_none() && !config.listen.ip().is_loopback() {
        let message =
            format!("{} can be reached from elsewhere, and nothing would be encrypted", config.listen.ip());
        let help = "give `--tls-cert` and `--tls-key`, or listen on 127.0.0.1 behind what encrypts";
        return Err(StartError::new(StartFault::NotLoopback, message, help));
    }
    let tls = config.tls.as_ref().map(acceptor).transpose().map_err(|why| {
        StartError::new(
            StartFault::Tls,
            why,
            "name a certificate and the key that belongs to it, both in PEM",
        )
    })?;
    let witnesses = Witnesses::of(&config.witnesses, config.witness_ca.as_deref()).map_err(|why| {
        StartError::new(
            StartFault::Witness,
            why,
            "give the address of a witness, and by which certificates it is believed",
        )
    })?;
    let metrics = Arc::new(metrics);
    // Before there is anything to serve: tenants know under which address they are found.
    let listener = bind(config.listen, tls)?;
    let names = Names::of(config.public_url.as_deref(), listener.address, config.tls.is_some());
    let names = Arc::new(names);
    let served = std::mem::take(&mut config.tenants);
    apart::names(&served, config.default.as_deref())?;
    let is_alone = served.len() == 1;
    let stores = Stores::of(&config);
    let mut common = Common { config: &config, stores, metrics: &metrics, names: &names, is_alone };
    let open = |at: TenantAt| {
        let name = at.name.clone();
        let opened = tenant::open(&mut common, at).map(Arc::new);
        opened.map_err(|error| if is_alone { error } else { error.of(&name) })
    };
    let tenants = served.into_iter().map(open).collect::<Result<Tenants, _>>()?;
    apart::keys(&tenants)?;
    let operations = config.metrics.map(|address| bind(address, None)).transpose()?;
    let Config { limits, otlp, default, .. } = config;
    let witnesses = Arc::new(witnesses);
    Ok(Gateway { tenants, default, limits, metrics, listener, operations, witnesses, otlp })
}

fn bind(address: SocketAddr, tls: Option<tokio_rustls::TlsAcceptor>) -> Result<Listener, StartError> {
    Listener::bind(address, tls).map_err(|error| {
        let message = format!("{address} cannot be listened on: {error}");
        StartError::new(StartFault::Address, message, "name another address, or end what listens there")
    })
}
