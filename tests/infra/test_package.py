"""What is deployed holds every function, all that it needs, and little else."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from infra import package, package_data
from infra.cloud import template
from infra.cloud.functions import RUNTIME, Function, all_functions
from tests.arch.imports import COUNT, MAX_CALLS

FUNCTIONS = all_functions()
WHOLE = template.whole()

IMPORTER = f"""{COUNT}
import importlib, json
module = importlib.import_module(sys.argv[1])
sys.setprofile(None)
print(json.dumps([calls, module.__file__, callable(getattr(module, sys.argv[2])), sorted(sys.modules)]))
"""


def unpack(archive: Path, directory: Path) -> Path:
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(directory)
    return directory


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package for an engine on this machine, unpacked as on Lambda."""
    return unpack(package.make(local=True), tmp_path_factory.mktemp("package"))


@pytest.fixture(scope="module")
def unpacked_for_aws(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package as `make package` makes it."""
    return unpack(package.make(), tmp_path_factory.mktemp("aws"))


@pytest.fixture(scope="module")
def unpacked_for_these_processors(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same for this machine's processors, as LocalStack gets it."""
    return unpack(package.make(native=True), tmp_path_factory.mktemp("native"))


def run_alone(
    unpacked: Path, program: str, *arguments: str, python: str = sys.executable
) -> subprocess.CompletedProcess[str]:
    """Run a program with the package, and nothing else of this machine but Python's standard library."""
    ran = subprocess.run(
        # -S leaves out site-packages, -P the working directory; the package is not to be written to.
        [python, "-S", "-P", "-B", "-c", program, *arguments],
        env={"PYTHONPATH": str(unpacked), "AWS_DEFAULT_REGION": "eu-west-3"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    return ran


@pytest.mark.parametrize("function", FUNCTIONS, ids=[function.name for function in FUNCTIONS])
def test_a_handler_is_imported_from_the_package_in_an_empty_environment(
    unpacked: Path, function: Function
) -> None:
    module, _, name = function.handler.rpartition(".")

    calls, file, is_callable, modules = json.loads(run_alone(unpacked, IMPORTER, module, name).stdout)

    assert file.startswith(str(unpacked))
    assert is_callable
    assert not {"boto3", "app", "moto"} & set(modules)
    assert calls <= MAX_CALLS


def test_the_package_for_aws_has_only_libraries_that_its_python_loads(unpacked_for_aws: Path) -> None:
    """Whatever version packages. abi3 libraries are for all versions (PEP 384)."""
    libraries = [file.name for file in unpacked_for_aws.rglob("*.so*")]

    assert libraries
    for name in libraries:
        assert re.search(r"\.(cpython-313-aarch64-linux-gnu|abi3)\.so$", name), name
    assert any("cpython-313" in name for name in libraries)


def assert_compiled(unpacked: Path, tag: str) -> None:
    """Each of our modules stands beside its source, each of the libraries' in its place."""
    sources = {file.relative_to(unpacked) for file in unpacked.rglob("*.py")}
    compiled = {file.relative_to(unpacked) for file in unpacked.rglob("*.pyc")}
    beside = {path for path in compiled if path.parent.name == "__pycache__"}

    assert {path.parts[0] for path in sources} == set(package.OURS)
    assert beside == {path.parent / "__pycache__" / f"{path.stem}.{tag}.pyc" for path in sources}
    assert Path("pynamodb/models.pyc") in compiled - beside


def test_a_traceback_shows_the_lines_of_our_code_and_names_those_of_libraries(unpacked: Path) -> None:
    program = """
import traceback
from shared.domain.ids import id_time
from dateutil.parser import parse
for fail in (lambda: id_time("no number"), lambda: parse("no date")):
    try:
        fail()
    except Exception:
        print(traceback.format_exc())
"""
    shown = run_alone(unpacked, program).stdout

    assert re.search(r"ids\.py\", line \d+, in id_time\n    \S", shown)
    assert re.search(r"_parser\.py\", line \d+, in parse\n  File", shown)


def test_the_package_for_aws_is_compiled_where_its_python_is_installed(unpacked_for_aws: Path) -> None:
    if package.interpreter_of(RUNTIME):
        assert_compiled(unpacked_for_aws, "cpython-313")
    else:
        assert not list(unpacked_for_aws.rglob("*.pyc"))


@pytest.mark.skipif(package.interpreter_of(RUNTIME) is None, reason=f"{RUNTIME} isn't installed here")
def test_the_python_of_aws_imports_every_handler_from_its_package(
    unpacked_for_these_processors: Path,
) -> None:
    program = "".join(f"from {function.module} import {function.name}\n" for function in FUNCTIONS)

    run_alone(unpacked_for_these_processors, program, python=package.interpreter_of(RUNTIME) or "")


def test_the_package_is_small(unpacked_for_aws: Path) -> None:
    assert package.ZIP.stat().st_size <= package.MAX_ZIP_MB * 2**20


def test_every_module_of_the_local_package_is_compiled_for_this_python(unpacked: Path) -> None:
    assert_compiled(unpacked, str(sys.implementation.cache_tag))


def test_only_the_descriptions_of_services_that_we_use_are_packaged(unpacked: Path) -> None:
    services = {directory.name for directory in (unpacked / "botocore/data").iterdir() if directory.is_dir()}

    assert services == set(package_data.SERVICES)


def test_the_functions_have_the_description_of_every_service_that_they_call() -> None:
    files = [file for folder in ("functions", "shared") for file in (package.ROOT / folder).rglob("*.py")]
    called = {name for file in files for name in re.findall(r'\bclient\(\s*"(\w+)"', file.read_text())}

    # PynamoDB makes the client of DynamoDB.
    assert called | {"dynamodb"} == set(package_data.SERVICES)


def test_clients_of_these_services_are_made_from_descriptions_without_texts(unpacked: Path) -> None:
    program = """
import sys
import botocore.session
session = botocore.session.get_session()
for service in sys.argv[1:]:
    client = session.create_client(service, region_name="eu-west-3")
    model = client.meta.service_model
    operations = [model.operation_model(name) for name in model.operation_names]
    assert operations and not any(operation.documentation for operation in operations)
"""

    run_alone(unpacked, program, *package_data.SERVICES)


def test_on_lambda_the_import_makes_dynamodbs_client_and_a_second_client_takes_little_work(
    unpacked: Path,
) -> None:
    """6,000 calls are what a client takes of a session that is there; with a session of its own it takes twice that."""
    program = f"""
import gc, os
os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand"
import functions.users.get_me
from botocore.config import Config
from shared.store.base import connection
from shared.store.services import client
assert connection.cache_info().currsize == 1
assert gc.get_freeze_count() > 50_000
{COUNT}
client("secretsmanager", Config())
sys.setprofile(None)
assert calls < 6_000, calls
"""

    run_alone(unpacked, program)


def test_the_functions_have_pydantic_look_for_no_plugins(unpacked: Path) -> None:
    """A failure for `_plugins` says that Pydantic looks for plugins in another way."""
    functions = [found for found in WHOLE["Resources"].values() if found["Type"] == "AWS::Lambda::Function"]
    (value,) = {
        found["Properties"]["Environment"]["Variables"]["PYDANTIC_DISABLE_PLUGINS"] for found in functions
    }
    program = """
import os, sys
from pydantic import TypeAdapter
from pydantic.plugin import _loader
for value, looked in ((sys.argv[1], None), ("", {})):
    os.environ["PYDANTIC_DISABLE_PLUGINS"] = value
    assert TypeAdapter(list[int]).validate_python([1]) == [1]
    assert _loader._plugins == looked
"""

    run_alone(unpacked, program, value)


@pytest.mark.parametrize("function", ["users.get_me", "play.sweep_overdue", "meta.answer_unrouted"])
def test_on_lambda_no_collection_of_garbage_interrupts_the_import_and_later_ones_leave_out_what_it_made(
    unpacked: Path, function: str
) -> None:
    program = """
import gc, importlib, os, sys
os.environ["AWS_LAMBDA_INITIALIZATION_TYPE"] = "on-demand"
def collections():
    return sum(generation["collections"] for generation in gc.get_stats())
gc.collect()
before = collections()
importlib.import_module(f"functions.{sys.argv[1]}")
assert collections() == before
assert gc.isenabled()
assert gc.get_freeze_count() > 10_000
"""

    run_alone(unpacked, program, function)


def test_the_import_makes_no_client_elsewhere(unpacked: Path) -> None:
    program = """
import gc
import functions.users.get_me
from shared.store.base import connection
assert connection.cache_info().currsize == 0
assert gc.get_freeze_count() < 1_000  # of the interpreter's own
"""

    run_alone(unpacked, program)


def test_no_tests_tools_or_secrets_are_packaged(unpacked: Path) -> None:
    top = {entry.name for entry in unpacked.iterdir()}

    assert not top & {"tests", "infra", "demo", "bench", "sse", ".local", ".git", "boto3", "vendor"}


def test_the_packaged_template_is_that_of_the_code(unpacked: Path) -> None:
    """For whatever processors the last package was made."""
    made = json.loads(package.TEMPLATE.read_text())

    assert made == template.whole(made["Parameters"]["Architecture"]["Default"])


SAM: dict[str, dict[str, Any]] = {
    found["Properties"]["Handler"]: {
        "Type": "AWS::Serverless::Function",
        "Properties": {fact: found["Properties"][fact] for fact in ("Handler", "MemorySize", "Timeout")},
    }
    for found in WHOLE["Resources"].values()
    if found["Type"] == "AWS::Lambda::Function"
}
"""The functions as `chalice package` describes them."""


def test_what_chalice_packages_fits_the_template() -> None:
    package._compare(SAM, WHOLE["Resources"])


def test_a_function_that_chalice_does_not_package_is_noticed() -> None:
    first, *rest = SAM

    with pytest.raises(package.PackagingFailed, match=first):
        package._compare({name: SAM[name] for name in rest}, WHOLE["Resources"])


@pytest.mark.parametrize("fact", ["MemorySize", "Timeout"])
def test_a_function_that_chalice_configures_otherwise_is_noticed(fact: str) -> None:
    first, *_ = SAM
    other = {**SAM[first], "Properties": {**SAM[first]["Properties"], fact: "other"}}

    with pytest.raises(package.PackagingFailed, match=f"differ about {first}$"):
        package._compare({**SAM, first: other}, WHOLE["Resources"])
