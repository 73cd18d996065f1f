//! Statements that are taken, and all ways in which one is not.

use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair};

use super::*;

/// Signs whatever it is told to.
enum Signer {
    Ed25519(Ed25519KeyPair),
    P256(EcdsaKeyPair),
}

impl Signer {
    fn ed25519() -> Signer {
        Signer::Ed25519(Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap())
    }

    fn p256() -> Signer {
        let random = SystemRandom::new();
        let pkcs8 = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        Signer::P256(
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random).unwrap(),
        )
    }

    fn jwk(&self, kid: &str) -> String {
        match self {
            Signer::Ed25519(pair) => {
                let x = base64url::encode(pair.public_key().as_ref());
                format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"{kid}","use":"sig","x":"{x}"}}"#)
            }
            Signer::P256(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                let [x, y] = [x, y].map(base64url::encode);
                format!(r#"{{"kty":"EC","crv":"P-256","kid":"{kid}","alg":"ES256","x":"{x}","y":"{y}"}}"#)
            }
        }
    }

    fn sign(&self, header: &str, claims: &str) -> String {
        let signed =
            format!("{}.{}", base64url::encode(header.as_bytes()), base64url::encode(claims.as_bytes()));
        let signature = match self {
            Signer::Ed25519(pair) => pair.sign(signed.as_bytes()).as_ref().to_vec(),
            Signer::P256(pair) => {
                pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap().as_ref().to_vec()
            }
        };
        format!("{signed}.{}", base64url::encode(&signature))
    }
}

const ED: &str = r#"{"alg":"EdDSA","kid":"k-1","typ":"lictor-mandate+jwt"}"#;
const ES: &str = r#"{"alg":"ES256","kid":"k-1","typ":"lictor-mandate+jwt"}"#;
const MANDATE: &str = r#"{"iss":"acme","aud":["default","other"],"sub":"shopper-7","jti":"m-1","iat":100,"nbf":110,"exp":200,"user":"ann","mandate":{"scope":["payment.*"],"ceiling":{"amount":"50.00","currency":"USD"}}}"#;

