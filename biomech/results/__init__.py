"""What comes out: the dataset of a run, its measures, and how it is kept on disk."""
