#!/usr/bin/env bash
# Runs every test there is and ends with one line "N passed, N failed". Called by ./dev test, which builds first.
# Nothing is skipped: what cannot run counts as failed.
set -uo pipefail
cd "$(dirname "$(readlink -f "$0")")/.." || exit
# shellcheck source=tools/engine.sh
. tools/engine.sh

results=build/run/results
rm -rf "$results"
mkdir -p "$results"
passed=0
failed=0

say() { printf '\033[1m==>\033[0m %s\n' "$*"; }

# What failed is told again at the very end: of a long output often only the end is kept.
broken=()
broke() { # name
  echo "failed: $1"
  broken+=("$1")
}
tell_what_broke() {
  local name
  for name in "${broken[@]}"; do
    say "failed: $name"
    if [ -f "$results/$name.log" ]; then tail -n 60 "$results/$name.log"; fi
  done
}

count() { # passed failed
  passed=$((passed + $1))
  failed=$((failed + $2))
}

check() { # name command...: one test
  local name=$1
  shift
  if "$@" >"$results/$name.log" 2>&1; then
    count 1 0
  else
    tail -n 40 "$results/$name.log"
    broke "$name"
    count 0 1
  fi
}

# Runs a program that writes "PASSED FAILED" into the file that DRYDOCK_RESULTS names.
counted() { # name command...
  local name=$1 ok=0 bad=0
  shift
  say "$name"
  # Not a pipe: its end would be waited for, and a program that was left behind would keep it open.
  DRYDOCK_RESULTS=$PWD/$results/$name "$@" > >(tee "$results/$name.log") 2>&1
  local status=$?
  if read -r ok bad <"$results/$name"; then
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ]; then bad=1; fi
    count "$ok" "$bad"
    if [ "$bad" -gt 0 ]; then broke "$name"; fi
  else
    echo "$name ended (status $status) without a result"
    count 0 1
    broke "$name"
  fi
}

formatted() {
  find api-spec model scheduler storage instances agent cli server tests bench cmake -name '*.[ch]pp' -print0 |
    xargs -0 clang-format-19 --dry-run -Werror
}

compiled_tests() {
  say "unit, simulation and docker tests"
  ctest --test-dir build/release -j "$(nproc)" --timeout 300 --output-on-failure --no-tests=error \
    --output-junit "$PWD/$results/ctest.xml" >"$results/ctest_all.log" 2>&1
  /usr/bin/python3 - "$results/ctest.xml" "$results/ctest_all.log" <<'PYTHON' >"$results/ctest" 2> >(tee "$results/ctest.log")
import sys
import xml.etree.ElementTree as tree
try:
    cases = tree.parse(sys.argv[1]).getroot().findall('testcase')
except OSError:
    cases = []
bad = [case.get('name') for case in cases if case.get('status') != 'run']
print(len(cases) - len(bad), len(bad) if cases else 1)
if not cases:
    sys.stderr.write(open(sys.argv[2], errors='replace').read()[-20000:])
for case in cases:
    if case.get('name') in bad:
        output = (case.findtext('system-out') or '')[-2000:]
        sys.stderr.write('failed: %s\n%s\n' % (case.get('name'), output))
PYTHON
  local ok bad
  read -r ok bad <"$results/ctest" || { ok=0; bad=1; }
  count "$ok" "$bad"
  if [ "$bad" -gt 0 ]; then broke ctest; fi
}

# What a folder's programs in JavaScript are made of, exactly as its lock file names it.
npm_packages() { # folder
  local folder=$1
  if [ "$folder/node_modules/.package-lock.json" -nt "$folder/package-lock.json" ]; then return 0; fi
  npm ci --prefix "$folder"
}

engine_dir=
engine_pid=
stop_engine() {
  if [ -z "$engine_dir" ]; then return; fi
  if kill "$engine_pid" 2>/dev/null; then wait "$engine_pid" 2>/dev/null; fi
  # Containers leave their file systems mounted when the engine ends before them, and those in the host's network that
  # namespace.
  awk -v under="$engine_dir/" 'index($2, under) == 1 {print $2}' /proc/mounts | sort -r | xargs -r umount -l 2>/dev/null
  rm -rf "$engine_dir"
}

