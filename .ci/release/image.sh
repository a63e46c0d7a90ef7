# shellcheck shell=bash
# The root that Dockerfile makes, made without a builder of images, and the program run in it as there:
# as the user 65532, with nothing to write to but the job, the state and /tmp.
#
#   image_try DIR PROGRAM     makes DIR/image, and sends from it to `mailshot sandbox` outside, whose
#                             process is $server

image_try() {
  local dir=$1 program=$2 image=$1/image port
  install -D -m 0755 "$program" "$image/usr/bin/mailshot"
  install -D -m 0644 /etc/ssl/certs/ca-certificates.crt "$image/etc/ssl/certs/ca-certificates.crt"
  install -D -m 0644 "$(go env GOROOT)/lib/time/zoneinfo.zip" "$image/usr/share/zoneinfo.zip"
  install -d -o 65532 -g 65532 -m 0700 "$image"/{job,state} "$dir"/{volume-job,volume-state}
  install -d -m 1777 "$image/tmp"

  port=$(private_port)
  "$program" sandbox --listen "127.0.0.1:$port" --dir "$dir/practice.sandbox" >"$dir/sandbox.log" 2>&1 &
  # shellcheck disable=SC2034 # of whom called this
  server=$!
  private_greeting "$port"
  printf '%s\n' 'email,name' 'zoe@club.example,Zoë' 'ann@club.example,Ann' >"$dir/volume-job/members.csv"
  cat >"$dir/volume-job/letter.yaml" <<YAML
recipients: members.csv
message:
  from: office@club.example
  subject: Hello, {{.name}}
  text: {inline: "Dear {{.name}}, this comes out of an image."}
server: {host: 127.0.0.1, port: $port, tls: none, username: office, password: {env: SMTP_PASSWORD}}
delivery: {quota: 500/24h, window: "Mon-Sun 00:00-24:00 Europe/Berlin"}
YAML
  chown -R 65532:65532 "$dir/volume-job"
  image_run "$dir" version
  image_run "$dir" check letter.yaml
  image_run "$dir" run --yes letter.yaml
  image_run "$dir" status letter.yaml
  if image_run "$dir" man /usr/share/man; then
    echo "it can write into the image" >&2
    return 1
  fi
  (($(find "$dir/practice.sandbox" -name '*.eml' | wc -l) == 2)) || { echo "the server has other than two messages" >&2; return 1; }
  [ -n "$(find "$dir/volume-state" -type f)" ] || { echo "no ledger of the quota in the volume of the state" >&2; return 1; }
  echo "two messages at the server, the ledger in the volume of the state"
}

# image_run DIR ARGUMENT... is `docker run --read-only --tmpfs /tmp` with both volumes.
image_run() {
  local dir=$1
  shift
  # shellcheck disable=SC2016 # for the shell that is begun
  unshare --mount --pid --fork --kill-child bash -euo pipefail -c '
    dir=$1
    shift
    mount --bind "$dir/image" "$dir/image"
    mount --bind "$dir/volume-job" "$dir/image/job"
    mount --bind "$dir/volume-state" "$dir/image/state"
    mount -t tmpfs -o mode=1777 tmp "$dir/image/tmp"
    mount -o remount,bind,ro "$dir/image"
    exec env -i STATE_DIRECTORY=/state ZONEINFO=/usr/share/zoneinfo.zip SMTP_PASSWORD=any \
      unshare --root "$dir/image" --wd /job --setgid 65532 --setuid 65532 /usr/bin/mailshot "$@"' image "$dir" "$@"
}
