"""`make deploy`, `rollback`, `undeploy`, `status`: a stack of the product on AWS, or on an emulator of it.

    python -m infra.deploy deploy [--stage dev] [--bucket <bucket for code>] [PublicUrl=https://pong.example.com …]
    python -m infra.deploy rollback [--stage dev] [--release 3]
    python -m infra.deploy undeploy [--stage dev] --data keep|delete
    python -m infra.deploy status [--stage dev]
    python -m infra.deploy function <name> [--stage dev]

docs/operations.md goes through it step by step. Ends with 0 if what was asked for stands, else with 1 and the reasons.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence

from infra import package
from infra.deploy import one_function, page
from infra.deploy.artefacts import Artefacts
from infra.deploy.aws_errors import FAILURES, reason
from infra.deploy.deployment import Deployment, Package
from infra.deploy.errors import DeploymentFailed
from infra.deploy.formation import Formation
from infra.deploy.person import Person
from infra.deploy.settling import is_failed_creation
from infra.deploy.stages import PROD, stack_name
from infra.deploy.undeployment import undeploy


def arguments(words: Sequence[str]) -> argparse.Namespace:
    """What is asked for."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--stage", default=PROD, help="stages stand side by side, each a stack (prod)")
    common.add_argument("--bucket", help="a bucket of the account for code; the stack remembers it")
    common.add_argument("--yes", action="store_true", help="agree beforehand, as a machine does")
    changing = argparse.ArgumentParser(add_help=False)
    changing.add_argument(
        "--lose", default="", help="names of resources that may be removed or replaced: A,B"
    )
    changing.add_argument("--address", help="where the smoke test finds the product, if not at PublicUrl")
    parser = argparse.ArgumentParser(prog="infra.deploy", description="Deploy, go back, take away, look.")
    commands = parser.add_subparsers(dest="command", required=True)
    deploying = commands.add_parser("deploy", parents=[common, changing], help="deploy dist/")
    deploying.add_argument("parameters", nargs="*", help="parameters of the template: Name=value")
    back = commands.add_parser("rollback", parents=[common, changing], help="deploy the release before")
    back.add_argument("--release", type=int, help="the number of another good release, as status tells it")
    commands.add_parser("status", parents=[common], help="compare what is deployed with the last release")
    one = commands.add_parser("function", parents=[common], help="put today's sources into one function")
    one.add_argument("name", help="like get_me")
    away = commands.add_parser("undeploy", parents=[common], help="delete the stack")
    away.add_argument("--data", choices=("keep", "delete"), required=True, help="table, signing key, buckets")
    return parser.parse_args(words)


def run(given: argparse.Namespace) -> None:
    """Do what is asked for. Raises DeploymentFailed."""
    stack = stack_name(given.stage)
    may_lose = [name for name in getattr(given, "lose", "").split(",") if name]
    person = Person(stack, yes=given.yes, may_lose=may_lose)
    formation = Formation(stack)
    artefacts = Artefacts(bucket_of(formation, given.bucket), stack)
    lock = artefacts.lock()
    deployment = Deployment(formation, artefacts, lock, person, getattr(given, "address", None))
    if given.command == "status":
        deployment.tell()
        return
    formation.beat = person.agreed = lock.check
    with lock.held(person.report):
        if given.command == "undeploy":
            undeploy(formation, artefacts, person, delete_data=given.data == "delete")
        elif given.command == "function":
            one_function.update(formation, artefacts, person, given.name)
        elif given.command == "rollback":
            print(json.dumps(deployment.roll_back(given.release), indent=2))
        else:
            print(json.dumps(deployment.deploy(packaged(), named(given.parameters)), indent=2))


def bucket_of(formation: Formation, given: str | None) -> str:
    """The bucket for code: the stack's own, else the given one. Raises DeploymentFailed if they differ.

    Lock and releases are in the bucket: in another one, a second run would find the lock free and no release. A stack
    whose creation failed has none yet, and the bucket may be why.
    """
    own = formation.parameters().get("CodeBucket")
    if given and own and is_failed_creation(formation, formation.status()):
        own = given
    if own and given and own != given:
        raise DeploymentFailed(
            f"{formation.stack} has its code, its releases and its lock in the bucket {own}: "
            f"leave out --bucket {given}."
        )
    bucket = own or given
    if not bucket:
        raise DeploymentFailed('Name a bucket of the account for code: ARGS="--bucket <bucket>"')
    return bucket


def packaged() -> Package:
    """What `make package` has made, and the web page. Raises DeploymentFailed if there is nothing."""
    if not (package.ZIP.exists() and package.TEMPLATE.exists()):
        raise DeploymentFailed("There is nothing to deploy: run make package first.")
    template = json.loads(package.TEMPLATE.read_text())
    return Package(template, package.ZIP.read_bytes(), page.packed())


def named(words: Sequence[str]) -> dict[str, str]:
    """Parameters from the command line. Raises DeploymentFailed for a word that is none."""
    if wrong := [word for word in words if "=" not in word]:
        raise DeploymentFailed(f"A parameter is given as Name=value, not {wrong[0]}.")
    return dict(word.split("=", 1) for word in words)


def main() -> int:
    """Run; the exit code."""
    try:
        run(arguments(sys.argv[1:]))
    except FAILURES as problem:
        print(reason(problem), file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
