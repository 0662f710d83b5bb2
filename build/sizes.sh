#!/usr/bin/env bash
# Publishes a console app and a web app on the base "packages" in each way that makes them smaller, weighs the images, and starts each.
set -uo pipefail

usage() {
  cat <<'USAGE'
Usage: build/sizes.sh [--only WHAT] [--keep]

  --only WHAT  only the rows whose name fits the regular expression: 'web.*aot'
  --keep       keeps the folders

Prints a table of the packed sizes of all layers, in MB of 1,000,000 bytes. Each image is loaded into a Docker daemon of this run:
the console app has to print its line, the web app to answer over TLS. Those with zstd are unpacked by skopeo before, as Debian's Docker
cannot. Needs Docker, skopeo, curl, openssl, a C compiler for Native AOT, apt sources, and root. It is no part of the tests.
Ends with 1 when an image does not start. CONTAINERIZE_FEED names a folder with packages of ours that are packed already.
USAGE
}

# shellcheck source=build/rows.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/rows.sh"
engine=
end() {
  [ -z "$engine" ] || { kill "$engine" 2>/dev/null; wait "$engine" 2>/dev/null; }
  # The daemon leaves the host's network namespace mounted.
  grep -o " $work/[^ ]*" /proc/self/mounts | sort -r | xargs -r -n1 umount
}

engine() { docker --host "unix://$work/docker.sock" "$@"; }
dockerd --iptables=false --bridge=none --host "unix://$work/docker.sock" --data-root "$work/data" --exec-root "$work/exec" \
  --pidfile "$work/docker.pid" >"$work/dockerd.log" 2>&1 &
engine=$!
port=5460
mkdir "$work/tls"
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost -keyout "$work/tls/key.pem" \
  -out "$work/tls/cert.pem" 2>/dev/null
chmod a+r "$work/tls/key.pem"

# project KIND
project() {
  rm -rf "$work/app"
  mkdir -p "$work/app/App"
  with_package "$work/app" "<ContainerBaseImage>packages</ContainerBaseImage>"
  local sdk=Microsoft.NET.Sdk
  [ "$1" = console ] || sdk=Microsoft.NET.Sdk.Web
  cat >"$work/app/App/App.csproj" <<XML
<Project Sdk="$sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <RuntimeIdentifier>linux-x64</RuntimeIdentifier>
    <SelfContained>true</SelfContained>
    <ImplicitUsings>enable</ImplicitUsings>
  </PropertyGroup>
</Project>
XML
  if [ "$1" = console ]; then
    echo 'Console.WriteLine("Hello of " + Environment.Version.Major);' >"$work/app/App/Program.cs"
  else
    cat >"$work/app/App/Program.cs" <<'CS'
var builder = WebApplication.CreateSlimBuilder(args);
builder.WebHost.UseKestrelHttpsConfiguration();
var app = builder.Build();
app.MapGet("/", () => "Hello of " + Environment.Version.Major);
app.Run();
CS
  fi
}

# start KIND: what the image says.
start() {
  engine load -q -i "$work/image.tar" >/dev/null || return
  if [ "$1" = console ]; then
    engine run --rm --network host sizes/app
  else
    port=$((port + 1))
    engine run --detach --name app --network host --volume "$work/tls:/tls:ro" --env "ASPNETCORE_URLS=https://127.0.0.1:$port" --env ASPNETCORE_HTTP_PORTS= \
      --env Kestrel__Certificates__Default__Path=/tls/cert.pem --env Kestrel__Certificates__Default__KeyPath=/tls/key.pem sizes/app >/dev/null
    curl -s --cacert "$work/tls/cert.pem" --resolve "localhost:$port:127.0.0.1" --retry 50 --retry-delay 0 --retry-connrefused --retry-max-time 30 "https://localhost:$port/"
    engine logs app >"$work/app.log" 2>&1
    engine rm --force app >/dev/null
  fi
}

# row KIND WAY PROPERTY...
row() {
  local kind="$1" way="$2" how="" words sizes
  shift 2
  wants "$kind, $way" || return 0
  project "$kind"
  rm -rf "$work/layout" "$work/image.tar"
  dotnet publish "$work/app/App" -nologo -v m -tl:off -p:Containerize=true -p:ContainerRepository=sizes/app -p:ContainerCacheDirectory="$work/cache" \
    -p:ContainerOciLayoutPath="$work/layout" -p:ContainerArchiveOutputPath="$work/image.tar" "$@" >"$work/publish.log" 2>&1 ||
    { echo "FAIL  $kind, $way: $(error_of "$work/publish.log")"; failed=1; return; }
  sizes="$(skopeo inspect --raw "oci:$work/layout:latest" | tr ',{}' '\n' | sed -n 's/.*"size": *\([0-9]*\).*/\1/p' | tail -n +2)"
  if [[ "$*" == *zstd* ]]; then
    rm -f "$work/image.tar"
    skopeo copy -q "oci:$work/layout:latest" "docker-archive:$work/image.tar:sizes/app:latest"
    how=", unpacked by skopeo"
  fi
  words="$(start "$kind")"
  [ "$words" = "Hello of 10" ] || { echo "FAIL  $kind, $way starts with '$words'"; failed=1; return; }
  awk -v row="$kind, $way" -v words="$words$how" '
    NR == 1 { packages = $1 } { all += $1 } END { printf "| %s | %.2f | %.2f | %.2f | %s |\n", row, packages / 1e6, (all - packages) / 1e6, all / 1e6, words }' <<<"$sizes"
}

for i in $(seq 100); do
  engine version >/dev/null 2>&1 && break
  sleep 0.2
done
echo "| app, way | packages | runtime and app | all layers | in the engine |"
echo "|---|--:|--:|--:|---|"
for kind in console web; do
  row $kind "as it is"
  row $kind "as it is, ContainerLastingCompression=zstd" -p:ContainerLastingCompression=zstd
  row $kind invariant -p:InvariantGlobalization=true
  row $kind trimmed -p:PublishTrimmed=true
  row $kind "trimmed and invariant" -p:PublishTrimmed=true -p:InvariantGlobalization=true
  row $kind "Native AOT" -p:PublishAot=true
  row $kind "Native AOT and invariant" -p:PublishAot=true -p:InvariantGlobalization=true
  row $kind "Native AOT and invariant, all in zstd at 19" -p:PublishAot=true -p:InvariantGlobalization=true -p:ContainerCompression=zstd \
    -p:ContainerCompressionLevel=19
done
exit $failed
