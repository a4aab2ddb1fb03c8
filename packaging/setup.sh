#!/bin/sh
# Makes .venv in the checkout and installs PixSort into it, with what Qt needs from a Debian or Ubuntu system.
# `packaging/setup.sh dev` adds the tools that the tests and checks need. Running it again is harmless.
set -eu
cd "$(dirname "$0")/.."

say() { printf 'setup: %s\n' "$*" >&2; }

# The shared libraries that Qt's Linux wheels expect from the system, and a font for its text.
PACKAGES="libegl1 libgl1 libxkbcommon0 libxkbcommon-x11-0 libdbus-1-3 libfontconfig1 libglib2.0-0 libxcb-cursor0
libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render-util0 libxcb-shape0 libxcb-xinerama0
libxcb-xkb1 fonts-dejavu-core"

missing_packages() {
    for package in $PACKAGES; do
        dpkg -s "$package" 2>/dev/null | grep -q '^Status: install ok installed' || printf '%s ' "$package"
    done
}

install_packages() {
    command -v dpkg >/dev/null 2>&1 || return 0
    missing=$(missing_packages)
    [ -n "$missing" ] || return 0
    if [ "$(id -u)" -eq 0 ]; then
        as_root=""
    elif sudo -n true 2>/dev/null; then
        as_root="sudo"
    else
        say "the window may need these packages, which only an administrator can install: $missing"
        return 0
    fi
    say "installing $missing"
    $as_root apt-get update -qq
    # shellcheck disable=SC2086  # one word a package
    $as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}

make_venv() {
    [ -x .venv/bin/python ] && return 0
    python3 -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { say "Python 3.11 or later is needed."; exit 1; }
    # Debian's Python comes without ensurepip; virtualenv, fetched with the pip that is there, does without it.
    python3 -m venv .venv 2>/dev/null && return 0
    rm -rf .venv
    bootstrap=$(mktemp -d)
    python3 -m pip install -q --target "$bootstrap" virtualenv
    PYTHONPATH="$bootstrap" python3 -m virtualenv -q .venv
    rm -rf "$bootstrap"
}

install_packages
make_venv
extra=""
[ "${1:-}" = dev ] && extra="[dev]"
.venv/bin/python -m pip install -q --disable-pip-version-check --constraint packaging/constraints.txt --editable ".$extra"
