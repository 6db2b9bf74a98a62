"""The components: one package each, one file per operation or action."""
