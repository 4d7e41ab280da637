"""Tests of the seal library, the seal process and the command line."""
