#!/usr/bin/env bash
# Installs what the checks need beside Go, from Debian: a C compiler for the race
# detector, Python and OpenSSL to judge with, a verifier of DKIM, and Postfix with Cyrus SASL to talk
# to. No service is started by the installation, and none is configured.
#
#   packages.sh [PACKAGE COMMAND]...     and PACKAGE where COMMAND is not to be had
set -euo pipefail
export DEBIAN_FRONTEND=noninteractive PATH=$PATH:/usr/sbin:/sbin

missing=()
# need PACKAGE COMMAND adds PACKAGE where COMMAND is not to be had.
need() { command -v "$2" >/dev/null || missing+=("$1"); }
need gcc gcc
need python3 python3
need openssl openssl
need postfix postfix
need sasl2-bin saslpasswd2
for ((i = 1; i < $#; i += 2)); do
  need "${@:i:1}" "${@:i+1:1}"
done
installed() { dpkg-query -W -f '${Status}' "$1" 2>/dev/null | grep -q 'ok installed'; }
for package in libc6-dev ca-certificates libsasl2-modules libsasl2-modules-db python3-dkim python3-nacl; do
  installed "$package" || missing+=("$package")
done
if ((${#missing[@]} == 0)); then
  echo "everything is installed"
  exit
fi
if ((EUID != 0)); then
  echo "not installed, and only root can: ${missing[*]}" >&2
  exit 1
fi

# While packages are installed, no service may be started; then as before.
policy=/usr/sbin/policy-rc.d
saved=
restore() {
  rm -f -- "$policy"
  if [ -n "$saved" ]; then
    mv -- "$saved" "$policy"
  fi
}
if [ -e "$policy" ]; then
  saved=$policy.before-mailshot-checks
  mv -- "$policy" "$saved"
fi
trap restore EXIT
trap 'exit 143' INT TERM HUP
printf '%s\n' '#!/bin/sh' 'exit 101' >"$policy"
chmod 0755 "$policy"

apt=(apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3)
"${apt[@]}" update
if [[ " ${missing[*]} " == *" postfix "* ]]; then
  echo 'postfix postfix/main_mailer_type select No configuration' | debconf-set-selections
fi
"${apt[@]}" install -y --no-install-recommends "${missing[@]}"

for command in gcc python3 openssl postfix saslpasswd2; do
  command -v "$command" >/dev/null || { echo "$command is still missing" >&2; exit 1; }
done
