"""The public images of the three servers, the same as in docker-compose.yml."""

POSTGRES = "postgres:18"
KAFKA = "apache/kafka:4.1.0"
MINIO = "quay.io/minio/minio:RELEASE.2025-09-07T16-13-09Z"
