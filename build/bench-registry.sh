#!/usr/bin/env bash
# Pushes large images to docker-registry on this machine, with the registry client and with skopeo, and compares times and memory.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: build/bench-registry.sh [--rounds N] [--mebibytes N]

  --rounds N     how often each push is measured; the fastest counts (3)
  --mebibytes N  the size of the one large blob (2048)

Ends with 1 when a push takes more than 1.2 times what skopeo takes, or needs over 40 MB more memory than a small push.
Times mean something only on a machine that does nothing else.
USAGE
}

rounds=3
size=2048
while [ $# -gt 0 ]; do
  case "$1" in
    --rounds) rounds="$2"; shift ;;
    --mebibytes) size="$2"; shift ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
for tool in docker-registry skopeo curl; do
  command -v "$tool" >/dev/null || { echo "$tool is missing." >&2; exit 1; }
done
work="$(mktemp -d)"
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf -- "$work"' EXIT
dotnet build build/bench-push.cs --configuration Release --output "$work/program" >"$work/build.log" 2>&1 || { cat "$work/build.log" >&2; exit 1; }
program="$work/program/bench-push"
port=$((20000 + RANDOM % 20000))

# A registry with nothing in it; fills $server.
start() {
  rm -rf -- "$work/storage"
  printf 'version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "127.0.0.1:%s"}\n' "$work/storage" "$port" >"$work/config.yml"
  docker-registry serve "$work/config.yml" >"$work/registry.log" 2>&1 &
  server=$!
  for _ in $(seq 100); do
    if curl --silent --output /dev/null "http://127.0.0.1:$port/v2/"; then return; fi
    sleep 0.1
  done
  cat "$work/registry.log" >&2
  exit 1
}

stop() {
  kill "$server"
  wait "$server" 2>/dev/null || true
  server=
}

least() { sort -g | head -n 1; }

measure() {
  local name="$1"
  local ours=() theirs=() peaks=()
  for _ in $(seq "$rounds"); do
    start
    read -r time peak sent < <("$program" push "$work/$name/layout" "127.0.0.1:$port" bench/ours)
    ours+=("$time")
    peaks+=("$peak")
    stop
    start
    local from to
    from="$(date +%s.%N)"
    skopeo copy --quiet --dest-tls-verify=false "oci:$work/$name/layout:1" "docker://127.0.0.1:$port/bench/theirs:1" >/dev/null
    to="$(date +%s.%N)"
    theirs+=("$(awk "BEGIN { printf \"%.2f\", $to - $from }")")
    stop
  done
  our_time="$(printf '%s\n' "${ours[@]}" | least)"
  their_time="$(printf '%s\n' "${theirs[@]}" | least)"
  our_peak="$(printf '%s\n' "${peaks[@]}" | least)"
  ratio="$(awk "BEGIN { printf \"%.2f\", $our_time / $their_time }")"
  printf '%-28s %8s s %8s s   ratio %s   peak %s MB   %s blobs sent\n' "$name" "$our_time" "$their_time" "$ratio" "$our_peak" "$sent"
}

mkdir "$work/small" "$work/one-large" "$work/200-blobs"
"$program" make "$work/small" 1 1048576
"$program" make "$work/one-large" 1 "$((size * 1048576))"
"$program" make "$work/200-blobs" 200 2097152

status=0
printf '%-28s %10s %10s\n' "" "Containerize" "skopeo"
measure small
small_peak="$our_peak"
for name in one-large 200-blobs; do
  measure "$name"
  if awk "BEGIN { exit !($ratio > 1.2) }"; then
    echo "$name: slower than 1.2 times skopeo." >&2
    status=1
  fi
  if [ "$((our_peak - small_peak))" -gt 40 ]; then
    echo "$name: $((our_peak - small_peak)) MB more memory than a small push." >&2
    status=1
  fi
done
exit "$status"
