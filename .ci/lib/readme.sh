#!/usr/bin/env bash
# Runs the commands of README.md's block below the heading "## Test" as they
# stand there, so that what newcomers are told to type is what is checked.
set -euo pipefail
block=$(awk '
  /^## / { here = ($0 == "## Test") }
  here && /^```/ { if (inside) exit; inside = 1; next }
  here && inside { sub(/^\$ /, ""); print }
' README.md)
if [[ $block != *"go test ./..."* ]]; then
  echo 'README.md has no block with "go test ./..." below "## Test"' >&2
  exit 1
fi
bash -euo pipefail -c "$block"
