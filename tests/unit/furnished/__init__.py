"""A furnished cloud: one of everything for every kind of tenant, and the requests that every operation takes."""
