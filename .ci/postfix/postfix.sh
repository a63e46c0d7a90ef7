# shellcheck shell=bash disable=SC2034 # the names are for those who source this
# A private Postfix for the checks: its configuration, queue, log, certificates
# and mailbox lie in one directory made for it; it listens on one port of the
# loopback, chosen by the system, and nowhere else. The machine's own Postfix,
# if there is one, is neither read nor touched.
#
#   postfix_start               makes and starts it, sets the names below
#   postfix_refuse FILE         refuses the recipients in FILE from now on:
#                               lines "ADDRESS 550 5.1.1 text"; /dev/null is none
#   postfix_mark                prints where the log ends now
#   postfix_log MARK            prints the log from MARK on
#   postfix_quiet MARK          waits until every session begun since MARK has
#                               ended and every message is delivered
#   postfix_empty               empties the mailbox
#   postfix_stop                ends what postfix_start started, removes it all
#
# Names: POSTFIX_PORT, POSTFIX_CA, POSTFIX_OTHER_CA (signed nothing here),
# POSTFIX_MAILDIR (every message lands there), POSTFIX_LOG, POSTFIX_USER,
# POSTFIX_PASSWORD.

# shellcheck source=.ci/lib/private.sh
. "$(dirname -- "${BASH_SOURCE[0]}")/../lib/private.sh"

POSTFIX_DIR=

postfix_start() {
  POSTFIX_DIR=$(mktemp -d)
  # The daemons run as the user postfix and have to get through.
  chmod 0711 "$POSTFIX_DIR"
  POSTFIX_CA=$POSTFIX_DIR/ca.pem
  POSTFIX_OTHER_CA=$POSTFIX_DIR/other-ca.pem
  POSTFIX_MAILDIR=$POSTFIX_DIR/mail/all
  POSTFIX_LOG=$POSTFIX_DIR/log/maillog
  POSTFIX_USER=office
  POSTFIX_PASSWORD=ci-$(openssl rand -hex 12)
  mkdir "$POSTFIX_DIR"/{conf,conf/sasl,queue,data,log,mail}
  chown postfix "$POSTFIX_DIR/data"
  chown nobody "$POSTFIX_DIR/mail"
  postfix_empty
  : >"$POSTFIX_DIR/conf/refuse"
  private_certificates "$POSTFIX_DIR"
  postfix_accounts

  local try
  for try in 1 2 3; do
    POSTFIX_PORT=$(private_port)
    postfix_configure
    if postfix -c "$POSTFIX_DIR/conf" start >"$POSTFIX_DIR/log/start" 2>&1 && private_greeting "$POSTFIX_PORT"; then
      return
    fi
    # Somebody else may have taken the port meanwhile.
    echo "postfix did not start on port $POSTFIX_PORT (try $try)" >&2
    postfix -c "$POSTFIX_DIR/conf" stop >>"$POSTFIX_DIR/log/start" 2>&1 || true
  done
  cat "$POSTFIX_DIR/log/start" >&2
  tail -n 30 "$POSTFIX_LOG" >&2 || true
  return 1
}

postfix_refuse() {
  cp -- "$1" "$POSTFIX_DIR/conf/refuse.new"
  chmod 0644 "$POSTFIX_DIR/conf/refuse.new"
  mv -- "$POSTFIX_DIR/conf/refuse.new" "$POSTFIX_DIR/conf/refuse"
  # A table of this kind is read when a process opens it: no process with the
  # old one may answer again, so all are ended, not only told to reload.
  postfix -c "$POSTFIX_DIR/conf" stop >>"$POSTFIX_DIR/log/start" 2>&1
  postfix -c "$POSTFIX_DIR/conf" start >>"$POSTFIX_DIR/log/start" 2>&1
  private_greeting "$POSTFIX_PORT"
}

postfix_mark() { stat -c %s -- "$POSTFIX_LOG"; }

postfix_log() { tail -c "+$(($1 + 1))" -- "$POSTFIX_LOG"; }

postfix_quiet() {
  local deadline=$((SECONDS + 120)) opened ended queued
  while ((SECONDS < deadline)); do
    postfix_log_written
    opened=$(postfix_log "$1" | grep -c '/smtpd\[[0-9]*\]: connect from ' || true)
    ended=$(postfix_log "$1" | grep -c '/smtpd\[[0-9]*\]: disconnect from ' || true)
    queued=$(find "$POSTFIX_DIR"/queue/{maildrop,incoming,active,deferred,hold} -type f | wc -l)
    if ((opened == ended && queued == 0)); then
      return
    fi
    sleep 0.2
  done
  echo "postfix is not quiet after 120 s: $opened sessions, $ended ended, $queued messages in the queue" >&2
  postfix_log "$1" | tail -n 30 >&2
  return 1
}

