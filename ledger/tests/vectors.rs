//! What others have published: trees, proofs of a log with 961,984,011 entries, notes, checkpoints, requests to a witness.

mod support;

use lictor_bundle::keys::{SigningKey, VerifyingKey};
use lictor_ledger::note::{Note, SignatureType, VerifierKey, verify};
use lictor_ledger::proof::{consistency, inclusion, verify_consistency, verify_inclusion};
use lictor_ledger::witness::{KnownLog, judge};
use lictor_ledger::{Cosigner, ErrorKind, Hash, Node, TreeHead, Trust};
use support::{Log, b64, hex, name};

/// The entries with which implementations of Certificate Transparency are compared.
const INPUTS: [&str; 8] =
    ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"];

/// The roots of the trees over the first none, one, two … of them.
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

fn reference() -> Log {
    Log::over(INPUTS.iter().map(|input| Hash::leaf(&hex(input))))
}

fn hashes(text: &str) -> Vec<Hash> {
    text.split_whitespace().map(b64).collect()
}

#[test]
fn the_reference_trees() {
    let log = reference();
    let roots: Vec<String> = log.heads.iter().map(|head| head.root.to_string()).collect();
    assert_eq!(roots, ROOTS);
    let node = log.nodes[&Node { level: 1, index: 3 }];
    assert_eq!(node.to_string(), "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0");
    let node = log.nodes[&Node { level: 2, index: 1 }];
    assert_eq!(node.to_string(), "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4");
}

#[test]
fn the_reference_proofs() {
    let log = reference();
    let inclusions = [
        (
            0,
            8,
            "lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c= Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4= a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=",
        ),
        (
            5,
            8,
            "vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms= yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA= 037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
        ),
        (2, 3, "+sVCA+fMaWzw38tCySodnbr3CtnmIfS9jZhmLwDjwSU="),
        (
            1,
            5,
            "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0= Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4= vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms=",
        ),
    ];
    for (index, size, proof) in inclusions {
        let made = inclusion(index, size).unwrap().prove(|node| log.node(node)).unwrap();
        assert_eq!(made, hashes(proof), "{index} in {size}");
        verify_inclusion(index, log.leaves[index as usize], log.heads[size as usize], &made).unwrap();
    }
    let consistencies = [
        (
            1,
            8,
            "lqKW0iTyhcZ77pPDD4owkVfw2qNdxbh+QQt4YwoJz8c= Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4= a0eq8p7jwq+a+Im8H7klTavTEXfxYjLdaqsDXKOb9uQ=",
        ),
        (
            6,
            8,
            "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o= yoVOoSjtBQtBs1/8G4e46yveRh6eO1WW7Oa51ZdaCuA= 037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
        ),
        (2, 5, "Xwg/ChozygdqlSeYMlgNs+DvRYS9/x9UyKNg9Q3jAx4= vBoGQ7EuTS18d5GPROD095qDi2z57FtcKD4fTYhZnms="),
        (
            6,
            7,
            "DrxdNDf74tsVi58Sah0RjjCBgQMdCpSfje3t68VY72o= sIaT7C5yFZcTBkHoIR5+7cy0wmQTlj7ubB4u0W/7Gl8= 037kGJdt2VdTwcc4Yrk5j6Kiz5tP8P3+izDNlSCWFLc=",
        ),
    ];
    for (old, new, proof) in consistencies {
        let made = consistency(old, new).unwrap().prove(|node| log.node(node)).unwrap();
        assert_eq!(made, hashes(proof), "{old} to {new}");
        verify_consistency(log.heads[old as usize], log.heads[new as usize], &made).unwrap();
    }
}

