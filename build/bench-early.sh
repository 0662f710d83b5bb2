#!/usr/bin/env bash
# Measures what the work that begins with the compiler takes from the compiler: publishes in turns with ContainerizeEarly=true and false.
usage() {
  cat <<'USAGE'
Usage: build/bench-early.sh [--rounds N]

  --rounds N  how often each is measured, in turns; the median counts (5)

A self-contained web app on "scratch" goes into docker-registry on this machine, after a line was added:
  cold      with empty caches and a registry that has nothing: all layers are packed while the compiler works
  one line  with the caches of the publish before
Prints seconds of the compiler's task, of the whole publish by the clock, and of the processor, and the ratio of both ways; "at most" is what the
product promises of it.
Times mean something only on a machine that does nothing else. CONTAINERIZE_FEED names a folder with a package of ours that is packed already.
USAGE
}

declare -A numbers=([rounds]=5)
needed=()
. "$(dirname "${BASH_SOURCE[0]}")/shop.sh"
rounds=${numbers[rounds]}

# Enough to compile that the compiler's time is more than its start.
for number in $(seq 400); do
  printf 'namespace Shop;\n\npublic sealed record Line%s(string Name, int Amount, decimal Price)\n{\n    public decimal Sum => Amount * Price;\n' "$number"
  printf '    public static Line%s[] Of(IEnumerable<string> names) => [.. names.Order().Select((name, i) => new Line%s(name, i, i * 1.5m))];\n}\n' "$number" "$number"
done | awk '/^namespace/ { file = sprintf("'"$work"'/Shop/Line%d.cs", ++n) } { print >file }'

publish() { # case early
  local line
  echo "// $RANDOM$RANDOM" >>"$work/Shop/Program.cs"
  { TIMEFORMAT='%R %U %S'; time dotnet publish "$work/Shop" -p:Containerize=true -nologo -v:q -clp:PerformanceSummary -nodeReuse:false -tl:off \
    "-p:UseSharedCompilation=false" "-p:ContainerizeEarly=$2" "-p:ContainerRegistry=127.0.0.1:$port" "-p:ContainerRepository=$2-$repository" \
    "-p:ContainerCacheDirectory=$work/cache-$2" >"$work/publish.log" 2>&1 || { cat "$work/publish.log" >&3; exit 1; }; } 3>&2 2>"$work/time"
  line="$(awk '$2 == "ms" && $3 == "Csc" { print $1 / 1000 }' "$work/publish.log" | head -n 1)"
  [ -n "$line" ] || { echo "No time of the compiler in the log." >&2; exit 1; }
  echo "$1,$2 $line $(awk 'END { print $1, $2 + $3 }' "$work/time")" >>"$work/times"
}

repository=warm
for early in true false; do publish warm $early; done
for round in $(seq "$rounds"); do
  repository=$round
  order=(true false)
  if [ $((round % 2)) = 0 ]; then order=(false true); fi
  for early in "${order[@]}"; do
    rm -rf "$work/cache-$early"
    publish cold "$early"
  done
  for early in "${order[@]}"; do publish "one line" "$early"; done
done

column() { grep "^$1,$2 " "$work/times" | sed "s/^$1,$2 //" | cut -d' ' -f"$3" | median; }
printf '| case | | early | after | early/after | at most | met |\n|---|---|--:|--:|--:|--:|---|\n'
for case in cold "one line"; do
  number=0
  for what in "compiler's task" "publish" "processor"; do
    number=$((number + 1))
    on="$(column "$case" true $number)" off="$(column "$case" false $number)"
    most=; [ $number != 1 ] || most=1.03
    awk -v row="$case" -v what="$what" -v on="$on" -v off="$off" -v most=$most 'BEGIN {
      printf "| %s | %s | %.2f s | %.2f s | %.3f | %s | %s |\n", row, what, on, off, on / off, most, most == "" ? "" : on <= most * off ? "yes" : "no"
    }'
  done
done
