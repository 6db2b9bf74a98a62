"""Jobs: settle, list, reconcile."""
