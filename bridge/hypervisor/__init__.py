"""Hypervisors: the interface and its drivers. Only this package knows libvirt."""
