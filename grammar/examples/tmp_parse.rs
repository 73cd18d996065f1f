#![allow(missing_docs, clippy::disallowed_methods, clippy::disallowed_types)]
use lictor_grammar::{parse, span::FileId};
fn main() {
    for path in std::env::args().skip(1) {
        let source = std::fs::read_to_string(&path).unwrap();
        let t = std::time::Instant::now();
        let parsed = parse(FileId(0), &source);
        println!(
            "{path}: {} items, {} tokens, {:?}",
            parsed.file.items.len(),
            parsed.tokens.len(),
            t.elapsed()
        );
        for d in &parsed.diagnostics {
            for (i, l) in d.labels.iter().enumerate() {
                let line = source[..l.span.start as usize].matches('\n').count() + 1;
                let col = l.span.start as usize
                    - source[..l.span.start as usize].rfind('\n').map_or(0, |x| x + 1)
                    + 1;
                let text: String =
                    source[l.span.start as usize..l.span.end as usize].chars().take(30).collect();
                if i == 0 {
                    println!("  {} {line}:{col} [{text}] {} {}", d.code, d.message, l.text)
                } else {
                    println!("      also {line}:{col} [{text}] {}", l.text)
                }
            }
            if let Some(h) = &d.help {
                println!("      help: {h}")
            }
        }
    }
}
