#!/usr/bin/env bash
# Fetches Apache Kafka (Maven) and builds the MinIO server (Go) into .servers/. Starts nothing. Quick when all is there.
set -euo pipefail
cd "$(dirname "$0")/../.."

here=deploy/native
servers=.servers
minio_version=$(cat "$here/minio.version")

say() { printf '%s\n' "$*" >&2; }

missing=()
need() { # command, name for people
    command -v "$1" >/dev/null 2>&1 || missing+=("$2")
}

java_is_17() {
    local major
    major=$(java -version 2>&1 | sed -n 's/.*version "\([0-9]*\).*/\1/p' | head -n 1)
    [[ -n $major && $major -ge 17 ]]
}

stop_when_missing() {
    ((${#missing[@]})) || return 0
    local names
    names=$(printf ', %s' "${missing[@]}")
    say "Thiếu: ${names:2}. Hãy cài rồi chạy lại «make servers»."
    say "Missing: ${names:2}. Install it, then run \`make servers\` again."
    exit 2
}

kafka_is_there() { cmp -s "$here/pom.xml" "$servers/kafka/.fetched"; }

minio_is_there() { [[ -x $servers/minio/minio ]] && cmp -s "$here/minio.version" "$servers/minio/.built"; }

fetch_kafka() {
    local new=$servers/kafka.new
    if kafka_is_there; then
        say "Kafka: đã có / there already"
        return
    fi
    say "Kafka: đang tải các tệp jar / fetching its jars …"
    rm -rf "$new" "$servers/kafka"
    mvn --batch-mode --quiet --no-transfer-progress --file "$here/pom.xml" dependency:copy-dependencies \
        -DincludeScope=runtime -DoutputDirectory="$PWD/$new/libs" </dev/null >&2
    mv "$new" "$servers/kafka"
    cp "$here/pom.xml" "$servers/kafka/.fetched"
    say "Kafka: xong / done"
}

build_minio() {
    if minio_is_there; then
        say "MinIO: đã có / there already"
        return
    fi
    say "MinIO: đang dựng từ mã nguồn, chỉ một lần / building from source, once …"
    rm -rf "$servers/minio"
    mkdir -p "$servers/minio"
    GOBIN="$PWD/$servers/minio" GOFLAGS="${GOFLAGS:-} -trimpath" CGO_ENABLED=0 \
        go install "github.com/minio/minio@$minio_version" </dev/null >&2
    cp "$here/minio.version" "$servers/minio/.built"
    say "MinIO: xong / done"
}

need java "Java 17 (JRE)"
kafka_is_there || need mvn Maven
minio_is_there || need go Go
if command -v java >/dev/null 2>&1 && ! java_is_17; then
    missing+=("Java ≥ 17 (đang có bản cũ hơn / an older one is there)")
fi
stop_when_missing
mkdir -p "$servers"
fetch_kafka
build_minio
