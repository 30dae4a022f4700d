#!/bin/sh
# Known vulnerabilities in what is locked: the layer and command line, the tools, the console. Needs the registries.
# Exit 0: none found. Exit 1: some found. Exit 2: a registry could not be asked, which is no all-clear.
set -u
cd "$(dirname "$0")/.." || exit 2
bin=.venv/bin
uv=.tools/uv/bin/uv
[ -x "$uv" ] || uv=uv
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
status=0

ask() { # name, command...: exit 1 of an auditor means findings, anything else that it could not look
    name=$1
    shift
    printf '%s: ' "$name" >&2
    if "$@" >"$work/out" 2>&1; then
        echo "nothing known" >&2
    elif grep -qiE 'vulnerabilit|severity|advisor' "$work/out" && ! grep -qiE 'ENOTFOUND|ECONNREFUSED|ConnectionError|Max retries|audit endpoint' "$work/out"; then
        echo "FOUND" >&2
        cat "$work/out" >&2
        status=1
    else
        echo "could not be asked" >&2
        tail -n 5 "$work/out" >&2
        [ "$status" = 1 ] || status=2
    fi
}

"$uv" export --quiet --locked --all-extras --no-emit-project --format requirements-txt >"$work/requirements.txt" || exit 2
ask "Python packages" "$bin/pip-audit" --disable-pip --require-hashes --progress-spinner off -r "$work/requirements.txt"
if [ -f console/package-lock.json ]; then
    ask "console packages" npm --prefix console audit --audit-level=moderate
fi
exit $status
