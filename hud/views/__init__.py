"""The pages of the HUD."""
