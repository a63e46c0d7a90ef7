# shellcheck shell=bash
# Postfix as the other checks have it, with Dovecot to authenticate, implicit TLS
# on a port of its own, and one that takes all without asking.
#
#   servers_postfix_start AUTH OPEN     Dovecot's socket, and the port that takes all

servers_postfix_start() {
  postfix_start
  POSTFIX_IMPLICIT=$(private_port)
  POSTFIX_OPEN=$2
  postconf -c "$POSTFIX_DIR/conf" -e smtpd_sasl_type=dovecot smtpd_sasl_path="$1" \
    smtpd_tls_cert_file="$SERVERS_DIR/server.pem" smtpd_tls_key_file="$SERVERS_DIR/server.key" \
    smtpd_tls_auth_only=no message_size_limit=20000000 smtputf8_enable=yes
  cat >>"$POSTFIX_DIR/conf/master.cf" <<CF
127.0.0.1:$POSTFIX_IMPLICIT inet n - n - - smtpd
  -o smtpd_tls_wrappermode=yes
127.0.0.1:$POSTFIX_OPEN inet n - n - - smtpd
  -o smtpd_sasl_auth_enable=no
  -o mynetworks=127.0.0.0/8
  -o smtpd_relay_restrictions=permit_mynetworks,reject
  -o smtpd_recipient_restrictions=permit_mynetworks,reject
CF
  postfix_refuse /dev/null # starts it anew
  private_greeting "$POSTFIX_OPEN"
}

servers_postfix_describe() {
  describe Postfix "$(postconf -c "$POSTFIX_DIR/conf" -h mail_version)" "$1" none="$POSTFIX_PORT" starttls="$POSTFIX_PORT" implicit="$POSTFIX_IMPLICIT" \
    maildir="$POSTFIX_MAILDIR" recipient=X-Original-To log="$POSTFIX_LOG" refused=': SASL [A-Z0-9-]+ authentication failed' \
    mechanisms="PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER"
}
