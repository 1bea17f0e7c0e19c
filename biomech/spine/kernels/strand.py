"""Ligament strands: tension only, with a quadratic toe and a linear range."""

from biomech.compiled import merged


@merged
def strand_tension(strain, stiffness, slack, toe):
    """Tension (N) and d(tension)/d(strain); zero below slack, quadratic to toe, then linear."""
    x = strain - slack
    if x <= 0.0:
        return 0.0, 0.0
    span = toe - slack
    if x < span:
        return 0.5 * stiffness * x * x / span, stiffness * x / span
    return stiffness * (x - 0.5 * span), stiffness
