"""Sphinx: `make docs` builds these pages without warnings, runs the notebook and draws the examples."""

import os
import sys
from pathlib import Path

os.environ.setdefault("MPLBACKEND", "agg")
sys.path.insert(0, str(Path(__file__).resolve().parent))  # mathml

from biomech import __version__  # noqa: E402

project = "biomech"
author = "the biomech developers"
project_copyright = author
version = release = __version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "mathml", "numpydoc", "sphinx_gallery.gen_gallery"]
myst_enable_extensions = ["dollarmath", "amsmath", "deflist"]
myst_heading_anchors = 4
exclude_patterns = ["pictures", "examples", "auto_examples/*.ipynb", "auto_examples/*.py", "**sg_execution_times.rst"]

nb_execution_mode = "force"
nb_execution_timeout = 180
nb_execution_raise_on_error = True
nb_merge_streams = True

autodoc_typehints = "none"  # numpydoc says them
numpydoc_show_class_members = False
numpydoc_class_members_toctree = False

sphinx_gallery_conf = {
    "examples_dirs": "examples",
    "gallery_dirs": "auto_examples",
    "filename_pattern": r"/plot_",
    "abort_on_example_error": True,
    "download_all_examples": False,
    "show_memory": False,
    "min_reported_time": 1e9,
    "remove_config_comments": True,
    "thumbnail_size": (400, 280),
    "within_subsection_order": "FileNameSortKey",
}

html_math_renderer = "mathml"
html_theme = "furo"
html_title = f"biomech {version}"
html_static_path = ["static"]
html_css_files = ["pages.css"]
html_copy_source = False
html_show_sourcelink = False
