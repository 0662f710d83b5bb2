#!/usr/bin/env bash
# Compares what is chosen for bases of several releases of Debian with what apt would install inside of them.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: build/compare-bases.sh [--bases FOLDER] [SUITE...]

  --bases FOLDER  a folder for the bases, which are made there if they are not there; a temporary one by default
  SUITE           bullseye, bookworm and trixie by default

Makes each base with debootstrap, as root, publishes ten packages upon it, and compares the whole closure with `apt-get -s install` in a chroot of the
base. Then two bases more, of the last suite: one as Ubuntu's is, whose address only a ContainerPackageMirror reaches, while this machine has no
apt files at all (in a mount namespace of the script's own); and one of this machine's release that is chiselled, with a status.d and no sources,
compared with apt on a status file of the same packages. Prints a table; ends with 1 where one differs. Takes some minutes and half a gigabyte for each
base. It is no part of the tests. CONTAINERIZE_FEED and CONTAINERIZE_TOOL name a folder with our packed packages, and the tool's Containerize.Tool.dll,
that are there already.
USAGE
}

bases=
suites=()
while [ $# -gt 0 ]; do
  case "$1" in
    --bases) bases="$2"; shift ;;
    --help) usage; exit 0 ;;
    -*) usage >&2; exit 2 ;;
    *) suites+=("$1") ;;
  esac
  shift
