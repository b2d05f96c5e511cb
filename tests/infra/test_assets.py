"""Which files /assets/ gives away, and which never."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from infra.local.edge import assets


@pytest.fixture
def root(tmp_path: Path) -> Path:
    (tmp_path / "secret.txt").write_text("secret")
    root = tmp_path / "assets"
    (root / "pictures").mkdir(parents=True)
    (root / "pictures" / "guest.png").write_bytes(b"png")
    (root / ".hidden").write_text("hidden")
    (root / "link.txt").symlink_to(tmp_path / "secret.txt")
    return root


def test_a_file_is_found_with_its_type_and_may_be_cached(root: Path) -> None:
    asset = assets.find(root, "/assets/pictures/guest.png")

    assert asset is not None
    assert asset.file.read_bytes() == b"png"
    assert dict(asset.headers)["content-type"] == "image/png"
    assert dict(asset.headers)["cache-control"] == "public, max-age=86400"
    assert dict(asset.headers)["etag"] == asset.etag


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("icon.svg", "image/svg+xml; charset=utf-8"),
        ("notes.txt", "text/plain; charset=utf-8"),
        ("guest.png", "image/png"),
        ("data", "application/octet-stream"),
    ],
)
def test_a_text_names_its_encoding(root: Path, name: str, kind: str) -> None:
    (root / name).write_bytes(b"x")
    asset = assets.find(root, f"/assets/{name}")

    assert asset is not None
    assert dict(asset.headers)["content-type"] == kind


def test_the_etag_is_the_content_s_whenever_and_wherever_the_file_was_written(root: Path) -> None:
    picture, copy = root / "pictures" / "guest.png", root / "pictures" / "copy.png"
    copy.write_bytes(picture.read_bytes())
    before = assets.find(root, "/assets/pictures/guest.png")
    os.utime(picture, (1, 1))

    same = [assets.find(root, f"/assets/pictures/{name}.png") for name in ("guest", "copy")]

    assert before is not None
    assert [asset and asset.etag for asset in same] == [before.etag, before.etag]


@pytest.mark.parametrize(
    ("if_none_match", "held"),
    [
        ("{etag}", True),
        ("W/{etag}", True),
        ('"other", {etag}', True),
        ("*", True),
        ("", False),
        ('"other"', False),
        ("{etag}x", False),
    ],
)
def test_a_client_holds_the_file_if_it_names_its_etag(root: Path, if_none_match: str, held: bool) -> None:
    asset = assets.find(root, "/assets/pictures/guest.png")

    assert asset is not None
    assert asset.is_held(if_none_match.format(etag=asset.etag)) is held


def test_a_changed_file_has_another_etag(root: Path) -> None:
    before = assets.find(root, "/assets/pictures/guest.png")
    (root / "pictures" / "guest.png").write_bytes(b"other")
    after = assets.find(root, "/assets/pictures/guest.png")

    assert before is not None
    assert after is not None
    assert before.etag != after.etag


@pytest.mark.parametrize(
    "path",
    [
        "/assets/",
        "/assets/pictures",
        "/assets/pictures/",
        "/assets/missing.png",
        "/assets/../secret.txt",
        "/assets/%2e%2e/secret.txt",
        "/assets/..%2fsecret.txt",
        "/assets/pictures/../../secret.txt",
        "/assets//etc/passwd",
        "/assets/%2Fetc%2Fpasswd",
        "/assets/..\\secret.txt",
        "/assets/.hidden",
        "/assets/link.txt",
        "/assets/pictures/guest.png%00",
    ],
)
def test_nothing_outside_and_nothing_hidden_is_found(root: Path, path: str) -> None:
    assert assets.find(root, path) is None
