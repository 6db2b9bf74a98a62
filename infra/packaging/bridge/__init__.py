"""The bridge as one file that installs itself on a host."""
