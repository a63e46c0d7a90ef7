# shellcheck shell=bash
# Steps of a check run: each prints one line with its time; the output of one
# that fails is shown whole. What is begun in the background is waited for.
#
#   steps_begin NAME COMMAND...   starts a step
#   steps_end NAME                waits for it; if it failed, so does the run
#   step NAME COMMAND...          both
#   step_shown NAME COMMAND...    and shows the output of one that succeeds too
#
# The command is no condition to the shell, so that `set -e` holds within it.

steps_dir=$(mktemp -d)
declare -A steps_pid=()
trap steps_leave EXIT
trap 'exit 143' INT TERM HUP

steps_begin() {
  local name=$1
  shift
  steps_run "$name" "$@" >"$steps_dir/$name.log" 2>&1 </dev/null &
  steps_pid[$name]=$!
}

# steps_run runs in a subshell; whoever ends that ends the command as well.
steps_run() {
  local name=$1 began=$SECONDS status=0
  shift
  trap - EXIT
  "$@" &
  # shellcheck disable=SC2064 # this child
  trap "kill $! 2>/dev/null; wait $!; exit 143" INT TERM HUP
  wait $! || status=$?
  echo "$((SECONDS - began))" >"$steps_dir/$name.time"
  return "$status"
}

steps_end() {
  local name=$1 shown=${2:-} status=0
  wait "${steps_pid[$name]}" || status=$?
  unset "steps_pid[$name]"
  if ((status != 0)) || [ -n "$shown" ]; then
    cat -- "$steps_dir/$name.log"
  fi
  local word=ok
  ((status == 0)) || word="FAILED (exit $status)"
  printf '== %-14s %4s s  %s\n' "$name" "$(cat -- "$steps_dir/$name.time" 2>/dev/null || echo '?')" "$word"
  if ((status != 0)); then
    exit 1
  fi
}

step() {
  steps_begin "$@"
  steps_end "$1"
}

step_shown() {
  steps_begin "$@"
  steps_end "$1" shown
}

# steps_leave ends what is still under way, whoever ends the run.
steps_leave() {
  local name
  for name in "${!steps_pid[@]}"; do
    kill -- "${steps_pid[$name]}" 2>/dev/null || true
    wait "${steps_pid[$name]}" 2>/dev/null || true
  done
  rm -rf -- "$steps_dir"
}
