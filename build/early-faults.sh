#!/usr/bin/env bash
# Publishes one project many times at once while the work that begins with the compiler is killed, cancelled, short of room or wrong, and
# compares every digest with that of a publish without such work.
usage() {
  cat <<'USAGE'
Usage: build/early-faults.sh [--rounds N] [--at-once N]

  --rounds N   how many rounds there are (10)
  --at-once N  how many publishes a round has, all at the same time (20)

A self-contained web app with two packages is published into docker-registry on this machine, each time from a folder of its own without bin
and obj. All share one cache, which has no layer of the round when it begins. The rounds take turns:
  killed     three of four publishes are killed with all their processes at a random moment of the early work or later, and done once more
  cancelled  the same with the signal of Ctrl+C
  full disk  the cache is a file system of 16 MiB, where no layer of the runtime has room
  package    a file of a package is another one than the early work packs: replaced after the restore, or after the compiler
  file       a target changes a file of a package in the publish folder
The image of each must have the digest of a publish of the same input with ContainerizeEarly=false and a cache of its own. Ends with 1 where one
has not, and where something is left: a process, a file in the folder for temporary files, a half-written file in the cache or a folder of a
rehearsal. What a killed publish leaves, the next one removes that comes hours later: for that the script sets the times of files back.
Takes about half a minute of two cores for each publish. Needs root, for the full disk, and docker-registry of Debian's packages.
CONTAINERIZE_FEED names a folder with a package of ours that is packed already.
USAGE
}

declare -A numbers=([rounds]=10 [at-once]=20)
needed=(unshare setsid)
# The publishes that run and what they have started, by the folder that they alone have for temporary files.
running() {
  local process item
  for process in /proc/[0-9]*; do
    while read -r -d '' item; do
      if [ "$item" = "TMPDIR=$work/tmp" ]; then echo "${process#/proc/}"; fi
    done 2>/dev/null <"$process/environ" || true
  done
}
end() { running | xargs -r kill -KILL 2>/dev/null || true; }
. "$(dirname "${BASH_SOURCE[0]}")/shop.sh"
rounds=${numbers[rounds]} at_once=${numbers[at-once]}
kinds=(killed cancelled "full disk" package file)

# What the rounds ask of the build: a file that says when the early work begins, and the two wrong guesses. WaitFor is how many layers the
# cache has before the project goes on.
cat >"$work/Shop/Directory.Build.targets" <<'TARGETS'
<Project>
  <Target Name="Begin" BeforeTargets="ResolveAssemblyReferences">
    <Touch AlwaysCreate="true" Files="$(MSBuildProjectDirectory)/../begun" />
  </Target>
  <Target Name="Guess" AfterTargets="CoreCompile" Condition="'$(WaitFor)' != ''">
    <Exec Command="timeout 60 sh -c 'until [ `find $0/layers -type f | wc -l` -ge $(WaitFor) ]; do sleep 0.1; done' '$(ContainerCacheDirectory)' 2&gt;/dev/null" ContinueOnError="true" IgnoreExitCode="true" />
  </Target>
  <Target Name="ReplacePackage" AfterTargets="CoreCompile" DependsOnTargets="Guess" Condition="'$(Replace)' != ''">
    <Exec Command="&quot;$(Replace)&quot;" />
  </Target>
  <Target Name="ChangeFile" AfterTargets="Publish" Condition="'$(Change)' == 'true'">
    <WriteLinesToFile File="$(PublishDir)Newtonsoft.Json.dll" Lines="changed" Overwrite="false" />
  </Target>
</Project>
TARGETS
rm -rf -- "$work/Shop/bin"
mkdir "$work/copies" "$work/tmp"

# Publishes a copy in a session of its own; its process is the one that runs in the background afterwards.
publish() { # copy early cache property…
  local folder=$work/copies/$1 early=$2 cache=$3
  shift 3
  TMPDIR=$work/tmp setsid env --default-signal=INT dotnet publish "$folder/Shop" -p:Containerize=true -nologo -v:q -clp:NoSummary -nodeReuse:false \
    -tl:off -p:UseSharedCompilation=false "-p:ContainerizeEarly=$early" "-p:ContainerCacheDirectory=$cache" "-p:ContainerRegistry=127.0.0.1:$port" \
    "-p:ContainerRepository=shop-$(basename "$folder")" "-p:ContainerImageTag=$round" "-p:ContainerWorkingDirectory=/round-$round" "$@" \
    >"$folder/log" 2>&1 </dev/null &
}

# Ends what was begun last at a random moment: within the time that it may take after its early work has begun.
end_it() { # copy signal
  local waited=0
  until [ -e "$work/copies/$1/begun" ] || ! kill -0 $! 2>/dev/null || [ $((waited++)) = 6000 ]; do sleep 0.1; done
  sleep "$(awk -v most=$((at_once * 5)) -v random=$RANDOM 'BEGIN { print random / 32768 * most }')"
  if kill -"$2" -- -$! 2>/dev/null; then echo "$1" >>"$work/ended"; fi
  wait $! 2>/dev/null || true
}

