"""data/records"""
