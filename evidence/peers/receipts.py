"""Runs the script that docs/receipts.md shows over receipts that are good, and over ones that are not."""

import json
import pathlib
import re
import subprocess
import sys

folder, page = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
script = re.search(r"```python\n(.*?)```", page.read_text(), re.S).group(1)
lines = [line for line in script.splitlines() if line.strip()]
assert len(lines) <= 30, f"the script has {len(lines)} lines, and is to be read at a glance"
root = (folder / "root.txt").read_text().strip()
expected = json.loads((folder / "receipts.json").read_text())
assert True in expected.values() and False in expected.values()
for name, good in expected.items():
    history = "history-revoked.json" if name.startswith("revoked") else "history.json"
    arguments = [str(folder / name), str(folder / history), root]
    result = subprocess.run([sys.executable, "-c", script, *arguments], capture_output=True, text=True)
    if (result.returncode == 0) != good:
        raise SystemExit(f"{name}: expected {'genuine' if good else 'refused'}\n{result.stdout}{result.stderr}")
print(f"the script of {len(lines)} lines: {len(expected)} receipts judged as we judge them")
