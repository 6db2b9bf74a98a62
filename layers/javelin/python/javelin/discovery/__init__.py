"""Where things are: the names of functions, flows, tables and queues, and the clients that reach them."""