/// What the log Argon 2020 of Certificate Transparency answered in 2024.
#[test]
fn proofs_of_a_log_with_many_entries() {
    let head = TreeHead { size: 961_984_011, root: b64("AWxD3p811N3m4WTinWRXPvBZHfT9IR9g/R4C7SKLPiU=") };
    let path = hashes(include_str!("vectors/argon2020-inclusion.txt"));
    verify_inclusion(10_000, b64("nCs3mfIydh9x4CKyQ+u2xtmpxmFggA5MLymHwNQSlLg="), head, &path).unwrap();
    assert_eq!(
        path.len(),
        inclusion(10_000, head.size).unwrap().prove(|_| Ok::<_, ()>(Hash::EMPTY)).unwrap().len()
    );
    let old = TreeHead { size: 3_654_490, root: b64("AuIZ5V6sDUj1vn3Y1K85oOaQ7y+FJJKtyRTl1edIKBQ=") };
    let proof = hashes(include_str!("vectors/argon2020-consistency.txt"));
    verify_consistency(old, head, &proof).unwrap();
    let other = TreeHead { size: old.size + 1, ..old };
    assert!(verify_consistency(other, head, &proof).is_err());
}

const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const ENOCH: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";
const QUOTED: &str = "If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=
";

/// The keys and the note of Go's package `golang.org/x/mod/sumdb/note`.
#[test]
fn a_note_by_two() {
    let note = Note::parse(QUOTED.as_bytes()).unwrap();
    assert_eq!(note.to_string(), QUOTED);
    let keys = [PETER, ENOCH].map(|key| VerifierKey::parse(key).unwrap());
    assert_eq!(keys.each_ref().map(ToString::to_string), [PETER, ENOCH]);
    assert_eq!(keys[0].id(), 0xc74f_20a3);
    let by = |keys: &[VerifierKey]| -> Vec<String> {
        verify(&note, keys).unwrap().iter().map(|signed| signed.key.name().to_string()).collect()
    };
    assert_eq!(by(&keys), ["PeterNeumann", "EnochRoot"]);
    assert_eq!(by(&keys[..1]), ["PeterNeumann"]);
    assert_eq!(by(&keys[1..]), ["EnochRoot"]);
    assert_eq!(verify(&note, &[]).unwrap_err().kind, ErrorKind::UnknownSigner);
}

#[test]
fn keys_that_are_not_quite_right() {
    for start in 0..PETER.len() {
        for end in start + 1..=PETER.len() {
            assert!((start, end) == (0, PETER.len()) || VerifierKey::parse(&PETER[start..end]).is_err());
        }
    }
    for at in 0..PETER.len() {
        let mut bytes = PETER.as_bytes().to_vec();
        bytes[at] += 1;
        assert!(VerifierKey::parse(std::str::from_utf8(&bytes).unwrap()).is_err(), "{at}");
    }
    // Called by more digits than an id has; too long, and of an unknown type, each with the id that goes with it.
    for key in [
        "PeterNeumann+0c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ] {
        assert_eq!(VerifierKey::parse(key).unwrap_err().kind, ErrorKind::VerifierKey, "{key}");
    }
}

/// Two checkpoints of the checksum database of Go modules, whose origin is not the name of its key.
#[test]
fn checkpoints_of_a_log_in_use() {
    let keys =
        [VerifierKey::parse("sum.golang.org+033de0ae+Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8").unwrap()];
    let origin = "go.sum database tree";
    let notes = [
        (
            20_852_163,
            "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=",
            "Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=",
        ),
        (
            15_067_302,
            "gJyioq6dwR9n+NjEWORfYmH+ubeYm3kH42BBQ0bTpYI=",
            "Az3grp1rvWOs5NKlr/xR4GLN/CDyzzakmt1o61uSxYKpK1SerqOP2ClbX/peKUZjYnyomH5Xz7GZG3TpB7OeKn4E2ww=",
        ),
    ];
    for (size, root, signature) in notes {
        // A signature of somebody else's stands above the log's own.
        let text = format!(
            "{origin}\n{size}\n{root}\n\n— test.example.com qTGhC/xIPQ0AXKHK6Y+9ypRfuvMZWPjRXM8NiOg5M1WREn07VQXyuIXM3NRNav3ieVFLUqDRK77PWDmL6w8w84UqeAw=\n— sum.golang.org {signature}\n"
        );
        let note = Note::parse(text.as_bytes()).unwrap();
        let checkpoint = Trust::of(origin, &keys).open(&note).unwrap().checkpoint;
        assert_eq!(checkpoint.head, TreeHead { size, root: b64(root) });
        assert_eq!(Trust::of("sum.golang.org", &keys).open(&note).unwrap_err().kind, ErrorKind::Origin);
        let changed = text.replacen(&size.to_string(), &(size + 1).to_string(), 1);
        let changed = Note::parse(changed.as_bytes()).unwrap();
        assert_eq!(Trust::of(origin, &keys).open(&changed).unwrap_err().kind, ErrorKind::BadSignature);
    }
}

