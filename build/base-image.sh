#!/usr/bin/env bash
# base-image.sh NAME OUTDIR
#
# Makes a base image as an OCI layout in OUTDIR, for machines that do not reach the registry with Microsoft's images.
#   runtime-deps   what a self-contained .NET app needs, out of this machine's Debian or Ubuntu packages
#   aspnet         the same, and above it this machine's own shared .NET runtime
# It runs nothing of the packages, needs no root, and leaves the machine's package state alone. The same package
# versions and the same runtime give the same digest. A layout is complete or it is not there.
set -euo pipefail
export LC_ALL=C TZ=UTC
umask 022

fail() { printf 'base-image.sh: %s\n' "$*" >&2; exit 1; }

[ $# -eq 2 ] || fail "usage: base-image.sh runtime-deps|aspnet OUTDIR"
name=$1
out=$2
case $name in runtime-deps|aspnet) ;; *) fail "'$name' is no base that this script makes: use runtime-deps or aspnet" ;; esac
[ ! -e "$out" ] || fail "$out exists already: remove it to make the image again"
for tool in apt-get apt-cache dpkg dpkg-deb tar gzip sha256sum; do
  command -v "$tool" >/dev/null || fail "$tool is missing: a Debian or Ubuntu machine has it"
done

architecture=$(dpkg --print-architecture)
variant=
case $architecture in
  amd64) ;;
  arm64) variant=',"variant":"v8"' ;;
  *) fail "this machine is $architecture: only amd64 and arm64 are known" ;;
esac

