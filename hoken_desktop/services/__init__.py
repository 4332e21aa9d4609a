"""What the house does for its people, said in values and ports only."""
