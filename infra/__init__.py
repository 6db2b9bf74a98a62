"""Everything that turns declarations into a running cloud: generator, stacks, packaging, the local cloud."""
