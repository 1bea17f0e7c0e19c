"""Sphinx: `make docs` builds these pages without warnings."""

from biomech import __version__

project = "biomech"
author = "the biomech developers"
version = release = __version__
extensions = ["myst_parser"]
myst_enable_extensions = ["dollarmath", "amsmath", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["pictures"]
html_theme = "alabaster"
html_title = f"biomech {version}"
