#!/usr/bin/env bash
# Measures the page of an image of 1 GB and 10,000 files: time and memory of making it, its size, and how long Chromium opens it.
set -euo pipefail
export LC_ALL=C DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
for tool in chromium python3 /usr/bin/time; do
  command -v "$tool" >/dev/null || { echo "$tool is missing." >&2; exit 1; }
done
work=$(mktemp -d)
trap 'rm -rf -- "$work"' EXIT

dotnet build "$repository/src/Containerize.Tool" --configuration Release -nologo -verbosity:quiet -clp:NoSummary >&2
tool="$repository/src/Containerize.Tool/bin/Release/net10.0/Containerize.Tool.dll"
export XDG_CACHE_HOME="$work/cache" HOME="$work"

# 10,000 files of 104,857 bytes in 100 folders: half of each is noise, half is text that compresses.
python3 - "$work/context" <<'PYTHON'
import os, random, sys
for i in range(10_000):
    folder = f"{sys.argv[1]}/files/package-{i % 100}"
    os.makedirs(folder, exist_ok=True)
    with open(f"{folder}/file-{i}", "wb") as file:
        file.write(random.Random(i).randbytes(52_428) + b"x" * 52_429)
PYTHON
printf 'FROM scratch\nCOPY files /usr/share\n' >"$work/context/Dockerfile"
dotnet "$tool" build "$work/context" -t bench/large --output "oci:$work/image" >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
rm -rf -- "$work/context"

measure() { # NAME COMMAND...
  /usr/bin/time -f '%e %U %M' -o "$work/time" "${@:2}" >/dev/null 2>"$work/log" || { cat "$work/log" >&2; exit 1; }
  awk -v name="$1" '{ printf "| %s | %.2f | %.2f | %.0f |\n", name, $1, $2, $3 / 1024 }' "$work/time"
}
echo "| what | seconds | processor | peak MiB |"
echo "|---|--:|--:|--:|"
measure "containerize report -o" dotnet "$tool" report "oci:$work/image" -o "$work/page.html"
measure "containerize report --json" dotnet "$tool" report "oci:$work/image" --json
measure "containerize explain" dotnet "$tool" explain "oci:$work/image"
measure "containerize inspect, which reads no layer" dotnet "$tool" inspect "oci:$work/image"
open() { chromium --headless=new --no-sandbox --disable-gpu --disable-dev-shm-usage --dump-dom "$1"; }
export -f open
measure "Chromium opens an empty page" bash -c 'open about:blank'
measure "Chromium opens the page" bash -c "open file://$work/page.html"
printf '\nThe image has %s bytes of layers, the page %s bytes.\n' \
  "$(du -sb "$work/image/blobs" | cut -f 1)" "$(stat -c %s "$work/page.html")"
