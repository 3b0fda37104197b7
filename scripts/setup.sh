#!/usr/bin/env bash
# Prepare this checkout. Called by make; safe to repeat.
#   setup.sh base      .venv with what the package needs to run (no root)
#   setup.sh test      .venv with what all checks need (no root)
#   setup.sh browser   Chromium and a font, and the MariaDB server, from Debian (root, or already there)
set -euo pipefail
cd "$(dirname "$0")/.."

find_python() {
    local candidate
    for candidate in "${PYTHON:-}" python3.11 python3 python3.12 python3.13; do
        if [ -n "$candidate" ] &&
            "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    echo "Python 3.11 or newer with venv is needed. On Debian: apt-get install python3.11-venv" >&2
    return 1
}

environment() {
    local lock="requirements/$1.txt"
    local pip=(.venv/bin/python -m pip --quiet --disable-pip-version-check --no-input)
    if ! .venv/bin/python -c 'import pip' 2>/dev/null; then
        local python
        python=$(find_python)
        "$python" -m venv .venv
    fi
    echo "Installing the packages locked in $lock into .venv" >&2
    # Wheels only: building a package would fetch build tools that no hash covers. What is used is compiled when it is
    # first imported; to compile all of it takes as long as to install it.
    "${pip[@]}" install --no-compile --require-hashes --only-binary :all: --requirement "$lock"
    "${pip[@]}" install --no-deps --no-build-isolation --no-index --editable .
}

browser() {
    local packages=()
    if ! command -v chromium >/dev/null || [ ! -e /usr/share/fonts/truetype/dejavu/DejaVuSans.ttf ]; then
        packages+=(chromium fonts-dejavu-core)
    fi
    # The programs alone, without the service. Debian keeps the server out of an ordinary user's path.
    if ! PATH="$PATH:/usr/sbin" command -v mariadbd >/dev/null || ! command -v mariadb-install-db >/dev/null; then
        packages+=(mariadb-server-core mariadb-client-core)
    fi
    if [ "${#packages[@]}" = 0 ]; then
        return
    fi
    if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
        echo "The tests need Chromium, a font and MariaDB. Run this once, then repeat your command:" >&2
        echo "    sudo sh -c 'apt-get update && apt-get install -y --no-install-recommends ${packages[*]}'" >&2
        return 1
    fi
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    apt-get install -y -qq --no-install-recommends "${packages[@]}" >/dev/null
}

case "${1:-}" in
base | test) environment "$1" ;;
browser) browser ;;
*)
    echo "usage: setup.sh base|test|browser" >&2
    exit 2
    ;;
esac
