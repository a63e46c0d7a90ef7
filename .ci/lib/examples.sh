#!/usr/bin/env bash
# Runs every job file under examples/ as a user would, in a copy: checked, then
# sent to the embedded server; its messages are read by a parser that is not ours.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
go build -o "$work/mailshot" ./cmd/mailshot
cp -r examples "$work/examples"

jobs=0
while IFS= read -r file; do
  ((jobs += 1))
  echo "$file"
  # Checks want to see that a secret is there; the embedded server asks for none.
  mapfile -t secrets < <(sed -n 's/.*{env: *\([A-Za-z_0-9]*\)}.*/\1=not-a-secret/p' "$file")
  directory=$work/$(dirname -- "$file")
  name=$(basename -- "$file")
  (cd -- "$directory" && exec env "${secrets[@]}" "$work/mailshot" check "$name") </dev/null
  (cd -- "$directory" && exec "$work/mailshot" run --sandbox="$work/sandbox-$jobs" --yes "$name") </dev/null
  python3 - "$work/sandbox-$jobs" <<'PY'
import email, email.policy, pathlib, sys
files = sorted(pathlib.Path(sys.argv[1]).glob("*.eml"))
defects = 0
for f in files:
    message = email.message_from_bytes(f.read_bytes(), policy=email.policy.default)
    for part in message.walk():
        for d in [*part.defects, *(d for v in part.values() for d in v.defects)]:
            print(f"{f.name}: {d!r}")
            defects += 1
if not files or defects:
    sys.exit(f"{len(files)} messages, {defects} defects")
print(f"{len(files)} messages, no defects")
PY
done < <(find examples -name '*.yaml' -exec grep -l '^version:' {} + | sort)
if ((jobs == 0)); then
  echo "no job file under examples/" >&2
  exit 1
fi
