"""Landing: everything that puts rows into raw. Imports neither orchestration nor hud."""
