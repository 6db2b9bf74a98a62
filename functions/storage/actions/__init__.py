"""Actions of storage: steps of flows, consumers and services."""
