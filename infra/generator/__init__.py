"""From the declarations beside the code to CloudFormation: run `python -m infra.generator` (or `make generate`)."""