# One publish from its folder to its digest.
one() { # copy kind early cache
  local folder=$work/copies/$1 number=${1//[^0-9]/} properties=()
  mkdir "$folder"
  cp -a "$work/Shop" "$folder/Shop"
  case "$2" in
    package)
      # Links: a file is replaced, and not written into.
      cp -al "$NUGET_PACKAGES" "$folder/packages"
      printf '#!/bin/sh\ncd "%s"/newtonsoft.json/*/lib/net6.0 && cp Newtonsoft.Json.dll new && echo replaced >>new && mv new Newtonsoft.Json.dll\n' \
        "$folder/packages" >"$folder/replace"
      chmod +x "$folder/replace"
      export NUGET_PACKAGES=$folder/packages
      dotnet restore "$folder/Shop" -v q -nologo >"$folder/log" 2>&1
      if [ "$3" = false ] || [ $((number % 2)) = 0 ]; then
        "$folder/replace"
      else
        properties=("-p:Replace=$folder/replace" "-p:WaitFor=$((before + 2))")
      fi
      properties+=(--no-restore)
      ;;
    file)
      properties=(-p:Change=true)
      if [ "$3" = true ] && [ $((number % 2)) = 1 ]; then properties+=("-p:WaitFor=$((before + 2))"); fi
      ;;
    killed | cancelled)
      if [ "$3" = true ] && [ $((number % 4)) != 0 ]; then
        publish "$1" true "$4"
        end_it "$1" "$([ "$2" = killed ] && echo KILL || echo INT)"
        if [ "$2" = cancelled ]; then left "$folder"; fi
      fi
      ;;
  esac
  publish "$1" "$3" "$4" "${properties[@]}"
  wait $! || { echo "$1 of round $round, $2, failed:" >&2; cat "$folder/log" >&2; return; }
  # "scratch" has no C library, and a full disk is a full disk: nothing else is wrong.
  if grep 'warning CTZ' "$folder/log" | grep -v "CTZ0198$([ "$2" != "full disk" ] || echo '\|CTZ0100')" >&2; then return; fi
  curl --silent --fail --head --header 'Accept: application/vnd.oci.image.manifest.v1+json' "http://127.0.0.1:$port/v2/shop-$1/manifests/$round" |
    tr -d '\r' | sed -n 's/^docker-content-digest: //Ip' >"$folder/digest"
}

# Says what a publish left in its folder that it must not.
left() { # folder
  find "$1/Shop" -path '*/containerize/rehearsal*' | sed 's/^/left: /' >>"$work/left"
}

records() { { find "$1/layers" -type f 2>/dev/null || true; } | wc -l; }
half_written() { find "$1" -name '.new-*' | sed 's/^/left: /'; }

# All publishes of a round, and what they leave while their file systems are there.
publish_all() { # kind cache
  local number jobs=()
  for number in $(seq "$at_once"); do
    one "$number" "$1" true "$2" &
    jobs+=($!)
  done
  wait "${jobs[@]}" || true
  if [ "$1" != killed ]; then half_written "$2" >>"$work/left"; fi
  records "$2" >"$work/records"
}
on_a_small_disk() {
  mount -t tmpfs -o size=16m tmpfs "$work/small"
  publish_all "full disk" "$work/small"
}

mkdir "$work/small" "$work/cache"
export work port round before at_once
export -f publish end_it one left records half_written publish_all on_a_small_disk
: >"$work/left"
all=0 same=0
printf '| round | | publishes | ended on the way | same digest as without early work | layers that no image has |\n|--:|---|--:|--:|--:|--:|\n'
for round in $(seq "$rounds"); do
  kind=${kinds[(round - 1) % ${#kinds[@]}]}
  rm -rf -- "$work/copies" "$work/alone"
  mkdir "$work/copies"
  : >"$work/ended"
  before=$(records "$work/cache")
  (one late "$kind" false "$work/alone")
  digest=$(cat "$work/copies/late/digest")
  [ -n "$digest" ] || { echo "No digest without early work." >&2; exit 1; }
  if [ "$kind" = "full disk" ]; then
    before=0
    unshare --mount --propagation private bash -c 'set -euo pipefail; on_a_small_disk'
  else
    publish_all "$kind" "$work/cache"
  fi
  good=0
  for number in $(seq "$at_once"); do
    if [ "$(cat "$work/copies/$number/digest" 2>/dev/null)" = "$digest" ]; then
      good=$((good + 1))
    else
      echo "Publish $number of round $round, $kind: $(cat "$work/copies/$number/digest" 2>/dev/null || echo no image) instead of $digest" >&2
    fi
    if [ "$kind" = killed ]; then
      # A folder of a few kilobytes may stay for an hour (decision 0276); then the next publish takes it away, as it does half-written files.
      find "$work/copies/$number" -path '*/containerize/rehearsal/*' -prune -size +64k | sed 's/^/left: /' >>"$work/left"
    else
      left "$work/copies/$number"
    fi
  done
  if [ "$kind" = killed ]; then
    killed=$(find "$work/copies" -path '*/containerize/rehearsal' -printf '%h\n' | head -n 1)
    again=$(sed "s|^$work/copies/||; s|/.*||" <<<"${killed:-1}")
    find "$work/cache" "$work/copies/$again/Shop/obj" \( -name '.new-*' -o -name pruned -o -path '*/containerize/rehearsal*' \) -exec touch -d '3 hours ago' {} +
    rm -rf -- "$work/copies/$again/Shop/bin"
    publish "$again" true "$work/cache"
    wait $! || { cat "$work/copies/$again/log" >&2; exit 1; }
    half_written "$work/cache" >>"$work/left"
    left "$work/copies/$again"
  fi
  sleep 2
  running | sed 's/^/left: process /' >>"$work/left"
  find "$work/tmp" -iname '*containerize*' | sed 's/^/left: /' >>"$work/left"
  wrong=
  case $kind in package | file) wrong=$(($(cat "$work/records") - before - $(records "$work/alone"))) ;; esac
  printf '| %s | %s | %s | %s | %s | %s |\n' "$round" "$kind" "$at_once" "$(wc -l <"$work/ended")" "$good" "$wrong"
  all=$((all + at_once)) same=$((same + good))
done
cat "$work/left" >&2
echo "$same of $all have the digest of a publish without early work; $(wc -l <"$work/left") files and processes were left."
[ "$same" = "$all" ] && [ ! -s "$work/left" ]
