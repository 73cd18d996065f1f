//! A PostgreSQL that is reached over a network, with a certificate: what is said to it is encrypted, and said to nobody else.

mod support;

use lictor_store::{ErrorKind, Options, Store};
use support::cluster::Cluster;

/// What a store is refused with.
fn refused(url: &str) -> String {
    let error = Store::postgres(url, &Options::default()).map(drop).expect_err(url);
    assert!(matches!(error.kind, ErrorKind::Unavailable | ErrorKind::Setup), "{url}: {error:?}");
    error.message
}

#[test]
fn an_encrypted_store_is_the_one_with_the_right_name_and_certificate() {
    let Some(cluster) = Cluster::start() else { return };
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    cluster.write("server.crt", &made.cert.pem(), 0o644);
    cluster.write("server.key", &made.signing_key.serialize_pem(), 0o600);
    // Over the network only those are let in who encrypt.
    cluster.write(
        "data/pg_hba.conf",
        "local all all trust\nhostssl all all 127.0.0.1/32 trust\nhostssl all all ::1/128 trust\n",
        0o600,
    );
    let port = cluster.listen("-c ssl=on -c ssl_cert_file=../server.crt -c ssl_key_file=../server.key");
    cluster.database("sealed");
    let other = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    cluster.write("other.crt", &other.cert.pem(), 0o644);
    cluster.write("none.crt", "no certificate\n", 0o644);
    let file = |name: &str| cluster.folder.file(name).display().to_string();
    let at = |host: &str, query: &str| format!("postgres://postgres@{host}:{port}/sealed{query}");
    let trusted = format!("sslrootcert={}", file("server.crt"));

    for mode in ["verify-full", "verify-ca", "require"] {
        let url = at("localhost", &format!("?sslmode={mode}&{trusted}"));
        let store =
            Store::postgres(&url, &Options::default()).unwrap_or_else(|error| panic!("{mode}: {error}"));
        let tenant = store.tenant("shop").unwrap();
        let mut reader = store.reader().unwrap();
        assert!(reader.head(tenant).unwrap().is_some());
        // The server says so, too: of this connection and of the reader's.
        let ours = "FROM pg_stat_ssl JOIN pg_stat_activity USING (pid) WHERE application_name = 'lictor'";
        assert_eq!(
            cluster.asked("sealed", &format!("SELECT count(*), bool_and(ssl) {ours}")),
            "2|t",
            "{mode}"
        );
        drop((store, reader));
        while cluster.asked("sealed", &format!("SELECT count(*) {ours}")) != "0" {}
    }

    // Somebody else's certificate, one that nobody has signed who is trusted, another name, and no encryption.
    let other = format!("sslrootcert={}", file("other.crt"));
    for url in [
        at("localhost", &format!("?sslmode=verify-full&{other}")),
        at("localhost", "?sslmode=verify-full"),
        at("127.0.0.1", &format!("?sslmode=verify-full&{trusted}")),
        at("127.0.0.1", &format!("?sslmode=require&{trusted}")),
    ] {
        let why = refused(&url);
        assert!(why.contains("certificate"), "{url}: {why}");
    }
    for query in ["", "?sslmode=disable"] {
        let why = refused(&at("localhost", query));
        assert!(why.contains("no encryption"), "{query}: {why}");
    }
    let none = format!("?sslmode=verify-full&sslrootcert={}", file("none.crt"));
    assert!(refused(&at("localhost", &none)).contains("no certificate in PEM"));
    // Through the socket nothing is encrypted, and whoever asks for it gets nothing.
    let socket = cluster.folder.0.display().to_string().replace('/', "%2F");
    let why = refused(&format!("postgres://postgres@{socket}:{port}/sealed?sslmode=verify-full&{trusted}"));
    assert!(why.contains("TLS"), "{why}");
}

#[test]
fn a_server_without_encryption_is_told_nothing() {
    let Some(cluster) = Cluster::start() else { return };
    let port = cluster.listen("");
    cluster.database("open");
    let url = |query: &str| format!("postgres://postgres@127.0.0.1:{port}/open{query}");
    let why = refused(&url("?sslmode=verify-full"));
    assert!(why.contains("TLS"), "{why}");
    Store::postgres(&url(""), &Options::default()).unwrap();
}
