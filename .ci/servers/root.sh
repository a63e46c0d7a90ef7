# shellcheck shell=bash
# Servers whose packages conflict, side by side: each is unpacked over a view of
# this machine's files that is its alone, and runs there with processes of its
# own. What it writes goes to memory, but for the directory SERVERS_DIR, which all
# see under the same path. When it is ended, all of that is gone.
#
#   root_fetch DIR PACKAGE...      downloads what apt would install for these, as
#                                  DIR/debs/*.deb
#   root_run DIR SCRIPT            runs the shell script SCRIPT, whose $1 is DIR,
#                                  in a private root in which the packages in
#                                  DIR/debs are unpacked
#   root_pids                      the processes that root_run began
#   root_stop                      ends them, and all that they began

root_pids=()

# The simulation names the package and what it lacks here, in the same words
# whether or not it could be installed beside what there is.
root_needs() {
  apt-get -q -s -o Debug::NoLocking=1 --no-install-recommends install "$@" 2>/dev/null | awk '$1 == "Inst" { print $2 }' | grep .
}

root_fetch() {
  local dir=$1/debs names
  shift
  mkdir -p -- "$dir"
  if ! names=$(root_needs "$@"); then
    # It may never have been told what there is.
    apt-get -q -o Acquire::Retries=3 update >"$dir/update.log" 2>&1
    names=$(root_needs "$@") || { echo "apt knows no way to install: $*" >&2; return 1; }
  fi
  # shellcheck disable=SC2086 # names of packages
  (cd -- "$dir" && apt-get -q -o Acquire::Retries=3 -o APT::Sandbox::User=root download $names) >"$dir/download.log" 2>&1 ||
    { cat "$dir/download.log" >&2; return 1; }
}

root_run() {
  unshare --mount --pid --fork --kill-child bash -euo pipefail -c "$(declare -f root_enter); root_enter \"\$@\"" \
    root "$SERVERS_DIR" "$@" >>"$1/console" 2>&1 </dev/null &
  root_pids+=("$!")
}

# root_enter makes the root, and becomes the script in it. It is the first
# process there: with it all others end.
root_enter() {
  local shared=$1 dir=$2 script=$3 new=$2/root deb
  mkdir -p "$new"
  mount -t tmpfs -o mode=0755 root "$new"
  mkdir "$new"/{upper,work,all}
  mount -t overlay root -o "lowerdir=/,upperdir=$new/upper,workdir=$new/work" "$new/all"
  for deb in "$dir"/debs/*.deb; do
    # Directories that are links here, as /lib, stay what they are.
    dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$new/all"
  done
  mount --rbind /dev "$new/all/dev"
  mount -t proc proc "$new/all/proc"
  # Some ask for the names of their clients, and wait for whoever knows them:
  # OpenSMTPD is to look into its files, others ask this machine, and nobody
  # answers.
  rm -f "$new/all/etc/resolv.conf"
  echo 'lookup file' >"$new/all/etc/resolv.conf"
  mkdir -p "$new/all$shared"
  mount --bind "$shared" "$new/all$shared"
  exec chroot "$new/all" /bin/bash -euo pipefail -c "$script" root "$dir"
}

# A process that runs with the rights of its file's owner, as Exim, is not told
# when the one above it ends: the first of each root is ended itself.
root_stop() {
  local pid first
  for pid in "${root_pids[@]}"; do
    first=$(cat "/proc/$pid/task/$pid/children" 2>/dev/null || true)
    # shellcheck disable=SC2086 # none or one
    kill -KILL $first "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  root_pids=()
}
