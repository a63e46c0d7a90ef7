#!/usr/bin/env bash
# Runs every job file under examples/ as a user would, in a copy: checked, then
# sent to the embedded server; its messages are read by a parser that is not ours,
# and their signatures by a verifier that is not.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT
go build -o "$work/mailshot" ./cmd/mailshot
cp -r examples "$work/examples"
# A key for the jobs that sign, and the record of its other half.
openssl genpkey -algorithm ed25519 -out "$work/dkim.pem"
record="v=DKIM1; k=ed25519; p=$(openssl pkey -in "$work/dkim.pem" -pubout -outform DER | tail -c 32 | base64)"

jobs=0
while IFS= read -r file; do
  ((jobs += 1))
  echo "$file"
  # Checks want to see that a secret is there; the embedded server asks for none.
  mapfile -t secrets < <(sed -n 's/.*{env: *\([A-Za-z_0-9]*\)}.*/\1=not-a-secret/p' "$file")
  signs=no
  if grep -q '{env: DKIM_KEY}' "$file"; then
    signs=yes
    secrets+=("DKIM_KEY=$(<"$work/dkim.pem")") # the last one counts
  fi
  directory=$work/$(dirname -- "$file")
  name=$(basename -- "$file")
  (cd -- "$directory" && exec env "${secrets[@]}" "$work/mailshot" check "$name") </dev/null
  (cd -- "$directory" && exec env "${secrets[@]}" "$work/mailshot" run --sandbox="$work/sandbox-$jobs" --yes "$name") </dev/null
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
  if [ "$signs" = yes ]; then
    mkdir "$work/records-$jobs"
    published=$(sed -n 's/^ *selector: *//p' "$file")._domainkey.$(sed -n 's/^ *from:.*@\([a-z.]*\)>.*/\1/p' "$file")
    printf '%s\t%s\n' "$published" "$record" >"$work/records-$jobs/key.record"
    PYTHONDONTWRITEBYTECODE=1 /usr/bin/python3 .ci/lib/signatures.py "$work/records-$jobs" "$work/sandbox-$jobs"
  fi
done < <(find examples -name '*.yaml' -exec grep -l '^version:' {} + | sort)
if ((jobs == 0)); then
  echo "no job file under examples/" >&2
  exit 1
fi
