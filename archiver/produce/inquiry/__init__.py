"""What is made of an order of inquiry: copies, inspection or information (WPE 2008, article 6)."""
