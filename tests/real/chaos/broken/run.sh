#!/usr/bin/env bash
# Shows that the judge sees: each patch breaks the product in a throwaway clone, and chaos must find it there.
# usage: run.sh [patch ...]; SECONDS_OF_FAULTS and SEED may be set.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../../../.." && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/lantoa-broken-XXXXXX")
running=
finish() {
    if [[ -n $running ]]; then
        kill -TERM "$running" 2>/dev/null || true
        wait "$running" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap finish EXIT
trap 'exit 130' INT TERM

patches=("$@")
((${#patches[@]})) || patches=("$here"/*.patch)
missed=0
for patch in "${patches[@]}"; do
    name=$(basename "$patch" .patch)
    clone=$work/$name
    git clone --quiet "$root" "$clone"
    git -C "$clone" apply -C1 "$(realpath "$patch")"
    ln -s "$root/.venv" "$clone/.venv"
    ln -s "$root/.servers" "$clone/.servers"
    cd "$clone"
    .venv/bin/python -m tests.real.chaos --seconds "${SECONDS_OF_FAULTS:-60}" --seed "${SEED:-7}" \
        --keep "$work/$name.run" >"$work/$name.log" 2>&1 &
    running=$!
    code=0
    wait "$running" || code=$?
    running=
    cd "$root"
    if ((code == 1)) && grep -q '^BROKEN ' "$work/$name.log"; then
        printf 'caught  %s: %s\n' "$name" "$(grep -m 1 '^BROKEN ' "$work/$name.log")"
        grep '^violations by promise' "$work/$name.log"
    else
        printf 'MISSED  %s (exit code %s)\n' "$name" "$code"
        tail -n 60 "$work/$name.log"
        missed=1
    fi
done
exit "$missed"
