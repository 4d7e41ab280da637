"""The seal process: ASGI, no Django, no database, no log of requests. 32 bytes in, a seal out, and forgotten."""
