# shellcheck shell=bash
# What the scripts share that measure the command against a registry: options, a folder, the command as users install it, the registry.
# Sourced, after the script has defined "usage", the options that are numbers as "numbers" and the programs that it needs as "needed", with
# the script's arguments. Leaves:
#   ${numbers[NAME]}  the options' values
#   $work             a folder of the run, removed at its end, after the function "end" where the script has one
#   $ours             the command: what --tool names, else packed from this repository and installed, native for this machine
#   $port             where docker-registry answers on this machine; $work/registry.log has its requests, $work/registry its content
#   blob DIGEST       the file of a blob in the registry
set -euo pipefail
export LC_ALL=C
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1

ours=
while [ $# -gt 0 ]; do
  case "$1" in
    --tool) ours="${2:?--tool wants a path}"; shift ;;
    --help) usage; exit 0 ;;
    *) [ -n "${numbers[${1#--}]:-}" ] && [[ "${2:-}" =~ ^[1-9][0-9]*$ ]] || { usage >&2; exit 2; }; numbers[${1#--}]="$2"; shift ;;
  esac
  shift
done

for tool in docker-registry curl /bin/busybox "${needed[@]}"; do
  command -v "$tool" >/dev/null || { echo "$tool is missing." >&2; exit 1; }
done
work=$(mktemp -d)
registry=
leave() {
  if declare -F end >/dev/null; then end; fi
  [ -z "$registry" ] || kill "$registry" 2>/dev/null || true
  rm -rf -- "$work"
}
trap leave EXIT

if [ -z "$ours" ]; then
  rid=$(dotnet --info | sed -n 's/^ *RID: *//p')
  dotnet pack "$(dirname "${BASH_SOURCE[0]}")/../src/Containerize.Tool" --configuration Release --output "$work/feed" -nologo -verbosity:quiet \
    "-p:ContainerizeToolRuntimes=$rid" "-p:ContainerizeToolNative=$rid" >"$work/pack.log" 2>&1 || { cat "$work/pack.log" >&2; exit 1; }
  version=$(basename "$work"/feed/Containerize.Tool.any.*.nupkg .nupkg)
  dotnet tool install Containerize.Tool --tool-path "$work/tools" --add-source "$work/feed" --version "${version#Containerize.Tool.any.}" >/dev/null
  ours=$work/tools/containerize
fi

port=$((20000 + RANDOM % 20000))
printf 'version: 0.1\nlog: {level: info, formatter: json, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "127.0.0.1:%s"}\n' "$work/registry" "$port" >"$work/registry.yml"
docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
registry=$!
for _ in $(seq 300); do
  if curl --silent --output /dev/null "http://127.0.0.1:$port/v2/"; then break; fi
  sleep 0.1
done

blob() { echo "$work/registry/docker/registry/v2/blobs/sha256/${1:0:2}/$1/data"; }
