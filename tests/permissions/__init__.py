"""Does AWS let functions do what they do? The tests' AWS asks nobody; these modules hold every request against the roles."""
