"""Every setting there is, read from the environment here and nowhere else."""

import os
from pathlib import Path
from typing import Literal

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

PREFIX = "LAERDOM_"


class SettingsError(ValueError):
    """A setting has a value that cannot be used, or a name that is none. Says which, and what would do."""


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="forbid", frozen=True)

    data: Path = Field(default=Path("data"), description="Folder for events, people, views and index.")
    host: str = Field(
        default="127.0.0.1", description="Address to serve on. Only a loopback address until sign-in exists."
    )
    port: int = Field(default=8000, ge=1, le=65535, description="Port to serve on.")
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="The least that is logged."
    )
    max_body_bytes: int = Field(default=2_000_000, ge=1_000, description="Largest request body that is read, in bytes.")


def read_settings(**given: object) -> Settings:
    """Settings of the environment, overridden by what is `given` and not None. Raises `SettingsError`."""
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known:
            raise SettingsError(f"{name} is not a setting. Settings are: {', '.join(sorted(known))}.")
    try:
        return Settings(**{k: v for k, v in given.items() if v is not None})  # pyright: ignore[reportArgumentType]
    except ValidationError as error:
        first = error.errors()[0]
        raise SettingsError(f"{PREFIX}{str(first['loc'][0]).upper()}: {first['msg']}.") from None
