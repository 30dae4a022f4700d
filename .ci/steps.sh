# shellcheck shell=bash
# What .ci/run is made of; sourced by it.

# What a command ends with that could not be tried here; not a failure, and shown as what it is.
readonly NOT_TRIED=77

# step NAME COMMAND...: run it, keep its outcome and time in $FOLDER, and go on.
step() {
    local name=$1 began=$SECONDS outcome=ok log code
    shift
    log=$(mktemp -p "$FOLDER")
    echo
    echo "=== $name"
    "$@" 2>&1 | tee "$log"
    code=${PIPESTATUS[0]}
    if [ "$code" -eq "$NOT_TRIED" ]; then
        outcome=UNKNOWN
    elif [ "$code" -ne 0 ]; then
        outcome=FAILED
        echo "$name" >> "$FOLDER/failed"
    fi
    printf '%-34s %-7s %4d s  %s\n' "$name" "$outcome" $((SECONDS - began)) "$(closing_line "$log")" >> "$FOLDER/summary"
    [ "$outcome" != FAILED ]
}

# What pytest or vitest said last of all.
closing_line() {
    grep -aE '^(=+ )?[0-9]+ (passed|failed|error|skipped).* in |^ *Tests +[0-9]' "$1" | tail -1 | tr -s '= ' ' '
}

finish() {
    [ -n "${LANE:-}" ] && kill -- "-$LANE" 2> /dev/null
    [ -x .venv/bin/bootseal ] && .venv/bin/bootseal local down > /dev/null 2>&1
    rm -rf "$FOLDER"
}

system_packages() {
    local missing=() command package
    while read -r command package; do
        command -v "$command" > /dev/null || missing+=("$package")
    done << 'PACKAGES'
zsh zsh
dash dash
busybox busybox
fish fish
mksh mksh
tmux tmux
vim vim
ps procps
systemctl systemd
sshd openssh-server
ssh openssh-client
unshare util-linux
chromium chromium
PACKAGES
    [ ${#missing[@]} -eq 0 ] && return 0
    if [ "$(id -u)" -ne 0 ] || ! command -v apt-get > /dev/null; then
        echo "not root on Debian, so these are not installed and their tests are skipped: ${missing[*]}"
        return 0
    fi
    apt-get update -qq && apt-get install -y -qq --no-install-recommends "${missing[@]}" > /dev/null
}

# Whether anything locked is known to be vulnerable; a registry that does not answer that gives no all-clear.
advisories() {
    tools/audit.sh
    local code=$?
    [ "$code" -eq 2 ] && return "$NOT_TRIED"
    return "$code"
}

has_console() {
    command -v npm > /dev/null
}

stack_up() {
    .venv/bin/bootseal local up --detach --port "$(free_port)"
}

free_port() {
    python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'
}

# Tests that may not be there on this machine (no Chromium): none collected is no failure.
pytest_any() {
    .venv/bin/pytest "$@"
    local outcome=$?
    [ "$outcome" -eq 5 ] && echo "no such tests here" && return 0
    return "$outcome"
}
