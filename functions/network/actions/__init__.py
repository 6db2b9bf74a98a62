"""Actions of network: steps of flows, consumers and services."""
