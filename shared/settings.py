"""The settings of one process, read from `LANTOA_*` variables (and `.env` in development)."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from shared.once import write_once

DEVELOPMENT_ISSUER = "urn:lantoa:development"
SHORTEST_KEY = 32


class UnsafeSettings(Exception):
    """A setting is missing or unsafe for production; the message is one line that says which and what to do."""


class Settings(BaseSettings):
    """Values only; nothing here opens a file or a connection. Paths are relative to the working directory."""

    model_config = SettingsConfigDict(env_prefix="LANTOA_", env_file=".env", extra="ignore", env_ignore_empty=True)

    env: Literal["development", "production"] = "development"
    home: Path = Path(".lantoa")
    database_url: str | None = None  # None: the embedded PostgreSQL in `home`
    plans_database_url: str | None = None
    nominations_database_url: str | None = None
    publicity_database_url: str | None = None
    notifications_database_url: str | None = None
    bus_url: str = "memory://"
    kafka_replication: int = Field(default=1, ge=1, le=9)  # of topics made by `lantoa migrate`
    files_url: str | None = None  # None: a directory in `home`
    files_public_url: str | None = None
    auth_issuer: str = DEVELOPMENT_ISSUER
    auth_audience: str = "lantoa"
    auth_client_id: str = "lantoa"  # as which browsers sign in
    auth_client_secret: str | None = None  # None: a public client, whose proof is PKCE alone
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str | None = None  # how people and portals reach us; None: http://host:port
    smtp_url: str | None = None  # None: mails are printed to the log, in development only
    mail_from: str = "lantoa@localhost"
    secret_key: str | None = None  # an older key may follow a comma
    cors_origins: list[str] = Field(default_factory=list)
    introspection: bool = True
    graph_cache: bool = True  # answers of the portal graph are kept for a second at most, and dropped when they change
    allow_private_webhooks: bool = False  # webhooks to addresses inside the network
    otlp_url: str | None = None  # None: OTEL_EXPORTER_OTLP_ENDPOINT, and without it no spans at all

    @field_validator(
        *(f"{name}database_url" for name in ("", "plans_", "nominations_", "publicity_", "notifications_"))
    )
    @classmethod
    def _is_postgresql(cls, value: str | None) -> str | None:
        try:
            if value is None or make_url(value).get_backend_name() == "postgresql":
                return value
        except ArgumentError:
            pass
        raise ValueError("postgresql://…")

    @model_validator(mode="after")
    def _safe_in_production(self) -> Self:
        if self.env == "production":
            self._refuse_unsafe()
        return self

    def _refuse_unsafe(self) -> None:
        needed = {
            "LANTOA_DATABASE_URL": self.database_url,
            "LANTOA_FILES_URL": self.files_url,
            "LANTOA_SECRET_KEY": self.secret_key,
            "LANTOA_PUBLIC_URL": self.public_url,
            "LANTOA_SMTP_URL": self.smtp_url,  # without one, mails and addresses would go to the log
        }
        missing = [name for name, value in needed.items() if not value]
        if self.bus_url.startswith("memory:"):
            missing.append("LANTOA_BUS_URL")
        if self.auth_issuer == DEVELOPMENT_ISSUER:
            missing.append("LANTOA_AUTH_ISSUER")
        if missing:
            raise UnsafeSettings(f"Môi trường production còn thiếu thiết lập: {', '.join(missing)}.")
        if any(len(key) < SHORTEST_KEY for key in self.secret_keys):
            raise UnsafeSettings(f"Mỗi khóa trong LANTOA_SECRET_KEY phải dài ít nhất {SHORTEST_KEY} ký tự.")

    @property
    def collector_url(self) -> str | None:
        """Where spans go by OTLP over HTTP; OpenTelemetry's own variable counts as well."""
        return self.otlp_url or os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or None

    @property
    def base_url(self) -> str:
        """The address printed in links, without a trailing slash."""
        return (self.public_url or f"http://{self.host}:{self.port}").rstrip("/")

    @property
    def secret_keys(self) -> list[str]:
        """The signing key first, then older keys still accepted; made in `home` once in development."""
        if self.secret_key:
            return [key.strip() for key in self.secret_key.split(",")]
        path = self.home / "secret_key"
        if not path.exists():
            write_once(path, secrets.token_urlsafe(32))
        return [path.read_text().strip()]


def read_settings() -> Settings:
    """The settings of this process. Raises UnsafeSettings, also where a value cannot be understood."""
    in_production = os.environ.get("LANTOA_ENV") == "production"
    try:
        return Settings(_env_file=None) if in_production else Settings()
    except ValidationError as error:
        names = ", ".join(f"LANTOA_{'_'.join(map(str, fault['loc'])).upper()}" for fault in error.errors())
        raise UnsafeSettings(f"Thiết lập không đọc được: {names}. Hãy sửa biến môi trường hoặc tệp .env.") from error
