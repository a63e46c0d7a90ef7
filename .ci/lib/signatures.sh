#!/usr/bin/env bash
# Signs the golden letters with each kind of key, and lets a verifier that is
# written by others and in another language judge them. Only Debian's Python
# has it.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
go test -count=1 -run '^TestSignGolden$' ./transport/message -signed "$work"
PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 .ci/lib/signatures.py "$work" "$work"
