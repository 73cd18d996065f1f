//! Fields of signatures that are none.

use super::{Signed, allowed, key, register};
use crate::Shop;
use crate::life::{AUTHORIZE, buy};

#[test]
fn hostile_fields_are_refused_and_nothing_breaks() {
    let (shop, key) = (Shop::new(), key(1));
    let own = register(&shop, "signer-1", &key);
    let server = shop.serve(&[]);
    let good = Signed::to(&server, &key, AUTHORIZE, &buy("5.00"));
    let body = buy("5.00").to_string();
    let long = format!("lictor=({})", "\"@method\" ".repeat(1_000));
    for hostile in [
        &b"\xff\xfe\xfd"[..],
        b"",
        b"lictor=",
        b"lictor=(\"@method\"",
        b"lictor=();created=9999999999999999",
        b"\"",
        b"lictor=:AAAA:;x=(",
        b"((((((((((((((((",
        "lictor=(\"\u{202e}\")".as_bytes(),
        long.as_bytes(),
    ] {
        for field in ["signature-input", "signature", "content-digest", "lictor-tenant", "host"] {
            let mut request = format!(
                "POST {AUTHORIZE} HTTP/1.1\r\nconnection: close\r\ncontent-type: application/json\r\nx-api-key: {own}\r\ncontent-length: {}\r\n",
                body.len()
            )
            .into_bytes();
            for (name, value) in [
                ("host", good.authority.clone()),
                ("signature-input", format!("lictor={}", good.params())),
                ("signature", format!("lictor=:{}:", good.sign(&key))),
                ("content-digest", good.digest.clone()),
                ("lictor-tenant", good.tenant.to_owned()),
            ] {
                let value = if name == field { hostile } else { value.as_bytes() };
                request.extend([name.as_bytes(), b": ", value, b"\r\n"].concat());
            }
            request.extend(b"\r\n");
            request.extend(body.as_bytes());
            let answer = server.raw(&request);
            let status = answer.split(' ').nth(1).unwrap_or_default();
            assert!(["400", "401"].contains(&status), "{field}: {hostile:?}: {answer}");
            assert!(answer.len() < 2_000, "{answer}");
        }
    }
    allowed(&good.send(&server, &key));
    assert!(!server.log().contains("panicked"));
}
