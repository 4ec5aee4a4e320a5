# shellcheck shell=bash
# Docker engines: find one, start one, wait for it. Sourced by ./dev and tests/run.sh.

# The unix socket of the engine that the environment names.
engine_socket() {
  case "${DOCKER_HOST:-}" in
    "") echo /var/run/docker.sock ;;
    unix://*) echo "${DOCKER_HOST#unix://}" ;;
    *)
      echo "DOCKER_HOST is $DOCKER_HOST, but Drydock talks to an engine on this machine: unset it or name a unix:// socket." >&2
      return 1
      ;;
  esac
}

# A user who may not use the socket hears no answer; with the prefix sudo, root asks.
engine_answers() { # socket [prefix command]
  [ "$(${2:-} curl -fsS --max-time 5 --unix-socket "$1" http://localhost/_ping 2>/dev/null)" = OK ]
}

# Waits until the engine answers or its process ended; $2 may be empty when the process is not ours to watch.
wait_for_engine() { # socket pid seconds [prefix command]
  local deadline=$((SECONDS + $3))
  until engine_answers "$1" "${4:-}"; do
    if [ -n "$2" ] && [ ! -d "/proc/$2" ]; then return 1; fi
    if [ "$SECONDS" -ge "$deadline" ]; then return 1; fi
    sleep 0.2
  done
}

# A machine without an init system may not have mounted the cgroups yet; without them no container starts, and without
# all those of version 1 the engine has no statistics.
mount_cgroups() { # prefix command, e.g. sudo
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then return 0; fi
  if ! grep -q ' /sys/fs/cgroup/' /proc/mounts; then
    if $1 mount -t cgroup2 cgroup2 /sys/fs/cgroup 2>/dev/null; then
      if grep -qw memory /sys/fs/cgroup/cgroup.controllers; then return 0; fi
      $1 umount /sys/fs/cgroup
    fi
    $1 mount -t tmpfs -o mode=755 cgroup /sys/fs/cgroup 2>/dev/null || return 0
  fi
  local controller
  while read -r controller; do
    if grep -Eq "^[^ ]+ [^ ]+ cgroup [^ ]*\b$controller\b" /proc/mounts; then continue; fi
    $1 mkdir -p "/sys/fs/cgroup/$controller"
    $1 mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller" 2>/dev/null || $1 rmdir "/sys/fs/cgroup/$controller"
  done < <(awk '!/^#/ && $4 == 1 {print $1}' /proc/cgroups)
}

# Starts dockerd in the background and waits for it. Where the kernel refuses iptables or overlay file systems (inside
# other containers), it is tried again without them. Sets engine_pid; the log is in $2.
start_dockerd() { # socket log prefix [dockerd options...]
  local socket=$1 log=$2 prefix=$3 fallback
  shift 3
  mount_cgroups "$prefix"
  for fallback in "" "--iptables=false" "--iptables=false --storage-driver=vfs"; do
    : >"$log"
    # shellcheck disable=SC2086  # the prefix and the fallback are lists of words
    setsid $prefix dockerd -H "unix://$socket" $fallback "$@" >>"$log" 2>&1 </dev/null &
    engine_pid=$!
    if wait_for_engine "$socket" "$engine_pid" 60 "$prefix"; then return 0; fi
    $prefix kill "$engine_pid" 2>/dev/null || true
    wait "$engine_pid" 2>/dev/null || true
  done
  echo "dockerd did not come up; the end of $log:" >&2
  tail -n 15 "$log" >&2
  return 1
}
