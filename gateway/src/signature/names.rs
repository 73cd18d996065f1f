//! How clients may name this gateway. A signature covers the name that the client has used (`@authority`): one that was made for another gateway, where the same agent
//! signs with the same key, is not good here.

use std::net::SocketAddr;

/// The names, as RFC 9421 writes them (section 2.2.3): in small letters, without the port that goes without saying.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Names {
    all: Vec<String>,
    port: &'static str,
}

impl Names {
    /// Of a gateway that is named so, where that was said, and listens there.
    pub fn of(public_url: Option<&str>, address: SocketAddr, is_tls: bool) -> Names {
        let is_https = public_url.map_or(is_tls, |url| url.starts_with("https://"));
        let port = if is_https { ":443" } else { ":80" };
        let all = match public_url {
            Some(url) => {
                let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
                vec![normal(rest.split('/').next().unwrap_or_default(), port)]
            }
            // An address that stands for all of them is nobody's name.
            None if address.ip().is_unspecified() => Vec::new(),
            None => {
                let local = address.ip().is_loopback().then(|| format!("localhost:{}", address.port()));
                let names = std::iter::once(address.to_string()).chain(local);
                names.map(|name| normal(&name, port)).collect()
            }
        };
        Names { all, port }
    }

    /// The name in its one form.
    pub fn normal(&self, name: &str) -> String {
        normal(name, self.port)
    }

    /// Whether it is one of this gateway's.
    pub fn have(&self, name: &str) -> bool {
        self.all.iter().any(|own| own == name)
    }

    /// What to do for whoever has used another one.
    pub fn help(&self) -> String {
        match self.all.as_slice() {
            [] => "whoever runs this gateway must say with `--public-url` how it is called".to_owned(),
            all => format!("this gateway is {}; `--public-url` gives it another name", all.join(" or ")),
        }
    }
}

fn normal(name: &str, port: &str) -> String {
    let name = name.to_ascii_lowercase();
    name.strip_suffix(port).map(str::to_owned).unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_gateway_is_called_as_was_said_or_as_it_listens() {
        let local: SocketAddr = "127.0.0.1:8420".parse().unwrap();
        let named = Names::of(Some("https://Decide.example.com:443/x"), local, false);
        assert_eq!(named.normal("DECIDE.example.com:443"), "decide.example.com");
        assert!(named.have("decide.example.com"));
        assert!(!named.have("127.0.0.1:8420") && !named.have("decide.example.com:80"));
        let unnamed = Names::of(None, local, false);
        assert!(unnamed.have("127.0.0.1:8420") && unnamed.have("localhost:8420"));
        assert!(!unnamed.have("decide.example.com") && !unnamed.have("127.0.0.1"));
        let six = Names::of(None, "[::1]:80".parse().unwrap(), false);
        assert!(six.have("[::1]") && six.have("localhost"));
        let everywhere = Names::of(None, "0.0.0.0:443".parse().unwrap(), true);
        assert!(!everywhere.have("0.0.0.0") && everywhere.help().contains("--public-url"));
    }
}
