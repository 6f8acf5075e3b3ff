"""triads."""
