"""Compiled arithmetic of the spine: numbers in, numbers out, SI, no objects.

The files are the nouns of the mechanics: `rotation` (finite rotations), `disc` (the disc law), `strand`
(ligaments), `facet` (contact), `joint` (two bodies and what lies between), `body` (inertia in the moving
frame), `support` (what holds the person), `motion` (smooth ramps), `system` (all of it for one stage),
`blocks` (the linear solve), `method` (TR-BDF2 and others as data), `march` (steps), `equilibrium` (statics) and `layout` (the arrays).
"""

from biomech.compiled import use_folder

use_folder(__name__)

# all of them at once, while their folder is the one that is set; these two import all others
from biomech.spine.kernels import equilibrium, march  # noqa: E402, F401
