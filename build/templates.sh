#!/usr/bin/env bash
# Publishes every template of the SDK with the package in Directory.Build.props, and untouched with the command containerize.
set -uo pipefail

usage() {
  cat <<'USAGE'
Usage: build/templates.sh [--only WHAT] [--keep]

  --only WHAT  only the rows whose name fits the regular expression: 'blazor|worker'
  --keep       keeps the folders

One row for each template that makes a program, in each language and with each choice that makes other projects. A row passes when
both ways, each in a folder of its own and twice, give the expected images with one digest, or the expected error. It takes about
twenty minutes and is no part of the tests.
Ends with 1 when a row does not pass, or when the SDK has a template that is no row.
CONTAINERIZE_FEED names a folder with packages of ours that are packed already.
USAGE
}

packed=(Containerize.Tool)
# shellcheck source=build/rows.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/rows.sh"
mkdir "$work/install"
printf '<configuration><packageSources><clear /><add key="here" value="%s" /></packageSources></configuration>\n' "$feed" >"$work/install/nuget.config"
(cd "$work/install" && dotnet tool install Containerize.Tool --tool-path "$work/tools" --version "$version") >"$work/pack.log" 2>&1 || { cat "$work/pack.log" >&2; exit 1; }
seen=()

# The code of the error, or the digests of the images.
outcome() {
  local file
  grep -oE 'error CTZ[0-9]+' "$1" | sort -u | head -1
  find "$2" -path '*/bin/*' -name '*.container.json' | while read -r file; do
    grep -oE '"digest": *"sha256:[0-9a-f]+"' "$file" | head -1 | grep -oE 'sha256:[0-9a-f]{12}'
  done | sort -u
}

# publish WAY PROJECT ARGUMENT...
publish() {
  local way="$1" project="$2"
  shift 2
  if [ "$way" = package ]; then
    dotnet publish "$project" -nologo -v m -tl:off -p:Containerize=true -p:ContainerBaseImage=scratch "$@" >"$work/package.log" 2>&1
  else
    DOTNET_HOST_PATH="$(command -v dotnet)" "$work/tools/containerize" publish "$work/tool/App" --base scratch \
      -- -p:NuGetAudit=false "$@" >"$work/tool.log" 2>&1
  fi
}

# row EXPECTED TEMPLATE... [-- PUBLISH-ARGUMENT...]: EXPECTED is how many images there are, or a code.
row() {
  local expected="$1" template=() name
  shift
  while [ $# -gt 0 ] && [ "$1" != -- ]; do template+=("$1"); shift; done
  [ $# = 0 ] || shift
  name="${template[*]}"
  seen+=("${template[0]}")
  wants "$name" || return 0
  rm -rf "$work/package" "$work/tool"
  local began=$SECONDS
  mkdir -p "$work/package" "$work/tool"
  dotnet new "${template[@]}" -o "$work/package/App" -n Site --no-restore >"$work/new.log" 2>&1 || { echo "FAIL  $name: $(tail -1 "$work/new.log")"; failed=1; return; }
  # A template makes another identifier of the user's secrets each time.
  cp -r "$work/package/App" "$work/tool/App"
  local target="$work/package/App" solution
  solution="$(find "$target" -maxdepth 1 -name '*.sln*' | head -1)"
  with_package "$work/package"
  # Each way twice: the first in a new folder, the second after its own outputs.
  local one other again
  publish package "${solution:-$target}" "$@"
  one="$(outcome "$work/package.log" "$work/package/App")"
  publish package "${solution:-$target}" "$@"
  again="$(outcome "$work/package.log" "$work/package/App")"
  local faults=""
  [ "$one" = "$again" ] || faults="; the package's second publish gives '$(echo $again)' after '$(echo $one)'"
  publish tool "" "$@"
  other="$(outcome "$work/tool.log" "$work/tool/App")"
  publish tool "" "$@"
  again="$(outcome "$work/tool.log" "$work/tool/App")"
  [ "$other" = "$again" ] || faults="$faults; the tool's second publish gives '$(echo $again)' after '$(echo $other)'"
  [ "$one" = "$other" ] || faults="$faults; the package gives '$(echo $one)', the tool '$(echo $other)'"
  case "$expected" in
    CTZ*) [ "$one" = "error $expected" ] || faults="$faults; expected $expected, not '$(echo $one)'" ;;
    *) [ "$(printf '%s\n' "$one" | grep -c '^sha256')" = "$expected" ] || faults="$faults; expected $expected images, not '$(echo $one)'" ;;
  esac
  if [ -n "$faults" ]; then
    failed=1
    echo "FAIL  $name$faults"
    grep -hm2 -oE 'error [A-Z]+[0-9]+.*' "$work/package.log" "$work/tool.log" | head -3
  else
    echo "ok    $name: $(echo $one) ($((SECONDS - began)) s)"
  fi
}

for language in 'C#' 'F#' VB; do row 1 console -lang "$language"; done
for language in 'C#' 'F#'; do
  row 1 web -lang "$language"
  row 1 webapi -lang "$language"
  row 1 mvc -lang "$language"
  row 1 worker -lang "$language"
done
row 1 webapp
row 1 webapp -au Individual
row 1 webapiaot -- -r linux-x64
row 1 grpc
for kind in None Server WebAssembly Auto; do row 1 blazor -int "$kind"; done
row 1 blazor -int Auto -ai -au Individual
row CTZ0186 blazorwasm
row 1 mcpserver -- -r linux-x64 -p:RuntimeIdentifiers=linux-x64
# Programs for the desktop of Windows, which no container shows: refused, since the image is for Linux.
row CTZ0197 winforms -- -p:EnableWindowsTargeting=true -r win-x64 -p:ContainerRuntimeIdentifier=linux-x64
row CTZ0197 wpf -- -p:EnableWindowsTargeting=true -r win-x64 -p:ContainerRuntimeIdentifier=linux-x64

# Libraries and tests make no program.
others=' classlib razorclasslib winformslib winformscontrollib wpflib wpfcustomcontrollib wpfusercontrollib mstest mstest-playwright nunit nunit-playwright xunit '
while read -r template; do
  [[ " ${seen[*]} $others " == *" $template "* ]] || { echo "FAIL  the SDK has the template '$template', which is no row"; failed=1; }
done < <(dotnet new list --type project | sed '1,/^---/d' | sed -E 's/^.*  ([a-z-]+)(,[a-z]+)?  .*$/\1/' | grep -E '^[a-z-]+$')
exit $failed
