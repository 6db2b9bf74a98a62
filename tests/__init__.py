"""Javelin's tests: unit, flows, bridge, architecture, end-to-end, benchmarks."""
