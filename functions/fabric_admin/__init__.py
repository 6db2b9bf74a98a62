"""Zones, pods, clusters, hosts, pools, configuration."""
