#!/usr/bin/env bash
# Prints the directory of goreleaser and cyclonedx-gomod, once built with this Go and kept in the cache.
set -euo pipefail
goreleaser=v2.17.0
cyclonedx=v1.10.0
dir=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/mailshot-checks/release-$goreleaser-$cyclonedx-$(go env GOVERSION)
mkdir -p -- "$dir"
[ -x "$dir/cyclonedx-gomod" ] || GOBIN=$dir go install "github.com/CycloneDX/cyclonedx-gomod/cmd/cyclonedx-gomod@$cyclonedx" >&2
[ -x "$dir/goreleaser" ] || GOBIN=$dir go install "github.com/goreleaser/goreleaser/v2@$goreleaser" >&2
printf '%s\n' "$dir"
