"""Connections and their sealed cells in one SQLite file."""
