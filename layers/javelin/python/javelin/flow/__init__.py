"""Flows: jobs that state machines drive, and the steps they are made of."""
