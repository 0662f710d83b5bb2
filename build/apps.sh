#!/usr/bin/env bash
# Rebuilds the kinds of public apps small, publishes each as an image, and compares what its container answers with what the app answers outside.
set -uo pipefail

usage() {
  cat <<'USAGE'
Usage: build/apps.sh [--bytes] [--only WHAT] [--keep]

  --bytes      only publishes and counts, without a container; the first of the options
  --only WHAT  only the apps whose name fits the regular expression: 'grpc|kafka'
  --keep       keeps the folders

Each app is published with the package, loaded into a Docker daemon of this run, started, and asked; the same publish is started on
this machine and asked the same. Then one line changes, and the layers that a push would send are counted. Needs Docker and curl,
packages of NuGet, and root. It is no part of the tests. Ends with 1 when an app fails.
CONTAINERIZE_FEED names a folder with packages of ours that are packed already.
USAGE
}

bytes=
if [ "${1:-}" = --bytes ]; then
  bytes=1
  shift
fi
# shellcheck source=build/rows.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/rows.sh"
DOTNET_ROOT="$(dirname "$(dotnet --list-runtimes | sed -n '/Microsoft.NETCore.App /s/.*\[\(.*\)\/shared\/.*/\1/p' | head -1)/dotnet")"
export DOTNET_ROOT
engine=
outside=
end() {
  [ -z "$outside" ] || kill "$outside" 2>/dev/null
  [ ! -e "$work/asked.pid" ] || kill "$(cat "$work/asked.pid")" 2>/dev/null
  if [ -n "$engine" ]; then
    kill "$engine" 2>/dev/null
    wait "$engine" 2>/dev/null
  fi
  # The daemon leaves the host's network namespace mounted.
  grep -o " $work/[^ ]*" /proc/self/mounts | sort -r | xargs -r -n1 umount
}

engine() { docker --host "unix://$work/docker.sock" "$@"; }
if [ -z "$bytes" ]; then
  dockerd --iptables=false --bridge=none --host "unix://$work/docker.sock" --data-root "$work/data" --exec-root "$work/exec" \
    --pidfile "$work/docker.pid" >"$work/dockerd.log" 2>&1 &
  engine=$!
fi
base="${CONTAINERIZE_BASE:-$work/base}"
[ -e "$base/index.json" ] || dotnet run --project build/BaseImage -c Release -- aspnet "$base" >/dev/null || exit 1
port=5400

