"""Which cases go to the desk."""
