"""Open models through diffusers, in place of the own ones: found, checked, loaded, drawn with."""