out=$(realpath -m "$out")
mkdir -p "$(dirname "$out")"
work=$(mktemp -d "$(dirname "$out")/.base-image.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/debs" "$work/layout/blobs/sha256"

# --- packages -------------------------------------------------------------------------------------------------------

# As root apt would hand the download to a user that cannot write here.
apt_options=(-o APT::Sandbox::User=root)
if ! apt-cache show libc6 2>/dev/null | grep -q '^Filename:'; then
  # This machine has no package lists: fetch them, but not into its own state.
  mkdir -p "$work/apt/lists/partial" "$work/apt/cache/archives/partial"
  apt_options+=(-o "Dir::State::lists=$work/apt/lists" -o "Dir::Cache=$work/apt/cache")
  # A third-party source that does not answer is no reason to stop; a missing package is, below.
  apt-get "${apt_options[@]}" -qq update >&2 || true
fi

# The package whose name changes with the library's version, read off the dependencies of its -dev package.
soname() {
  apt-cache "${apt_options[@]}" depends "$1" | sed -nE "s/^ *Depends: ($2)(:[a-z0-9]+)?\$/\1/p" | sort -V | tail -n 1
}
icu=$(soname libicu-dev 'libicu[0-9]+[a-z0-9]*')
ssl=$(soname libssl-dev 'libssl[0-9]+[a-z0-9.]*')
[ -n "$icu" ] && [ -n "$ssl" ] || fail "apt knows neither which libicu nor which libssl belongs to this release: run 'apt-get update'"

packages=(base-files ca-certificates libc6 libgcc-s1 "$icu" "$ssl" libstdc++6 tzdata zlib1g)
(cd "$work/debs" && apt-get "${apt_options[@]}" -q download "${packages[@]}") >"$work/apt.log" 2>&1 \
  || { cat "$work/apt.log" >&2; fail "apt-get download ${packages[*]} failed, see above"; }

# --- the tree of the bottom layer -----------------------------------------------------------------------------------

root=$work/root
mkdir -p "$root"
for deb in "$work"/debs/*.deb; do
  dpkg-deb -x "$deb" "$root"
done

# Packages of releases before the end of the /usr merge ship files below /lib; the distribution's own images have links.
for directory in bin sbin lib lib32 lib64 libx32; do
  if [ -d "$root/$directory" ] && [ ! -L "$root/$directory" ]; then
    mkdir -p "$root/usr/$directory"
    cp -a "$root/$directory/." "$root/usr/$directory/"
    rm -rf "${root:?}/$directory"
    ln -s "usr/$directory" "$root/$directory"
  fi
done

# What the packages' maintainer scripts would have made.
mkdir -p "$root/etc/ssl/certs" "$root/usr/lib/ssl" "$root/var/lib/dpkg" "$root/var/tmp" "$root/tmp" "$root/run/lock"
find "$root/usr/share/ca-certificates" -name '*.crt' | sort | xargs cat >"$root/etc/ssl/certs/ca-certificates.crt"
ln -sfn /etc/ssl/certs "$root/usr/lib/ssl/certs"
ln -sfn /etc/ssl/certs/ca-certificates.crt "$root/usr/lib/ssl/cert.pem"
rm -rf "$root/var/run" "$root/var/lock"
ln -sfn /run "$root/var/run"
ln -sfn /run/lock "$root/var/lock"
chmod 1777 "$root/tmp" "$root/var/tmp"
printf 'root:x:0:0:root:/root:/usr/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\napp:x:1654:1654::/home/app:/usr/sbin/nologin\n' >"$root/etc/passwd"
printf 'root:x:0:\ntty:x:5:\nstaff:x:50:\nnogroup:x:65534:\napp:x:1654:\n' >"$root/etc/group"
printf 'passwd: files\ngroup: files\nshadow: files\nhosts: files dns\nnetworks: files\nprotocols: files\nservices: files\n' >"$root/etc/nsswitch.conf"

# Scanners read the packages off this file.
for deb in "$work"/debs/*.deb; do
  dpkg-deb -f "$deb" | sed 's/^Package: .*/&\nStatus: install ok installed/'
  printf '\n'
done >"$root/var/lib/dpkg/status"

# Documentation is not needed at run time; licences stay.
rm -rf "$root/usr/share/man" "$root/usr/share/lintian" "$root/usr/share/bug"
find "$root/usr/share/doc" \( -type f -o -type l \) ! -name copyright -delete
find "$root/usr/share/doc" -type d -empty -delete

# --- layers ---------------------------------------------------------------------------------------------------------

layers=      # descriptors of the manifest
diff_ids=    # digests of the layers' tars
history=

# pinned_tar FILE OWNER DIRECTORY tar's further arguments...
# No name, time or order of this machine: owners are numbers, the time is the epoch.
pinned_tar() {
  local file=$1 owner=$2 directory=$3
  shift 3
  tar --create --file "$file" --directory "$directory" --format=gnu --sort=name --numeric-owner \
    --owner="$owner" --group="$owner" --mtime=@0 "$@"
}

digest() { sha256sum "$1" | cut -d ' ' -f 1; }

# put FILE: moves a file to its place among the blobs and prints its descriptor's digest and size.
put() {
  local hex size
  hex=$(digest "$1")
  size=$(stat -c %s "$1")
  mv "$1" "$work/layout/blobs/sha256/$hex"
  printf '"digest":"sha256:%s","size":%s' "$hex" "$size"
}

# add_layer TAR TITLE
add_layer() {
  local comma=${layers:+,}
  diff_ids+="$comma\"sha256:$(digest "$1")\""
  gzip -n -6 "$1"
  layers+="$comma{\"mediaType\":\"application/vnd.oci.image.layer.v1.tar+gzip\",$(put "$1.gz")}"
  history+="$comma{\"created\":\"1970-01-01T00:00:00Z\",\"created_by\":\"build/base-image.sh: $2\"}"
}

mkdir -p "$work/home/home/app"
pinned_tar "$work/packages.tar" 0 "$root" .
pinned_tar "$work/home.tar" 1654 "$work/home" home/app
tar --concatenate --file "$work/packages.tar" "$work/home.tar"
add_layer "$work/packages.tar" "${packages[*]}"

environment='"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin","APP_UID=1654","ASPNETCORE_HTTP_PORTS=8080","DOTNET_RUNNING_IN_CONTAINER=true"'

if [ "$name" = aspnet ]; then
  command -v dotnet >/dev/null || fail "dotnet is missing: 'aspnet' is made of this machine's own .NET runtime"
  runtimes=$(dotnet --list-runtimes)
  # sort -V puts 10.0.0~rc.1, unlike 10.0.0-rc.1, before 10.0.0.
  version=$(sed -nE 's/^Microsoft\.AspNetCore\.App ([^ ]+) .*/\1/p' <<<"$runtimes" | sed 's/-/~/' | sort -V | tail -n 1 | sed 's/~/-/')
  [ -n "$version" ] || fail "no Microsoft.AspNetCore.App among 'dotnet --list-runtimes'"
  shared=$(sed -nE "s/^Microsoft\.AspNetCore\.App ${version//./\\.} \[(.*)\/Microsoft\.AspNetCore\.App\]\$/\1/p" <<<"$runtimes" | head -n 1)
  core=$(sed -nE 's/.*"version": *"([^"]+)".*/\1/p' \
    "$shared/Microsoft.AspNetCore.App/$version/Microsoft.AspNetCore.App.runtimeconfig.json" | head -n 1)
  [ -d "$shared/Microsoft.NETCore.App/$core" ] || fail "Microsoft.AspNetCore.App $version wants Microsoft.NETCore.App $core, which is not in $shared"
  dotnet_root=$(dirname "$shared")
  fxr=$(ls "$dotnet_root/host/fxr" | sed 's/-/~/' | sort -V | tail -n 1 | sed 's/~/-/')

  runtime=$work/runtime/usr/share/dotnet
  mkdir -p "$runtime/host/fxr" "$runtime/shared/Microsoft.NETCore.App" "$runtime/shared/Microsoft.AspNetCore.App" "$work/runtime/usr/bin"
  cp "$dotnet_root/dotnet" "$dotnet_root"/LICENSE.txt "$dotnet_root"/ThirdPartyNotices.txt "$runtime/"
  cp -r "$dotnet_root/host/fxr/$fxr" "$runtime/host/fxr/"
  cp -r "$shared/Microsoft.NETCore.App/$core" "$runtime/shared/Microsoft.NETCore.App/"
  cp -r "$shared/Microsoft.AspNetCore.App/$version" "$runtime/shared/Microsoft.AspNetCore.App/"
  ln -s ../share/dotnet/dotnet "$work/runtime/usr/bin/dotnet"
  # The modes of an installation follow the umask of whoever unpacked it.
  find "$work/runtime" -type d -exec chmod 0755 {} +
  find "$work/runtime" -type f -exec chmod 0644 {} +
  find "$work/runtime" -type f \( -name '*.so' -o -name dotnet -o -name createdump \) -exec chmod 0755 {} +

  pinned_tar "$work/runtime.tar" 0 "$work/runtime" usr/bin/dotnet usr/share/dotnet
  add_layer "$work/runtime.tar" "Microsoft.NETCore.App $core, Microsoft.AspNetCore.App $version"
  environment+=",\"DOTNET_VERSION=$core\",\"ASPNET_VERSION=$version\""
fi

# --- config, manifest, layout ---------------------------------------------------------------------------------------

printf '{"created":"1970-01-01T00:00:00Z","architecture":"%s"%s,"os":"linux","config":{"Env":[%s]},"rootfs":{"type":"layers","diff_ids":[%s]},"history":[%s]}' \
  "$architecture" "$variant" "$environment" "$diff_ids" "$history" >"$work/config"
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{"mediaType":"application/vnd.oci.image.config.v1+json",%s},"layers":[%s]}' \
  "$(put "$work/config")" "$layers" >"$work/manifest"
printf '{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{"mediaType":"application/vnd.oci.image.manifest.v1+json",%s,"platform":{"architecture":"%s","os":"linux"%s},"annotations":{"org.opencontainers.image.ref.name":"latest"}}]}' \
  "$(put "$work/manifest")" "$architecture" "$variant" >"$work/layout/index.json"
printf '{"imageLayoutVersion":"1.0.0"}' >"$work/layout/oci-layout"

# Another run may have been quicker; its layout is as good as ours.
mv -T "$work/layout" "$out" 2>/dev/null || [ -e "$out/index.json" ] || fail "cannot write $out"
