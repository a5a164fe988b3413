from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from seedwright.errors import SettingsError
from seedwright.settings.load import load_settings
from seedwright.settings.predecessor import Verdict, import_settings

if TYPE_CHECKING:
    from pathlib import Path

THEIRS = """\
qbittorrent:
  host: nas.lan
  port: 8090
  auth:
    auth_mode: password
    username_ref: env:QBT_USER
    password_ref: file:/run/secrets/qbt
  category: "0123"
use_https: true
auto_open_output_folder: true
default_upload_root: /srv/up
remember_last_folder: yes
web_server:
  port: 9000
  debug: true
url_seeds: [https://w.example/]
debug: true
torrent_creation:
  private: true
  piece_size: 4MiB
docker_path_mapping:
  /srv: /data
hosst: x
"""


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    file = tmp_path / "old.yaml"
    file.write_text(THEIRS)
    return file


def test_every_line_is_kept_moved_or_left_out_with_a_reason(theirs: Path) -> None:
    lines = {line.name: line for line in import_settings(theirs).lines}
    assert {name for name, line in lines.items() if line.verdict is Verdict.KEPT} == {
        *("qbittorrent.host", "qbittorrent.port", "qbittorrent.category"),
        *("torrent_creation.private", "torrent_creation.piece_size"),
    }
    assert {name: line.note for name, line in lines.items() if line.verdict is Verdict.MOVED} == {
        "qbittorrent.auth.username_ref": "qbittorrent.username",
        "qbittorrent.auth.password_ref": "qbittorrent.password_file",
        "use_https": "qbittorrent.use_https",
        "docker_path_mapping": "qbittorrent.docker_path_mapping",
    }
    left = {name: line.note for name, line in lines.items() if line.verdict is Verdict.LEFT_OUT}
    assert left.keys() == {
        *("qbittorrent.auth.auth_mode", "auto_open_output_folder", "default_upload_root"),
        *("remember_last_folder", "web_server", "url_seeds", "debug", "hosst"),
    }
    assert all(left.values())
    assert lines["hosst"].place.line == 23


def test_what_comes_out_are_settings_that_mean_the_same(
    theirs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("QBT_USER", "me")
    secret = tmp_path / "secret"
    secret.write_text("hunter2\n")
    theirs.write_text(THEIRS.replace("/run/secrets/qbt", str(secret)))
    ours = tmp_path / "seedwright.yaml"
    ours.write_text(import_settings(theirs).text)
    settings = load_settings(ours).settings
    client = settings.qbittorrent
    assert (client.host, client.port, client.use_https) == ("nas.lan", 8090, True)
    assert (client.username, client.category) == ("me", "0123")
    assert client.password is not None
    assert client.password.get_secret_value() == "hunter2"
    assert client.docker_path_mapping == {"/srv": "/data"}
    assert settings.torrent_creation.private is True
    assert "port: 8090" in ours.read_text()
    assert "category: '0123'" in ours.read_text()


@pytest.mark.parametrize(
    ("reference", "home", "written"),
    [
        ("env:PASS", "password", "${PASS}"),
        ("env://PASS", "password", "${PASS}"),
        ("PASS", "password", "${PASS}"),
        ("${PASS}", "password", "${PASS}"),
        ("file:/run/x", "password_file", "/run/x"),
        ("file:///run/x", "password_file", "/run/x"),
    ],
)
def test_a_secret_stays_a_reference(
    tmp_path: Path, reference: str, home: str, written: str
) -> None:
    file = tmp_path / "old.json"
    file.write_text(json.dumps({"auth": {"password_ref": reference}}))
    assert f"{home}: {written}" in import_settings(file).text


def test_a_reference_that_is_not_followed_is_left_out_and_not_shown(tmp_path: Path) -> None:
    file = tmp_path / "old.yaml"
    file.write_text("password_ref: keyring:qbt/hunter2\n")
    imported = import_settings(file)
    [line] = imported.lines
    assert (line.verdict, imported.text) == (Verdict.LEFT_OUT, "")
    assert "keyring" in line.note
    assert "hunter2" not in line.note


@pytest.mark.parametrize("text", ["", "a: [", "- x\n", "a: !x y\n", "a: &x b\na: c\n"])
def test_what_is_no_settings_file_is_one_sentence(tmp_path: Path, text: str) -> None:
    file = tmp_path / "old.yaml"
    file.write_text(text)
    with pytest.raises(SettingsError):
        import_settings(file)
