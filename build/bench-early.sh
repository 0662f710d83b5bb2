#!/usr/bin/env bash
# Measures what the work that begins with the compiler takes from the compiler: publishes in turns with ContainerizeEarly=true and false.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: build/bench-early.sh [--rounds N]

  --rounds N  how often each is measured, in turns; the median counts (5)

A self-contained web app on "scratch" goes into docker-registry on this machine, after a line was added:
  cold      with empty caches and a registry that has nothing: all layers are packed while the compiler works
  one line  with the caches of the publish before
Prints seconds of the compiler's task, of the whole publish by the clock, and of the processor, and the ratio of both ways.
Times mean something only on a machine that does nothing else. CONTAINERIZE_FEED names a folder with a package of ours that is packed already.
USAGE
}

rounds=5
while [ $# -gt 0 ]; do
  case "$1" in
    --rounds) rounds="${2:?--rounds wants a number}"; shift ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
export LC_ALL=C MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
for tool in docker-registry curl; do
  command -v "$tool" >/dev/null || { echo "$tool is missing." >&2; exit 1; }
done
work="$(mktemp -d)"
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null; rm -rf -- "$work"' EXIT
if [ -z "${CONTAINERIZE_FEED:-}" ]; then
  CONTAINERIZE_FEED="$work/feed"
  dotnet pack src/Containerize --configuration Release --output "$CONTAINERIZE_FEED" -nologo -v q >"$work/pack.log" 2>&1 || { cat "$work/pack.log" >&2; exit 1; }
fi
version="$(basename "$(ls "$CONTAINERIZE_FEED"/Containerize.[0-9]*.nupkg | head -n 1)" .nupkg)"
version="${version#Containerize.}"
port=$((20000 + RANDOM % 20000))
printf 'version: 0.1\nlog: {level: error, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "127.0.0.1:%s"}\n' "$work/storage" "$port" >"$work/config.yml"
docker-registry serve "$work/config.yml" >"$work/registry.log" 2>&1 &
server=$!
for _ in $(seq 100); do
  if curl --silent --output /dev/null "http://127.0.0.1:$port/v2/"; then break; fi
  sleep 0.1
done

mkdir "$work/Shop"
cat >"$work/nuget.config" <<CONFIG
<configuration><packageSources><add key="bench" value="$CONTAINERIZE_FEED" /></packageSources></configuration>
CONFIG
cat >"$work/Shop/Shop.csproj" <<PROJECT
<Project Sdk="Microsoft.NET.Sdk.Web">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
    <SelfContained>true</SelfContained>
    <NuGetAudit>false</NuGetAudit>
    <ContainerBaseImage>scratch</ContainerBaseImage>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Containerize" Version="$version" PrivateAssets="all" />
    <PackageReference Include="Newtonsoft.Json" Version="13.0.4" />
    <PackageReference Include="Serilog" Version="4.4.0" />
  </ItemGroup>
</Project>
PROJECT
# Enough to compile that the compiler's time is more than its start.
for number in $(seq 400); do
  printf 'namespace Shop;\n\npublic sealed record Line%s(string Name, int Amount, decimal Price)\n{\n    public decimal Sum => Amount * Price;\n' "$number"
  printf '    public static Line%s[] Of(IEnumerable<string> names) => [.. names.Order().Select((name, i) => new Line%s(name, i, i * 1.5m))];\n}\n' "$number" "$number"
done | awk '/^namespace/ { file = sprintf("'"$work"'/Shop/Line%d.cs", ++n) } { print >file }'
echo 'var app = WebApplication.CreateBuilder(args).Build(); app.MapGet("/", () => "Hello"); app.Run();' >"$work/Shop/Program.cs"

publish() { # case early
  local line
  echo "// $RANDOM$RANDOM" >>"$work/Shop/Program.cs"
  { TIMEFORMAT='%R %U %S'; time dotnet publish "$work/Shop" -p:Containerize=true -nologo -v:q -clp:PerformanceSummary -nodeReuse:false -tl:off \
    "-p:UseSharedCompilation=false" "-p:ContainerizeEarly=$2" "-p:ContainerRegistry=127.0.0.1:$port" "-p:ContainerRepository=$2-$repository" \
    "-p:ContainerCacheDirectory=$work/cache-$2" >"$work/publish.log" 2>&1 || { cat "$work/publish.log" >&3; exit 1; }; } 3>&2 2>"$work/time"
  line="$(awk '$2 == "ms" && $3 == "Csc" { print $1 / 1000 }' "$work/publish.log" | head -n 1)"
  [ -n "$line" ] || { echo "No time of the compiler in the log." >&2; exit 1; }
  echo "$1,$2 $line $(awk 'END { print $1, $2 + $3 }' "$work/time")" >>"$work/times"
}

dotnet restore "$work/Shop" -v q -nologo >/dev/null
repository=warm
for early in true false; do publish warm $early; done
for round in $(seq "$rounds"); do
  repository=$round
  order=(true false)
  if [ $((round % 2)) = 0 ]; then order=(false true); fi
  for early in "${order[@]}"; do
    rm -rf "$work/cache-$early"
    publish cold "$early"
  done
  for early in "${order[@]}"; do publish "one line" "$early"; done
done

median() { sort -n | awk '{ value[NR] = $1 } END { print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 }'; }
column() { grep "^$1,$2 " "$work/times" | sed "s/^$1,$2 //" | cut -d' ' -f"$3" | median; }
printf '| case | | early | after | early/after |\n|---|---|--:|--:|--:|\n'
for case in cold "one line"; do
  number=0
  for what in "compiler's task" "publish" "processor"; do
    number=$((number + 1))
    on="$(column "$case" true $number)" off="$(column "$case" false $number)"
    awk -v row="$case" -v what="$what" -v on="$on" -v off="$off" 'BEGIN { printf "| %s | %s | %.2f s | %.2f s | %.3f |\n", row, what, on, off, on / off }'
  done
done
