# shellcheck shell=bash
# nodemailer's smtp-server, run by nobody.
#
#   nodemailer_start DIR

nodemailer_version=3.21.6

nodemailer_start() {
  local dir=$1
  NODEMAILER_PORT=$(private_port)
  NODEMAILER_IMPLICIT=$(private_port)
  mkdir -p "$dir"/mail/{new,cur,tmp}
  : >"$dir/log"
  install -m 0600 -o nobody "$SERVERS_DIR/server.key" "$dir/server.key"
  cp -- "$servers_here/archive.js" "$dir/archive.js"
  chown -R nobody "$dir/mail" "$dir/log"
  (cd -- "$dir" && npm install --no-save --no-audit --no-fund --ignore-scripts "smtp-server@$nodemailer_version") >"$dir/npm.log" 2>&1 ||
    { cat "$dir/npm.log" >&2; return 1; }
  (cd -- "$dir" && exec setpriv --reuid=nobody --regid=nogroup --clear-groups \
    env SERVERS_USER="$SERVERS_USER" SERVERS_PASSWORD="$SERVERS_PASSWORD" SERVERS_TOKEN="$SERVERS_TOKEN" \
    node archive.js "$NODEMAILER_PORT" "$NODEMAILER_IMPLICIT" "$SERVERS_DIR/server.pem") >>"$dir/console" 2>&1 </dev/null &
  root_pids+=("$!")
  private_greeting "$NODEMAILER_PORT"
}

nodemailer_describe() {
  describe smtp-server "$nodemailer_version" "$1" none="$NODEMAILER_PORT" starttls="$NODEMAILER_PORT" implicit="$NODEMAILER_IMPLICIT" \
    maildir="$1/mail" recipient=Delivered-To log="$1/log" refused='^refused ' mechanisms="PLAIN LOGIN CRAM-MD5 XOAUTH2"
}
