#!/usr/bin/env bash
# Compares a publish with that of an earlier commit: what it takes and what it stores, for one changed line and for a cold machine.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: build/bench-before.sh [--rounds N] [--commit COMMIT]

  --rounds N       how often each run is measured; both commits take turns, and medians count (5)
  --commit COMMIT  the earlier commit; by default the last one that took layers over from a registry (0c81613)

Publishes a small self-contained web app on "scratch" into docker-registry on this machine, in these states:
  cold          caches and the registry are empty
  one line      a line of code was added; the cache has the layers, and the registry has the image before
  fresh cache   the same with an empty cache, as on another machine
  unchanged     nothing was added
Prints milliseconds, the difference within each round, and the bytes that the registry stored. Decision 0010 may take 300 ms
more with a fresh cache. Times mean something only on a machine that does nothing else.
USAGE
}

rounds=5
commit=0c81613
while [ $# -gt 0 ]; do
  case "$1" in
    --rounds) rounds="$2"; shift ;;
    --commit) commit="$2"; shift ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
export LC_ALL=C DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1
for tool in dotnet git docker-registry unzip curl; do
  command -v "$tool" >/dev/null || { echo "$tool is missing." >&2; exit 1; }
done
work="$(mktemp -d)"
declare -A server=()
trap 'kill "${server[@]}" 2>/dev/null || true; rm -rf -- "$work"' EXIT
declare -A port=([before]=$((20000 + RANDOM % 20000)))
port[now]=$((port[before] + 1))
export DOTNET_CONTAINER_INSECURE_REGISTRIES="127.0.0.1:${port[before]};127.0.0.1:${port[now]}"

echo "Packing Containerize and its commit $commit ..." >&2
git clone --quiet --shared --no-checkout . "$work/source"
git -C "$work/source" checkout --quiet --detach "$commit"
for way in before now; do
  source="$([ "$way" = now ] && printf '%s' "$PWD" || printf '%s' "$work/source")"
  dotnet pack "$source/src/Containerize" -c Release -o "$work/$way/feed" -nologo -v quiet >"$work/pack.log" 2>&1 || { cat "$work/pack.log" >&2; exit 1; }
  unzip -q "$work/$way"/feed/*.nupkg -d "$work/$way/package"
  mkdir "$work/$way/app"
  cat >"$work/$way/app/app.csproj" <<'PROJECT'
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
    <SelfContained>true</SelfContained>
    <NuGetAudit>false</NuGetAudit>
  </PropertyGroup>
</Project>
PROJECT
  echo 'var app = WebApplication.Create(args); app.MapGet("/", () => "hello"); app.Run();' >"$work/$way/app/Program.cs"
  dotnet restore "$work/$way/app" -v quiet
done

# Gives a way a registry of its own with nothing in it.
start() {
  local way="$1"
  [ -z "${server[$way]:-}" ] || { kill "${server[$way]}"; wait "${server[$way]}" 2>/dev/null || true; }
  rm -rf -- "$work/$way/storage"
  printf 'version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "127.0.0.1:%s"}\n' \
    "$work/$way/storage" "${port[$way]}" >"$work/$way/config.yml"
  docker-registry serve "$work/$way/config.yml" >"$work/registry.log" 2>&1 &
  server[$way]=$!
  for _ in $(seq 100); do
    if curl --silent --output /dev/null "http://127.0.0.1:${port[$way]}/v2/"; then return; fi
    sleep 0.1
  done
  cat "$work/registry.log" >&2
  exit 1
}

stored() { { find "$work/$1/storage" -path '*/blobs/*' -name data -printf '%s\n' 2>/dev/null || true; } | awk '{ all += $1 } END { print all + 0 }'; }

lines=0
# Publishes once; fills $taken with milliseconds and $bytes with what the registry stored.
publish() {
  local way="$1" state="$2" had from to
  if [ "$state" = cold ]; then
    rm -rf -- "$work/$way/app/bin" "$work/$way/app/obj/Release"
    start "$way"
  elif [ "$state" != unchanged ]; then
    lines=$((lines + 1))
    echo "internal static class Line$lines { public const string Text = \"line $lines\"; }" >>"$work/$way/app/Program.cs"
  fi
  if [ "$state" = cold ] || [ "$state" = "fresh cache" ]; then
    rm -rf -- "$work/$way/cache"
    find "$work/$way/app" -type d -name containerize -prune -exec rm -rf {} +
  fi
  had="$(stored "$way")"
  from="$(date +%s%N)"
  dotnet publish "$work/$way/app" -nologo -v quiet --no-restore -p:UseSharedCompilation=false -p:Containerize=true \
    -p:CustomAfterMicrosoftCommonTargets="$work/$way/package/build/Containerize.targets" -p:ContainerCacheDirectory="$work/$way/cache" \
    -p:ContainerBaseImage=scratch -p:ContainerRegistry="127.0.0.1:${port[$way]}" -p:ContainerRepository="bench/$way" -p:ContainerImageTag=1 \
    >"$work/publish.log" 2>&1 || { cat "$work/publish.log" >&2; exit 1; }
  to="$(date +%s%N)"
  taken=$(((to - from) / 1000000))
  bytes=$(($(stored "$way") - had))
}

for round in $(seq "$rounds"); do
  ways=(before now)
  [ $((round % 2)) = 1 ] || ways=(now before)
  for state in cold "one line" "fresh cache" unchanged; do
    for way in "${ways[@]}"; do
      publish "$way" "$state"
      printf '%s\t%s\t%s\t%s\n' "$state" "$way" "$taken" "$bytes" >>"$work/measured"
      echo "round $round, $state, $way: $taken ms, $bytes bytes" >&2
    done
  done
done

median() { sort -n | awk '{ all[NR] = $1 } END { print (all[int((NR + 1) / 2)] + all[int(NR / 2) + 1]) / 2 }'; }
of() { awk -F '\t' -v state="$1" -v way="$2" -v column="$3" '$1 == state && $2 == way { print $column }' "$work/measured"; }

printf '\n%s against %s, %s rounds, load at the end %s\n\n' "$(git rev-parse --short HEAD)" "$commit" "$rounds" "$(cut -d ' ' -f 1-3 /proc/loadavg)"
echo "| run | before, ms | now, ms | difference within a round, ms | bytes before | bytes now |"
echo "|---|--:|--:|--:|--:|--:|"
for state in cold "one line" "fresh cache" unchanged; do
  printf '| %s | %s | %s | %s | %s | %s |\n' "$state" "$(of "$state" before 3 | median)" "$(of "$state" now 3 | median)" \
    "$(paste <(of "$state" now 3) <(of "$state" before 3) | awk '{ print $1 - $2 }' | median)" \
    "$(of "$state" before 4 | median)" "$(of "$state" now 4 | median)"
done
