"""axe-core on an open page: what a person with an assistive technology, or with weak eyes, would stumble over."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

from tests.support.node_packages import place_of, require_packages

PACKAGE = Path(__file__).parent

RUN = """
async (options) => {
  const { violations } = await axe.run(options);
  return violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map(({ html }) => html).join(" ")}`);
}
"""
ONLY = {"resultTypes": ["violations"]}
ALL = {**ONLY, "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
COLOURS = {**ONLY, "runOnly": {"type": "rule", "values": ["color-contrast"]}}
"""A page differs between light and dark in its colours only."""


def require_axe() -> None:
    """Install axe-core. Where that doesn't work, skip the test."""
    require_packages(PACKAGE)


def problems(page: Page) -> list[str]:
    """What axe finds in the page as it is, light and dark."""
    if not page.evaluate("'axe' in window"):
        page.evaluate((place_of(PACKAGE) / "node_modules/axe-core/axe.min.js").read_text("utf-8"))
    found: list[str] = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")
        options = ALL if scheme == "light" else COLOURS
        found += [f"{scheme}: {problem}" for problem in page.evaluate(RUN, options)]
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    return found
