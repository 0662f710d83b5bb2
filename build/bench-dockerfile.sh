#!/usr/bin/env bash
# Builds one Dockerfile with containerize, buildah and BuildKit on this machine, side by side, and compares times.
usage() {
  cat <<'USAGE'
Usage: build/bench-dockerfile.sh [--rounds N] [--tool PATH]

  --rounds N   how often each case is measured; medians count (5)
  --tool PATH  the command; packed and installed from this repository by default

Two Dockerfiles: "copying" has two stages and a context of 500 files, "running" five commands that write 400 files each. Cases:
cold (nothing in any cache, the base image's layers neither), unchanged, and one file of the context changed. Then, of containerize alone: a
machine with an empty cache that has the steps from a registry (--cache-from), beside an unchanged build and the plain download of the image's
layers by curl; and "containerize --version", 41 starts in turns with /bin/true. The columns "at most" are what the product promises; memory is
that of the largest process of containerize in any round. Ends with 1 when "copying", unchanged, takes more of buildah's time than is promised.
Times mean something only on a machine that does nothing else. Needs root, and buildah, docker.io, docker-registry, busybox-static and time of Debian's packages.
USAGE
}

declare -A numbers=([rounds]=5)
needed=(buildah dockerd /usr/bin/docker /usr/bin/time)
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

peak() { /usr/bin/time --format %M --output "$work/peak" "$@"; }
build_ours() { XDG_CACHE_HOME=$work/cache peak "$ours" build "$work/$file" --tag bench/app:1 --output "oci:$work/out" --progress quiet; }
build_buildah() { buildah --root "$work/buildah/root" --runroot "$work/buildah/run" bud --layers --isolation chroot --tls-verify=false --tag bench/app:1 "$work/$file"; }
build_buildkit() { docker build --network none --tag bench/app:1 "$work/$file"; }
build_empty() { XDG_CACHE_HOME=$work/empty/cache peak "$ours" build "$work/$file" --tag bench/app:1 --output "oci:$work/empty/out" --progress quiet --cache-from "127.0.0.1:$port/$file:cache"; }
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
  case "$1" in ours | empty) echo "$1 $file,$2 $(tail -n 1 "$work/peak")" >>"$work/peaks" ;; esac
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

start() { # name command…
  local start end
  start=$(date +%s%N)
  "${@:2}" >/dev/null
  end=$(date +%s%N)
  echo "$1 $(((end - start) / 1000))" >>"$work/starts"
}
for _ in $(seq 41); do
  start version "$ours" --version
  start true /bin/true
done

# --- the tables -------------------------------------------------------------------------------------------------------

seconds() { grep "^$1 $2 " "$work/times" | cut -d' ' -f3 | median | awk '{ print $1 / 1e6 }'; } # contender file,case
mebibytes() { grep "^$1 $2 " "$work/peaks" | cut -d' ' -f3 | sort -n | awk 'END { print $1 / 1024 }'; }
start_of() { grep "^$1 " "$work/starts" | cut -d' ' -f2 | median | awk '{ print $1 / 1e6 }'; }

printf '| Dockerfile | containerize | buildah | BuildKit | ours/buildah | at most | ours/BuildKit | at most | met | peak MiB |\n|---|--:|--:|--:|--:|--:|--:|--:|---|--:|\n'
for file in copying running; do
  for case in cold unchanged changed; do
    # Of buildah's time something is promised where nothing changed.
    most=; [ $case != unchanged ] || most=0.1
    awk -v title="$file, $case" -v o="$(seconds ours "$file,$case")" -v b="$(seconds buildah "$file,$case")" -v k="$(seconds buildkit "$file,$case")" \
      -v most=$most -v peak="$(mebibytes ours "$file,$case")" 'BEGIN {
        met = o <= k && (most == "" || o <= most * b) ? "yes" : "no"
        printf "| %s | %.2f s | %.2f s | %.2f s | %.2f | %s | %.2f | 1.0 | %s | %.0f |\n", title, o, b, k, o / b, most, o / k, met, peak
      }'
  done
done
printf '\n| Dockerfile | unchanged | download by curl | empty machine, --cache-from | without the download/unchanged | at most | met | peak MiB |\n|---|--:|--:|--:|--:|--:|---|--:|\n'
for file in copying running; do
  # The promise is 1.2 times an unchanged build, and the download.
  awk -v file=$file -v u="$(seconds ours "$file,unchanged")" -v d="$(seconds download "$file,cache-from")" -v e="$(seconds empty "$file,cache-from")" \
    -v peak="$(mebibytes empty "$file,cache-from")" 'BEGIN {
      printf "| %s | %.2f s | %.2f s | %.2f s | %.2f | 1.2 | %s | %.0f |\n", file, u, d, e, (e - d) / u, e <= 1.2 * u + d ? "yes" : "no", peak
    }'
done
printf '\n| start | median of 41 | at most | met | /bin/true |\n|---|--:|--:|---|--:|\n'
awk -v v="$(start_of version)" -v t="$(start_of true)" \
  'BEGIN { printf "| containerize --version | %.3f s | 0.030 s | %s | %.3f s |\n", v, v <= 0.03 ? "yes" : "no", t }'
awk -v o="$(seconds ours copying,unchanged)" -v b="$(seconds buildah copying,unchanged)" 'BEGIN { exit o > 0.1 * b }' ||
  { echo "An unchanged build takes more than 0.1 of buildah's time." >&2; exit 1; }
