"""What a study found and how the model did against it, in the words that table, figure and pages share."""

DIRECTION = {"+": "more", "-": "less", "0": "no change"}


def digits(x: float, n: int = 3) -> str:
    """A number with ``n`` digits; 100 is not written 1e+02."""
    return f"{float(f'{x:.{n}g}'):.15g}"


def measured(rule: str, direction: str, value: float | None, sd: float | None, band: tuple[float, float]) -> str:
    """What the study found, as its rule reads it."""
    if rule == "sign":
        return DIRECTION[direction]
    if rule == "range" or value is None:
        return f"{digits(band[0])} … {digits(band[1])}"
    if rule == "bound":
        return f"{'>' if direction == '+' else '<'} {digits(value)}"
    return f"{digits(value)} ± {digits(sd or 0.0, 2)}"
