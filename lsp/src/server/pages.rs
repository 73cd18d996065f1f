//! The page about a code, where an editor can open it. The pages are in the command and nowhere else, so one that is referred
//! to is written into the user's cache first: beside no policy, and found by every editor without a network.

use std::env;
use std::fs;
use std::path::PathBuf;

use tower_lsp::ls_types::Uri;

use super::state::State;

impl State {
    /// Where the page about a code is; none where there is no page, or no place for it.
    pub fn page(&self, code: &str) -> Option<Uri> {
        let text = (self.options.page)(code)?;
        let directory = cache()?.join("lictor").join(env!("CARGO_PKG_VERSION")).join("codes");
        let path = directory.join(format!("{code}.md"));
        if self.pages.borrow_mut().insert(code.to_owned())
            && fs::read_to_string(&path).ok().as_deref() != Some(text)
        {
            fs::create_dir_all(&directory).and_then(|()| fs::write(&path, text)).ok()?;
        }
        Uri::from_file_path(path)
    }
}

/// Where this system keeps what programs can make again.
pub fn cache() -> Option<PathBuf> {
    let named = |name: &str| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if cfg!(windows) {
        named("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        named("HOME").map(|home| home.join("Library/Caches"))
    } else {
        named("XDG_CACHE_HOME").or_else(|| named("HOME").map(|home| home.join(".cache")))
    }
}
