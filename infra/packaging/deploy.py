"""`python -m infra.packaging.deploy`: publish to the AWS account that your credentials are for, and deploy with sam.

With --dry nothing leaves this machine and no account is needed: templates and flows are checked as `make check` does, the
packages are built, and the command that would deploy is shown.
"""

from __future__ import annotations

import argparse
import os
import shlex
import subprocess
import sys

import boto3
from botocore.exceptions import ClientError, NoCredentialsError

from infra.packaging import code, stack, validate
from infra.packaging.publish import ROOT_TEMPLATE, Aws, artifacts, publish
from infra.packaging.stack import CAPABILITIES, STACK


def sam_command(region: str, bucket: str, parameters: dict[str, str]) -> list[str]:
    """The command that deploys what was published."""
    overrides = [f"{name}={value}" for name, value in parameters.items() if value]
    return [
        os.path.join(os.path.dirname(sys.executable), "sam"), "deploy", "--template-file", str(ROOT_TEMPLATE),
        "--stack-name", STACK, "--region", region, "--s3-bucket", bucket, "--s3-prefix", "root", "--capabilities",
        *CAPABILITIES, "--no-confirm-changeset", "--no-fail-on-empty-changeset", "--parameter-overrides", *overrides,
    ]  # fmt: skip


def deploy(region: str, public_url: str) -> int:
    """Publish and deploy; sam's exit code."""
    aws = Aws(region)
    published = publish(aws, public_url, code.vendor())
    stack.clear_failed_creation(aws, print)
    command = sam_command(region, published.parameters["ArtifactBucket"], published.parameters)
    return subprocess.run(command, check=False).returncode


def deploy_to(endpoint: str, region: str, public_url: str) -> int:
    """Publish and deploy through an endpoint that stands for AWS, as LocalStack's does; 0 when the stack stands."""
    aws = Aws(region, endpoint, ("test", "test"))
    stack.deploy(aws, publish(aws, public_url, code.vendor()), print)
    return 0


def rehearse(region: str, public_url: str) -> int:
    """Everything that can be known without an account."""
    problems = validate.problems()
    for problem in problems:
        print(problem, file=sys.stderr)
    objects, parameters = artifacts(public_url, code.vendor())
    for key, content in objects.items():
        print(f"would upload {key} ({len(content):,} bytes)")
    print("would run", shlex.join(sam_command(region, "javelin-artifacts-…", parameters)))
    return 1 if problems else 0


def main() -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m infra.packaging.deploy", description=__doc__)
    parser.add_argument("--dry", action="store_true", help="check everything, deploy nothing")
    parser.add_argument("--region", default=boto3.Session().region_name or "us-east-1")
    parser.add_argument(
        "--public-url", default=os.environ.get("JAVELIN_PUBLIC_URL", ""), help="your own domain, if any"
    )
    parser.add_argument("--endpoint", help="deploy through this endpoint instead of Amazon's, as LocalStack's")
    options = parser.parse_args()
    if options.dry:
        return rehearse(options.region, options.public_url)
    try:
        if options.endpoint:
            return deploy_to(options.endpoint, options.region, options.public_url)
        return deploy(options.region, options.public_url)
    except NoCredentialsError:
        print("No AWS credentials: configure them (aws configure), or try make deploy DRY=1.", file=sys.stderr)
    except (ClientError, stack.DeploymentFailed, code.TooLarge) as error:
        print(f"Not deployed: {error}", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
