"""The command line of certificates: bin/entraide-cert."""
