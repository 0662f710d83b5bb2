# shellcheck shell=bash
# What the scripts share that measure the command against a registry: what measured.sh leaves, with the option --tool, and
#   $ours  the command: what --tool names, else packed from this repository and installed, native for this machine
declare -A texts=([tool]=)
needed+=(/bin/busybox)
. "$(dirname "${BASH_SOURCE[0]}")/measured.sh"

ours=${texts[tool]}
if [ -z "$ours" ]; then
  rid=$(dotnet --info | sed -n 's/^ *RID: *//p')
  dotnet pack "$(dirname "${BASH_SOURCE[0]}")/../src/Containerize.Tool" --configuration Release --output "$work/feed" -nologo -verbosity:quiet \
    "-p:ContainerizeToolRuntimes=$rid" "-p:ContainerizeToolNative=$rid" >"$work/pack.log" 2>&1 || { cat "$work/pack.log" >&2; exit 1; }
  version=$(basename "$work"/feed/Containerize.Tool.any.*.nupkg .nupkg)
  dotnet tool install Containerize.Tool --tool-path "$work/tools" --add-source "$work/feed" --version "${version#Containerize.Tool.any.}" >/dev/null
  ours=$work/tools/containerize
fi
