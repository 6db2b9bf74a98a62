"""Actions of api: steps of flows, consumers and services."""
