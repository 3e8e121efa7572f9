"""What a reviewer needs to depart from the advice."""
