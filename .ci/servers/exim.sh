# shellcheck shell=bash
# Exim, with its own PLAIN, LOGIN and CRAM-MD5, and Dovecot for the rest.
#
#   exim_start DIR AUTH [LIMITS]    AUTH is Dovecot's socket, or empty; LIMITS are
#                                   lines of the configuration

exim_start() {
  local dir=$1 auth=$2 limits=${3:-smtp_accept_max = 200} mechanism
  EXIM_PORT=$(private_port)
  EXIM_IMPLICIT=$(private_port)
  mkdir -p "$dir"/{spool,log,mail/new,mail/cur,mail/tmp}
  chown -R nobody "$dir/mail"
  cat >"$dir/exim.conf" <<CF
keep_environment =
primary_hostname = localhost
local_interfaces = 127.0.0.1
daemon_smtp_ports = $EXIM_PORT : $EXIM_IMPLICIT
tls_on_connect_ports = $EXIM_IMPLICIT
tls_advertise_hosts = *
tls_certificate = $SERVERS_DIR/server.pem
tls_privatekey = $dir/server.key
spool_directory = $dir/spool
log_file_path = $dir/log/%s
log_selector = +smtp_connection +pid
message_size_limit = 20M
smtputf8_advertise_hosts = *
$limits
smtp_accept_queue = 0
smtp_accept_queue_per_connection = 0
host_lookup =
helo_lookup_domains =
rfc1413_query_timeout = 0s
acl_smtp_rcpt = rcpt
acl_smtp_data = accept
begin acl
rcpt:
  accept authenticated = *
  deny message = authentication required
begin routers
all:
  driver = accept
  transport = maildir
begin transports
maildir:
  driver = appendfile
  directory = $dir/mail
  maildir_format
  user = nobody
  group = nogroup
  envelope_to_add
  return_path_add
  delivery_date_add
begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = \${if and {{eq {\$auth2}{$SERVERS_USER}}{eq {\$auth3}{$SERVERS_PASSWORD}}}}
  server_set_id = \$auth2
login:
  driver = plaintext
  public_name = LOGIN
  server_prompts = Username:: : Password::
  server_condition = \${if and {{eq {\$auth1}{$SERVERS_USER}}{eq {\$auth2}{$SERVERS_PASSWORD}}}}
  server_set_id = \$auth1
cram:
  driver = cram_md5
  public_name = CRAM-MD5
  server_secret = \${if eq {\$auth1}{$SERVERS_USER}{$SERVERS_PASSWORD}fail}
  server_set_id = \$auth1
CF
  for mechanism in ${auth:+SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER}; do
    printf '%s\n' "${mechanism//-/}:" "  driver = dovecot" "  public_name = $mechanism" \
      "  server_socket = $auth" "  server_set_id = \$auth1" >>"$dir/exim.conf"
  done
  root_fetch "$dir" exim4-daemon-heavy
  # Its own user has to read the key.
  install -m 0600 "$SERVERS_DIR/server.key" "$dir/server.key"
  # shellcheck disable=SC2016 # expanded there
  root_run "$dir" '
    printf "%s\n" "Debian-exim:x:64803:64803::/:/usr/sbin/nologin" >>/etc/passwd
    printf "%s\n" "Debian-exim:x:64803:" >>/etc/group
    chown -R Debian-exim: "$1"/{spool,log,server.key}
    install -m 0644 "$1/exim.conf" /etc/exim4/exim4.conf
    exim4 -bV >"$1/version"
    exec exim4 -bdf -q1m'
  private_greeting "$EXIM_PORT"
}

exim_describe() {
  describe Exim "$(sed -n 's/^Exim version \([^ ]*\).*/\1/p' "$1/version")" "$1" none="$EXIM_PORT" starttls="$EXIM_PORT" implicit="$EXIM_IMPLICIT" \
    maildir="$1/mail" recipient=Envelope-To log="$1/log/main" refused='authenticator failed' \
    mechanisms="PLAIN LOGIN CRAM-MD5 SCRAM-SHA-1 SCRAM-SHA-256 XOAUTH2 OAUTHBEARER"
}
