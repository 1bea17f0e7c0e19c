"""One-sided contact: facets, and any surface the body lies on."""

from biomech.compiled import merged


@merged
def contact_force(depth, stiffness, toe):
    """Force (N) and its derivative for a penetration depth (m); quadratic over toe, then linear."""
    if depth <= 0.0:
        return 0.0, 0.0
    if depth < toe:
        return 0.5 * stiffness * depth * depth / toe, stiffness * depth / toe
    return stiffness * (depth - 0.5 * toe), stiffness