done
[ ${#suites[@]} -gt 0 ] || suites=(bullseye bookworm trixie)

cd "$(dirname "$0")/.."
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
packages=(curl git libfontconfig1 openssl python3-minimal postgresql-client imagemagick ffmpeg nginx locales)
# The machine's own mirror of Debian, from its apt's sources, among which others may come first.
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' 'Origin: Debian' | head -n 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
bases="${bases:-$work/bases}"
mkdir -p "$bases" "$work/project"
failed=0

# chosen FILE: the packages of apt's simulation, with their versions.
chosen() { sed -n 's/^Inst \([^ ]*\) \(\[[^]]*\] \)\{0,1\}(\([^ ]*\) .*/\1 \3/p' | sort; }

# image NAME ROOT: the files of a folder as a base in an OCI layout.
image() {
  mkdir "$work/$1.context"
  tar --numeric-owner --exclude=./proc/* --exclude=./sys/* --exclude=./dev/* --exclude=./var/lib/apt/lists/* --exclude=./var/cache/* \
    -C "$2" -cf "$work/$1.context/root.tar" .
  printf 'FROM scratch\nADD root.tar /\n' >"$work/$1.context/Dockerfile"
  dotnet "$tool" build "$work/$1.context" -t "base:$1" --output "oci:$work/$1.base" >"$work/$1.log" 2>&1 ||
    { tail -n 5 "$work/$1.log"; exit 1; }
}

# compare NAME [PREFIX...]: publishes upon the base and compares with NAME.apt; PREFIX runs the publish.
compare() {
  local name="$1"
  shift
  if ! "$@" dotnet publish "$work/project/Hello.csproj" -p:Containerize=true -p:ContainerBaseImage="oci:$work/$name.base" \
    -p:ContainerOciLayoutPath="$work/$name.image" -p:ContainerPackages="$(IFS=';'; echo "${packages[*]}" | sed 's/;/%3B/g')" \
    -p:ContainerPackageClosure=full -p:ContainerMetadataPath="$work/$name.json" >"$work/$name.log" 2>&1; then
    grep -E 'error' "$work/$name.log" | sort -u | head -n 3
    failed=1
    return
  fi
  node -e 'for (const p of JSON.parse(require("fs").readFileSync(process.argv[1])).packages) console.log(p.name, p.version)' "$work/$name.json" |
    sort >"$work/$name.ours"
  local state=same
  if ! diff "$work/$name.apt" "$work/$name.ours" >"$work/$name.diff"; then
    state=differs
    failed=1
  fi
  printf '| %s | %s | %s | %s |\n' "$name" "$(wc -l <"$work/$name.apt")" "$(wc -l <"$work/$name.ours")" "$state"
  cat "$work/$name.diff"
}

tool="${CONTAINERIZE_TOOL:-$work/tool/Containerize.Tool.dll}"
[ -e "$tool" ] || dotnet build src/Containerize.Tool -c Release -v q -nologo -o "$work/tool" -p:RunAnalyzers=false
feed="${CONTAINERIZE_FEED:-$work/feed}"
[ -e "$feed" ] || dotnet pack src/Containerize -c Release -v q -nologo -o "$feed" -p:ContainerizeReadyToRun=false
version="$(basename "$feed"/Containerize.[0-9]*.nupkg .nupkg)"
cat >"$work/project/Hello.csproj" <<XML
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <OutputType>Exe</OutputType>
    <TargetFramework>net10.0</TargetFramework>
    <NuGetAudit>false</NuGetAudit>
    <RestoreAdditionalProjectSources>$feed</RestoreAdditionalProjectSources>
    <RestorePackagesPath>$work/packages</RestorePackagesPath>
  </PropertyGroup>
  <ItemGroup>
    <PackageReference Include="Containerize" Version="${version#Containerize.}" PrivateAssets="all" />
  </ItemGroup>
</Project>
XML
echo 'System.Console.WriteLine("Hello");' >"$work/project/Program.cs"
printf '| Base | apt-get -s install | Containerize | |\n|---|---|---|---|\n'
for suite in "${suites[@]}"; do
  root="$bases/$suite"
  [ -e "$root/.made" ] || {
    rm -rf "$root"
    debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$work/$suite.log" 2>&1 || { tail -n 5 "$work/$suite.log"; exit 1; }
    # What keeps the machine's apt going in the dates of its mirror holds inside, too.
    cp /etc/apt/apt.conf.d/* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
    rm -f "$root"/etc/apt/apt.conf.d/docker-*
    chroot "$root" apt-get update -q >"$work/$suite.log" 2>&1 || { tail -n 5 "$work/$suite.log"; exit 1; }
    touch "$root/.made"
  }
  chroot "$root" apt-get install -s --no-install-recommends "${packages[@]}" | chosen >"$work/$suite.apt"
  image "$suite" "$root"
  compare "$suite"
done

# As Ubuntu's base says it: one .sources file, an address that is not this machine's, and the key by its path.
last="${suites[-1]}"
ubuntu="$last-like-ubuntu"
mkdir "$work/root"
tar --exclude=./var/lib/apt/lists/* --exclude=./var/cache/* -C "$bases/$last" -cf - . | tar -C "$work/root" -xf -
rm -f "$work/root/etc/apt/sources.list" "$work"/root/etc/apt/trusted.gpg.d/*
cat >"$work/root/etc/apt/sources.list.d/ubuntu.sources" <<SOURCES
Types: deb
URIs: http://archive.ubuntu.invalid/ubuntu/
Suites: $last
Components: main
Signed-By: /usr/share/keyrings/debian-archive-keyring.gpg
SOURCES
cp "$work/$last.apt" "$work/$ubuntu.apt"
image "$ubuntu" "$work/root"
sed -i "s|</ItemGroup>|<ContainerPackageMirror Include=\"http://archive.ubuntu.invalid/ubuntu\" Url=\"$mirror\" /></ItemGroup>|" "$work/project/Hello.csproj"
mkdir "$work/none"
compare "$ubuntu" unshare --mount bash -ec "mount --bind '$work/none' /etc/apt; exec \"\$@\"" bash
sed -i 's|<ContainerPackageMirror[^>]*>||' "$work/project/Hello.csproj"

# Of this machine's release, as a chiselled image is: no apt, no dpkg, and what is in it by status.d.
codename="$(sed -n 's/^VERSION_CODENAME=//p' /etc/os-release)"
chiselled="$codename-chiselled"
mkdir -p "$work/chiselled/var/lib/dpkg/status.d" "$work/chiselled/etc"
cp /etc/os-release "$work/chiselled/etc/os-release"
for package in gcc-12-base libc6 libcrypt1 libgcc-s1 libstdc++6 zlib1g; do
  apt-cache show --no-all-versions "$package" >"$work/chiselled/var/lib/dpkg/status.d/$package"
  sed 's/^\(Package: .*\)/\1\nStatus: install ok installed/' "$work/chiselled/var/lib/dpkg/status.d/$package"
  echo
done >"$work/status"
apt-get install -s --no-install-recommends -o Dir::State::status="$work/status" -o APT::Architectures=amd64 "${packages[@]}" | chosen >"$work/$chiselled.apt"
image "$chiselled" "$work/chiselled"
compare "$chiselled"
exit $failed
