# shellcheck shell=bash
# What the scripts share that publish rows of projects with the package: their options, a folder, the package. Sourced, after the
# script has defined "usage", with the script's arguments; "packed" names further projects to pack. Leaves:
#   $work     a folder of the run, removed at its end (not with --keep), after the function "end" where the script has one
#   $feed     a folder with our packages, and $version theirs
#   $failed   what the script exits with
#   wants NAME                     whether --only asks for the row
#   with_package FOLDER [PROPERTY…]  writes a Directory.Build.props that references the package
#   error_of LOG                   the first two lines of a publish with a coded error, or the last line
only=
keep=
while [ $# -gt 0 ]; do
  case "$1" in
    --only) only="${2:?--only wants a regular expression}"; shift ;;
    --keep) keep=1 ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." || exit 1
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
work="$(mktemp -d)"
leave() {
  if declare -F end >/dev/null; then end; fi
  if [ -n "$keep" ]; then echo "Folders: $work"; else rm -rf -- "$work"; fi
}
trap leave EXIT

feed="${CONTAINERIZE_FEED:-$work/feed}"
if [ ! -e "$feed" ]; then
  for project in Containerize "${packed[@]}"; do
    dotnet pack "src/$project" -c Release -o "$feed" -p:ContainerizeReadyToRun=false -p:ContainerizeToolRuntimes=linux-x64 \
      -v q >"$work/pack.log" 2>&1 || { cat "$work/pack.log" >&2; exit 1; }
  done
fi
version="$(basename "$feed"/Containerize.[0-9]*.nupkg .nupkg)"
version="${version#Containerize.}"
# A package of this version may be in the machine's folder, of other sources. The same one stays: another run may be using it.
packages="${NUGET_PACKAGES:-$HOME/.nuget/packages}"
for nupkg in "$feed"/*.nupkg; do
  id="$(basename "$nupkg" ".$version.nupkg")"
  restored="$packages/${id,,}/${version,,}"
  cmp -s "$nupkg" "$restored/${id,,}.${version,,}.nupkg" || rm -rf "$restored"
done
# shellcheck disable=SC2034
failed=0

wants() { [[ "$1" =~ $only ]]; }

with_package() {
  local folder="$1"
  shift
  cat >"$folder/Directory.Build.props" <<XML
<Project>
  <PropertyGroup>
    <NuGetAudit>false</NuGetAudit>
    $*
    <RestoreAdditionalProjectSources>$feed</RestoreAdditionalProjectSources>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Containerize" Version="$version" PrivateAssets="all" />
  </ItemGroup>
</Project>
XML
}

# The second line of a task that failed is its exception.
error_of() { grep -m2 -oE 'error [A-Z]+[0-9]+.*' "$1" || tail -1 "$1"; }
