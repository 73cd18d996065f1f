//! `lictor explain`: what does a code mean?

use std::io::Write;

use serde_json::json;

use crate::args::Format;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::render::Notice;
use crate::{output, pages};

/// Says what the code of a message means, with an example that fails and the same example mended.
#[derive(clap::Args, Debug)]
#[command(after_help = "\
Examples:
  lictor explain E0302    the page of one code
  lictor explain          all codes")]
pub struct Args {
    /// The code, as it stands above a message.
    code: Option<String>,
}

impl Args {
    /// Runs the command.
    pub fn run(&self, format: Format) -> Result<Exit, Failure> {
        let mut out = output::stdout();
        match (&self.code, format) {
            (None, Format::Json) => {
                let all = pages::all().map(|page| json!({ "code": page.code, "title": page.title() }));
                output::json(&mut out, &all.collect::<Vec<_>>())?;
            }
            (None, _) => {
                for page in pages::all() {
                    writeln!(out, "{}  {}", page.code, page.title())?;
                }
            }
            (Some(code), format) => {
                let page = pages::find(code).ok_or_else(|| unknown(code))?;
                if format == Format::Json {
                    let value = json!({ "code": page.code, "title": page.title(), "text": page.text });
                    output::json(&mut out, &value)?;
                } else {
                    out.write_all(page.text.as_bytes())?;
                }
            }
        }
        out.flush()?;
        Ok(Exit::Success)
    }
}

fn unknown(code: &str) -> Failure {
    let help = match pages::nearest(code) {
        Some(near) => format!("did you mean {near}? `lictor explain` lists all codes"),
        None => String::from("`lictor explain` lists all codes; one looks like E0302"),
    };
    Notice::error("C0117", format!("there is no code {}", code.escape_debug())).help(help).into()
}
