#!/usr/bin/env bash
# Publishes the SDK's templates in many ways, each in two folders, twice, and after an edit and its reversal: one digest.
set -uo pipefail

usage() {
  cat <<'USAGE'
Usage: build/matrix.sh [--only WHAT] [--keep]

  --only WHAT  only the rows whose name fits the regular expression: aot, 'mvc|F#'
  --keep       keeps the folders

One row for each template and way of publishing. A row passes when all publishes but that of the edited source give one digest, the
edited one gives another, and no published file holds the folder's path. Ends with 1 when a row does not pass.
It takes about half an hour and is no part of the tests, which publish a few projects that combine these.
CONTAINERIZE_FEED names a folder with packages of ours that are packed already.
USAGE
}

# shellcheck source=build/rows.sh
source "$(dirname -- "${BASH_SOURCE[0]}")/rows.sh"
properties=

# publish PROJECT ARGUMENT...: prints the digest, or what went wrong.
publish() {
  local project="$1" folder="${1%/App/*}"
  shift
  set -- "${@//HERE/$folder}"
  rm -f "$work/metadata.json"
  if ! dotnet publish "$project" -nologo -v q -p:Containerize=true -p:ContainerMetadataPath="$work/metadata.json" \
      -p:ContainerOciLayoutPath="$work/layout" -p:ContainerCacheDirectory="$work/cache" "$@" >"$work/publish.log" 2>&1; then
    error_of "$work/publish.log"
    return 1
  fi
  grep -oE '"digest": *"sha256:[0-9a-f]+"' "$work/metadata.json" | head -1 | grep -oE 'sha256:[0-9a-f]{12}'
}

