"""Actions of fabric_monitoring: steps of flows, consumers and services."""
