"""The demonstration: an invented crisis with organisations, missions and volunteers that are plainly not real.

`cast` says who takes part, `plan` what is on offer (pure), `story` writes it through the apps' own actions as if the
last days had happened, `accounts` tells who signs in as what.
"""