# new FOLDER TEMPLATE...: a project of a template, or an empty folder without one; both have the package.
new() {
  rm -rf "$1"
  mkdir -p "$1"
  local folder="$1"
  shift
  with_package "$folder" "<ContainerBaseImage>oci:$base</ContainerBaseImage>"
  [ $# = 0 ] || dotnet new "$@" -o "$folder/App" -n "${title:-App}" --no-restore >"$work/new.log" 2>&1 || { echo "FAIL  $name: $(tail -1 "$work/new.log")"; return 1; }
}

# project FOLDER SDK ITEMS [PROPERTIES]: writes App.csproj.
project() {
  mkdir -p "$1/App"
  cat >"$1/App/App.csproj" <<XML
<Project Sdk="$2">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <Nullable>enable</Nullable>
    <ImplicitUsings>enable</ImplicitUsings>
    ${4:-}
  </PropertyGroup>
  <ItemGroup>
    $3
  </ItemGroup>
</Project>
XML
}

# publish FOLDER PROJECT LAYOUT ARGUMENT...
publish() {
  local folder="$1" project="$2" layout="$3"
  shift 3
  dotnet publish "$folder/App/$project" -nologo -v m -tl:off -p:Containerize=true -p:ContainerOciLayoutPath="$layout" \
    -p:ContainerArchiveOutputPath="$layout.tar" -p:ContainerRepository=apps/app -p:ContainerCacheDirectory="$work/cache" "$@" >"$work/publish.log" 2>&1 ||
    { error_of "$work/publish.log"; return 1; }
}

# What an answer has of the moment and of the session, and what a path of a log has of the machine.
plain() {
  sed -E 's/CfDJ8[A-Za-z0-9_-]+/TOKEN/g; s/<!--Blazor.*-->/BLAZOR/g; s/[0-9]{2}\/[0-9]{2}\/[0-9]{4} [0-9:]+ [+-][0-9:]+/TIME/g;
    s/[0-9]{4}-[0-9]{2}-[0-9]{2}([ T][0-9:.]+(Z|[+-][0-9:]+)?)?/TIME/g; s/[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}/TRACE/g'
}

# ask PATH...: the answers of what listens on the port, with their status.
ask() {
  local i path
  for i in $(seq 150); do
    curl -s -o /dev/null ${http2:-} "http://127.0.0.1:$port/" && break
    sleep 0.2
  done
  for path in "$@"; do curl -s ${http2:-} -w '%{http_code}\n' "http://127.0.0.1:$port$path" | plain; done
}

# answer FOLDER PROJECT PATH...: what the app answers outside and in a container, and what is wrong with that. Without a path the output is compared.
answer() {
  local folder="$1" project="$2" program
  shift 2
  engine load -q -i "$work/layout.tar" >/dev/null || { echo "docker load; "; return; }
  program="$(find "$folder" -path '*/publish/*' \( -name App -o -name app -o -name Site \) -type f -perm -u+x | head -1)"
  [ -n "$program" ] || program="$(sed -n 's/^.* -> \(\/.*\/\)$/\1/p' "$work/publish.log" | tail -1)$(basename "$project" .cs)"
  if [ $# -gt 0 ]; then
    export ASPNETCORE_URLS="http://127.0.0.1:$port"
    (cd "$(dirname "$program")" && exec "$program") >"$work/outside.log" 2>&1 &
    echo $! >"$work/asked.pid"
    ask "$@" >"$work/outside.txt"
    kill $!
    wait $! 2>/dev/null
    rm "$work/asked.pid"
    engine run --detach --name app --network host --env ASPNETCORE_URLS apps/app >/dev/null
    ask "$@" >"$work/inside.txt"
    engine logs app >"$work/inside.log" 2>&1
    engine rm --force app >/dev/null
  else
    (cd "$(dirname "$program")" && exec timeout -s INT 5 "$program") 2>&1 | head -2 | plain >"$work/outside.txt"
    timeout -s INT 10 docker --host "unix://$work/docker.sock" run --rm --init --network host --name app apps/app 2>&1 | head -2 | plain >"$work/inside.txt"
    engine rm --force app >/dev/null 2>&1
  fi
  [ -s "$work/outside.txt" ] || echo "the app writes nothing outside; "
  ! grep -qE '^(000|5[0-9][0-9])$' "$work/outside.txt" || echo "the app fails outside; "
  cmp -s "$work/outside.txt" "$work/inside.txt" || echo "$(diff "$work/outside.txt" "$work/inside.txt" | head -3 | tr '\n' ' '); "
}

# app NAME PROJECT EDIT SOURCE ARGUMENTS -- PATH...: publishes what "made" holds.
app() {
  local name="$1" project="$2" edit="$3" source="$4" folder="$made" arguments=() began=$SECONDS
  shift 4
  while [ $# -gt 0 ] && [ "$1" != -- ]; do arguments+=("$1"); shift; done
  shift
  rm -rf "$work"/layout*
  publish "$folder" "$project" "$work/layout" "${arguments[@]}" || { echo "FAIL  $name"; failed=1; return; }
  local warnings faults="" all sent
  warnings="$(grep -oE 'warning CTZ[0-9]+' "$work/publish.log" | sort -u | tr '\n' ' ')"
  if [ -z "$bytes" ]; then
    port=$((port + 1))
    faults="$(answer "$folder" "$project" "$@" | tr '\n' ' ')"
  fi
  sed -i "$edit" "$folder/App/$source"
  publish "$folder" "$project" "$work/layout2" "${arguments[@]}" || faults="${faults}the edited one; "
  all="$(find "$work/layout/blobs" -type f -printf '%s\n' | awk '{ n += $1 } END { print n }')"
  sent="$(comm -13 <(ls "$work/layout/blobs/sha256") <(ls "$work/layout2/blobs/sha256") | (cd "$work/layout2/blobs/sha256" && xargs -r stat -c %s) | awk '{ n += $1 } END { print n + 0 }')"
  if [ -n "$faults" ]; then
    failed=1
    echo "FAIL  $name: $faults"
  else
    printf 'ok    %-28s %10s bytes, one line %8s, %3s s %s\n' "$name" "$all" "$sent" "$((SECONDS - began))" "$warnings"
  fi
}

made="$work/app"
for i in $(seq 100); do
  [ -n "$bytes" ] || engine version >/dev/null 2>&1 && break
  sleep 0.2
done
# shellcheck source=build/apps/kinds.sh
source build/apps/kinds.sh
exit $failed
