"""The edge: routing, signatures, sessions, roles, envelopes."""
