//! The pages in `docs/` that teach are policies: their blocks are projects that compile without a word, whose tests pass, and
//! what they say of requests and of mistakes is so. What their blocks are stands in `support/pages.rs`.

#[path = "support/pages.rs"]
mod pages;

use pages::{Written, chapters, docs, page};

/// Reads one page, which is a policy of its own.
fn read(name: &str) -> usize {
    let mut written = Written::default();
    written.read(name);
    written.test_whole(&format!("docs/{name}"))
}

#[test]
fn the_tour_is_a_policy_at_the_end_of_every_chapter() {
    let mut written = Written::default();
    for chapter in chapters("tour") {
        written.read(&chapter);
        written.test(&format!("at the end of docs/{chapter}"));
    }
    assert!(written.test_whole("docs/tour") >= 80);
}

#[test]
fn the_tour_lists_its_chapters_in_order() {
    let index = page("tour/README.md");
    let mut listed =
        index.lines().filter(|line| line.starts_with(|first: char| first.is_ascii_digit())).map(|line| {
            (line.split_once("](").unwrap().1.split_once(')').unwrap().0, line.split_once('[').unwrap())
        });
    for (number, chapter) in (1..).zip(chapters("tour")) {
        let (file, (at, title)) = listed.next().unwrap_or_else(|| panic!("{chapter} is not listed"));
        let title = title.split(']').next().unwrap();
        assert_eq!(format!("tour/{file}"), chapter);
        assert_eq!(at.trim(), format!("{number}."), "{chapter}");
        assert_eq!(page(&chapter).lines().next().unwrap(), format!("# {number}. {title}"), "{chapter}");
    }
    assert_eq!(listed.next(), None);
}

#[test]
fn one_page_has_a_policy_with_everything() {
    assert!(read("one-page.md") >= 3);
}

#[test]
fn the_reference_is_a_policy() {
    assert!(read("language.md") >= 20);
}

#[test]
fn the_library_is_imported_as_its_page_says() {
    assert!(read("library.md") >= 4);
}

#[test]
fn packs_are_imported_as_their_pages_say() {
    assert!(read("packs/finance.md") >= 1);
    assert!(read("packs/europe.md") >= 2);
    assert!(read("packs/insurance.md") >= 1);
    assert!(read("packs/hiring.md") >= 2);
    assert!(read("packs/law.md") >= 2);
    assert!(read("packs/collections.md") >= 1);
    assert!(read("packs/health.md") >= 1);
}

#[test]
fn the_thirteen_checks_refuse_as_their_page_says() {
    assert!(read("base.md") >= 5);
}

#[test]
fn the_risk_model_decides_as_its_page_says() {
    assert!(read("risk.md") >= 2);
}

#[test]
fn what_is_refused_is_refused() {
    read("refuses.md");
}

#[test]
fn pages_link_to_what_is_there() {
    let pages = [
        "README.md",
        "one-page.md",
        "language.md",
        "library.md",
        "packs/europe.md",
        "packs/finance.md",
        "packs/insurance.md",
        "packs/hiring.md",
        "packs/health.md",
        "packs/law.md",
        "packs/collections.md",
        "base.md",
        "risk.md",
        "refuses.md",
        "explaining.md",
        "keys.md",
        "diff.md",
        "editors.md",
        "bundle.md",
        "grammar.md",
        "tour/README.md",
    ];
    for name in pages.map(str::to_string).into_iter().chain(chapters("tour")) {
        let folder = docs().join(&name).parent().unwrap().to_path_buf();
        for target in page(&name).split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            let path = target.split('#').next().unwrap();
            let outside = target.contains("://");
            assert!(outside || folder.join(path).exists(), "docs/{name} links to {target}");
        }
    }
}
