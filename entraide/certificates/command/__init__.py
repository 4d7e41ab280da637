"""The command line of certificates: bin/entraide-cert, for whoever prints for people without a phone, and for keys."""
