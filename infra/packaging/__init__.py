"""From this checkout to a stack: packages, what is published, what is deployed; the same for AWS and the local cloud."""
