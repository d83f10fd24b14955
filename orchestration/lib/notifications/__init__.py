"""Notifications: what is worth telling is noted once, and each channel of the settings file is told of it."""
