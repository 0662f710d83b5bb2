#!/usr/bin/env bash
# Makes a documentation site with search out of docs/ and the README, in artifacts/site. A broken link is an error.
set -euo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1
dotnet tool restore
work="$(mktemp -d)"
trap 'rm -rf -- "$work"' EXIT

# The site's pages lie as in the repository, so that its links are those of the pages.
mkdir "$work/site"
cp -R .config docs samples README.md CONTRIBUTING.md SECURITY.md CHANGELOG.md LICENSE THIRD-PARTY-NOTICES.md "$work/site"
find "$work/site" -name bin -prune -exec rm -rf {} + -o -name obj -prune -exec rm -rf {} +

contents() { # NAME PAGE...: an entry of the side bar for each page, with the page's title
  echo "- name: $1"
  echo "  items:"
  shift
  local page
  for page in "$@"; do
    echo "  - name: '$(sed -n '1s/^# //p' "$work/site/$page" | sed "s/'/''/g")'"
    echo "    href: $page"
  done
}

cd "$work/site"
# A folder has no page of its own in a site.
{ printf '# Checks\n\n'; for page in docs/checks/*.md; do echo "- [$(sed -n '1s/^# //p' "$page")]($(basename "$page"))"; done; } \
  >docs/checks/README.md
sed -i -E 's#\]\((\.\./)?diagnostics/?\)#](\1diagnostics-index.md)#; s#\]\((\.\./)?checks/?\)#](\1checks/README.md)#' \
  docs/*.md docs/*/*.md
sed -i -E 's#\]\(([A-Za-z.]+)\)#](\1/\1.csproj)#' samples/README.md
{
  printf -- '- name: Start\n  href: README.md\n'
  contents "For users" docs/migrate-*.md docs/tool.md docs/dockerfile.md docs/ci.md docs/callers.md docs/offline.md docs/sbom.md \
    docs/report.md docs/performance.md docs/security.md docs/what-people-type.md
  contents Settings docs/settings/*.md
  contents "Errors and warnings" docs/diagnostics-index.md docs/diagnostics/*.md
  contents "Checks of a Dockerfile" docs/checks/*.md
  contents "How it is built" CONTRIBUTING.md docs/architecture.md docs/decisions/*.md
} >toc.yml
cat >docfx.json <<'JSON'
{
  "build": {
    "content": [{ "files": ["*.md", "toc.yml", "docs/**/*.md", "samples/README.md"] }],
    "resource": [{ "files": ["docs/**/*.{png,svg,json}", "samples/**/*.csproj", "LICENSE"] }],
    "output": "out",
    "template": ["default", "modern"],
    "globalMetadata": { "_appName": "Containerize", "_appTitle": "Containerize", "_enableSearch": true }
  }
}
JSON
echo '<meta http-equiv="refresh" content="0; url=README.html">' >index.html
dotnet docfx build docfx.json --warningsAsErrors
cp index.html out/
cd - >/dev/null
rm -rf artifacts/site
mkdir -p artifacts
mv "$work/site/out" artifacts/site
echo "artifacts/site: $(find artifacts/site -name '*.html' | wc -l) pages"
