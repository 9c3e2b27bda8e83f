"""Networks, the mathematics of diffusion and attention, and how each is trained."""
