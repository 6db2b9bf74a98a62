"""Actions of identity: steps of flows, consumers and services."""
