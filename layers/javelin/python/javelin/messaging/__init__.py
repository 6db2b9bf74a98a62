"""Messages: host commands and reports, events, calls between components."""
