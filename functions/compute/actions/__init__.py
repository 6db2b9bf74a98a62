"""Actions of compute: steps of flows, consumers and services."""
