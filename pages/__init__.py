"""The views, as a person meets them: widgets in, pipeline call, picture out."""
