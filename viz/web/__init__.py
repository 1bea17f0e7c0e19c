"""Pages for a browser: the report anyone can open, and the page of the explorer.

Both are one HTML document without any network: words and numbers are written here, what moves is drawn by the
scripts in ``assets`` (WebGL2 and SVG by hand, no library), which both pages share.
"""
