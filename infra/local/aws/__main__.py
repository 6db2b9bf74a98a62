"""`python -m infra.local.aws` starts the embedded AWS."""

from infra.local.aws.server import main

main()
