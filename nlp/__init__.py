"""What the text says, and how the model that reads it is made and measured."""
