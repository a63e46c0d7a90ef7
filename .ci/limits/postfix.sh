# shellcheck shell=bash
# One Postfix with a port for each of its limits, and those who answer for its policy.
#
#   limits_postfix_start       starts it; each case has a Maildir of its own
#   limits_postfix_port NAME   prints the port of a case
#   limits_policy NAME ARG...  starts policy.py with these, sets LIMITS_POLICY, its port
#   limits_postgrey SECONDS    starts postgrey with this delay, sets LIMITS_POLICY
#   limits_policies_stop       ends what the two above started

limits_pids=()
limits_services=()
limits_named=()
LIMITS_UNIT=10 # seconds in which Postfix counts

# limits_service NAME OPTION=VALUE... prepares a service with a port of its own. Its
# tolerance of errors is what Postfix has by default.
limits_service() {
  local name=$1 option line port
  shift
  port=$(private_port)
  line="127.0.0.1:$port inet n - n - - smtpd"$'\n'
  for option in syslog_name="postfix/$name" smtpd_tls_auth_only=no smtpd_sasl_auth_enable=no mynetworks=127.0.0.0/8 \
    smtpd_client_event_limit_exceptions= smtpd_relay_restrictions=permit_mynetworks,reject \
    smtpd_recipient_restrictions=permit_mynetworks,reject smtpd_error_sleep_time=1s smtpd_soft_error_limit=10 \
    smtpd_hard_error_limit=20 "$@"; do
    line+="  -o { ${option%%=*} = ${option#*=} }"$'\n'
  done
  limits_services+=("$line")
  limits_named+=("$name")
  printf '%s\n' "$port" >"$SERVERS_DIR/$name.port"
}

limits_postfix_port() { cat "$SERVERS_DIR/$1.port"; }

# limits_postfix_start wants the services to be prepared.
limits_postfix_start() {
  postfix_start
  local name
  for name in "${limits_named[@]}"; do
    printf '%s\n' "@$name.test $name/"
  done >"$POSTFIX_DIR/conf/boxes"
  postconf -c "$POSTFIX_DIR/conf" -e smtpd_sasl_type=dovecot anvil_rate_time_unit=${LIMITS_UNIT}s \
    anvil_status_update_time=10s smtpd_tls_cert_file="$SERVERS_DIR/server.pem" smtpd_tls_key_file="$SERVERS_DIR/server.key" \
    virtual_mailbox_maps="texthash:$POSTFIX_DIR/conf/boxes" default_process_limit=200
  printf '%s' "${limits_services[@]}" >>"$POSTFIX_DIR/conf/master.cf"
  postfix_refuse /dev/null # starts it anew
}

limits_policy() {
  local file=$SERVERS_DIR/$1.policy
  shift
  python3 "$limits_here/policy.py" "$file" "$@" >"$file.console" 2>&1 </dev/null &
  limits_pids+=("$!")
  until [ -s "$file" ]; do
    kill -0 "$!" || { cat "$file.console" >&2; return 1; }
    sleep 0.1
  done
  LIMITS_POLICY=$(<"$file")
}

limits_postgrey() {
  local dir=$SERVERS_DIR/postgrey
  LIMITS_POLICY=$(private_port)
  mkdir -p "$dir"
  root_fetch "$dir" postgrey
  # shellcheck disable=SC2016 # expanded there
  root_run "$dir" "
    printf '%s\n' 'postgrey:x:64804:64804::/:/usr/sbin/nologin' >>/etc/passwd
    printf '%s\n' 'postgrey:x:64804:' >>/etc/group
    mkdir -p \"\$1/db\"
    chown -R postgrey \"\$1/db\"
    exec postgrey --inet=127.0.0.1:$LIMITS_POLICY --delay=$1 --dbdir=\"\$1/db\" --pidfile=\"\$1/db/pid\" --user=postgrey --group=postgrey"
  limits_listens "$LIMITS_POLICY"
}

# limits_listens waits until somebody listens on a port.
limits_listens() {
  python3 - "$1" <<'PY'
import socket, sys, time
deadline = time.monotonic() + 20
while True:
    try:
        socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5).close()
        break
    except OSError as e:
        if time.monotonic() > deadline:
            sys.exit(f"nobody listens on port {sys.argv[1]}: {e}")
        time.sleep(0.1)
PY
}

limits_policies_stop() {
  local pid
  for pid in "${limits_pids[@]}"; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  limits_pids=()
}
