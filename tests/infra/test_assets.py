"""Which files /assets/ gives away, and which never."""

from __future__ import annotations

from pathlib import Path

import pytest

from infra.local import assets


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
