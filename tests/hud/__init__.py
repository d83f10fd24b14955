"""The HUD against a real database, in a real browser."""
