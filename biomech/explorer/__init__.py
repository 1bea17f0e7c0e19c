"""The live what-if in a web browser: a page served on this machine, and the simulations it asks for.

`choices` is what one can move, `session` turns a request into results and results into an answer, `server` speaks HTTP.
"""
