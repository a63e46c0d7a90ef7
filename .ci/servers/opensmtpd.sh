# shellcheck shell=bash
# OpenSMTPD without TLS, and so without authentication: its TLS does not work
# with the OpenSSL of Debian 12. Five connections may wait for it to take them;
# of more at once Linux forgets some, while the client takes them for open.
#
#   opensmtpd_start DIR

opensmtpd_start() {
  local dir=$1
  OPENSMTPD_PORT=$(private_port)
  mkdir -p "$dir"/mail/{new,cur,tmp}
  chown -R nobody "$dir/mail"
  cat >"$dir/smtpd.conf" <<CF
smtp max-message-size "20M"
table everybody { "@" = nobody }
listen on 127.0.0.1 port $OPENSMTPD_PORT hostname localhost
action all maildir "$dir/mail" user nobody virtual <everybody>
match from any for any action all
CF
  root_fetch "$dir" opensmtpd
  # shellcheck disable=SC2016 # expanded there
  root_run "$dir" '
    printf "%s\n" "opensmtpd:x:64804:64804:OpenSMTPD:/var/lib/opensmtpd/empty:/usr/sbin/nologin" "opensmtpq:x:64805:64805:OpenSMTPD:/var/lib/opensmtpd/empty:/usr/sbin/nologin" >>/etc/passwd
    printf "%s\n" "opensmtpd:x:64804:" "opensmtpq:x:64805:" >>/etc/group
    mkdir -p /var/lib/opensmtpd/empty
    install -d -m 0711 /var/spool/smtpd
    smtpd -h >"$1/version" 2>&1 || true
    exec smtpd -d -f "$1/smtpd.conf"'
  private_greeting "$OPENSMTPD_PORT"
}

opensmtpd_describe() {
  describe OpenSMTPD "$(sed -n 's/^version: OpenSMTPD //p' "$1/version")" "$1" none="$OPENSMTPD_PORT" maildir="$1/mail" recipient=Delivered-To queue=5
}
