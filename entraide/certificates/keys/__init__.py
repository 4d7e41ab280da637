"""The keys that seal, where they are kept: made before their day, destroyed after it, never brought back."""
