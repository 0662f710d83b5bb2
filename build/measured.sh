# shellcheck shell=bash
# What the scripts share that measure against a registry: options, a folder, and the registry.
# Sourced, after the script has defined "usage", the options that are numbers as "numbers", those that are texts as "texts" if there are any, and
# the programs that it needs as "needed", with the script's arguments. Leaves:
#   ${numbers[NAME]}, ${texts[NAME]}  the options' values
#   $work             a folder of the run, removed at its end, after the function "end" where the script has one
#   $port             where docker-registry answers on this machine; $work/registry.log has its requests, $work/registry its content
#   blob DIGEST       the file of a blob in the registry
#   median            the median of the numbers on its standard input
set -euo pipefail
export LC_ALL=C
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1

declare -p texts >/dev/null 2>&1 || declare -A texts=()
while [ $# -gt 0 ]; do
  option="${1#--}"
  if [ "$1" = --help ]; then
    usage
    exit 0
  elif [ -n "${texts[$option]+declared}" ]; then
    texts[$option]="${2:?$1 wants a value}"
  elif [ -n "${numbers[$option]:-}" ] && [[ "${2:-}" =~ ^[1-9][0-9]*$ ]]; then
    numbers[$option]="$2"
  else
    usage >&2
    exit 2
  fi
  shift 2
done

for tool in docker-registry curl "${needed[@]}"; do
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

port=$((20000 + RANDOM % 20000))
printf 'version: 0.1\nlog: {level: info, formatter: json, accesslog: {disabled: true}}\nstorage: {filesystem: {rootdirectory: %s}}\nhttp: {addr: "127.0.0.1:%s"}\n' "$work/registry" "$port" >"$work/registry.yml"
docker-registry serve "$work/registry.yml" >"$work/registry.log" 2>&1 &
registry=$!
for _ in $(seq 300); do
  if curl --silent --output /dev/null "http://127.0.0.1:$port/v2/"; then break; fi
  sleep 0.1
done

blob() { echo "$work/registry/docker/registry/v2/blobs/sha256/${1:0:2}/$1/data"; }

median() { sort -n | awk '{ value[NR] = $1 } END { print (value[int((NR + 1) / 2)] + value[int(NR / 2) + 1]) / 2 }'; }