/// A log of Sigsum's tests, asking a witness three times, and the answers that the tests of Torchwood expect.
#[test]
fn requests_to_a_witness() {
    let origin = "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562";
    let public = hex("ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f");
    let public = VerifyingKey::from_bytes(&public.try_into().unwrap()).unwrap();
    let keys = [VerifierKey::new(name(origin), SignatureType::Ed25519, public)];
    let request = |old: &str, head: &str, signature: &str| {
        format!("old {old}\n\n{origin}\n{head}\n\n— {origin} {signature}\n").replace("|", "\n")
    };
    let first = request(
        "0",
        "1|KgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "UgIom7fPZTqpxWWhyjWduBvTvGVqsokMbqTArsQilegKoFBJQjUFAmQ0+YeSPM3wfUQMFSzVnnNuWRTYrajXpNUbIQY=",
    );
    let three = request(
        "1|KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=|KgIAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "3|RcCI1Nk56ZcSmIEfIn0SleqtV7uvrlXNccFx595Iwl0=",
        "UgIom2VbtIcdFbwFAy1n7s6IkAxIY6J/GQOTuZF2ORV39d75cbAj2aQYwyJre36kezNobZs4SUUdrcawfAB8WVrx6go=",
    );
    let five = request(
        "1|KgEAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=|+fUDV+k970B4I3uKrqJM4aP1lloPZP8mvr2Z4wRw2LI=|KgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "5|QrtXrQZCCvpIgsSmOsah7HdICzMLLyDfxToMql9WTjY=",
        "UgIomw/EOJmWi0i1FQsOj+etB7F8IccFam/jgd6wzRns4QPVmyEZtdvl1U2KEmLOZ/ASRcWJi0tW90dJWAShei7sDww=",
    );
    let ask = |request: &str, latest| {
        judge(request.as_bytes(), |asked| {
            (asked == origin).then_some(KnownLog { origin, keys: &keys, latest })
        })
    };
    let one = ask(&first, None).unwrap().exchange();
    assert_eq!((one.0, one.1.size), (None, 1));
    let at = Some(one.1);
    assert_eq!(ask(&three, at).unwrap().exchange().1.size, 3);
    let accepted = ask(&five, at).unwrap();
    assert_eq!(
        accepted.exchange().1.root.0.to_vec(),
        hex("42bb57ad06420afa4882c4a63ac6a1ec77480b330b2f20dfc53a0caa5f564e36")
    );
    // Once it has seen five, three comes too late.
    let refused = ask(&three, Some(accepted.exchange().1)).unwrap_err();
    assert_eq!((refused.status(), refused.to_string().contains("5 entries")), (409, true));

    let seed = hex("31ffc2116ecbe003acaa800ab70757bd7d53206e3febef6a6d0796d95530b34f").try_into().unwrap();
    let witness = Cosigner::new(name("example.com"), SigningKey::from_seed(seed));
    assert_eq!(
        witness.verifier_key().key().to_bytes().to_vec(),
        hex("64848ad8abed6e85981b3b3875b252b8767ebb4b02f703aca3b1e71bbd6a8e50")
    );
    let line = accepted.cosign(&witness, 1_763_800_000).unwrap();
    let text = five.split_once("\n\n").unwrap().1;
    let note = Note::parse(format!("{text}{line}\n").as_bytes()).unwrap();
    let known = [keys[0].clone(), witness.verifier_key().clone()];
    let times: Vec<Option<u64>> = verify(&note, &known).unwrap().iter().map(|signed| signed.time).collect();
    assert_eq!(times, [None, Some(1_763_800_000)]);
}
