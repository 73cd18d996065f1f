"""Whether the tables of editors that are not here can be read, and name what is there: `tables.py HELIX ZED`, the folders in `editors/dist`."""

import pathlib
import sys
import tomllib

helix, zed = map(pathlib.Path, sys.argv[1:])

languages = tomllib.loads((helix / "languages.toml").read_text())
[language] = languages["language"]
[grammar] = languages["grammar"]
assert language["name"] == grammar["name"] == "lictor"
assert language["language-servers"] == list(languages["language-server"]) == ["lictor"]
assert (pathlib.Path(grammar["source"]["path"]) / "src/parser.c").is_file(), grammar
for query in ["highlights", "indents", "locals", "textobjects"]:
    assert (helix / f"runtime/queries/lictor/{query}.scm").is_file(), query

extension = tomllib.loads((zed / "extension.toml").read_text())
config = tomllib.loads((zed / "languages/lictor/config.toml").read_text())
assert extension["language_servers"]["lictor"]["languages"] == [config["name"]]
assert config["grammar"] in extension["grammars"]
root = pathlib.Path(extension["grammars"]["lictor"]["repository"].removeprefix("file://"))
assert (root / extension["grammars"]["lictor"]["path"] / "src/parser.c").is_file(), extension
assert (zed / extension["snippets"]).is_file() and (zed / "languages/lictor/highlights.scm").is_file()
tomllib.loads((zed / "Cargo.toml").read_text())
