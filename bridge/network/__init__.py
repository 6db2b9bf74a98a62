"""Networks on this host: the interface, the real driver for Linux and a simulated one."""
