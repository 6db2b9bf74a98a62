"""Domains, accounts, users, keys, roles, tags, SSH keys."""
