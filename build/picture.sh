#!/usr/bin/env bash
# Draws docs/run.svg for the README: what 'dotnet publish' prints for samples/HelloWeb, pushed to an empty registry on this
# machine (Debian's docker-registry), and then for the same after a changed line.
set -euo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
work="$(mktemp -d)"
registry=
trap '[ -z "$registry" ] || kill "$registry"; rm -rf -- "$work"' EXIT
cp -R . "$work/clone"
cd "$work/clone"
export XDG_CACHE_HOME="$work/cache"

cat >"$work/registry.yml" <<YAML
version: 0.1
storage: {inmemory: {}}
http: {addr: "127.0.0.1:5000"}
log: {level: error, accesslog: {disabled: true}}
YAML
docker-registry serve "$work/registry.yml" >/dev/null 2>&1 &
registry=$!

# The image's part of a publish, without the machine's folders. MSBuild indents it below the project's line.
publish() {
  dotnet publish samples/HelloWeb -p:Containerize=true -p:ContainerRegistry=localhost:5000 -v minimal -tl:off \
    | sed -n '/HelloWeb -> Container image/,$p' \
    | sed -e "s#$work/clone/##g" -e 's#^  ##' -e 's#\(sha256:[0-9a-f]\{16\}\)[0-9a-f]*#\1…#' \
    | sed -e '/^ *docker run/d' -e '/^$/d'
}

command="\$ dotnet publish samples/HelloWeb -p:Containerize=true -p:ContainerRegistry=localhost:5000"
{
  echo "$command"
  publish
  echo
  sed -i 's/<title>HelloWeb/<title>HelloWeb, changed/' samples/HelloWeb/MarkdownPages.cs
  echo "$command  # after a changed line"
  publish
} >"$work/run.txt"

awk '
  function escape(text) {
    gsub(/&/, "\\&amp;", text); gsub(/</, "\\&lt;", text); gsub(/>/, "\\&gt;", text)
    gsub(/ /, "\\&#160;", text) # a viewer joins blanks
    return text
  }
  { line[NR] = $0; if (length($0) > width) width = length($0) }
  END {
    w = int(width * 8.45) + 40; h = NR * 20 + 36
    printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" viewBox=\"0 0 %d %d\" role=\"img\">\n", w, h, w, h
    print "<title>Two publishes of samples/HelloWeb: the second one makes one layer</title>"
    printf "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#1b1f24\"/>\n", w, h
    print "<g font-family=\"ui-monospace, SFMono-Regular, Menlo, Consolas, monospace\" font-size=\"14\">"
    for (i = 1; i <= NR; i++) {
      color = line[i] ~ /^\$/ ? "#ffffff" : line[i] ~ /built/ ? "#7ee787" : line[i] ~ /->/ ? "#79c0ff" : "#adbac7"
      printf "<text x=\"20\" y=\"%d\" fill=\"%s\">%s</text>\n", i * 20 + 14, color, escape(line[i])
    }
    print "</g>\n</svg>"
  }
' "$work/run.txt" >"$OLDPWD/docs/run.svg"
cat "$work/run.txt"
