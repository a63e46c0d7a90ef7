# shellcheck shell=bash
# The servers and what they limit.
#
#   limits_cases         starts what the wanted cases need, sets limits_names
#   limits_drive NAME    runs one

# limits_case NAME OPTION=VALUE... adds a case, with the options of drive.py.
limits_case() {
  local name=$1
  shift
  limits_names+=("$name")
  printf '%s\n' "rows=${LIMITS_ROWS:-2000}" "$@" >"$SERVERS_DIR/$name.options"
}

limits_drive() {
  local options
  mapfile -t options <"$SERVERS_DIR/$1.options"
  exec python3 "$limits_here/drive.py" "$SERVERS_DIR/mailshot" "$SERVERS_DIR/job-$1" "$1" "${options[@]}"
}

limits_cases() {
  limits_dovecot
  limits_postfix
  limits_exim
}

# limits_dovecot starts a Dovecot for each case: they remember who tried wrong passwords.
limits_dovecot() {
  local name
  for name in postfix-auth-rate postfix-sasl-delay; do
    ! starts "$name" || limits_dovecot_start "asked-$name"
  done
  limits_submission dovecot-user-connections 'mail_max_userip_connections = 3'
  limits_submission dovecot-processes $'service submission {\n  process_limit = 3\n}'
  limits_submission dovecot-login-delay 'auth_failure_delay = 3 secs'
}

# limits_dovecot_start NAME [LINES] starts one that hands on to the Postfix port NAME.
limits_dovecot_start() {
  limits_service "$1"
  mkdir "$SERVERS_DIR/$1"
  chmod 0755 "$SERVERS_DIR/$1"
  limits_debs "$1" dovecot
  dovecot_start "$SERVERS_DIR/$1" "$(limits_postfix_port "$1")" "auth_failure_delay = 3 secs"$'\n'"${2:-}"
}

# limits_debs lets a server have what another of its kind has fetched.
limits_debs() {
  mkdir -p "$SERVERS_DIR/debs/$2"
  ln -s "$SERVERS_DIR/debs/$2" "$SERVERS_DIR/$1/debs"
}

limits_submission() {
  starts "$1" || return 0
  limits_dovecot_start "$1" "$2"
  printf '%s\n' "$DOVECOT_PORT" >"$SERVERS_DIR/$1.submission"
  limits_names+=("$1")
}

limits_postfix() {
  local name many="least=70"
  limits_one postfix-connections smtpd_client_connection_count_limit=2
  limits_one postfix-connection-rate smtpd_client_connection_rate_limit=250
  limits_one postfix-message-rate smtpd_client_message_rate_limit=250
  limits_one postfix-recipient-rate smtpd_client_recipient_rate_limit=250
  limits_one postfix-auth-rate smtpd_client_auth_rate_limit=150 smtpd_sasl_auth_enable=yes smtpd_sasl_path="$SERVERS_DIR/asked-postfix-auth-rate/auth"
  limits_one postfix-tls-rate smtpd_client_new_tls_session_rate_limit=250 tls_ssl_options=NO_TICKET
  limits_one postfix-sasl-delay smtpd_sasl_auth_enable=yes smtpd_sasl_path="$SERVERS_DIR/asked-postfix-sasl-delay/auth" mynetworks= \
    smtpd_relay_restrictions=permit_sasl_authenticated,reject smtpd_recipient_restrictions=permit_sasl_authenticated,reject
  limits_asked policy-rate recipient rate 250 10 'DEFER_IF_PERMIT Rate limit exceeded, try again later'
  limits_asked policy-no-words recipient all 250 10 DEFER_IF_PERMIT
  limits_asked policy-data-rate data rate 250 10 'DEFER_IF_PERMIT Sending too fast'
  limits_asked greylist-rcpt recipient grey 20 'DEFER_IF_PERMIT Greylisted, please try again later'
  limits_asked greylist-data data grey 20 'DEFER_IF_PERMIT Greylisted, please try again later'
  limits_asked greylist-final end_of_data grey 20 'DEFER_IF_PERMIT Greylisted, please try again later'
  if starts greylist-postgrey; then
    limits_postgrey 20
    limits_service greylist-postgrey "smtpd_recipient_restrictions=check_policy_service inet:127.0.0.1:$LIMITS_POLICY, permit_mynetworks, reject"
    limits_names+=(greylist-postgrey)
  fi
  limits_one address-closed
  limits_one address-421
  limits_one address-silence
  ((${#limits_services[@]})) || return 0
  limits_postfix_start
  local names=("${limits_names[@]}")
  limits_names=()
  for name in "${names[@]}"; do
    case $name in
      postfix-connections) limits_ready "$name" workers=8 'said=^421 .*too many connections' ;;
      postfix-connection-rate) limits_ready "$name" $many 'said=^421 .*too many connections' ;;
      postfix-message-rate) limits_ready "$name" $many 'said=^450 .*too much mail' ;;
      postfix-recipient-rate) limits_ready "$name" $many 'said=^450 .*too many recipients' ;;
      postfix-auth-rate) limits_ready "$name" least=123 user=$SERVERS_USER 'said=^450 .*too many AUTH' ;;
      postfix-tls-rate) limits_ready "$name" $many tls=starttls ca="$SERVERS_DIR/ca.pem" 'said=^4.* too many new TLS' ;;
      postfix-sasl-delay) limits_ready "$name" user=$SERVERS_USER wrong=1 pause=2.5 refusals=0 ;;
      policy-data-rate) limits_ready "$name" $many 'said=^450 .*Sending too fast' ;;
      policy-rate) limits_ready "$name" $many 'said=^450 .*Rate limit' ;;
      policy-no-words) limits_ready "$name" $many 'said=^450 .*Service unavailable' failed=20 'retry={attempts: 3, wait: 30s, max_wait: 1m}' ;;
      greylist-*) limits_ready "$name" least=30 'said=^450 .*[Gg]reylisted' refusals=2100 failed=2000 'retry={attempts: 3, wait: 30s, max_wait: 1m}' ;;
      address-silence) limits_ready "$name" beside=silence least=30 refusals=0 ;;
      address-*) limits_ready "$name" beside="${name#address-}" refusals=1 ;;
      dovecot-user-connections) limits_ready "$name" user=$SERVERS_USER 'said=^4.*[Mm]aximum number of connections' ;;
      dovecot-processes) limits_ready "$name" user=$SERVERS_USER ;;
      dovecot-login-delay) limits_ready "$name" user=$SERVERS_USER wrong=3 pause=2.5 refusals=0 ;;
    esac
  done
}

