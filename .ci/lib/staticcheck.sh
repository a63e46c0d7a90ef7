#!/usr/bin/env bash
# Prints where staticcheck is, once built with this Go and kept in the cache.
set -euo pipefail
version=v0.8.2
dir=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/mailshot-checks/staticcheck-$version-$(go env GOVERSION)
if [ ! -x "$dir/staticcheck" ]; then
  mkdir -p -- "$dir"
  GOBIN=$dir go install "honnef.co/go/tools/cmd/staticcheck@$version" >&2
fi
printf '%s\n' "$dir/staticcheck"
