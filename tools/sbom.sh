#!/bin/sh
# Lists every locked dependency as CycloneDX 1.5 JSON: what the layer carries, and the console.
# Usage: tools/sbom.sh [FOLDER]    default: dist
set -eu
cd "$(dirname "$0")/.."
folder=${1:-dist}
mkdir -p "$folder"
uv=.tools/uv/bin/uv
[ -x "$uv" ] || uv=uv
"$uv" export --quiet --locked --extra service --no-dev --format cyclonedx1.5 --output-file "$folder/sbom-layer.json" >/dev/null
echo "$folder/sbom-layer.json"
if [ -f console/package-lock.json ] && command -v npm >/dev/null; then
    npm --prefix console sbom --package-lock-only --omit=dev --sbom-format=cyclonedx >"$folder/sbom-console.json"
    echo "$folder/sbom-console.json"
fi
