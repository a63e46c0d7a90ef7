# shellcheck shell=bash
# Haraka, run by nobody.
#
#   haraka_start DIR

haraka_version=3.1.1 # the last for Node.js 20

haraka_start() {
  local dir=$1
  HARAKA_PORT=$(private_port)
  HARAKA_IMPLICIT=$(private_port)
  mkdir -p "$dir"/mail/{new,cur,tmp} "$dir"/config "$dir"/plugins "$dir"/queue
  : >"$dir/log"
  (cd -- "$dir" && npm install --no-save --no-audit --no-fund --ignore-scripts --omit=optional "Haraka@$haraka_version") >"$dir/npm.log" 2>&1 ||
    { cat "$dir/npm.log" >&2; return 1; }
  cp -- "$servers_here/haraka.js" "$dir/plugins/archive.js"
  install -m 0600 -o nobody "$SERVERS_DIR/server.key" "$dir/config/tls_key.pem"
  cp -- "$SERVERS_DIR/server.pem" "$dir/config/tls_cert.pem"
  printf 'tls\narchive\n' >"$dir/config/plugins"
  echo localhost >"$dir/config/me"
  printf 'listen=127.0.0.1:%s,127.0.0.1:%s\nsmtps_port=%s\nnodes=0\n' "$HARAKA_PORT" "$HARAKA_IMPLICIT" "$HARAKA_IMPLICIT" >"$dir/config/smtp.ini"
  sed 's/^bytes=.*/bytes=20000000/' "$dir/node_modules/Haraka/config/connection.ini" >"$dir/config/connection.ini"
  printf '[main]\nlevel=warn\n' >"$dir/config/log.ini"
  chown -R nobody "$dir/mail" "$dir/log" "$dir/queue" "$dir/config"
  (cd -- "$dir" && exec setpriv --reuid=nobody --regid=nogroup --clear-groups \
    env SERVERS_USER="$SERVERS_USER" SERVERS_PASSWORD="$SERVERS_PASSWORD" HARAKA="$dir" \
    node node_modules/Haraka/bin/haraka -c "$dir") >>"$dir/console" 2>&1 </dev/null &
  root_pids+=("$!")
  private_greeting "$HARAKA_PORT"
}

haraka_describe() {
  describe Haraka "$haraka_version" "$1" none="$HARAKA_PORT" starttls="$HARAKA_PORT" implicit="$HARAKA_IMPLICIT" \
    maildir="$1/mail" recipient=Delivered-To log="$1/log" refused='^refused' mechanisms="PLAIN LOGIN CRAM-MD5"
}