# row NAME TEMPLATE PROJECT SOURCE EDIT PUBLISH-ARGUMENTS: TEMPLATE is what follows "dotnet new", or @NAME for build/matrix/NAME; EDIT is a
# sed script for SOURCE; HERE in an argument is the folder; $properties are written into Directory.Build.props.
row() {
  local name="$1" template="$2" project="$3" source="$4" edit="$5"
  shift 5
  wants "$name" || return 0
  local here="$work/s" there="$work/a-much-longer-folder/and,a=deeper one"
  # fsc has no way to map a folder with a comma or an equals sign in its name; it compiles there, to other bytes.
  # With artifacts the Razor SDK evaluates the whole path of obj/ as arguments of a function, and splits it at the comma.
  [[ "$name" =~ F#|artifacts ]] && there="$work/a-much-longer-folder/and a deeper one"
  rm -rf "$here" "$work/a-much-longer-folder"
  mkdir -p "$here" "$there"
  # shellcheck disable=SC2086
  if [ "${template#@}" != "$template" ]; then
    cp -r "build/matrix/${template#@}" "$here/App"
  else
    dotnet new $template -o "$here/App" -n Site --no-restore >"$work/new.log" 2>&1 || { echo "FAIL  $name: $(tail -1 "$work/new.log")"; failed=1; return; }
  fi
  with_package "$here" '<ContainerBaseImage>scratch</ContainerBaseImage>' "$properties"
  cp -r "$here/." "$there"
  local first edited reverted second began=$SECONDS
  first="$(publish "$here/App/$project" "$@")" || { echo "FAIL  $name: $first"; failed=1; return; }
  cp -p "$here/App/$source" "$work/source"
  sed -i "$edit" "$here/App/$source"
  edited="$(publish "$here/App/$project" "$@")" || { echo "FAIL  $name, edited: $edited"; failed=1; return; }
  cp "$work/source" "$here/App/$source"
  reverted="$(publish "$here/App/$project" "$@")" || { echo "FAIL  $name, reverted: $reverted"; failed=1; return; }
  second="$(publish "$there/App/$project" "$@")" || { echo "FAIL  $name, elsewhere: $second"; failed=1; return; }
  local faults=""
  [ "$first" != "$edited" ] || faults="$faults; the edit changes nothing"
  [ "$first" = "$reverted" ] || faults="$faults; after the edit and its reversal $reverted"
  [ "$first" = "$second" ] || faults="$faults; in another folder $second"
  local held
  held="$(find "$here" -path '*/publish/*' -type f -exec grep -l -F "$here" {} + 2>/dev/null | head -3 | xargs -r -n1 basename | tr '\n' ' ')"
  [ -z "$held" ] || faults="$faults; the path is in $held"
  if [ -n "$faults" ]; then
    echo "FAIL  $name: $first$faults"
    failed=1
  else
    echo "ok    $name: $first ($((SECONDS - began)) s)"
  fi
}

hello='s/Hello/Goodbye/'
app='s/app.Run();/app.Logger.LogInformation("edited"); app.Run();/'
linux=(-r linux-x64)
row 'console C#' 'console' Site.csproj Program.cs "$hello"
row 'console F#' 'console -lang F#' Site.fsproj Program.fs "$hello"
row 'console VB' 'console -lang VB' Site.vbproj Program.vb "$hello"
row 'console C# embedded symbols' 'console' Site.csproj Program.cs "$hello" -p:DebugType=embedded
row 'console C# no symbols' 'console' Site.csproj Program.cs "$hello" -p:DebugType=none
row 'console C# artifacts' 'console' Site.csproj Program.cs "$hello" -p:UseArtifactsOutput=true
row 'console C# self-contained' 'console' Site.csproj Program.cs "$hello" "${linux[@]}" --self-contained
row 'console C# single file' 'console' Site.csproj Program.cs "$hello" "${linux[@]}" --self-contained -p:PublishSingleFile=true
row 'console C# trimmed' 'console' Site.csproj Program.cs "$hello" "${linux[@]}" -p:PublishTrimmed=true
row 'console F# trimmed' 'console -lang F#' Site.fsproj Program.fs "$hello" "${linux[@]}" -p:PublishTrimmed=true
row 'console C# ReadyToRun' 'console' Site.csproj Program.cs "$hello" "${linux[@]}" --self-contained false -p:PublishReadyToRun=true
row 'console C# aot' 'console' Site.csproj Program.cs "$hello" "${linux[@]}" -p:PublishAot=true -p:InvariantGlobalization=true
row 'webapp' 'webapp' Site.csproj Pages/Index.cshtml 's/Welcome/Goodbye/'
row 'webapp composite' 'webapp' Site.csproj Pages/Index.cshtml 's/Welcome/Goodbye/' "${linux[@]}" --self-contained -p:PublishReadyToRun=true -p:PublishReadyToRunComposite=true
row 'webapp single file' 'webapp' Site.csproj Pages/Index.cshtml 's/Welcome/Goodbye/' "${linux[@]}" --self-contained -p:PublishSingleFile=true
row 'mvc C#' 'mvc' Site.csproj Views/Home/Index.cshtml 's/Welcome/Goodbye/'
row 'mvc F#' 'mvc -lang F#' Site.fsproj Views/Home/Index.cshtml 's/Welcome/Goodbye/'
row 'blazor server' 'blazor -int Server' Site.csproj Components/Pages/Home.razor 's/Hello/Goodbye/'
row 'blazor wasm' 'blazor -int WebAssembly' Site/Site.csproj Site/Components/App.razor 's/lang="en"/lang="de"/'
row 'web C#' 'web' Site.csproj Program.cs "$hello"
row 'web F#' 'web -lang F#' Site.fsproj Program.fs "$hello"
row 'webapi C#' 'webapi' Site.csproj Program.cs 's/"Mild"/"Mellow"/'
row 'webapi controllers' 'webapi --use-controllers' Site.csproj Program.cs "$app"
row 'webapi F#' 'webapi -lang F#' Site.fsproj Program.fs 's/exitCode = 0/exitCode = 1/'
row 'webapiaot' 'webapiaot' Site.csproj Program.cs 's/Walk the dog/Walk the cat/' "${linux[@]}"
row 'webapiaot managed' 'webapiaot' Site.csproj Program.cs 's/Walk the dog/Walk the cat/' -p:PublishAot=false
row 'grpc' 'grpc' Site.csproj Program.cs "$app"
row 'worker C#' 'worker' Site.csproj Worker.cs 's/running at/walking at/'
row 'worker F#' 'worker -lang F#' Site.fsproj Worker.fs 's/running at/walking at/'
row 'blazor auto' 'blazor -int Auto' Site/Site.csproj Site/Components/App.razor 's/lang="en"/lang="de"/'
row 'blazor global auto' 'blazor -int Auto -ai' Site/Site.csproj Site.Client/Pages/Counter.razor 's/currentCount++/currentCount += 2/'
row 'mcpserver' 'mcpserver' Site.csproj Program.cs 's/Trace/Debug/' "${linux[@]}" -p:RuntimeIdentifiers=linux-x64
# A web app with a Razor library, satellites, linked files, and all source generators of the shared framework.
everything=('@Everything' Site/Site.csproj Site/Data/Generated.cs 's/{1,6}/{1,7}/')
row 'everything' "${everything[@]}"
row 'everything --output' "${everything[@]}" --output HERE/out
row 'everything ReadyToRun' "${everything[@]}" "${linux[@]}" --self-contained false -p:PublishReadyToRun=true
properties='<PublishTrimmed Condition="$(MSBuildProjectName) == Site">true</PublishTrimmed>'
row 'everything trimmed' "${everything[@]}" "${linux[@]}"
properties='<UseArtifactsOutput>true</UseArtifactsOutput><ArtifactsPath>$(MSBuildThisFileDirectory)artifacts</ArtifactsPath>'
row 'everything artifacts' "${everything[@]}"
properties=
row 'multi-targeting' '@Targets' Site.csproj Program.cs "$hello" -f net10.0
row 'file-based aot' '@FileBased' app.cs app.cs "$hello" "${linux[@]}"
row 'file-based' '@FileBased' app.cs app.cs "$hello" -p:PublishAot=false
exit $failed
