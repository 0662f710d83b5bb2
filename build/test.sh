#!/usr/bin/env bash
# Checks the formatting and the pages, builds everything and runs all tests. Installs the tools that the tests drive on a Debian machine.
set -euo pipefail

usage() {
  cat <<'USAGE'
Usage: build/test.sh [--core | --only NAME] [--no-format] [--coverage] [-- FILTER...]

  --core       only the hermetic tests: those of Containerize.Core and of the tasks
  --only NAME  only the tests of the project tests/NAME
  --no-format  do not check the formatting and the pages
  --coverage   measure how much of the product all hermetic tests reach, and not only those of the tasks; takes half a minute
  FILTER       handed to the test programs, as: -- -class '*LayerTests' -method '*gzip*'

CONTAINERIZE_TESTS_KEEP=1 in the environment keeps the folder of the tests.
USAGE
}

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
projects=(tests/*.Tests)
projects=("${projects[@]#tests/}")
hermetic=(Containerize.Core.Tests Containerize.Task.Tests)
format=yes
only=no
covered=(Containerize.Task.Tests)
while [ $# -gt 0 ]; do
  case "$1" in
    --core) projects=("${hermetic[@]}") ;;
    --only) projects=("${2:?--only wants the name of a project}"); only=yes; shift ;;
    --no-format) format=no ;;
    --coverage) covered=("${hermetic[@]}") ;;
    --help) usage; exit 0 ;;
    --) shift; break ;;
    *) usage >&2; exit 2 ;;
  esac
  shift
done
if [ "$only" = yes ]; then covered=(); fi

# dockerd, runc and containerd lie in sbin, which is not on every user's path.
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
work="$(mktemp -d)"
trap 'rm -rf -- "$work"' EXIT
if [ -z "${HOME:-}" ]; then
  export HOME="$work/home"
  mkdir "$HOME"
fi

if ! command -v dotnet >/dev/null || [ "$(dotnet --version | cut -d. -f1)" -lt 10 ]; then
  echo "The .NET SDK 10.0.100 or later is needed: https://dotnet.microsoft.com/download" >&2
  exit 1
fi

# Command and Debian package of each tool that the tests of the package drive.
tools=(
  /usr/bin/docker=docker.io dockerd=docker.io runc=runc containerd=containerd ctr=containerd
  docker-registry=docker-registry skopeo=skopeo podman=podman buildah=buildah umoci=umoci
  nginx=nginx zstd=zstd dpkg-deb=dpkg tar=tar taskset=util-linux git=git g++=g++ busybox=busybox-static crun=crun qemu-aarch64-static=qemu-user-static newuidmap=uidmap script=bsdutils tmux=tmux slirp4netns=slirp4netns debootstrap=debootstrap npm=npm openssl=openssl chromium=chromium
)
missing=()
for tool in "${tools[@]}"; do
  command -v "${tool%%=*}" >/dev/null || missing+=("${tool#*=}")
done
if [ ${#missing[@]} -gt 0 ] && [ "${projects[*]}" != "${hermetic[*]}" ]; then
  read -ra missing <<<"$(printf '%s\n' "${missing[@]}" | sort -u | tr '\n' ' ')"
  root=()
  if [ "$(id -u)" != 0 ]; then root=(sudo); fi
  if ! command -v apt-get >/dev/null || { [ ${#root[@]} -gt 0 ] && ! command -v sudo >/dev/null; }; then
    echo "The tests drive real tools, and these are missing (by their names in Debian): ${missing[*]}." >&2
    echo "This script installs them on Debian as root or with sudo. Elsewhere install them by hand and run it again." >&2
    exit 1
  fi
  "${root[@]}" apt-get update
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends "${missing[@]}"
fi

dotnet restore Containerize.sln
if [ "$format" = yes ]; then
  dotnet tool restore
  dotnet csharpier check .
  build/docs.sh
fi
dotnet build Containerize.sln --no-restore --configuration Release -warnaserror

# The number behind a name in the only <assembly> of a test program's report.
count() { sed -n "s/.*<assembly [^>]*\b$2=\"\([0-9]*\)\".*/\1/p" "$1" | head -n 1; }

# Runs the program of a test project. What it prints goes through a file, which no daemon that outlives it can hold open.
run() {
  local project="$1" name="$2" code=0
  shift 2
  "tests/$project/bin/Release/net10.0/$project" -noLogo -noColor -failSkips -result-xml "$work/$name.xml" "$@" \
    </dev/null >"$work/$name.log" 2>&1 || code=$?
  cat -- "$work/$name.log"
  return "$code"
}

# What a test program printed of the tests that failed, each with at most 60 lines.
failures() {
  awk '/^    [^ ].*\[FAIL\]$/ { lines = 60 } /^    ?[^ ]/ && !/\[FAIL\]$/ { lines = 0 } lines > 0 { print; lines-- }' "$1"
}

# The methods of the tests that failed, each once.
methods() { sed -n 's/^    \([A-Za-z0-9_.+]*\).* \[FAIL\]$/\1/p' "$1" | sort -u; }

passed=0
failed=0
repeated=0
status=0
for project in "${projects[@]}"; do
  echo "== $project"
  report="$work/$project.xml"
  green=yes
  run "$project" "$project" "$@" || green=no
  if [ ! -s "$report" ]; then
    echo "$project ended without a report." | tee -a "$work/failures" >&2
    failed=$((failed + 1))
    continue
  fi
  # What a RUN can do on this machine, beside Docker and buildah, and how Dockerfiles compare: the only output of tests that pass.
  awk 'BEGIN { RS = "<test " }
    /(SandboxTableTests\.Nothing_is_allowed|CorpusTests\.The_table)/ && /<output>/ {
      sub(/.*<output>(<!\[CDATA\[)?/, ""); sub(/(]]>)?<\/output>.*/, ""); print
    }' "$report"
  # Each reader of foreign bytes, and how many changed inputs it got.
  grep -oE 'FUZZED [0-9]+ cases, [0-9]+ accepted: [A-Za-z_.]+' "$report" | awk '
    { cases[$6] += $2; accepted[$6] += $4; total += $2 }
    END {
      for (name in cases) print "fuzzed: " name ", " cases[name] " cases, " accepted[name] " accepted" | "sort"
      close("sort")
      if (total) print "fuzzed: " total " cases in all"
    }' || true
  wrong=$(($(count "$report" failed) + $(count "$report" errors)))
  passed=$((passed + $(count "$report" passed)))
  if [ "$green" = no ]; then
    printf '== %s\n%s\n' "$project" "$(failures "$work/$project.log")" >>"$work/failures"
    # Engines of others lose files on a loaded machine. What is ours fails each time (docs/decisions/0274).
    mapfile -t again < <(methods "$work/$project.log")
    if [[ " ${hermetic[*]} " != *" $project "* ]] && [ "${#again[@]}" -ge 1 ] && [ "${#again[@]}" -le 5 ] &&
      [ "$(count "$report" errors)" = 0 ]; then
      only=()
      for method in "${again[@]}"; do only+=(-method "$method"); done
      echo "== $project, once more: ${again[*]}" | tee -a "$work/failures"
      if run "$project" "$project.again" "${only[@]}" &&
        [ "$(count "$work/$project.again.xml" passed)" -ge "${#again[@]}" ]; then
        echo "They passed." >>"$work/failures"
        green=yes
        repeated=$((repeated + wrong))
        passed=$((passed + wrong))
        wrong=0
      else
        failures "$work/$project.again.log" >>"$work/failures"
      fi
    fi
  fi
  failed=$((failed + wrong))
  [ "$green" = yes ] || status=1
done

# Prints how much of the product hermetic tests reach: a copy of their programs runs once more, instrumented
# (docs/decisions/0260-coverage-on-a-copy.md).
cover() {
  local project merge=
  dotnet restore build/Coverage --verbosity quiet || return 1
  for project in "${covered[@]}"; do
    echo "== coverage by $project${merge:+ and the tests before}"
    dotnet msbuild build/Coverage -nologo -verbosity:minimal -target:Measure "-property:Test=$project" \
      "-property:MergeWith=$merge" || return 1
    merge="$PWD/artifacts/coverage/$project/coverage.json"
  done
}
if [ "${#covered[@]}" -gt 0 ] && [ "$#" = 0 ] && ! cover; then
  echo "The coverage was not measured." | tee -a "$work/failures" >&2
  status=1
fi
if [ "$passed" = 0 ]; then
  echo "No test ran." >&2
  status=1
fi
# Last, where the end of a long log shows it.
if [ -s "$work/failures" ]; then cat "$work/failures"; fi
echo "$passed passed, $repeated of them only the second time, $failed failed"
[ "$failed" = 0 ] || status=1
exit "$status"
