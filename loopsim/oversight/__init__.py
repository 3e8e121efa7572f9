"""People who look at decisions: which cases they see, what they decide, what is learned from it."""
