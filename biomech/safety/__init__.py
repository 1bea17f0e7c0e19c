"""Who is warned of what, and which limits a simulated session passes. It does not replace a clinician."""
