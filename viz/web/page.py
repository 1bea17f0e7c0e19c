"""One HTML document out of a template, the shared style and scripts, and the data."""

import base64
import hashlib
import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from typing import Any

ASSETS = files("biomech.viz.web") / "assets"
SHARED = ("page.js", "matrix.js", "spine.js", "view.js", "charts.js", "levels.js")


def page(template: str, scripts: Sequence[str], data: Mapping[str, Any], talks: bool, **context: Any) -> str:
    """The document.

    Parameters
    ----------
    template : str
        Name of an HTML template in ``assets``.
    scripts : sequence of str
        Scripts of this page, after the shared ones.
    data : mapping
        What the scripts read, as JSON in the page.
    talks : bool
        Whether the page may talk to the server it came from; nothing else is reachable from it in any case.
    """
    from jinja2 import Environment, FunctionLoader, StrictUndefined
    from markupsafe import Markup

    connect = "'self'" if talks else "'none'"
    code = "\n".join(_read(name) for name in (*SHARED, *scripts))
    digest = base64.b64encode(hashlib.sha256(code.encode()).digest()).decode("ascii")
    policy = "; ".join(
        [
            "default-src 'none'", f"script-src 'sha256-{digest}'", "style-src 'unsafe-inline'", "img-src data:",
            f"connect-src {connect}", "base-uri 'none'", "form-action 'none'",
        ]
    )  # fmt: skip
    environment = Environment(
        loader=FunctionLoader(_read), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.get_template(template).render(
        policy=policy,
        style=Markup(_read("page.css")),
        script=Markup(code),
        data=Markup(embedded(data)),
        **context,
    )


def embedded(data: Mapping[str, Any]) -> str:
    """JSON that cannot end the script element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.replace("<", "\\u003c").replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def _read(name: str) -> str:
    return (ASSETS / name).read_text(encoding="utf-8")
