"""Bones and discs, generated from the dimensions in the dataset; nobody's scan is in here."""
