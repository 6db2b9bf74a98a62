"""Actions of orchestration: steps of flows, consumers and services."""
