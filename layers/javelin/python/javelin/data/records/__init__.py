"""One record class per file; each is one table, and says what an item of it is."""
