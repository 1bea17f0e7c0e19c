"""Published measurements against the model: study by study, with bands that were fixed beforehand."""
