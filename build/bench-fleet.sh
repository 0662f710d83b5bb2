#!/usr/bin/env bash
# Builds many services on machines with empty caches, pushes them to one registry, and compares what was sent with what is unique.
usage() {
  cat <<'USAGE'
Usage: build/bench-fleet.sh [--services N] [--machines N] [--tool PATH]

  --services N   how many services there are (200)
  --machines N   how many machines with an empty cache build them, each a part of them (20)
  --tool PATH    the command; packed and installed from this repository by default

All services stand upon steps that they share and have steps of their own, whose commands write random bytes. A machine begins with an empty
cache and an empty home folder. Then all services are built once more, each by another machine that is empty again. Ends with 1 when the bytes
of all blobs that were sent are more than 5 % above those of the unique layers, or when the second round sends a layer or makes another
image. Needs docker-registry and busybox-static of Debian's packages.
USAGE
}

declare -A numbers=([services]=200 [machines]=20)
needed=()
. "$(dirname "${BASH_SOURCE[0]}")/command.sh"
services=${numbers[services]} machines=${numbers[machines]}

# --- the services -----------------------------------------------------------------------------------------------------

common='FROM scratch
COPY busybox /bin/sh
RUN busybox head -c 4000000 /dev/urandom >/packages'
mkdir -p "$work/common"
cp /bin/busybox "$work/common/busybox"
echo "$common" >"$work/common/Dockerfile"
for service in $(seq "$services"); do
  mkdir -p "$work/services/$service"
  cp /bin/busybox "$work/services/$service/busybox"
  echo "service $service" >"$work/services/$service/app"
  printf '%s\nRUN busybox head -c 200000 /dev/urandom >/of-%s\nCOPY app /app\n' "$common" "$service" >"$work/services/$service/Dockerfile"
done

build() { # machine folder repository arguments…
  local machine="$1" folder="$2" name="$3"
  shift 3
  HOME=$work/machines/$machine XDG_CACHE_HOME=$work/machines/$machine/cache "$ours" build "$folder" --tag "127.0.0.1:$port/$name:1" --push \
    --progress quiet "$@" >"$work/build.log" 2>&1 || { cat "$work/build.log" >&2; exit 1; }
  if grep warning "$work/build.log" >&2; then exit 1; fi
}

round() { # offset
  local service
  rm -rf -- "$work/machines"
  for machine in $(seq 0 $((machines - 1))); do mkdir -p "$work/machines/$machine"; done
  for service in $(seq "$services"); do
    build $(((service + $1) % machines)) "$work/services/$service" "service-$service" --iidfile "$work/id-$service-$1" \
      --cache-from "127.0.0.1:$port/common:cache" --cache-from "127.0.0.1:$port/service-$service:cache" \
      --cache-to "127.0.0.1:$port/service-$service:cache"
  done
}

# Digests of all blobs that were sent, each as often as it was.
sent() {
  grep '"http.request.method":"PUT"' "$work/registry.log" | grep '/blobs/uploads/' | grep '"http.response.status":201' |
    sed -n 's/.*digest=sha256\(%3A\|:\)\([0-9a-f]\{64\}\).*/\2/p'
}
bytes() { while read -r digest; do stat --format %s "$(blob "$digest")"; done | awk '{ n += $1 } END { printf "%d\n", n }'; }
layers() { sent | sort -u | while read -r digest; do [ "$(head -c 2 "$(blob "$digest")" | od -An -tx1)" != ' 1f 8b' ] || echo "$digest"; done; }

mkdir -p "$work/machines/first"
build first "$work/common" common --cache-to "127.0.0.1:$port/common:cache"
start=$(date +%s%N)
round 0
seconds=$((($(date +%s%N) - start) / 1000000))
unique=$(layers | bytes)
total=$(sent | bytes)
first=$(layers | wc -l)
round 7
same=0
for service in $(seq "$services"); do cmp --silent "$work/id-$service-0" "$work/id-$service-7" && same=$((same + 1)); done
again=$(layers | wc -l)
printf '| services | machines | unique layers | sent, all blobs | ratio | builds | layers that a second round of empty machines added | images that stayed the same |\n|--:|--:|--:|--:|--:|--:|--:|--:|\n'
awk -v s="$services" -v m="$machines" -v u="$unique" -v t="$total" -v ms="$seconds" -v a=$((again - first)) -v same="$same" \
  'BEGIN { printf "| %d | %d | %.1f MB | %.1f MB | %.3f | %.0f s | %d | %d |\n", s, m, u / 1e6, t / 1e6, t / u, ms / 1e3, a, same; exit u == 0 || t > 1.05 * u || a > 0 || same != s }' ||
  { echo "More was sent than is unique, or something was done twice." >&2; exit 1; }
