"""Volumes and images on this host: the interface, directories of qcow2 files, and a simulated one."""
