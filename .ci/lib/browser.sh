#!/usr/bin/env bash
# The pages of preview --web and sandbox --web in Chromium: keys, small screens, what other sites and
# hostile letters can do, and an audit by axe-core, which is fetched for it.
set -euo pipefail
cd -- "$(dirname -- "$0")/../.."
bash .ci/lib/packages.sh chromium chromium npm npm
dir=$(mktemp -d)
trap 'rm -rf -- "$dir"' EXIT
(
  cd -- "$dir"
  npm pack --silent axe-core@4.14.1 >/dev/null
  echo "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745  axe-core-4.14.1.tgz" | sha256sum --check --quiet
  tar -xzf axe-core-4.14.1.tgz package/axe.min.js
)
go test -count=1 -run '^TestBrowser' ./cmd/mailshot/web -browser.required -browser.axe "$dir/package/axe.min.js"
