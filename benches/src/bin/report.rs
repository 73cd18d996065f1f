//! Writes the page of results and its plots into a folder, from what criterion has left in `target/criterion`.

use std::path::Path;
use std::process::ExitCode;
use std::{env, fs, io};

use lictor_benches::report::{kept, measured, page};

fn main() -> ExitCode {
    let Some(folder) = env::args_os().nth(1) else {
        eprintln!("report FOLDER: where shall the page go?");
        return ExitCode::FAILURE;
    };
    match write(Path::new(&folder)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn write(folder: &Path) -> io::Result<()> {
    let tables = measured::read(&kept::folder())?;
    fs::create_dir_all(folder)?;
    for (name, text) in page::write(tables) {
        println!("{}", folder.join(&name).display());
        fs::write(folder.join(name), text)?;
    }
    Ok(())
}
