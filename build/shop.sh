# shellcheck shell=bash
# What the scripts share that measure publishes of one app: what measured.sh leaves, and
#   $work/Shop  a self-contained web app on "scratch" with two packages, restored, which takes the package of ours
#               out of CONTAINERIZE_FEED; without that variable it is packed from this repository
. "$(dirname "${BASH_SOURCE[0]}")/measured.sh"

# The package of an earlier run may have the same version as this one.
export NUGET_PACKAGES="$work/packages"
if [ -z "${CONTAINERIZE_FEED:-}" ]; then
  CONTAINERIZE_FEED="$work/feed"
  dotnet pack "$(dirname "${BASH_SOURCE[0]}")/../src/Containerize" --configuration Release --output "$CONTAINERIZE_FEED" -nologo -v q >"$work/pack.log" 2>&1 ||
    { cat "$work/pack.log" >&2; exit 1; }
fi
version="$(basename "$(ls "$CONTAINERIZE_FEED"/Containerize.[0-9]*.nupkg | head -n 1)" .nupkg)"
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
    <PackageReference Include="Containerize" Version="${version#Containerize.}" PrivateAssets="all" />
    <PackageReference Include="Newtonsoft.Json" Version="13.0.4" />
    <PackageReference Include="Serilog" Version="4.4.0" />
  </ItemGroup>
</Project>
PROJECT
echo 'var app = WebApplication.CreateBuilder(args).Build(); app.MapGet("/", () => "Hello"); app.Run();' >"$work/Shop/Program.cs"
dotnet restore "$work/Shop" -v q -nologo >/dev/null
