"""What goes in: scenes to draw, movements and plans to read."""
