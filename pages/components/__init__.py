"""Canvas components and page pieces that several views share."""
