#!/usr/bin/env bash
# An Aspire AppHost of three projects and a container, built and pushed by Aspire's own steps; prints which image each resource got.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: build/aspire.sh [--keep]

  --keep  keeps the folder

Packs Containerize, writes an AppHost of three projects and a container, and runs `aspire do push` twice, in two folders, with a Docker daemon
and a registry of this run. Prints what Aspire's steps did, and the image of each resource. Ends with 1 where a step fails, an image of a project is not
ours, or the two runs gave different digests. Takes three minutes. Needs Docker, docker-registry and skopeo, packages of NuGet, and root. It is no part of the tests.
CONTAINERIZE_FEED, CONTAINERIZE_BASE and CONTAINERIZE_PACKAGES name a folder with our packed packages, a layout with a base of ASP.NET Core, and a
packages folder of NuGet, that are there already.
USAGE
}

keep=
while [ $# -gt 0 ]; do
  case "$1" in
    --keep) keep=1 ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
aspire=13.6.5
sdk=13.6.4
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 ASPIRE_CLI_TELEMETRY_OPTOUT=true
work="$(mktemp -d)"
started=()
end() {
  for process in "${started[@]}"; do
    kill "$process" 2>/dev/null || true
    wait "$process" 2>/dev/null || true
  done
  # The daemon leaves the host's network namespace mounted.
  grep -o " $work/[^ ]*" /proc/self/mounts | sort -r | xargs -r -n1 umount || true
  if [ -n "$keep" ]; then echo "Folder: $work"; else rm -rf -- "$work"; fi
}
trap end EXIT

feed="${CONTAINERIZE_FEED:-$work/feed}"
[ -e "$feed" ] || dotnet pack src/Containerize -c Release -o "$feed" -p:ContainerizeReadyToRun=false -v q
version="$(basename "$feed"/Containerize.[0-9]*.nupkg .nupkg)"
version="${version#Containerize.}"
base="${CONTAINERIZE_BASE:-$work/base}"
[ -e "$base/index.json" ] || dotnet run --project build/BaseImage -c Release -- aspnet "$base" >/dev/null
dotnet tool install Aspire.Cli --version "$aspire" --tool-path "$work/tools" >"$work/tool.log" 2>&1 || { cat "$work/tool.log" >&2; exit 1; }

export DOCKER_HOST="unix://$work/docker.sock"
dockerd --iptables=false --bridge=none --host "$DOCKER_HOST" --data-root "$work/data" --exec-root "$work/exec" \
  --pidfile "$work/docker.pid" >"$work/dockerd.log" 2>&1 &
started+=($!)
cat >"$work/registry.yml" <<YAML
version: 0.1
storage: {filesystem: {rootdirectory: $work/registry}}
http: {addr: "127.0.0.1:0"}
YAML
: >"$work/registry.log"
docker-registry serve "$work/registry.yml" >>"$work/registry.log" 2>&1 &
started+=($!)
address=
for _ in $(seq 100); do
  address="$(sed -n 's/.*listening on \([0-9.:]*\).*/\1/p' "$work/registry.log" | head -n 1)"
  if [ -n "$address" ] && docker version >/dev/null 2>&1; then break; fi
  sleep 0.3
done

# write FOLDER: the solution, the same in each folder.
write() {
  local folder="$1" name
  mkdir -p "$folder/AppHost"
  cat >"$folder/Directory.Build.props" <<XML
<Project>
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <ImplicitUsings>enable</ImplicitUsings>
    <NuGetAudit>false</NuGetAudit>
    <RestoreAdditionalProjectSources>$feed</RestoreAdditionalProjectSources>
    <RestorePackagesPath>${CONTAINERIZE_PACKAGES:-$work/packages}</RestorePackagesPath>
    <Containerize>true</Containerize>
    <ContainerBaseImage>oci:$base</ContainerBaseImage>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Containerize" Version="$version" PrivateAssets="all" />
  </ItemGroup>
</Project>
XML
  for name in Shop Api; do
    mkdir -p "$folder/$name"
    printf '<Project Sdk="Microsoft.NET.Sdk.Web" />\n' >"$folder/$name/$name.csproj"
    printf 'var app = WebApplication.CreateBuilder(args).Build();\napp.MapGet("/", () => "%s");\napp.Run();\n' "$name" >"$folder/$name/Program.cs"
  done
  mkdir -p "$folder/Worker"
  printf '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType></PropertyGroup></Project>\n' >"$folder/Worker/Worker.csproj"
  printf 'Console.WriteLine("Worker");\n' >"$folder/Worker/Program.cs"
  cat >"$folder/AppHost/AppHost.csproj" <<XML
<Project Sdk="Aspire.AppHost.Sdk/$sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <Containerize>false</Containerize>
    <NoWarn>\$(NoWarn);ASPIRECOMPUTE003</NoWarn>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Aspire.Hosting.AppHost" Version="$aspire" />
    <ProjectReference Include="../Shop/Shop.csproj" />
    <ProjectReference Include="../Api/Api.csproj" />
    <ProjectReference Include="../Worker/Worker.csproj" />
  </ItemGroup>
</Project>
XML
  cat >"$folder/AppHost/AppHost.cs" <<CS
var builder = DistributedApplication.CreateBuilder(args);
var registry = builder.AddContainerRegistry("registry", "$address", "$(basename "$folder")");
var cache = builder.AddContainer("cache", "redis", "7.4");
var api = builder.AddProject<Projects.Api>("api").WithContainerRegistry(registry);
builder.AddProject<Projects.Shop>("web").WithContainerRegistry(registry).WithReference(api);
builder.AddProject<Projects.Worker>("worker").WithContainerRegistry(registry).WaitFor(cache);
builder.Build().Run();
CS
}

# Aspire keeps things in the home; NuGet's sources of the user stay.
mkdir -p "$work/home/.nuget/NuGet"
cp "$HOME"/.nuget/NuGet/NuGet.Config "$work/home/.nuget/NuGet/" 2>/dev/null || true
export HOME="$work/home"
for run in first second; do
  write "$work/$run"
  # Aspire writes its configuration into the current folder.
  (cd "$work/$run" && "$work/tools/aspire" do push --apphost AppHost/AppHost.csproj --non-interactive --nologo) >"$work/$run.log" 2>&1 ||
    { tail -n 40 "$work/$run.log" >&2; exit 1; }
done

echo "Steps of the first run:"
sed 's/\x1b\[[0-9;]*m//g' "$work/first.log" | sed -n 's/^[0-9:]* \(([a-z-]*) ✓ .*\)/  \1/p'
failed=0
printf '\n| Resource | Image | Digest |\n|---|---|---|\n'
for resource in api web worker; do
  name="$address/first/$resource:latest"
  digest="$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$name")"
  again="$(skopeo inspect --tls-verify=false --format '{{.Digest}}' "docker://$address/second/$resource:latest")"
  whose=
  if ! skopeo inspect --tls-verify=false --config "docker://$name" | grep -c "containerize\.v" >/dev/null; then whose=', not ours'; failed=1; fi
  if [ "$digest" != "$again" ]; then whose="$whose, then $again"; failed=1; fi
  printf '| %s | %s | %s%s |\n' "$resource" "${name#"$address/"}" "$digest" "$whose"
done
printf '| cache | %s | of others: Aspire neither builds nor pushes it |\n' redis:7.4
exit "$failed"