fn keys(signer: &Signer) -> IssuerKeys {
    IssuerKeys::from_json(format!(r#"{{"keys":[{}]}}"#, signer.jwk("k-1")).as_bytes()).unwrap()
}

fn opened(kind: Kind, text: &str, keys: &IssuerKeys) -> Result<Statement, String> {
    Unverified::read(kind, text).and_then(|read| read.verify(keys)).map_err(|error| error.0)
}

#[test]
fn a_mandate_is_opened_with_either_algorithm() {
    for (signer, header) in [(Signer::ed25519(), ED), (Signer::p256(), ES)] {
        let text = signer.sign(header, MANDATE);
        assert_eq!(Unverified::read(Kind::Mandate, &text).unwrap().issuer(), "acme");
        let opened = opened(Kind::Mandate, &text, &keys(&signer)).unwrap();
        assert_eq!(
            (opened.agent.as_str(), opened.user.as_deref(), opened.id.as_deref()),
            ("shopper-7", Some("ann"), Some("m-1"))
        );
        assert_eq!((opened.issued_at, opened.not_before, opened.expires), (100, Some(110), 200));
        assert_eq!(opened.audiences, ["default", "other"]);
        assert_eq!(opened.says.keys().collect::<Vec<_>>(), ["ceiling", "scope"]);
    }
}

#[test]
fn what_is_said_of_a_user_names_the_agent_that_may_act_for_them() {
    let signer = Signer::ed25519();
    let header = ED.replace("mandate", "user");
    let claims = r#"{"iss":"acme","aud":"default","sub":"ann","iat":1,"exp":2,"may_act":{"sub":"shopper-7"},"user":{"verified":true}}"#;
    let found = opened(Kind::User, &signer.sign(&header, claims), &keys(&signer)).unwrap();
    assert_eq!((found.agent.as_str(), found.user.as_deref(), found.id), ("shopper-7", Some("ann"), None));
    let nobody = claims.replace(r#","may_act":{"sub":"shopper-7"}"#, "");
    assert!(
        opened(Kind::User, &signer.sign(&header, &nobody), &keys(&signer)).unwrap_err().contains("may_act")
    );
    // Neither is the other.
    let text = signer.sign(&header, claims);
    assert!(opened(Kind::Mandate, &text, &keys(&signer)).unwrap_err().contains("not of the type"));
}

#[test]
fn what_could_be_verified_in_another_way_is_not_taken() {
    let signer = Signer::ed25519();
    let set = keys(&signer);
    let header = |from: &str, to: &str| signer.sign(&ED.replace(from, to), MANDATE);
    let claims = |from: &str, to: &str| signer.sign(ED, &MANDATE.replace(from, to));
    let other = Signer::Ed25519(Ed25519KeyPair::from_seed_unchecked(&[8; 32]).unwrap());
    let good = signer.sign(ED, MANDATE);
    let (signed, _) = good.rsplit_once('.').unwrap();
    for (text, why) in [
        (header("EdDSA", "none"), "algorithm"),
        (header("EdDSA", "HS256"), "algorithm"),
        (header("EdDSA", "ES256"), "algorithm"),
        (header("k-1", "k-2"), "does not have"),
        (header(r#""kid":"k-1","#, ""), "names no key"),
        (header(r#""kid""#, r#""jwk":{"kty":"OKP"},"kid""#), "`jwk`"),
        (header(r#""kid""#, r#""jku":"https://e.example","kid""#), "`jku`"),
        (header(r#""kid""#, r#""x5u":"https://e.example","kid""#), "`x5u`"),
        (header(r#""kid""#, r#""crit":["exp"],"kid""#), "`crit`"),
        (header(r#""kid""#, r#""kid":"k-1","kid""#), "stands twice"),
        (header("lictor-mandate+jwt", "JWT"), "not of the type"),
        (header("lictor-mandate+jwt", "lictor-exec+jwt"), "not of the type"),
        (other.sign(ED, MANDATE), "was not made with the key"),
        (format!("{signed}.{}", base64url::encode(&[0; 64])), "was not made with the key"),
        (format!("{signed}."), "three parts"),
        (signed.to_owned(), "three parts"),
        (format!("{good}.e30"), "three parts"),
        (format!("{good}="), "three parts"),
        (claims("jti", "JTI"), "`JTI`, which is not read here"),
        (claims(r#""jti":"m-1","#, ""), "no text `jti`"),
        (claims(r#""sub":"shopper-7","#, ""), "no text `sub`"),
        (claims(r#""sub":"shopper-7""#, r#""sub":"""#), "`sub` that is empty"),
        (claims(r#""aud":["default","other"],"#, ""), "no `aud`"),
        (claims(r#"["default","other"]"#, "[]"), "`aud` that is no list"),
        (claims(r#""exp":200"#, r#""exp":"200""#), "`exp` that is no whole number"),
        (claims(r#""exp":200,"#, ""), "no `exp`"),
        (claims(r#""iat":100,"#, ""), "no `iat`"),
        (claims(r#""iat":100"#, r#""iat":1.5"#), "claims that are none"),
        (claims(r#""exp":200"#, r#""exp":253402300800"#), "`exp` that is no whole number"),
        (claims(r#""scope""#, r#""expires_at":"2999-01-01T00:00:00Z","scope""#), "`mandate.expires_at`"),
        (claims(r#""scope""#, r#""signature_verified":true,"scope""#), "`mandate.signature_verified`"),
        (claims(r#""mandate":{"#, r#""mandate":{"scope":[],"#), "stands twice"),
        (signer.sign(ED, "[]"), "no text `iss`"),
        ("a".repeat(MAX_STATEMENT + 1), "longer than"),
        (String::new(), "three parts"),
    ] {
        let told = opened(Kind::Mandate, &text, &set).expect_err(why);
        assert!(told.contains(why), "{why}: {told}");
    }
    // Every single sign counts.
    for at in (0..good.len()).step_by(5) {
        let mut bytes = good.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(bytes).unwrap();
        assert!(changed == good || opened(Kind::Mandate, &changed, &set).is_err(), "{at}");
    }
}

#[test]
fn a_set_of_keys_has_public_keys_with_names() {
    let (ed, es) = (Signer::ed25519(), Signer::p256());
    let set = |keys: &str| IssuerKeys::from_json(format!(r#"{{"keys":[{keys}]}}"#).as_bytes());
    let both = set(&format!("{},{}", ed.jwk("a"), es.jwk("b"))).unwrap();
    assert!(both.has("a") && both.has("b") && !both.has("c"));
    let passed_over = format!(r#"{},{{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"r"}}"#, ed.jwk("a"));
    assert!(!set(&passed_over).unwrap().has("r"));
    for (keys, why) in [
        (String::new(), "has no key"),
        (r#"{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"r"}"#.to_owned(), "has no key"),
        (format!("{},{}", ed.jwk("a"), es.jwk("a")), "two keys of one name"),
        (ed.jwk(""), "without a name"),
        (ed.jwk("a").replace(r#""x""#, r#""d":"AA","x""#), "private key"),
        (r#"{"kty":"OKP","crv":"Ed25519","kid":"a","x":"AAAA"}"#.to_owned(), "not 32 bytes"),
        (
            format!(r#"{{"kty":"OKP","crv":"Ed25519","kid":"a","x":"{}"}}"#, base64url::encode(&[0; 32])),
            "is none",
        ),
        (r#"{"kty":"EC","crv":"P-256","kid":"a","x":"AAAA","y":"AAAA"}"#.to_owned(), "coordinates"),
    ] {
        let told = set(&keys).expect_err(why).message;
        assert!(told.contains(why), "{why}: {told}");
    }
}
