#!/usr/bin/env bash
# bench.sh [ROUNDS [framework-dependent | self-contained]]
#
# Measures three ways to publish samples/HelloWeb, side by side on this machine, in ROUNDS rounds (5 if not said):
#   plain   dotnet publish, without an image
#   sdk     dotnet publish -t:PublishContainer, the .NET SDK's own
#   ours    dotnet publish -p:Containerize=true
# each into a tarball and into a registry on this machine, framework-dependent and self-contained, and each
#   first      after a clean, into a repository that the registry has not seen
#   unchanged  again, with nothing changed
#   one line   again, after a string in Program.cs was changed
# and prints medians, ratios, and the bytes that went over the wire. All get the same sources, the same base image out of
# the same registry, and no process that outlives a run. Needs docker-registry, skopeo and time of Debian's packages.
set -euo pipefail
export LC_ALL=C
export PATH="$PATH:/usr/local/sbin:/usr/sbin:/sbin"
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 MSBUILDDISABLENODEREUSE=1

fail() { printf 'bench.sh: %s\n' "$*" >&2; exit 1; }

rounds=${1:-5}
[[ $rounds =~ ^[1-9][0-9]*$ ]] || fail "usage: bench.sh [ROUNDS [framework-dependent | self-contained]]"
case ${2:-} in
  "") cases=(framework-dependent self-contained) ;;
  framework-dependent|self-contained) cases=("$2") ;;
  *) fail "'$2' is no case: framework-dependent and self-contained are" ;;
esac
missing=()
for tool in dotnet git docker-registry skopeo /usr/bin/time; do
  command -v "$tool" >/dev/null || missing+=("$(basename "$tool")")
done
[ ${#missing[@]} -eq 0 ] || fail "missing (by their names in Debian): ${missing[*]}"

repository=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
registry_pid=
proxy_pid=
cleanup() {
  [ -z "$registry_pid" ] || kill "$registry_pid" 2>/dev/null || true
  [ -z "$proxy_pid" ] || kill "$proxy_pid" 2>/dev/null || true
  rm -rf "$work"
}
trap cleanup EXIT

# --- registry, base images, contenders ------------------------------------------------------------------------------

mkdir -p "$work/registry" "$work/log"
cat >"$work/registry.yml" <<YAML
version: 0.1
log: { level: info, accesslog: { disabled: true } }
storage: { filesystem: { rootdirectory: $work/registry } }
http: { addr: "127.0.0.1:0" }
YAML
docker-registry serve "$work/registry.yml" >"$work/log/registry" 2>&1 &
registry_pid=$!
registry_port=
for _ in $(seq 50); do
  registry_port=$(sed -nE 's/.*listening on 127\.0\.0\.1:([0-9]+).*/\1/p' "$work/log/registry" | head -n 1)
  [ -z "$registry_port" ] || break
  sleep 0.2
done
[ -n "$registry_port" ] || { cat "$work/log/registry" >&2; fail "the registry did not start"; }

for base in aspnet runtime-deps; do
  layout=$repository/artifacts/base/$base
  [ -e "$layout/index.json" ] || dotnet run --project "$repository/build/BaseImage" -c Release -- "$base" "$layout"
  skopeo copy --quiet --dest-tls-verify=false "oci:$layout" "docker://127.0.0.1:$registry_port/base/$base:1"
done

echo "Building Containerize ..." >&2
dotnet build "$repository/src/Containerize/Containerize.csproj" -c Release -nologo -v quiet >"$work/log/build" || { cat "$work/log/build" >&2; fail "Containerize does not build"; }
# As in the package; what is edited meanwhile does not matter.
mkdir -p "$work/package/tasks/net10.0"
cp -r "$repository/src/Containerize/build" "$work/package/"
cp -r "$repository/src/Containerize/bin/Release/net10.0/." "$work/package/tasks/net10.0/"

# A file app outside of the repository, whose settings it would otherwise get.
mkdir "$work/proxy"
cp "$repository/build/CountingProxy.cs" "$work/proxy/"
dotnet build "$work/proxy/CountingProxy.cs" -c Release -o "$work/proxy/bin" -nologo -v quiet >"$work/log/proxy-build" || { cat "$work/log/proxy-build" >&2; fail "the proxy does not build"; }
coproc PROXY { exec dotnet "$work/proxy/bin/CountingProxy.dll" "$registry_port"; }
proxy_pid=$PROXY_PID
read -r proxy_port <&"${PROXY[0]}"
export DOTNET_CONTAINER_INSECURE_REGISTRIES="127.0.0.1:$registry_port;127.0.0.1:$proxy_port"

# --- one run --------------------------------------------------------------------------------------------------------

ways=(plain-none sdk-archive ours-archive sdk-push ours-push)

# Each way has a folder of its own, so that none finds what another left.
prepare() { # CASE WAY
  local folder=$work/projects/$1/$2
  mkdir -p "$folder"
  (cd "$repository/samples" && tar --exclude=bin --exclude=obj -cf - HelloWeb HelloWeb.Greetings) | tar -xf - -C "$folder"
  dotnet restore "$folder/HelloWeb" $(options "$1") -nologo -v quiet >"$work/log/restore" || { cat "$work/log/restore" >&2; fail "restore failed"; }
}

options() { # CASE
  printf '%s\n' -p:NuGetAudit=false -p:UseSharedCompilation=false
  [ "$1" = framework-dependent ] || printf '%s\n' -p:RuntimeIdentifier=linux-x64 -p:SelfContained=true
}

# publish CASE WAY PORT REPOSITORY RESULT: one publish; RESULT gets its seconds, the
# kilobytes of its largest process, and the seconds that processors spent on it for the user and for the system.
publish() {
  local case=$1 way=$2 port=$3 name=$4 result=$5 folder=$work/projects/$1/$2 arguments
  mapfile -t arguments < <(options "$case")
  local base=aspnet
  [ "$case" = framework-dependent ] || base=runtime-deps
  case $way in
    plain-*) ;;
    sdk-*) arguments+=(-t:PublishContainer) ;;
    ours-*) arguments+=(-p:Containerize=true "-p:CustomAfterMicrosoftCommonTargets=$work/package/build/Containerize.targets") ;;
  esac
  [[ $way = plain-* ]] || arguments+=("-p:ContainerBaseImage=127.0.0.1:$port/base/$base:1" "-p:ContainerRepository=$name" -p:ContainerImageTag=1)
  case $way in
    *-archive) arguments+=("-p:ContainerArchiveOutputPath=$folder/image.tar") ;;
    *-push) arguments+=("-p:ContainerRegistry=127.0.0.1:$port") ;;
  esac
  # The SDK keeps base layers in the folder for temporary files.
  TMPDIR=$folder/tmp /usr/bin/time -f '%e %M %U %S' -o "$result" \
    dotnet publish "$folder/HelloWeb" "${arguments[@]}" -nologo -v quiet >"$work/log/publish" 2>&1 \
    || { cat "$work/log/publish" >&2; fail "$way, $case, failed"; }
  case $way in
    *-archive) [ -s "$folder/image.tar" ] || fail "$way, $case, left no tarball" ;;
    *-push) skopeo inspect --tls-verify=false "docker://127.0.0.1:$port/$name:1" >/dev/null || fail "$way, $case, left no image" ;;
  esac
}

