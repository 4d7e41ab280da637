"""Forms as data: which fields and reasons a certificate has, on which legal ground, and for how long it serves.

A form is a TOML file here; a root signs the whole set, so that a new decree needs a file and a signature, no release.
What a version says never changes once it is signed: a change is a new version, and old certificates keep theirs.
"""
