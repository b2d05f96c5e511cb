"""The web page goes with a release: uploaded before it, compared after it, back with the release before."""

from __future__ import annotations

from typing import Any

import boto3
import pytest

from infra import web_page
from infra.deploy import page
from infra.deploy.errors import DeploymentFailed
from tests.infra.deploy.conftest import Site
from tests.infra.deploy.small_product import BROKEN, package_with_page


def keys(site: Site) -> set[str]:
    """What lies in the bucket of the page."""
    listed = boto3.client("s3").list_objects_v2(Bucket=bucket(site), Prefix=page.PREFIX)
    return {found["Key"] for found in listed.get("Contents", ())}


def bucket(site: Site) -> str:
    return site.formation().outputs()["AssetsBucket"]


def shown(site: Site) -> str:
    """The page that the deployed version leads to."""
    key = f"{page.PREFIX}{site.variable('PAGE')}/{page.INDEX}"
    found: bytes = boto3.client("s3").get_object(Bucket=bucket(site), Key=key)["Body"].read()
    return found.decode()


def test_every_file_of_the_page_is_packed_at_its_path_and_the_same_sources_give_the_same_bytes() -> None:
    packed = page.files(page.packed())

    assert {("/" if path == page.INDEX else f"/{path}") for path in packed} == set(web_page.files())
    assert packed[page.INDEX] == web_page.files()["/"].read_bytes()
    assert page.packed() == page.packed()


def test_a_file_lies_there_with_the_headers_that_the_edge_sends(site: Site) -> None:
    site.deploy(package_with_page("one"))

    for path in (page.INDEX, "web/main.js"):
        key = f"{page.PREFIX}{site.variable('PAGE')}/{path}"
        found = boto3.client("s3").head_object(Bucket=bucket(site), Key=key)
        wanted = web_page.headers(web_page.ROOT / path, "wss://pong.example.com")
        assert (found["ContentType"], found["CacheControl"]) == (
            wanted["Content-Type"],
            wanted["Cache-Control"],
        )


def test_a_page_is_there_before_the_change_that_leads_to_it(site: Site) -> None:
    site.deploy(package_with_page("one"))
    when_it_began: list[int] = []

    def look(**_: Any) -> None:
        when_it_began.append(len(keys(site)))

    boto3.setup_default_session()
    boto3.DEFAULT_SESSION.events.register("before-call.cloudformation.ExecuteChangeSet", look)
    site.deploy(package_with_page("two"))

    assert when_it_began == [4], "two versions of two files"
    assert shown(site) == "two"


def test_no_page_is_uploaded_before_the_person_agrees(site: Site) -> None:
    site.deploy(package_with_page("one"))

    with pytest.raises(DeploymentFailed, match="YES=1 confirms"):
        site.deploy(package_with_page("two"), yes=False)

    assert len(keys(site)) == 2, "the files of one version"


def test_the_way_back_leads_to_the_page_before(site: Site) -> None:
    for text in ("one", "two", "three", "four"):
        site.deploy(package_with_page(text))
    assert len(keys(site)) == 6, "the pages of three releases are kept"

    site.roll_back()
    assert shown(site) == "three"
    for key in keys(site):
        if site.variable("PAGE") not in key:
            boto3.client("s3").delete_object(Bucket=bucket(site), Key=key)
    site.roll_back()
    assert shown(site) == "two", "it is kept with the release, whatever became of the bucket"


def test_a_release_that_does_not_work_takes_its_page_along(site: Site) -> None:
    site.deploy(package_with_page("one"))

    with pytest.raises(DeploymentFailed, match="The smoke test fails"):
        site.deploy(package_with_page("two", BROKEN))

    assert shown(site) == "one"


def test_a_page_that_somebody_changed_by_hand_is_told_and_the_next_deployment_mends_it(site: Site) -> None:
    site.deploy(package_with_page("one"))
    key = f"{page.PREFIX}{site.variable('PAGE')}/web/main.js"
    boto3.client("s3").put_object(Bucket=bucket(site), Key=key, Body=b"changed")

    with site.run() as run, pytest.raises(DeploymentFailed, match="make deploy"):
        run.tell()
    site.deploy(package_with_page("one"))
    with site.run() as run:
        run.tell()


def test_a_stack_that_is_taken_away_leaves_no_page(site: Site) -> None:
    site.deploy(package_with_page("one"))
    name = bucket(site)

    site.undeploy(delete_data=True)

    assert name not in {found["Name"] for found in boto3.client("s3").list_buckets()["Buckets"]}
