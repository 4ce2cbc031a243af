"""What a model says, from the prompt to the browser."""
