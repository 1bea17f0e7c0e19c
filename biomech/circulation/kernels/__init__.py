"""Compiled arithmetic of the circulation: numbers in, numbers out, SI, no objects.

The files are the nouns of the physiology: `vessel` (what a vessel holds at which pressure), `heart` (chambers),
`network` (pressures and flows of all of it), `elimination` (the sparse linear solve), `reflex` (baroreflexes),
`regulation` (what reflexes, tissue and filtration set), `march` (time) and `layout` (the arrays).
"""

from biomech.compiled import use_folder

use_folder(__name__)

# all of them at once, while their folder is the one that is set; this one imports all others
from biomech.circulation.kernels import march  # noqa: E402, F401
