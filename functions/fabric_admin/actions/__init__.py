"""Actions of fabric_admin: steps of flows, consumers and services."""