# scenario CASE WAY SCENARIO ROUND: brings the folder into the state that the scenario begins with.
scenario() {
  local folder=$work/projects/$1/$2
  mkdir -p "$folder/tmp"
  case $3 in
    first)
      rm -rf "$folder"/HelloWeb*/bin "$folder"/HelloWeb*/obj/Release "$folder/image.tar" "$folder/tmp"
      mkdir "$folder/tmp"
      sed -i -E 's/"healthy[^"]*"/"healthy"/' "$folder/HelloWeb/Program.cs" ;;
    one-line)
      sed -i -E "s/\"healthy[^\"]*\"/\"healthy in round $4\"/" "$folder/HelloWeb/Program.cs" ;;
  esac
}

# --- rounds ---------------------------------------------------------------------------------------------------------

for case in "${cases[@]}"; do
  for way in "${ways[@]}"; do prepare "$case" "$way"; done
done

for round in $(seq "$rounds"); do
  for case in "${cases[@]}"; do
    # Whoever goes first in one round goes last in the next.
    mapfile -t order < <(printf '%s\n' "${ways[@]}" | if [ $((round % 2)) = 1 ]; then cat; else tac; fi)
    for way in "${order[@]}"; do
      for scenario in first unchanged one-line; do
        scenario "$case" "$way" "$scenario" "$round"
        publish "$case" "$way" "$registry_port" "bench/$way-$round" "$work/result"
        echo "$case ${way%-*} ${way#*-} $scenario $(tail -n 1 "$work/result")" | tee -a "$work/times" >&2
      done
    done
  done
done

