#!/usr/bin/env bash
# Publishes a project 50 times in processes of their own and 50 times in one MSBuild server, with other variables, settings and credentials
# each time, and compares the digests. The tests do the same ten times (BuildServerTests). CONTAINERIZE_TESTS_PUBLISHES is another number.
set -euo pipefail

cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0
export CONTAINERIZE_TESTS_PUBLISHES="${CONTAINERIZE_TESTS_PUBLISHES:-50}"
dotnet build tests/Containerize.Tests -c Release -nologo -v q -clp:NoSummary
tests/Containerize.Tests/bin/Release/net10.0/Containerize.Tests -noLogo -noColor -failSkips -class '*.BuildServerTests'
