"""Measures and evidence, which serve several answers."""
