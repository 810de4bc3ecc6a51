#!/usr/bin/env bash
# Puts the peers that come from npm into .bench/peers (pinned, hashed, without install scripts), and wrk where root
# may install it. What a machine cannot have is said and left out. Quick when all is there.
set -euo pipefail
cd "$(dirname "$0")/../../.."

here=tests/bench/peers
there=.bench/peers

say() { printf '%s\n' "$*" >&2; }

if ! command -v npm >/dev/null 2>&1; then
    say "Không có npm: không đo PostGraphile / no npm: PostGraphile is left out"
elif ! cmp -s "$here/package-lock.json" "$there/.installed"; then
    say "PostGraphile: đang cài / installing …"
    rm -rf "$there"
    mkdir -p "$there"
    cp "$here/package.json" "$here/package-lock.json" "$there/"
    (cd "$there" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error </dev/null >&2)
    cp "$here/package-lock.json" "$there/.installed"
fi

if ! command -v wrk >/dev/null 2>&1; then
    if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null 2>&1; then
        apt-get update --quiet=2
        DEBIAN_FRONTEND=noninteractive apt-get install --quiet=2 --yes --no-install-recommends wrk || true
    fi
    command -v wrk >/dev/null 2>&1 || say "Không có wrk: tải do máy khách Python của dự án / no wrk: a client in Python asks"
fi
