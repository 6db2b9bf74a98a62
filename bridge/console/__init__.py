"""The console proxy: shows one guest's screen in a browser to the holder of a one-time token."""
