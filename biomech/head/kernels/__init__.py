"""Compiled arithmetic of head and eye: numbers in, numbers out, SI, no objects."""

from biomech.compiled import use_folder

use_folder(__name__)

# while this package's folder is the one that is set
from biomech.head.kernels import march  # noqa: E402, F401