# limits_one NAME OPTION=VALUE... is a case with options of smtpd.
limits_one() {
  starts "$1" || return 0
  limits_service "$@"
  limits_names+=("$1")
}

# limits_asked NAME STAGE ARG... is a case with policy.py asked at a stage.
limits_asked() {
  local name=$1 stage=$2 own="check_policy_service inet:127.0.0.1:"
  starts "$name" || return 0
  limits_policy "$name" "${@:3}"
  own+="$LIMITS_POLICY"
  [ "$stage" != recipient ] || own+=", permit_mynetworks, reject"
  limits_service "$name" "smtpd_${stage}_restrictions=$own"
  limits_names+=("$name")
}

# limits_ready adds a case that ends in Postfix's mailbox of its name.
limits_ready() {
  local port=$1 connection=()
  if [ -e "$SERVERS_DIR/$1.submission" ]; then
    port=$(cat "$SERVERS_DIR/$1.submission")
  else
    port=$(limits_postfix_port "$1")
    connection=(log="$POSTFIX_LOG" "connection=postfix/$1/smtpd\[\d+\]: connect from ")
  fi
  limits_case "$1" port="$port" maildir="$POSTFIX_DIR/mail/$1" recipient=X-Original-To "${connection[@]}" "${@:2}"
}

limits_exim() {
  limits_exim_one exim-connections 'smtp_accept_max = 5' 'said=^421 .*[Tt]oo many concurrent'
  # It counts a session until its process has ended, which delivers as well.
  limits_exim_one exim-host-connections $'smtp_accept_max = 200\nsmtp_accept_max_per_host = 4' 'said=^421 .*[Tt]oo many concurrent'
  limits_exim_one exim-mail-delay $'smtp_accept_max = 200\nsmtp_ratelimit_hosts = *\nsmtp_ratelimit_mail = 0,0.2s,1.05,1s' least=50 refusals=0
  limits_exim_one exim-sender-rate $'smtp_accept_max = 200\nacl_smtp_mail = "defer message = Sender rate \\\\$sender_rate / \\\\$sender_rate_period\\n ratelimit = 120/10s/per_mail/strict\\n accept"' \
    'said=^451 .*Sender rate' least=157
}

# limits_exim_one NAME LINES OPTION=VALUE...
limits_exim_one() {
  local name=$1 lines=$2 dir=$SERVERS_DIR/$1
  starts "$name" || return 0
  mkdir "$dir"
  chmod 0755 "$dir"
  limits_debs "$name" exim
  exim_start "$dir" "" "$lines"
  limits_case "$name" port="$EXIM_PORT" user=$SERVERS_USER maildir="$dir/mail" recipient=Envelope-To "${@:3}"
}
