"""Those who sit at the desk."""
