"""Certificates: declarations that people make on their phones, sealed in time, checked with no network.

A library that needs neither Django nor a database; the process that seals (`process`); the command line (`command`).
docs/reference/certificate-format.md describes every byte.
"""
