"""The operator's command line. It reads a manifest that the platform's build wrote and never imports the platform."""
