#!/bin/sh
# Makes the machine ready: system libraries, virtual environment, hash-pinned dependencies.
# usage: deploy/setup.sh run|test|bench      Does nothing when everything is in place.
set -eu
cd "$(dirname "$0")/.."
purpose=${1:-run}
python=${PYTHON:-python3}

refuse() { printf '\n%s\n' "$1" >&2; exit 1; }

# 1. system packages: file or command that proves presence, package that brings it
wanted=""
want() { wanted="$wanted $1"; }
command -v "$python" >/dev/null 2>&1 || want python3
"$python" -c 'import ensurepip, venv' >/dev/null 2>&1 || want python3-venv
library() { ldconfig -p 2>/dev/null | grep -q "$1"; }
library libpango-1.0.so.0 || want libpango-1.0-0
library libpangoft2-1.0.so.0 || want libpangoft2-1.0-0
if [ "$purpose" = test ]; then
    command -v openssl >/dev/null 2>&1 || want openssl
    if [ "${CI:-}" = true ]; then
        command -v chromium >/dev/null 2>&1 || want chromium
        command -v pdftotext >/dev/null 2>&1 || want poppler-utils
        command -v java >/dev/null 2>&1 || want default-jdk-headless
    fi
fi
if [ -n "$wanted" ]; then
    manual="Il manque sur cette machine :$wanted. Installez-les (apt-get install -y$wanted), puis relancez."
    command -v apt-get >/dev/null 2>&1 || refuse "$manual"
    [ "$(id -u)" = 0 ] || refuse "$manual"
    echo "Installation des paquets système :$wanted"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q >/dev/null || refuse "$manual"
    # shellcheck disable=SC2086
    apt-get install -y -q --no-install-recommends $wanted >/dev/null || refuse "$manual"
fi

"$python" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))' ||
    refuse "Python 3.11, 3.12 ou 3.13 est nécessaire ; $python est $("$python" -V)."

# 2. virtual environment
[ -x .venv/bin/python ] && .venv/bin/python -c '' 2>/dev/null || { rm -rf .venv; "$python" -m venv .venv; }

# 3. dependencies, pinned by hash
lock=requirements.lock
[ "$purpose" = test ] && lock=requirements-dev.lock
[ "$purpose" = bench ] && lock=requirements-bench.lock
stamp=.venv/.installed
digest=$(sha256sum "$lock" | cut -d' ' -f1)
if ! grep -qs "$digest" "$stamp"; then
    echo "Installation des dépendances ($lock)…"
    if command -v uv >/dev/null 2>&1; then
        UV_PYTHON_DOWNLOADS=never uv pip install -q --python .venv/bin/python --require-hashes -r "$lock"
    else
        .venv/bin/python -m ensurepip -q 2>/dev/null || true
        .venv/bin/python -m pip install -q --disable-pip-version-check --require-hashes -r "$lock"
    fi
    echo "$digest" >>"$stamp"
fi
