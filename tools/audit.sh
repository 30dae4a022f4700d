#!/bin/sh
# Known vulnerabilities in what is locked: the layer and command line, the console. Needs the registries' advisories.
# Exit 0: none known. Exit 1: some found. Exit 2: NOT ASKED: a source could not be asked, which is no all-clear.
set -u
cd "$(dirname "$0")/.." || exit 2
uv=.tools/uv/bin/uv
[ -x "$uv" ] || uv=uv
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
found=0
unasked=0

python_audit() { # requirements file
    .venv/bin/pip-audit --strict --disable-pip --progress-spinner off "$@" >"$work/out" 2>&1
}

# An index without advisories answers as if there were none: only one that knows an old release's is believed.
python_advisories_known() {
    echo 'urllib3==1.24.1' >"$work/known.txt"
    python_audit --no-deps -r "$work/known.txt"
    grep -qE 'urllib3 +1\.24\.1 +(PYSEC|GHSA|CVE)-' "$work/out"
}

console_audit() {
    npm --prefix console audit --audit-level=moderate --json >"$work/out" 2>&1
}

outcome() { # name, exit status, pattern of a finding
    if [ "$2" = 0 ]; then
        echo "$1: asked, nothing known"
    elif grep -qE "$3" "$work/out"; then
        echo "$1: FOUND"
        cat "$work/out"
        found=1
    else
        not_asked "$1"
    fi
}

not_asked() { # name
    echo "$1: NOT ASKED, its advisories could not be read here; this is no all-clear"
    tail -n 3 "$work/out"
    unasked=1
}

"$uv" export --quiet --locked --all-extras --no-emit-project --format requirements-txt >"$work/requirements.txt" || exit 2
if python_advisories_known; then
    python_audit --require-hashes -r "$work/requirements.txt"
    outcome "Python packages" $? '^[^ ]+ +[^ ]+ +(PYSEC|GHSA|CVE)-'
else
    not_asked "Python packages"
fi
if command -v npm >/dev/null; then
    console_audit
    outcome "console packages" $? '"severity":'
else
    echo "npm is not here" >"$work/out"
    not_asked "console packages"
fi
[ "$found" = 0 ] || exit 1
[ "$unasked" = 0 ] || exit 2
