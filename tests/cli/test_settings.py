"""Settings are read from the environment, and junk is refused by name."""

from pathlib import Path

import pytest

from api.settings import Seals, Servers, SettingsError, read_settings

BOTH = {
    "LAERDOM_DATABASE": "postgresql://laerdom:secret@db/laerdom",
    "LAERDOM_ELASTICSEARCH": "https://elastic:secret@one:9200, https://two:9200",
}


def test_without_servers_everything_is_in_a_folder() -> None:
    settings = read_settings()
    assert (settings.servers, settings.data) == (None, Path("data"))


def test_two_variables_are_enough_for_scale_out(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in BOTH.items():
        monkeypatch.setenv(name, value)
    assert read_settings().servers == Servers(
        database="postgresql://laerdom:secret@db/laerdom",
        elasticsearch=("https://elastic:secret@one:9200", "https://two:9200"),
        api_key=None,
        ca=None,
        index="laerdom",
        shards=1,
        replicas=1,
        refresh="1s",
        seals=Seals(Path("data/keys"), Path("data/checkpoints"), Path("data")),
    )


def test_the_rest_can_be_set(monkeypatch: pytest.MonkeyPatch) -> None:
    more = {"ELASTICSEARCH_API_KEY": "key", "ELASTICSEARCH_CA": "/etc/ca.pem", "INDEX": "arena", "INDEX_SHARDS": "3"}
    more |= {"INDEX_REPLICAS": "0", "INDEX_REFRESH": "500ms"}
    for name, value in (BOTH | {f"LAERDOM_{name}": value for name, value in more.items()}).items():
        monkeypatch.setenv(name, value)
    servers = read_settings().servers
    assert servers
    assert (servers.api_key, servers.ca, servers.index) == ("key", Path("/etc/ca.pem"), "arena")
    assert (servers.shards, servers.replicas, servers.refresh) == (3, 0, "500ms")


def test_no_secret_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in (BOTH | {"LAERDOM_ELASTICSEARCH_API_KEY": "secret"}).items():
        monkeypatch.setenv(name, value)
    settings = read_settings()
    assert "secret" not in repr(settings.servers)
    assert "secret" not in repr(settings)


@pytest.mark.parametrize("alone", sorted(BOTH))
def test_one_without_the_other_is_refused(alone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(alone, BOTH[alone])
    with pytest.raises(SettingsError) as refused:
        read_settings()
    assert str(refused.value) == (
        "LAERDOM_DATABASE and LAERDOM_ELASTICSEARCH go together: set both, or neither for the embedded mode."
    )


@pytest.mark.parametrize("value", ["y", "1", "true", "on", "yes"])
def test_the_switch_that_loses_notifications_is_refused(value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", value)
    with pytest.raises(SettingsError, match="POSTGRES_ENABLE_DB_FUNCTIONS is on"):
        read_settings()
    monkeypatch.setenv("POSTGRES_ENABLE_DB_FUNCTIONS", "n")
    assert read_settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("PORT", v) for v in ("0", "70000", "eighty")),
        *(("INDEX", v) for v in ("Laerdom", "9lives", "a-b", "a*", "")),
        *(("INDEX_SHARDS", v) for v in ("0", "65", "many")),
        *(("INDEX_REPLICAS", v) for v in ("-1", "11")),
        *(("INDEX_REFRESH", v) for v in ("soon", "0s", "1h", "1 s")),
        ("LOG_LEVEL", "loud"),
        ("MAX_BODY_BYTES", "10"),
    ],
)
def test_a_value_that_cannot_be_used_is_refused_by_name(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"LAERDOM_{name}", value)
    with pytest.raises(SettingsError, match=f"^LAERDOM_{name}: "):
        read_settings()


def test_a_name_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAERDOM_DATBASE", "postgresql://db/laerdom")
    with pytest.raises(SettingsError, match=r"^LAERDOM_DATBASE is not a setting\. Settings are: LAERDOM_CHECKPOINTS, "):
        read_settings()
