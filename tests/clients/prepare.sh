#!/usr/bin/env bash
# Puts the clients that come from package registries into .clients/: pinned, hashed, without install scripts.
# What a machine cannot have (no npm) is said and left out. Quick when all is there.
set -euo pipefail
cd "$(dirname "$0")/../.."

here=tests/clients
there=.clients

say() { printf '%s\n' "$*" >&2; }

python_client() {
    if cmp -s "$here/requirements.txt" "$there/python/.installed"; then
        return
    fi
    local uv
    uv=$(command -v uv || echo .venv/uv/bin/uv)
    say "openapi-python-client: đang cài / installing …"
    rm -rf "$there/python"
    "$uv" venv --quiet --python .venv/bin/python "$there/python"
    "$uv" pip sync --quiet --python "$there/python/bin/python" --require-hashes "$here/requirements.txt"
    cp "$here/requirements.txt" "$there/python/.installed"
}

node_clients() {
    if ! command -v npm >/dev/null 2>&1; then
        say "Không có npm: bỏ qua các máy khách Node / no npm: the Node clients are left out (install Node 20)"
        return
    fi
    if cmp -s "$here/node/package-lock.json" "$there/node/.installed"; then
        return
    fi
    say "Máy khách Node: đang cài / Node clients: installing …"
    rm -rf "$there/node"
    mkdir -p "$there/node"
    cp "$here/node/package.json" "$here/node/package-lock.json" "$there/node/"
    (cd "$there/node" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >&2)
    cp "$here/node/package-lock.json" "$there/node/.installed"
}

python_client
node_clients
for program in kcat chromium; do
    command -v "$program" >/dev/null 2>&1 ||
        say "Không có $program: bỏ qua phép thử của nó / its tests are left out (Debian: apt-get install $program)"
done
