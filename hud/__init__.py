"""The HUD: a Streamlit app that reads the marts as rift_hud. Imports neither orchestration nor ingestion."""
