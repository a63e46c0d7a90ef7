#!/usr/bin/env bash
# Makes what packages and archives have beside the program: man pages, and what shells complete by.
#
#   cmd/mailshot/packaging/files.sh DIR     DIR/man/man1, DIR/man/man7, and DIR/completion
#
# DIR is made anew.
set -euo pipefail
dir=${1:?the directory to make}
rm -rf -- "$dir"
mkdir -p -- "$dir/completion"
program=$(mktemp)
trap 'rm -f -- "$program"' EXIT
# Of this machine, whatever system the packages are for.
env -u GOOS -u GOARCH go build -o "$program" ./cmd/mailshot
"$program" man "$dir/man"
gzip -9n "$dir"/man/man?/*
"$program" completion bash >"$dir/completion/mailshot.bash"
"$program" completion zsh >"$dir/completion/_mailshot"
"$program" completion fish >"$dir/completion/mailshot.fish"
"$program" completion powershell >"$dir/completion/mailshot.ps1"
