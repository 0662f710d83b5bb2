#!/usr/bin/env bash
# Draws the pictures of the pages from two publishes of samples/HelloWeb to an empty registry on this machine (Debian's
# docker-registry), the second of them after a changed line:
#   docs/run.svg     what 'dotnet publish' prints
#   docs/layers.svg  the layers of the image, each as wide as the bytes that it takes
#   docs/change.svg  the same after the changed line: what is sent, and what is there already
#   docs/page.png    the page of ContainerReportPath, as Debian's Chromium shows it
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
  dotnet publish samples/HelloWeb -p:Containerize=true -p:ContainerRegistry=localhost:5000 \
    -p:ContainerReportPath="$work/$1.html" -v minimal -tl:off \
    | sed -n '/HelloWeb -> Container image/,$p' \
    | sed -e "s#$work/clone/##g" -e 's#^  ##' -e 's#\(sha256:[0-9a-f]\{16\}\)[0-9a-f]*#\1…#' \
    | sed -e '/^ *docker run/d' -e '/^$/d'
}

command="\$ dotnet publish samples/HelloWeb -p:Containerize=true -p:ContainerRegistry=localhost:5000"
{
  echo "$command"
  publish first
  echo
  sed -i 's/<title>HelloWeb/<title>HelloWeb, changed/' samples/HelloWeb/MarkdownPages.cs
  echo "$command  # after a changed line"
  publish second
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

# draw N: the layers of the N-th publish, below each other. A layer of a few kilobytes is a line.
draw() {
  awk -v publish="$1" -v title="$2" '
    function bytes(number, unit) { return number * (unit == "MiB" ? 1048576 : unit == "KiB" ? 1024 : 1) }
    /^\$/ { at++ }
    at == publish && $3 ~ /^(B|KiB|MiB)$/ {
      name[++n] = $1; text[n] = $2 " " $3; size[n] = bytes($2, $3); if (size[n] > most) most = size[n]
      fate[n] = $0; sub(/.*(B|KiB|MiB)  /, "", fate[n])
    }
    END {
      h = n * 34 + 56
      printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"820\" height=\"%d\" viewBox=\"0 0 820 %d\" role=\"img\">\n", h, h
      printf "<title>%s</title>\n<rect width=\"820\" height=\"%d\" rx=\"8\" fill=\"#ffffff\" stroke=\"#d0d7de\"/>\n", title, h
      print "<g font-family=\"system-ui, sans-serif\" font-size=\"14\" fill=\"#1f2328\">"
      printf "<text x=\"20\" y=\"30\" font-weight=\"600\">%s</text>\n", title
      for (i = n; i >= 1; i--) { # the highest layer on top, as they lie over each other
        y = (n - i) * 34 + 46; w = 360 * size[i] / most; if (w < 2) w = 2
        sent = fate[i] ~ /sent/
        printf "<text x=\"20\" y=\"%d\">%s</text>\n", y + 17, name[i]
        printf "<rect x=\"130\" y=\"%d\" width=\"%.1f\" height=\"24\" rx=\"2\" fill=\"%s\"/>\n", y, w, sent ? "#1a7f37" : "#afb8c1"
        printf "<text x=\"%.1f\" y=\"%d\">%s, %s</text>\n", 138 + w, y + 17, text[i], fate[i]
      }
      print "</g>\n</svg>"
    }
  ' "$work/run.txt" >"$OLDPWD/docs/$3"
}
draw 1 "The layers of samples/HelloWeb" layers.svg
draw 2 "After a changed line: green is sent, grey is there already" change.svg

HOME="$work" chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --window-size=1200,1500 \
  --screenshot="$OLDPWD/docs/page.png" "file://$work/first.html" >/dev/null 2>&1
cat "$work/run.txt"
