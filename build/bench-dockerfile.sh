#!/usr/bin/env bash
# Builds one Dockerfile with containerize, buildah and BuildKit on this machine, side by side, and compares times.
set -euo pipefail
export LC_ALL=C
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1

usage() {
  cat <<'USAGE'
Usage: build/bench-dockerfile.sh [--rounds N]

  --rounds N   how often each case is measured; medians count (5)

Two Dockerfiles: "copying" has two stages and a context of 500 files, "running" five commands that write 400 files each. Cases:
cold (nothing in any cache, the base image's layers neither), unchanged, and one file of the context changed. Ends with 1 when the
first, unchanged, takes more than 0.3 of buildah's time; of the second, where no builder has anything to compare, each takes little more
than it takes to start. Times mean something only on a machine that does nothing else. Needs root, and buildah, docker.io, docker-registry and busybox-static of Debian's packages.
USAGE
}

rounds=5
while [ $# -gt 0 ]; do
  case "$1" in
    --rounds) rounds="$2"; shift ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
for tool in buildah dockerd /usr/bin/docker docker-registry curl /bin/busybox; do
  command -v "$tool" >/dev/null || { echo "$tool is missing." >&2; exit 1; }
done
work=$(mktemp -d)
registry= engine=
cleanup() {
  [ -z "$engine" ] || { kill "$engine" 2>/dev/null; wait "$engine" 2>/dev/null; } || true
  [ -z "$registry" ] || kill "$registry" 2>/dev/null || true
  # The daemon leaves the network namespace of the host mounted.
  { grep -o " $work/[^ ]*" /proc/self/mounts || true; } | sort -r | xargs -r umount || true
  rm -rf -- "$work"
}
trap cleanup EXIT

# --- the tool as it is installed, a registry, an engine ---------------------------------------------------------------

rid=$(dotnet --info | sed -n 's/^ *RID: *//p')
dotnet pack "$repository/src/Containerize.Tool" --configuration Release --output "$work/feed" -nologo -verbosity:quiet \
  "-p:ContainerizeToolRuntimes=$rid" "-p:ContainerizeToolNative=$rid" >"$work/pack.log" 2>&1 || { cat "$work/pack.log" >&2; exit 1; }
version=$(basename "$work"/feed/Containerize.Tool.any.*.nupkg .nupkg)
dotnet tool install Containerize.Tool --tool-path "$work/tools" --add-source "$work/feed" --version "${version#Containerize.Tool.any.}" >/dev/null
ours=$work/tools/containerize

port=$((20000 + RANDOM % 20000))
printf 'version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "127.0.0.1:%s"}\n' "$work/registry" "$port" >"$work/registry.yml"
docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
registry=$!
mkdir -p "$work/docker"
dockerd --iptables=false --bridge=none --host "unix://$work/docker.sock" --data-root "$work/docker/data" --exec-root "$work/docker/exec" \
  --pidfile "$work/docker/pid" >"$work/docker/log" 2>&1 &
engine=$!
docker() { DOCKER_CONFIG=$work/docker DOCKER_BUILDKIT=1 /usr/bin/docker --host "unix://$work/docker.sock" "$@"; }
for _ in $(seq 300); do
  if curl --silent --output /dev/null "http://127.0.0.1:$port/v2/" && docker version >/dev/null 2>&1; then break; fi
  sleep 0.1
done

# --- a base image and a project ---------------------------------------------------------------------------------------

mkdir -p "$work/base" "$work/copying/src" "$work/running"
cp /bin/busybox "$work/base/busybox"
printf '%s\n' 'FROM scratch' 'COPY busybox /bin/busybox' 'RUN ["/bin/busybox", "--install", "-s", "/bin"]' 'ENV PATH=/bin' >"$work/base/Dockerfile"
base=127.0.0.1:$port/base:1
XDG_CACHE_HOME=$work/base-cache "$ours" build "$work/base" --tag "$base" --push --progress quiet >/dev/null
cat >"$work/copying/Dockerfile" <<DOCKERFILE
FROM $base AS build
WORKDIR /app
COPY package.txt .
RUN for i in \$(seq 1000); do echo "\$i" >"dependency-\$i"; done
COPY . .
RUN cat src/* >all.txt

FROM $base
COPY --from=build /app /app
CMD ["cat", "/app/all.txt"]
DOCKERFILE
echo 1.0 >"$work/copying/package.txt"
for i in $(seq 500); do head -c 20000 /dev/urandom | base64 >"$work/copying/src/file-$i.txt"; done
{
  printf '%s\n' "FROM $base" 'WORKDIR /work'
  for step in 1 2 3; do echo "RUN mkdir $step && for i in \$(seq 400); do echo \$i >$step/\$i; done && ls -R . | wc -l >$step/count"; done
  echo 'COPY file .'
  for step in 4 5; do echo "RUN mkdir $step && for i in \$(seq 400); do echo \$i >$step/\$i; done && ls -R . | wc -l >$step/count"; done
} >"$work/running/Dockerfile"
echo 1 >"$work/running/file"

# --- the contenders ---------------------------------------------------------------------------------------------------

build_ours() { XDG_CACHE_HOME=$work/cache "$ours" build "$work/$file" --tag bench/app:1 --output "oci:$work/out" --progress quiet; }
build_buildah() { buildah --root "$work/buildah/root" --runroot "$work/buildah/run" bud --layers --isolation chroot --tls-verify=false --tag bench/app:1 "$work/$file"; }
build_buildkit() { docker build --network none --tag bench/app:1 "$work/$file"; }
clean_ours() { rm -rf -- "$work/cache" "$work/out"; }
clean_buildah() { buildah --root "$work/buildah/root" --runroot "$work/buildah/run" rmi --all --force >/dev/null 2>&1 || true; }
clean_buildkit() { docker rmi --force bench/app:1 >/dev/null 2>&1 || true; docker builder prune --all --force >/dev/null; }

measure() { # contender case
  local start end
  start=$(date +%s%N)
  "build_$1" >"$work/$1.log" 2>&1 || { cat "$work/$1.log" >&2; exit 1; }
  end=$(date +%s%N)
  echo "$1 $file,$2 $(((end - start) / 1000))" >>"$work/times"
}

changed() { [ "$file" = copying ] && echo "$work/copying/src/file-7.txt" || echo "$work/running/file"; }

for round in $(seq "$rounds"); do
  for file in copying running; do
    for contender in ours buildah buildkit; do
      "clean_$contender"
      measure "$contender" cold
      # Files that changed just now are looked at twice by those who remember times.
      sleep 3
      measure "$contender" unchanged
      measure "$contender" unchanged
      echo "$round $contender" >"$(changed)"
      measure "$contender" changed
    done
  done
done

# --- the table --------------------------------------------------------------------------------------------------------

awk '
  { n[$1, $2]++; t[$1, $2, n[$1, $2]] = $3 / 1e6 }
  function median(k,   i, j, m, x, list) {
    m = n[k]
    for (i = 1; i <= m; i++) list[i] = t[k, i]
    for (i = 2; i <= m; i++) for (j = i; j > 1 && list[j - 1] > list[j]; j--) { x = list[j]; list[j] = list[j - 1]; list[j - 1] = x }
    return m % 2 ? list[(m + 1) / 2] : (list[m / 2] + list[m / 2 + 1]) / 2
  }
  END {
    split("copying,cold copying,unchanged copying,changed running,cold running,unchanged running,changed", cases, " ")
    print "| Dockerfile | containerize | buildah | BuildKit | ours/buildah | ours/BuildKit |\n|---|--:|--:|--:|--:|--:|"
    for (c = 1; c <= 6; c++) {
      o = median("ours" SUBSEP cases[c]); b = median("buildah" SUBSEP cases[c]); k = median("buildkit" SUBSEP cases[c])
      title = cases[c]; sub(",", ", ", title)
      printf "| %s | %.2f s | %.2f s | %.2f s | %.2f | %.2f |\n", title, o, b, k, o / b, o / k
      if (cases[c] == "copying,unchanged" && o > 0.3 * b) bad = 1
    }
    exit bad
  }' "$work/times" || { echo "An unchanged build takes more than 0.3 of buildah's time." >&2; exit 1; }