# Bytes hardly vary: they are counted in a round of its own, for the proxy would take time from whoever sends more.
for case in "${cases[@]}"; do
  for way in sdk-push ours-push; do
    for scenario in first unchanged one-line; do
      scenario "$case" "$way" "$scenario" bytes
      echo >&"${PROXY[1]}"; read -r _ <&"${PROXY[0]}"
      publish "$case" "$way" "$proxy_port" "bench/$way-bytes" "$work/result"
      echo >&"${PROXY[1]}"; read -r up down <&"${PROXY[0]}"
      echo "$case ${way%-*} $scenario $up $down" | tee -a "$work/bytes" >&2
    done
  done
done

# --- report ---------------------------------------------------------------------------------------------------------

printf '\n%s, %s cores, %s GiB; %s, kernel %s\n' "$(sed -nE 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)" "$(nproc)" \
  "$(awk '/^MemTotal/ {printf "%.1f", $2 / 1048576}' /proc/meminfo)" "$(sed -nE 's/^PRETTY_NAME="(.*)"/\1/p' /etc/os-release)" "$(uname -r)"
printf '.NET SDK %s; docker-registry %s; Containerize %s; %s rounds, medians; load at the end %s\n\n' "$(dotnet --version)" \
  "$(docker-registry --version | awk '{print $3}')" "$(git -C "$repository" rev-parse --short HEAD)" "$rounds" "$(cut -d ' ' -f 1-3 /proc/loadavg)"

# Processor time hardly depends on what else the machine does; wall time does. "On top" is what the image adds to a plain
# publish. Memory is that of the largest process, which often is the compiler's.
awk -v all="${cases[*]}" '
  { key = $1 " " $2 " " $3 " " $4; n[key]++; seconds[key, n[key]] = $5; memory[key, n[key]] = $6 / 1024; cpu[key, n[key]] = $7 + $8 }
  function median(values, key,   i, j, m, t, list) {
    m = n[key]
    for (i = 1; i <= m; i++) list[i] = values[key, i]
    for (i = 2; i <= m; i++) for (j = i; j > 1 && list[j - 1] > list[j]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
    return m % 2 ? list[(m + 1) / 2] : (list[m / 2] + list[m / 2 + 1]) / 2
  }
  function table(title, values, format,   c, d, r, p, s, o) {
    printf "%s\n\n| HelloWeb | into | run | plain | sdk | ours | ours/sdk | sdk on top | ours on top |\n|---|---|---|--:|--:|--:|--:|--:|--:|\n", title
    for (c = 1; c <= count; c++) for (d = 1; d <= 2; d++) for (r = 1; r <= 3; r++) {
      p = median(values, cases[c] " plain none " runs[r])
      s = median(values, cases[c] " sdk " places[d] " " runs[r])
      o = median(values, cases[c] " ours " places[d] " " runs[r])
      printf "| %s | %s | %s | " format " | " format " | " format " | %.2f | " format " | " format " |\n", cases[c], places[d], runs[r], p, s, o, o / s, s - p, o - p
    }
    print ""
  }
  END {
    count = split(all, cases, " "); split("archive push", places, " "); split("first unchanged one-line", runs, " ")
    table("Wall time, in seconds:", seconds, "%.1f")
    table("Processor time, in seconds:", cpu, "%.1f")
    table("Peak memory, in MiB:", memory, "%.0f")
  }' "$work/times"

printf 'Bytes between the client and the registry, for one push each:\n\n'
awk -v all="${cases[*]}" '
  { up[$1, $3, $2] = $4; down[$1, $3, $2] = $5 }
  END {
    print "| HelloWeb | run | sdk sent | ours sent | ours/sdk | sdk received | ours received |"
    print "|---|---|--:|--:|--:|--:|--:|"
    count = split(all, cases, " "); split("first unchanged one-line", runs, " ")
    for (c = 1; c <= count; c++) for (r = 1; r <= 3; r++) {
      k = cases[c] SUBSEP runs[r] SUBSEP
      printf "| %s | %s | %d | %d | %.4f | %d | %d |\n", cases[c], runs[r], up[k "sdk"], up[k "ours"], up[k "ours"] / up[k "sdk"], down[k "sdk"], down[k "ours"]
    }
  }' "$work/bytes"

# The registry client by itself: large and many blobs against skopeo.
[ "${2:-}" != "" ] || "$repository/build/bench-registry.sh"
# Dockerfiles against buildah and BuildKit.
[ "${2:-}" != "" ] || "$repository/build/bench-dockerfile.sh"
# What operating-system packages add to a publish.
[ "${2:-}" != "" ] || "$repository/build/bench-packages.sh" "$rounds"