postfix_empty() {
  rm -rf -- "$POSTFIX_MAILDIR"
  install -d -o nobody -m 0700 "$POSTFIX_MAILDIR" "$POSTFIX_MAILDIR"/{new,cur,tmp}
}

postfix_stop() {
  [ -n "$POSTFIX_DIR" ] || return 0
  if [ -e "$POSTFIX_DIR/queue/pid/master.pid" ]; then
    postfix -c "$POSTFIX_DIR/conf" stop >>"$POSTFIX_DIR/log/start" 2>&1 || true
  fi
  rm -rf -- "$POSTFIX_DIR"
  POSTFIX_DIR=
}

# The functions below are for those above.

# Lines reach the log through a queue: once a new one is there, all before are.
postfix_log_written() {
  local line="all is written up to $RANDOM$RANDOM$RANDOM" tries
  postlog -c "$POSTFIX_DIR/conf" -t check -p info "$line" 2>/dev/null
  for ((tries = 0; tries < 100; tries++)); do
    if tail -n 200 -- "$POSTFIX_LOG" | grep -F -- "$line" >/dev/null; then
      return
    fi
    sleep 0.1
  done
  echo "postfix writes no log" >&2
  return 1
}

postfix_accounts() {
  local sasl=$POSTFIX_DIR/conf/sasl
  printf '%s\n' 'pwcheck_method: auxprop' 'auxprop_plugin: sasldb' 'mech_list: PLAIN LOGIN' \
    "sasldb_path: $sasl/sasldb2" >"$sasl/smtpd.conf"
  saslpasswd2 -p -c -u localhost -f "$sasl/sasldb2" "$POSTFIX_USER" <<<"$POSTFIX_PASSWORD"
  chown postfix "$sasl/sasldb2"
}

postfix_configure() {
  local dir=$POSTFIX_DIR
  printf '%s\n' '/^(club\.example|([^.]+\.)*test)$/ x' >"$dir/conf/domains"
  cat >"$dir/conf/main.cf" <<CF
compatibility_level = 3.6
queue_directory = $dir/queue
data_directory = $dir/data
maillog_file = $dir/log/maillog
maillog_file_prefixes = $dir
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = localhost
mydestination =
mynetworks =
alias_maps =
alias_database =
local_recipient_maps =
biff = no
default_transport = error:nothing leaves this machine
relay_transport = error:nothing leaves this machine

# Every recipient's mail lands in one Maildir, as it came.
virtual_mailbox_domains = regexp:$dir/conf/domains
virtual_mailbox_maps = static:all/
virtual_mailbox_base = $dir/mail
virtual_uid_maps = static:$(id -u nobody)
virtual_gid_maps = static:$(id -g nobody)
local_header_rewrite_clients =

smtpd_tls_security_level = may
smtpd_tls_cert_file = $dir/server.pem
smtpd_tls_key_file = $dir/server.key
smtpd_tls_auth_only = yes
smtpd_tls_loglevel = 1
tls_random_source = dev:/dev/urandom

smtpd_sasl_auth_enable = yes
smtpd_sasl_type = cyrus
smtpd_sasl_path = smtpd
cyrus_sasl_config_path = $dir/conf/sasl
smtpd_sasl_local_domain = localhost
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions = check_recipient_access texthash:$dir/conf/refuse, permit_sasl_authenticated, reject
smtpd_forbid_unauth_pipelining = yes

# The checks come in thousands from one address: no limit, no waiting.
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_client_message_rate_limit = 0
smtpd_client_recipient_rate_limit = 0
smtpd_client_new_tls_session_rate_limit = 0
smtpd_client_auth_rate_limit = 0
smtpd_error_sleep_time = 0s
smtpd_soft_error_limit = 1000
smtpd_hard_error_limit = 1000
in_flow_delay = 0s
CF
  cat >"$dir/conf/master.cf" <<CF
127.0.0.1:$POSTFIX_PORT inet n - n - - smtpd
postlog unix-dgram n - n - 1 postlogd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
CF
}
