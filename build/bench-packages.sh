#!/usr/bin/env bash
# bench-packages.sh [ROUNDS]
#
# Measures what operating-system packages add to a publish of samples/HelloWeb, self-contained, in ROUNDS rounds (3 by default):
#   plain    dotnet publish, without an image
#   scratch  with an image on no base
#   cold     on a base of packages, with an empty cache: indexes and packages are fetched, verified, unpacked
#   warm     again, with the cache: only the releases and indexes are looked at
#   locked   again, with a lock file: nothing is looked at
# and prints medians, and the bytes fetched and made. Needs apt sources and time of Debian's packages.
set -euo pipefail
export LC_ALL=C
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1

fail() { printf 'bench-packages.sh: %s\n' "$*" >&2; exit 1; }

rounds=${1:-3}
[[ $rounds =~ ^[1-9][0-9]*$ ]] || fail "usage: bench-packages.sh [ROUNDS]"
[ -x /usr/bin/time ] || fail "missing (by its name in Debian): time"

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

echo "Building Containerize ..." >&2
dotnet build "$repository/src/Containerize/Containerize.csproj" -c Release -nologo -v quiet >"$work/log" || { cat "$work/log" >&2; fail "Containerize does not build"; }
mkdir -p "$work/package/tasks/net10.0"
cp -r "$repository/src/Containerize/build" "$work/package/"
cp -r "$repository/src/Containerize/bin/Release/net10.0/." "$work/package/tasks/net10.0/"
(cd "$repository/samples" && tar --exclude=bin --exclude=obj -cf - HelloWeb HelloWeb.Greetings) | tar -xf - -C "$work"

cache=$work/cache
lock=$work/container.lock.json

# publish WAY RESULT [OPTION...]: one publish; RESULT gets its seconds, and the kilobytes of its largest process.
publish() {
  local way=$1 result=$2
  shift 2
  local arguments=(-p:NuGetAudit=false -p:UseSharedCompilation=false -p:RuntimeIdentifier=linux-x64 -p:SelfContained=true "$@")
  [ "$way" = plain ] || arguments+=(-p:Containerize=true "-p:CustomAfterMicrosoftCommonTargets=$work/package/build/Containerize.targets"
    "-p:ContainerCacheDirectory=$cache" "-p:ContainerArchiveOutputPath=$work/image.tar" "-p:ContainerMetadataPath=$work/image.json")
  /usr/bin/time -f '%e %M' -o "$result" dotnet publish "$work/HelloWeb" "${arguments[@]}" -nologo -v quiet >"$work/log" 2>&1 \
    || { cat "$work/log" >&2; fail "$way failed"; }
}

# Compiling and restoring end before the first measurement; each run writes its tarball again.
publish plain "$work/result"
for round in $(seq "$rounds"); do
  for way in plain scratch cold warm locked; do
    rm -f "$work/image.tar"
    case $way in
      plain) publish "$way" "$work/result" ;;
      scratch) publish "$way" "$work/result" -p:ContainerBaseImage=scratch ;;
      cold) rm -rf "$cache"; publish "$way" "$work/result" -p:ContainerBaseImage=packages ;;
      warm) publish "$way" "$work/result" -p:ContainerBaseImage=packages ;;
      locked)
        [ -e "$lock" ] || publish "$way" "$work/result" -p:ContainerBaseImage=packages "-p:ContainerLockFile=$lock" -p:ContainerUpdateLock=true
        rm -f "$work/image.tar"
        publish "$way" "$work/result" -p:ContainerBaseImage=packages "-p:ContainerLockFile=$lock" ;;
    esac
    [ "$way" = plain ] || [ -s "$work/image.tar" ] || fail "$way left no tarball"
    echo "$way $(tail -n 1 "$work/result")" | tee -a "$work/times" >&2
  done
done

printf '\n%s, %s cores, %s; .NET SDK %s; Containerize %s; %s rounds, medians; load at the end %s\n\n' \
  "$(sed -nE 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" "$(sed -nE 's/^PRETTY_NAME="(.*)"/\1/p' /etc/os-release)" \
  "$(dotnet --version)" "$(git -C "$repository" rev-parse --short HEAD)" "$rounds" "$(cut -d ' ' -f 1-3 /proc/loadavg)"
awk '
  { n[$1]++; seconds[$1, n[$1]] = $2; memory[$1, n[$1]] = $3 / 1024 }
  function median(values, key,   i, j, m, t, list) {
    m = n[key]
    for (i = 1; i <= m; i++) list[i] = values[key, i]
    for (i = 2; i <= m; i++) for (j = i; j > 1 && list[j - 1] > list[j]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
    return m % 2 ? list[(m + 1) / 2] : (list[m / 2] + list[m / 2 + 1]) / 2
  }
  END {
    print "| HelloWeb | seconds | on top of plain | MiB of memory |\n|---|--:|--:|--:|"
    count = split("plain scratch cold warm locked", ways, " ")
    for (i = 1; i <= count; i++) printf "| %s | %.1f | %.1f | %.0f |\n", ways[i], median(seconds, ways[i]), median(seconds, ways[i]) - median(seconds, "plain"), median(memory, ways[i])
  }' "$work/times"

# What is in the cache was fetched once, but for the indexes that are kept decompressed beside the files that came.
bytes() { awk '{ sum += $1 } END { printf "%.1f MB in %d files", sum / 1000000, NR }'; }
kept() { # BYTES THAT SUCH A FILE BEGINS WITH, in hexadecimal
  find "$cache/packages/sha256" -type f | while read -r file; do
    [ "$(head -c "$(( ${#1} / 2 ))" "$file" | od -An -tx1 | tr -d ' \n')" != "$1" ] || stat -c %s "$file"
  done
}
printf '\nFetched: releases %s, indexes %s, packages %s.\n' "$(find "$cache/packages/releases" -type f -printf '%s\n' | bytes)" "$(kept fd377a585a00 | bytes)" "$(kept 213c617263683e0a | bytes)"
printf 'Made: the layer of packages has %.1f MB.\n' "$(tr -d ' \n' <"$work/image.json" | sed -nE 's/.*"name":"packages",[^}]*"size":([0-9]+).*/\1/p' | awk '{ print $1 / 1000000 }')"
