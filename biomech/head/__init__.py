"""Head and eye: pressures that follow the circulation beat by beat."""
