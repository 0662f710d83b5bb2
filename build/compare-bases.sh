#!/usr/bin/env bash
# Compares what is chosen for a base image of another Debian with what apt would install inside of it. Makes the bases with debootstrap, as root; takes a few
# minutes and a gigabyte for each. Not part of the tests.
#
#   build/compare-bases.sh [SUITE...]        bullseye and trixie by default
set -euo pipefail
cd "$(dirname "$0")/.."
packages=(curl git libfontconfig1 openssl python3-minimal postgresql-client imagemagick ffmpeg nginx-light locales)
suites=("$@")
[ ${#suites[@]} -gt 0 ] || suites=(bullseye trixie)
# The machine's own mirror, from its apt's sources.
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | head -n 1)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0
for suite in "${suites[@]}"; do
  root="$work/$suite"
  debootstrap --variant=minbase "$suite" "$root" "$mirror" >"$work/$suite.log" 2>&1 || { tail -n 5 "$work/$suite.log"; exit 1; }
  # What keeps the machine's apt going in the dates of its mirror holds inside, too.
  cp /etc/apt/apt.conf.d/* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
  rm -f "$root"/etc/apt/apt.conf.d/docker-*
  chroot "$root" apt-get update -q >"$work/$suite.log" 2>&1 || { tail -n 5 "$work/$suite.log"; exit 1; }
  chroot "$root" apt-get install -s --no-install-recommends "${packages[@]}" \
    | sed -n 's/^Inst \([^ ]*\) \(\[[^]]*\] \)\{0,1\}(\([^ ]*\) .*/\1 \3/p' | sort >"$work/$suite.apt"
  mkdir "$work/$suite.context"
  tar --numeric-owner --exclude=./proc/* --exclude=./sys/* --exclude=./dev/* --exclude=./var/lib/apt/lists/* --exclude=./var/cache/* \
    -C "$root" -cf "$work/$suite.context/root.tar" .
  printf 'FROM scratch\nADD root.tar /\n' >"$work/$suite.context/Dockerfile"
  dotnet run --project src/Containerize.Tool -c Release -- build "$work/$suite.context" -t "base:$suite" --output "oci:$work/$suite.base" >"$work/$suite.log" 2>&1 \
    || { tail -n 5 "$work/$suite.log"; exit 1; }
  dotnet publish samples/HelloConsole -p:Containerize=true -p:ContainerBaseImage="oci:$work/$suite.base" -p:ContainerOciLayoutPath="$work/$suite.image" \
    -p:ContainerPackages="$(IFS=';'; echo "${packages[*]}" | sed 's/;/%3B/g')" -p:ContainerPackageClosure=full -p:ContainerMetadataPath="$work/$suite.json" \
    >"$work/$suite.log" 2>&1 || { grep -E 'error' "$work/$suite.log" | head -n 5; exit 1; }
  jq -r '.packages[] | "\(.name) \(.version)"' "$work/$suite.json" | sort >"$work/$suite.ours"
  if diff "$work/$suite.apt" "$work/$suite.ours"; then
    echo "$suite: $(wc -l <"$work/$suite.ours") packages, the same as apt-get in the base chooses"
  else
    echo "$suite: differs from apt-get (< apt, > ours)"
    failed=1
  fi
done
exit $failed
