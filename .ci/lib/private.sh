# shellcheck shell=bash
# What private servers for the checks have in common. They listen on ports of the
# loopback, chosen by the system, and nowhere else.
#
#   private_port                    prints a port that nobody listens on
#   private_certificates DIR        makes DIR/ca.pem, DIR/other-ca.pem (signed
#                                   nothing), and DIR/server.pem with server.key
#   private_greeting PORT [SECONDS] waits for the 220 on PORT, with a session of
#                                   its own that ends with QUIT

private_port() {
  python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

private_certificates() {
  local dir=$1 name
  for name in ca other-ca; do
    openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 \
      -keyout "$dir/$name.key" -out "$dir/$name.pem" -subj "/CN=mailshot checks $name" \
      -addext 'basicConstraints=critical,CA:TRUE' -addext 'keyUsage=critical,keyCertSign' 2>>"$dir/openssl.log"
  done
  openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes \
    -keyout "$dir/server.key" -out "$dir/server.csr" -subj '/CN=localhost' 2>>"$dir/openssl.log"
  openssl x509 -req -in "$dir/server.csr" -CA "$dir/ca.pem" -CAkey "$dir/ca.key" -CAcreateserial -days 2 \
    -extfile <(printf '%s\n' 'subjectAltName=DNS:localhost,IP:127.0.0.1' 'extendedKeyUsage=serverAuth') \
    -out "$dir/server.pem" 2>>"$dir/openssl.log"
}

private_greeting() {
  python3 - "$1" "${2:-20}" <<'PY'
import smtplib, sys, time
deadline = time.monotonic() + float(sys.argv[2])
while True:
    try:
        smtplib.SMTP("127.0.0.1", int(sys.argv[1]), timeout=10).quit()
        break
    except OSError as e:
        if time.monotonic() > deadline:
            sys.exit(f"no greeting on port {sys.argv[1]}: {e}")
        time.sleep(0.1)
PY
}
