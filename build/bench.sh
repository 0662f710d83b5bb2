#!/usr/bin/env bash
# Measures ways to publish, side by side on this machine.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: build/bench.sh [--rounds N] [--only WORK]... [--into SINK] [--other NAME]... [--no-others] [--record FILE]

  --rounds N   how often each work is published in each way, "2 GB" and "20 services" once at most; medians count (5)
  --only WORK  "framework-dependent" or "self-contained" (samples/HelloWeb), "300 files", "10,000 files", "2 GB", "20 services"; all by default
  --into SINK  "tarball" or "push", into a registry; both by default
  --other NAME of the other build/bench-NAME.sh only this one, such as "early" and "dockerfile"; all run by default, with their own defaults
  --no-others  none of them
  --record FILE  writes the measurements as a page, too, with what the others that ran printed: docs/performance.md, whose numbers README.md names

The ways, which take turns:
  plain    dotnet publish, without an image
  sdk      dotnet publish -t:PublishContainer, the .NET SDK's own
  buildah  a plain publish, and buildah bud of the equivalent Dockerfile with its cache; "self-contained" into a registry alone
  ours     dotnet publish -p:Containerize=true
each into a tarball and into a registry on this machine, with the same base out of that registry, and each
  first          after a clean, all caches empty, into a repository that the registry has not seen
  unchanged      again, with nothing changed
  one line       again, after a line of code was added
  fresh machine  again, after another line and with empty caches: the registry has the previous image
Prints what the product promises with what was measured of it, then all medians, and the bytes that went over the wire. No
process outlives a run. Times mean something only on a machine that does nothing else.
USAGE
}

rounds=5
others=yes
other=()
record=
into=
only=()
command="build/bench.sh$(printf ' %q' "$@")"
while [ $# -gt 0 ]; do
  case "$1" in
    --rounds) rounds="$2"; shift ;;
    --only) only+=("$2"); shift ;;
    --no-others) others=no ;;
    --other) other+=("$2"); shift ;;
    --into) into="$2"; shift ;;
    --record) record="$(realpath -- "$2")"; shift ;;
    --help) usage; exit 0 ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
export LC_ALL=C PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1
missing=()
for tool in dotnet git docker-registry skopeo buildah unzip /usr/bin/time; do
  command -v "$tool" >/dev/null || missing+=("$(basename "$tool")")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "bench.sh: missing (by their names in Debian): ${missing[*]}" >&2
  exit 1
fi
work="$(mktemp -d)"
trap 'rm -rf -- "$work"' EXIT

for base in aspnet runtime-deps; do
  [ -e "artifacts/base/$base/index.json" ] || dotnet run --project build/BaseImage -c Release -- "$base" "artifacts/base/$base"
done
echo "Packing Containerize ..." >&2
dotnet pack src/Containerize -c Release -o "$work/feed" -nologo -v quiet
unzip -q "$work"/feed/*.nupkg -d "$work/package"
dotnet build build/Bench -c Release -nologo -v quiet -clp:NoSummary
dotnet build/Bench/bin/Release/net10.0/Bench.dll "$work/package/build/Containerize.targets" "$PWD/samples" "$PWD/artifacts/base" "$rounds" "$into" "${only[@]}" >"$work/report"

{
  printf '%s, %s cores, %s GiB; %s, kernel %s\n' "$(sed -nE 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" \
    "$(awk '/^MemTotal/ {printf "%.1f", $2 / 1048576}' /proc/meminfo)" "$(sed -nE 's/^PRETTY_NAME="(.*)"/\1/p' /etc/os-release)" "$(uname -r)"
  printf '.NET SDK %s; docker-registry %s; %s; Containerize %s; %s rounds, medians; load at the end %s\n\n' "$(dotnet --version)" \
    "$(docker-registry --version | awk '{print $3}')" "$(buildah --version | cut -d ' ' -f 1-3)" "$(git rev-parse --short HEAD)" "$rounds" \
    "$(cut -d ' ' -f 1-3 /proc/loadavg)"
  cat "$work/report"
} >"$work/text"
printf '\n'
cat "$work/text"

# The page, with what is measured so far.
write_page() {
  [ -n "$record" ] || return 0
  # A run without the rows of the README has measured other things than it names.
  local measured
  measured="Measured on $(date -u +%F) by \`$command\`."
  {
    printf '# What a publish costs\n\n%s\n\nThat command replaces this page and the rows of README.md. ' "$measured"
    printf 'What the words mean says `build/bench.sh --help`. Times are those of one machine.\n\n'
    cat "$work/text" "$work/others"
  } >"$record"
  # The README has the same lines: each is known by its beginning.
  ! grep -q '^The rows of the README:' "$record" || awk -v measured="$measured" '
    FNR == NR {
      if (/^The rows of the README:/) at = 1
      else if (/^## /) at = 0
      else if (at && split($0, cell, "|") > 2 && cell[2] != " " && cell[2] !~ /^-/) { row[cell[2]] = $0; rows = rows $0 "\n" }
      next
    }
    /^Measured on / { $0 = measured }
    split($0, cell, "|") > 2 && cell[2] in row { if (!done) printf "%s", rows; done = 1; next }
    { print }
  ' "$record" README.md >"$work/readme"
  [ ! -s "$work/readme" ] || cp -- "$work/readme" README.md
}

: >"$work/others"
write_page
# What the others print goes into the page as it is: tables, or lines that stand below each other.
if [ "$others" = yes ]; then
  [ ${#other[@]} -gt 0 ] || for script in build/bench-*.sh; do script=${script#build/bench-}; other+=("${script%.sh}"); done
  for name in "${other[@]}"; do
    printf '\n== build/bench-%s.sh\n\n' "$name"
    "build/bench-$name.sh" | tee "$work/other" || true
    if [ ! -s "$work/other" ]; then continue; fi
    fence=; grep -q '^|---' "$work/other" || fence='```'
    printf '\n## build/bench-%s.sh\n\n%s\n' "$name" "${fence:+${fence}text}" >>"$work/others"
    cat "$work/other" >>"$work/others"
    [ -z "$fence" ] || echo "$fence" >>"$work/others"
    write_page
  done
fi
