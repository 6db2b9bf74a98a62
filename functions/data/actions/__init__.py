"""Actions of data: steps of flows, consumers and services."""
