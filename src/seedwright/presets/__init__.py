"""Presets and batch files: options of ``create`` that are written down."""
