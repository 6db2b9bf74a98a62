"""Networks, offerings, addresses, NICs, routers."""
