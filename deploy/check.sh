#!/bin/sh
# Checks the unit and the image where the tools for them are there; says what it skips.
# Usage: deploy/check.sh
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

check_unit() {
  if ! command -v systemd-analyze >/dev/null; then
    echo "skipped  unit: there is no systemd-analyze"
    return
  fi
  for unit in synfleet.service synfleet-agent.service; do
    # The unit names the folder of an installation, which need not be here.
    sed "s#/opt/synfleet#$PWD#g" "deploy/$unit" >"$work/$unit"
    systemd-analyze verify --man=no "$work/$unit"
    echo "fine     $unit: systemd-analyze verify"
    # Exposure is 0 to 10; below 2 is what systemd calls OK.
    systemd-analyze security --offline=yes --no-pager --threshold=20 "$work/$unit" | tail -n 1
  done
}

container_tool() {
  for tool in docker podman; do
    if command -v "$tool" >/dev/null && "$tool" info >/dev/null 2>&1; then
      echo "$tool"
      return
    fi
  done
}

check_image() {
  tool=$(container_tool)
  if [ -z "$tool" ]; then
    echo "skipped  image: neither docker nor podman works here"
    return
  fi
  "$tool" build -q -f deploy/Dockerfile -t synfleet-check . >/dev/null
  echo "fine     image: $tool build"
  mkdir "$work/tasks"
  printf '[[tasks]]\nname = "t"\nhost = "127.0.0.1:1"\nschedule_seconds = 5\n' >"$work/tasks/t.toml"
  chmod -R a+rX "$work"
  id=$("$tool" run -d --read-only --tmpfs /tmp --cap-drop ALL \
    --security-opt no-new-privileges -v "$work/tasks:/etc/synfleet/tasks:ro" synfleet-check)
  trap '"$tool" rm -f "$id" >/dev/null; rm -rf "$work"' EXIT
  wait_for_health "$tool" "$id"
  "$tool" stop -t 30 "$id" >/dev/null
  code=$("$tool" inspect -f '{{.State.ExitCode}}' "$id")
  [ "$code" = 0 ] || { echo "problem  image: it ended with $code"; exit 1; }
  echo "fine     image: it stops in order"
}

wait_for_health() {
  for _ in $(seq 1 30); do
    if "$1" exec "$2" /app/node_modules/.bin/node /app/cli/synfleet.ts health --data /data; then
      echo "fine     image: it runs, with a read-only root, and is healthy"
      return
    fi
    sleep 10
  done
  "$1" logs "$2" | tail -n 20
  echo "problem  image: it is not healthy after five minutes"
  exit 1
}

check_unit
check_image
