"""Debian's Chromium, driven by Playwright."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

PROGRAM = shutil.which("chromium")

OPTIONS = (
    # Chromium doesn't run as root with its sandbox; the tests only open pages of ours.
    "--no-sandbox",
    # /dev/shm is small in containers.
    "--disable-dev-shm-usage",
)


PATIENCE_MS = 60_000
"""A busy machine makes no test fail."""


@contextmanager
def chromium() -> Iterator[Browser]:
    """A running Chromium. Where there is none, skip the test, or fail it if CHROMIUM_REQUIRED is set."""
    if PROGRAM is None:
        (pytest.fail if os.environ.get("CHROMIUM_REQUIRED") else pytest.skip)("there is no Chromium here")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE_MS)
        browser = playwright.chromium.launch(executable_path=PROGRAM, args=list(OPTIONS))
        yield browser
        browser.close()
