"""Actions of events: steps of flows, consumers and services."""
