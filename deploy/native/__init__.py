"""Kafka, MinIO and PostgreSQL as ordinary processes of this machine: no container engine is needed."""
