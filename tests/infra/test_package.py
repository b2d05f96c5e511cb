"""What is deployed holds every function, all that it needs, and little else."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from infra import package
from infra.cloud import template
from infra.cloud.functions import all_functions
from tests.arch.endpoints import IMPORT_BOUND

FUNCTIONS = all_functions()

IMPORTER = """
import importlib, json, sys, time
started = time.process_time()
module = importlib.import_module(sys.argv[1])
milliseconds = (time.process_time() - started) * 1000
print(json.dumps([milliseconds, module.__file__, callable(getattr(module, sys.argv[2])), sorted(sys.modules)]))
"""


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as `make package` makes it, unpacked as on Lambda."""
    package.make()
    directory = tmp_path_factory.mktemp("package")
    with zipfile.ZipFile(package.ZIP) as archive:
        archive.extractall(directory)
    return directory


def import_alone(unpacked: Path, module: str, name: str) -> tuple[float, str, bool, list[str]]:
    """Import a handler from the package, with nothing else of this machine but Python's standard library."""
    ran = subprocess.run(
        # -S leaves out site-packages, -P the working directory; the package is not to be written to.
        [sys.executable, "-S", "-P", "-B", "-c", IMPORTER, module, name],
        env={"PYTHONPATH": str(unpacked), "AWS_DEFAULT_REGION": "eu-west-3"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    milliseconds, file, is_callable, modules = json.loads(ran.stdout)
    return milliseconds, file, is_callable, modules


@pytest.mark.parametrize("function", FUNCTIONS, ids=[function.name for function in FUNCTIONS])
def test_a_handler_is_imported_from_the_package_in_an_empty_environment(
    unpacked: Path, function: object
) -> None:
    module, _, name = function.handler.rpartition(".")  # type: ignore[attr-defined]

    fastest, file, is_callable, modules = import_alone(unpacked, module, name)
    # One look below the bound settles it; that it is above takes five of them.
    for _ in range(4):
        if fastest > IMPORT_BOUND:
            fastest = min(fastest, import_alone(unpacked, module, name)[0])

    assert file.startswith(str(unpacked))
    assert is_callable
    assert not {"boto3", "app", "moto"} & set(modules)
    assert fastest <= IMPORT_BOUND


def test_the_package_is_small(unpacked: Path) -> None:
    assert package.ZIP.stat().st_size <= package.MAX_ZIP_MB * 2**20


def test_every_module_is_compiled_for_the_version_that_runs_it(unpacked: Path) -> None:
    sources = {file.relative_to(unpacked) for file in unpacked.rglob("*.py")}
    compiled = {
        file.relative_to(unpacked) for file in unpacked.rglob(f"*.{sys.implementation.cache_tag}.pyc")
    }

    assert len(compiled) == len(sources)


def test_only_the_descriptions_of_services_that_we_use_are_packaged(unpacked: Path) -> None:
    services = {directory.name for directory in (unpacked / "botocore/data").iterdir() if directory.is_dir()}

    assert services == set(package.SERVICES)


def test_no_tests_tools_or_secrets_are_packaged(unpacked: Path) -> None:
    top = {entry.name for entry in unpacked.iterdir()}

    assert not top & {"tests", "infra", "demo", "bench", "sse", ".local", "boto3", "vendor"}


def test_the_packaged_template_is_that_of_the_code(unpacked: Path) -> None:
    assert json.loads(package.TEMPLATE.read_text()) == template.whole()


def test_a_function_that_chalice_does_not_package_is_noticed() -> None:
    packaged = {
        function.logical_id: {
            "Type": "AWS::Serverless::Function",
            "Properties": {"Handler": function.handler},
        }
        for function in FUNCTIONS[1:]
    }

    with pytest.raises(package.PackagingFailed, match=FUNCTIONS[0].handler):
        package._compare(packaged)
