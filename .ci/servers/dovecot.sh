# shellcheck shell=bash
# Dovecot's submission service, which hands on to another server, and its
# authentication, which also serves Postfix and Exim.
#
# It looks at tokens itself, or as the lines of DOVECOT_TOKENS say.
#
#   dovecot_start DIR RELAY_PORT    starts it; sets DOVECOT_AUTH, the socket by
#                                   which others ask it for authentication

dovecot_start() {
  local dir=$1 relay=$2 limits=${3:-}
  DOVECOT_AUTH=$dir/auth
  DOVECOT_PORT=$(private_port)
  DOVECOT_IMPLICIT=$(private_port)
  mkdir -p "$dir"/{home,keys/default/HS256}
  chown nobody "$dir/home"
  printf '%s' "$SERVERS_TOKEN_KEY" >"$dir/keys/default/HS256/default"
  printf '%s:{PLAIN}%s\n' "$SERVERS_USER" "$SERVERS_PASSWORD" >"$dir/users"
  cat >"$dir/token.conf" <<CF
${DOVECOT_TOKENS:-introspection_mode = local
local_validation_key_dict = fs:posix:prefix=$dir/keys/}
username_attribute = sub
CF
  cat >"$dir/dovecot.conf" <<CF
base_dir = $dir/run
log_path = $dir/log
auth_verbose = yes
protocols = submission
listen = 127.0.0.1
hostname = localhost
ssl = yes
ssl_cert = <$SERVERS_DIR/server.pem
ssl_key = <$SERVERS_DIR/server.key
first_valid_uid = 1
mail_location = maildir:~/mail
stats_writer_socket_path =

auth_mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256 xoauth2 oauthbearer
passdb {
  driver = passwd-file
  args = scheme=PLAIN username_format=%u $dir/users
  mechanisms = plain login cram-md5 scram-sha-1 scram-sha-256
}
passdb {
  driver = oauth2
  args = $dir/token.conf
  mechanisms = xoauth2 oauthbearer
}
userdb {
  driver = static
  args = uid=nobody gid=nogroup home=$dir/home
}
service auth {
  unix_listener $DOVECOT_AUTH {
    mode = 0666
  }
}
service submission-login {
  inet_listener submission {
    port = $DOVECOT_PORT
  }
  inet_listener submissions {
    port = $DOVECOT_IMPLICIT
    ssl = yes
  }
}
submission_relay_host = 127.0.0.1
submission_relay_port = $relay
submission_relay_ssl = no
submission_relay_trusted = no
submission_max_mail_size = 20M
# It has ten sessions of one user from one address at a time, and meets those
# beyond with 421 in place of 235.
mail_max_userip_connections = 100
$limits
CF
  root_fetch "$dir" dovecot-submissiond
  # shellcheck disable=SC2016 # expanded there
  root_run "$dir" '
    printf "%s\n" "dovecot:x:64801:64801::/:/usr/sbin/nologin" "dovenull:x:64802:64802::/:/usr/sbin/nologin" >>/etc/passwd
    printf "%s\n" "dovecot:x:64801:" "dovenull:x:64802:" >>/etc/group
    dovecot --version >"$1/version"
    exec dovecot -F -c "$1/dovecot.conf"'
  private_greeting "$DOVECOT_PORT"
}

dovecot_describe() {
  describe Dovecot "$(cut -d' ' -f1 "$1/version")" "$1" none="$DOVECOT_PORT" starttls="$DOVECOT_PORT" implicit="$DOVECOT_IMPLICIT" \
    maildir="$2" recipient=X-Original-To log="$1/log" refused='auth-worker.*(Password mismatch|oauth2 failed)|auth: .*(Password mismatch|oauth2 failed)' \
    mechanisms="PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER"
}