# Uses the engine that answers; otherwise a private one lives as long as the tests.
provide_engine() {
  local socket
  socket=$(engine_socket) || return 1
  if ! engine_answers "$socket"; then
    if [ "$(id -u)" -ne 0 ]; then
      echo "No Docker engine answers on $socket for $(id -un): start one (./dev up does), or run the tests as root." >&2
      return 1
    fi
    say "starting a Docker engine for the tests"
    engine_dir=$(mktemp -d /tmp/drydock-engine.XXXXXX)
    trap stop_engine EXIT
    socket=$engine_dir/docker.sock
    start_dockerd "$socket" "$PWD/$results/dockerd.log" "" --data-root "$engine_dir/data" --exec-root "$engine_dir/exec" \
      -p "$engine_dir/pid" || return 1
  fi
  export DOCKER_HOST=unix://$socket
  tests/docker/make_images.sh
}

if [ "${1:-yes}" = yes ]; then
  check format formatted
  if provide_engine; then count 1 0; else
    broke engine
    count 0 1
  fi
  compiled_tests
  counted clients /usr/bin/python3 tests/clients/run.py
  check js_packages npm_packages tests/clients-js
  counted clients_js node tests/clients-js/run.mjs
  check console_packages npm_packages console
  check console_built npm run check --prefix console
  check browser_packages npm_packages tests/browser
  counted browser node tests/browser/run.mjs
  counted contract /usr/bin/python3 tests/contract/run.py
  check compatibility /usr/bin/python3 tests/contract/compatibility.py --check
  counted examples /usr/bin/python3 tests/examples/run.py
  counted kill_loop /usr/bin/python3 tests/clients/kill_loop.py --rounds 50
  counted docker_story /usr/bin/python3 tests/docker/story.py
  counted readme /usr/bin/python3 tests/docker/readme.py
  counted packages /usr/bin/python3 tests/packages/run.py
  counted docker_metadata /usr/bin/python3 tests/docker/metadata.py
  counted docker_exec /usr/bin/python3 tests/docker/exec.py
  counted docker_exec_word /usr/bin/python3 tests/docker/exec_word.py
  counted docker_logs /usr/bin/python3 tests/docker/logs.py
  counted docker_firelens /usr/bin/python3 tests/docker/firelens.py
  counted docker_browser node tests/browser/run.mjs --docker
  counted docker_gpus /usr/bin/python3 tests/docker/gpus.py
  counted docker_names /usr/bin/python3 tests/docker/names.py
  counted docker_service_connect /usr/bin/python3 tests/docker/service_connect.py
  counted docker_groups /usr/bin/python3 tests/docker/groups.py
  counted docker_snapshots /usr/bin/python3 tests/docker/snapshots.py
  counted docker_images /usr/bin/python3 tests/docker/images.py
  counted docker_agent /usr/bin/python3 tests/docker/remote_agent.py
  counted docker_agent_exec env DRYDOCK_REMOTE=1 /usr/bin/python3 tests/docker/exec.py
  counted docker_agent_exec_word env DRYDOCK_REMOTE=1 /usr/bin/python3 tests/docker/exec_word.py
  counted docker_agent_logs env DRYDOCK_REMOTE=1 /usr/bin/python3 tests/docker/logs.py
  counted docker_agent_metadata env DRYDOCK_REMOTE=1 /usr/bin/python3 tests/docker/metadata.py
  counted docker_agent_snapshots env DRYDOCK_REMOTE=1 /usr/bin/python3 tests/docker/snapshots.py
  counted docker_agent_soak env DRYDOCK_REMOTE=1 /usr/bin/python3 tests/docker/soak.py
  counted docker_soak /usr/bin/python3 tests/docker/soak.py
  counted docker_kill_loop /usr/bin/python3 tests/clients/kill_loop.py --runtime docker --rounds 5
else
  echo "failed: the build"
  count 0 1
fi
tell_what_broke
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
