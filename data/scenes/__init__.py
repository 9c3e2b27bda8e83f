"""Sport scenes as values: what a picture shows, how it is posed, drawn and said in words."""
