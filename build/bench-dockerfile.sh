#!/usr/bin/env bash
# Builds one Dockerfile with containerize, buildah and BuildKit on this machine, side by side, and compares times.
usage() {
  cat <<'USAGE'
Usage: build/bench-dockerfile.sh [--rounds N] [--tool PATH]

  --rounds N   how often each case is measured; medians count (5)
  --tool PATH  the command; packed and installed from this repository by default

Two Dockerfiles: "copying" has two stages and a context of 500 files, "running" five commands that write 400 files each. Cases:
cold (nothing in any cache, the base image's layers neither), unchanged, and one file of the context changed. Ends with 1 when the
first, unchanged, takes more than 0.3 of buildah's time; of the second, where no builder has anything to compare, each takes little more
than it takes to start. Then, of containerize alone: a machine with an empty cache that has the steps from a registry (--cache-from), beside an
unchanged build and the plain download of the image's layers by curl. Times mean something only on a machine that does nothing else. Needs root, and buildah, docker.io, docker-registry and busybox-static of Debian's packages.
USAGE
}

declare -A numbers=([rounds]=5)
needed=(buildah dockerd /usr/bin/docker)
engine=
end() {
  [ -z "$engine" ] || { kill "$engine" 2>/dev/null; wait "$engine" 2>/dev/null; } || true
  # The daemon leaves the network namespace of the host mounted.
  { grep -o " $work/[^ ]*" /proc/self/mounts || true; } | sort -r | xargs -r umount || true
}
. "$(dirname "${BASH_SOURCE[0]}")/command.sh"
rounds=${numbers[rounds]}

# --- an engine --------------------------------------------------------------------------------------------------------

mkdir -p "$work/docker"
dockerd --iptables=false --bridge=none --host "unix://$work/docker.sock" --data-root "$work/docker/data" --exec-root "$work/docker/exec" \
  --pidfile "$work/docker/pid" >"$work/docker/log" 2>&1 &
engine=$!
docker() { DOCKER_CONFIG=$work/docker DOCKER_BUILDKIT=1 /usr/bin/docker --host "unix://$work/docker.sock" "$@"; }
for _ in $(seq 300); do
  if docker version >/dev/null 2>&1; then break; fi
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
build_empty() { XDG_CACHE_HOME=$work/empty/cache "$ours" build "$work/$file" --tag bench/app:1 --output "oci:$work/empty/out" --progress quiet --cache-from "127.0.0.1:$port/$file:cache"; }
build_download() { curl --silent --fail --create-dirs --output-dir "$work/empty/download" --remote-name-all "${urls[@]}"; }
share() { XDG_CACHE_HOME=$work/cache "$ours" build "$work/$file" --tag "127.0.0.1:$port/$file:1" --push --progress quiet --cache-to "127.0.0.1:$port/$file:cache,mode=max"; }
# The layers of the image; its config is made here.
layers() {
  urls=()
  for path in "$work"/empty/out/blobs/sha256/*; do
    [ "$(head -c 2 "$path" | od -An -tx1)" != ' 1f 8b' ] || urls+=("http://127.0.0.1:$port/v2/$file/blobs/sha256:${path##*/}")
  done
}
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
      if [ "$contender" = ours ]; then
        rm -rf -- "$work/empty"
        share >/dev/null
        measure empty "cache-from"
        grep --no-messages warning "$work/empty.log" >&2 && exit 1
        layers
        measure download "cache-from"
      fi
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
    print "\n| Dockerfile | unchanged | download by curl | empty machine, --cache-from | without the download/unchanged |\n|---|--:|--:|--:|--:|"
    split("copying running", files, " ")
    for (f = 1; f <= 2; f++) {
      u = median("ours" SUBSEP files[f] ",unchanged"); d = median("download" SUBSEP files[f] ",cache-from"); e = median("empty" SUBSEP files[f] ",cache-from")
      printf "| %s | %.2f s | %.2f s | %.2f s | %.2f |\n", files[f], u, d, e, (e - d) / u
    }
    exit bad
  }' "$work/times" || { echo "An unchanged build takes more than 0.3 of buildah's time." >&2; exit 1; }
