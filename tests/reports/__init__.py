"""Invented reports in six languages: their words, their layouts, their files."""
