#!/usr/bin/env bash
# Publishes an app to docker-registry on this machine without documents, with SBOM and provenance, and with a signature by a plain key and by an encrypted one, and compares times and bytes.
usage() {
  cat <<'USAGE'
Usage: build/bench-attestations.sh [--rounds N]

  --rounds N  how often each publish is measured, in turns; the median counts (5)

Signed is by a key in PEM, encrypted by the same kind of key as cosign encrypts it, with scrypt.
Cold is a publish without bin, obj and caches of ours to a repository of its own; unchanged is the same publish once more.
Prints seconds of the clock, seconds of the processor, and the bytes that the registry holds for it.
Times mean something only on a machine that does nothing else. CONTAINERIZE_FEED names a folder with a package of ours that is packed already.
USAGE
}

declare -A numbers=([rounds]=5)
needed=(openssl)
. "$(dirname "${BASH_SOURCE[0]}")/shop.sh"
rounds=${numbers[rounds]}
openssl ecparam -name prime256v1 -genkey -noout -out "$work/key.pem"
# The key of the tests (RFC 6979, A.2.5) as cosign encrypts one: scrypt with 64 MiB (N 65536, r 8, p 1).
cat >"$work/cosign.key" <<'KEY'
-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----
eyJrZGYiOnsibmFtZSI6InNjcnlwdCIsInBhcmFtcyI6eyJOIjo2NTUzNiwiciI6
OCwicCI6MX0sInNhbHQiOiJCd2NIQndjSEJ3Y0hCd2NIQndjSEJ3Y0hCd2NIQndj
SEJ3Y0hCd2NIQndjPSJ9LCJjaXBoZXIiOnsibmFtZSI6Im5hY2wvc2VjcmV0Ym94
Iiwibm9uY2UiOiJDUWtKQ1FrSkNRa0pDUWtKQ1FrSkNRa0pDUWtKQ1FrSiJ9LCJj
aXBoZXJ0ZXh0IjoiWlRDVjZCTW9wVXlHWW85eW05UGFIb3AxZGlHTXRWUkN4ZEJR
S1dLd3lnWU5JK1ZmZWFvZWwyU2s3NjFHTGx3QjRkc3NKOWZGWHFZS0d3VXR2RW5a
UlRWL0cyMWdzY1VSRkdCeFRsN1FBa3NGUGxlRHl5Yk11c01VbjNFVnBCVDdHREhr
TU5jcVNzV3Y0bzlqcExnY3NzWUJlYk1IbDYvcTBkU2diM01yN2ppbk4zYmJpUFhz
bGI1YzZTQkNPU2NZaW5MYnpQM1BrVUJLcFE9PSJ9
-----END ENCRYPTED SIGSTORE PRIVATE KEY-----
KEY
export COSIGN_PASSWORD='correct horse'

cases=(none documents signed encrypted)
none=(-p:ContainerSbom=none -p:ContainerProvenance=false)
documents=(-p:ContainerAttestations=always)
signed=(-p:ContainerAttestations=always "-p:ContainerSigningKey=$work/key.pem")
encrypted=(-p:ContainerAttestations=always "-p:ContainerSigningKey=$work/cosign.key")

# Publishes a case into a repository, and appends its times to a file.
publish() {
  local case="$1" repository="$2" file="$3"
  local -n settings="$case"
  # The log of a publish that fails goes to the script's own output, not to the times.
  { TIMEFORMAT='%R %U %S'; time dotnet publish "$work/Shop" -p:Containerize=true -nologo -v q -nodeReuse:false \
    "-p:ContainerRegistry=127.0.0.1:$port" "-p:ContainerRepository=$repository" "-p:ContainerCacheDirectory=$work/cache" \
    "${settings[@]}" >"$work/publish.log" 2>&1 || { cat "$work/publish.log" >&3; exit 1; }; } 3>&2 2>"$work/time"
  awk 'END { print $1, $2 + $3 }' "$work/time" >>"$file"
}

# The bytes of all files of the storage.
stored() { find "$work/registry" -type f -name data -printf '%s\n' | awk '{ sum += $1 } END { print sum + 0 }'; }

publish none warm "$work/warm"
for round in $(seq "$rounds"); do
  for case in "${cases[@]}"; do
    rm -rf "$work/Shop/bin" "$work/Shop/obj" "$work/cache"
    dotnet restore "$work/Shop" -v q -nologo >/dev/null
    before="$(stored)"
    publish "$case" "$case-$round" "$work/$case.cold"
    echo $(($(stored) - before)) >>"$work/$case.bytes"
    publish "$case" "$case-$round" "$work/$case.unchanged"
  done
done

printf '%-10s %12s %12s %14s %14s %12s\n' case "cold, s" "cold, cpu s" "unchanged, s" "unchanged, cpu" "new bytes"
for case in "${cases[@]}"; do
  printf '%-10s %12s %12s %14s %14s %12s\n' "$case" "$(cut -d' ' -f1 "$work/$case.cold" | median)" "$(cut -d' ' -f2 "$work/$case.cold" | median)" \
    "$(cut -d' ' -f1 "$work/$case.unchanged" | median)" "$(cut -d' ' -f2 "$work/$case.unchanged" | median)" "$(median <"$work/$case.bytes")"
done
